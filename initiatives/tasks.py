"""Background work of initiatives."""

from celery import shared_task

from initiatives.services import drafts, townhall, warnings


@shared_task
def warn_of_terms() -> int:
    """Tell the right people which terms run out."""
    return warnings.warn()


@shared_task
def forget_old_drafts() -> int:
    """Delete plans that were never sent and that nobody went on with in time."""
    return drafts.purge()


@shared_task
def remind_sectors() -> int:
    """Remind sectors whose view is waited for."""
    return townhall.remind()
