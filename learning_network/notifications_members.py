"""Messages of the network between programmes: an invitation to it, and mailings to members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import mail_to, notify
from learning_network import links_members
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.notifications.models import Message
    from learning_network.models import Mailing, MemberInvitation

NEWS = register_topic(
    Topic(
        "learning_network_news",
        _("News of the learning network"),
        _("Letters to the members of the learning network. Each is an e-mail of its own."),
        for_all=False,
    )
)


def _wanted(message: Message) -> bool:
    """Members who did not say on their page that they want no mailings."""
    from learning_network.models import Member

    return Member.objects.current().filter(user=message.recipient_id, wants_mailings=True).exists()


INVITED = register(
    Kind(
        code="learning_network.member_invited",
        topic=NETWORK.code,
        name=_("You are asked into the learning network"),
        subject=_("Become a member of the learning network"),
        body="learning_network/mail/member_invited.txt",
        action=_("Become a member"),
        urgent=True,
    )
)
MAILING = register(
    Kind(
        code="learning_network.mailing",
        topic=NEWS.code,
        name=_("News of the learning network"),
        subject="%(subject)s",
        body="learning_network/mail/mailing.txt",
        action=_("Go to the learning network"),
        urgent=True,
        bulk=True,
        wanted=_wanted,
    )
)
MAILING_TEST = register(
    Kind(
        code="learning_network.mailing_test",
        topic=NEWS.code,
        name=_("Test of a mailing"),
        subject=_("Test: %(subject)s"),
        body="learning_network/mail/mailing.txt",
        action=_("Go to the mailing"),
        switchable=False,
    )
)


def invite(invitation: MemberInvitation, *, by: User) -> None:
    """The mail with the personal link; each time that somebody is asked (again)."""
    mail_to(
        address=invitation.email,
        kind=INVITED,
        about=f"learning_network.member_invitation:{invitation.pk}",
        moment=f"invited-{invitation.invited_at:%Y%m%d%H%M%S%f}",
        context={"by": str(by), "municipality": str(invitation.municipality or "")},
        url=links_members.address_of(invitation),
    )


def _context(mailing: Mailing) -> dict[str, Any]:
    return {"subject": mailing.subject, "text": mailing.text}


def write_to(mailing: Mailing, people: Iterable[User]) -> int:
    """Write a mailing to these members; each gets it once, whichever worker asks."""
    return notify(
        kind=MAILING,
        recipients=people,
        about=mailing.about,
        moment="sent",
        context=_context(mailing),
        url=reverse("learning_network:home"),
    )


def send_test(mailing: Mailing, *, to: User, moment: str) -> None:
    """The mailing as it stands now, to who asks."""
    notify(
        kind=MAILING_TEST,
        recipients=[to],
        about=mailing.about,
        moment=moment,
        context=_context(mailing),
        url=mailing.get_absolute_url(),
    )
