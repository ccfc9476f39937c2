"""Background work of initiatives."""

from celery import shared_task

from foundation.core import clock
from initiatives.models import ImportRun
from initiatives.services import agreements, desk, drafts, import_runs, townhall, warnings


@shared_task
def warn_of_terms() -> int:
    """Tell the right people which terms run out; not those who left."""
    desk.release_contacts()
    return warnings.warn()


@shared_task
def forget_old_drafts() -> int:
    """Delete plans that were never sent, and files that were never imported, that nobody went on with in time."""
    return drafts.purge() + import_runs.purge()


@shared_task
def remind_sectors() -> int:
    """Remind sectors whose view is waited for."""
    return townhall.remind()


@shared_task
def remind_of_agreements() -> int:
    """Remind of instalments to pay and talks that come up."""
    return agreements.remind()


@shared_task
def read_initiatives(run_id: int) -> None:
    """Check, import or take back one file; a second worker with the same task leaves it alone."""
    import_runs.work(run_id=run_id)


@shared_task
def take_over_imports() -> None:
    """From beat: go on with files whose worker was killed, or whose task never arrived."""
    for run_id in list(ImportRun.objects.to_be_taken(clock.now()).values_list("pk", flat=True)):
        import_runs.work(run_id=run_id)
