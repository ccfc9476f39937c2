from celery import shared_task

from foundation.meetings.services import invitations, reminders


@shared_task(ignore_result=True)
def send_reminders() -> int:
    return reminders.send_due()


@shared_task(ignore_result=True)
def forget_needs() -> int:
    return reminders.forget_needs()


@shared_task(ignore_result=True)
def invite_members() -> int:
    return invitations.send_rounds()
