"""Background work of initiatives."""

from celery import shared_task

from initiatives.services import warnings


@shared_task
def warn_of_terms() -> int:
    """Tell the right people which terms run out."""
    return warnings.warn()
