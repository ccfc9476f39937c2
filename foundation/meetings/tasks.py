from celery import shared_task

from foundation.meetings.services import reminders


@shared_task(ignore_result=True)
def send_reminders() -> int:
    return reminders.send_due()


@shared_task(ignore_result=True)
def forget_needs() -> int:
    return reminders.forget_needs()
