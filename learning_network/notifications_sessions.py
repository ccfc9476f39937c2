"""The messages about sessions, besides those of meetings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import mail_to, notify
from learning_network import links
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from learning_network.models import Enrolment, Session

NUDGE = register(
    Kind(
        code="learning_network.nudge",
        topic=NETWORK.code,
        name=_("Nobody of your municipality comes to a session yet"),
        subject=_("Who comes from %(municipality)s? %(title)s"),
        body="learning_network/mail/nudge.txt",
        action=_("Say whether you come"),
        urgent=True,
    )
)


def nudge(session: Session, enrolment: Enrolment, people: list[User], day: date) -> None:
    """Ask the people of a municipality for somebody; where nobody is in yet, those who were invited."""
    context = {
        "title": session.meeting.title,
        "municipality": enrolment.municipality.name,
        "starts_at": session.meeting.starts_at,
        "place": session.meeting.place,
    }
    # The municipality stands in the name of the thing: who sits in the programme for two hears for each.
    about = f"learning_network.session:{session.pk}:{enrolment.pk}"
    moment = f"nudge-{day:%Y%m%d}"
    if people:
        notify(
            kind=NUDGE, recipients=people, about=about, moment=moment, context=context, url=session.get_absolute_url()
        )
        return
    for asked in enrolment.participants.filter(joined_at=None, left_at=None).exclude(email=""):
        mail_to(
            address=asked.email,
            kind=NUDGE,
            about=about,
            moment=moment,
            context=context,
            url=links.address_of(asked),
        )
