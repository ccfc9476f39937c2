from celery import shared_task

from foundation.core import health


@shared_task
def heartbeat() -> None:
    """Beat sends this every 30 seconds; that it arrives shows that beat, broker and worker all live."""
    health.beat("worker")
