"""Background work of the learning network: ids in, one service call."""

from __future__ import annotations

from celery import shared_task

from learning_network.services import advice, endings, mailings, nudges, tools


@shared_task(ignore_result=True)
def nudge_municipalities() -> int:
    """Ask municipalities that have nobody coming to a session soon for somebody."""
    return nudges.nudge_due()


@shared_task(ignore_result=True)
def follow_up_agreements() -> int:
    """Ask how agreements between municipalities went, on the day that they chose."""
    return endings.follow_up_due()


@shared_task(ignore_result=True)
def remind_of_advice() -> int:
    """Remind askers of advice that lies unused, and keepers of tools that nobody confirmed for a year."""
    return advice.remind() + tools.remind()


@shared_task(ignore_result=True)
def send_mailings() -> bool:
    """Write mailings to members that are being sent; asks for itself again while there is more."""
    more = mailings.run_due()
    if more:
        send_mailings.apply_async(retry=False, expires=300)
    return more
