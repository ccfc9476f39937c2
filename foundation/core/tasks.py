from typing import Any

from celery import shared_task
from celery.signals import heartbeat_sent

from foundation.core import health


@shared_task
def heartbeat() -> None:
    """Beat sends this every 30 seconds; that it arrives shows that beat, broker and worker together work."""
    health.beat("tasks")


@heartbeat_sent.connect
def worker_lives(**_rest: Any) -> None:
    """From the worker's own process, every few seconds, however busy its children are."""
    health.sign_of_life("worker")
