from celery import shared_task

from foundation.accounts import services


@shared_task
def forget_ended_sessions() -> int:
    """Daily: where people logged in from is kept only while they are logged in."""
    return services.forget_ended_sessions()
