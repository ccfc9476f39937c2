from __future__ import annotations

from celery import shared_task

from foundation.core import clock
from foundation.municipalities.models import ImportRun
from foundation.municipalities.services import follows, import_runs, newsletters


@shared_task
def read_import(run_id: int) -> None:
    """Read one uploaded file; a second worker with the same task leaves it alone."""
    import_runs.run_import(run_id=run_id)


@shared_task
def take_over_imports() -> None:
    """From beat: go on with files whose worker was killed, or whose task never arrived."""
    for run_id in list(ImportRun.objects.to_be_taken(clock.now()).values_list("pk", flat=True)):
        import_runs.run_import(run_id=run_id)


@shared_task(time_limit=840)
def run_newsletters() -> None:
    """Begin newsletters that are due and write their e-mails into the outbox; asked for when one is sent, and by beat
    every minute, which also goes on where a worker was killed."""
    if newsletters.run_due():
        run_newsletters.delay()


@shared_task
def forget_followers() -> None:
    """Every night: who never confirmed, and to which addresses old newsletters went."""
    follows.forget_unconfirmed()
    newsletters.forget_old()
