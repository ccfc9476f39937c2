from celery import shared_task

from foundation.notifications import services


@shared_task(
    time_limit=840
)  # below the broker's visibility timeout: a task that hangs never runs twice at once for long
def deliver_due() -> None:
    """Send the e-mails that are due; asked for after each commit that wrote some, and by beat every minute."""
    if services.deliver_due(bulk=False).more:
        deliver_due.delay()


@shared_task(time_limit=840)
def deliver_bulk() -> None:
    """Send what goes to very many, a short run at a time, so that other tasks get their turn in between."""
    if services.deliver_bulk().more:
        deliver_bulk.delay()


@shared_task
def send_digests() -> None:
    """Make the daily overviews; beat asks every quarter of an hour, the hour of the day decides."""
    services.send_digests()
