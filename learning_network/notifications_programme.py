"""Messages about roles in a programme, and about what was agreed at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import notify
from learning_network.models import Participant
from learning_network.notifications import NETWORK

if TYPE_CHECKING:
    from learning_network.models import Agreement, ProgrammeRole

ROLE_GIVEN = register(
    Kind(
        code="learning_network.role_given",
        topic=NETWORK.code,
        name=_("You got a role in a programme"),
        subject=_("You are now %(role)s of “%(title)s”"),
        body="learning_network/mail/role_given.txt",
        action=_("Go to the programme"),
    )
)
FOLLOW_UP = register(
    Kind(
        code="learning_network.follow_up",
        topic=NETWORK.code,
        name=_("How did an agreement with other municipalities go?"),
        subject=_("How did it go? %(what)s"),
        body="learning_network/mail/follow_up.txt",
        action=_("Say how it went"),
    )
)


def tell_role(role: ProgrammeRole) -> int:
    """Tell somebody that they lead or facilitate a programme from now on; once per time that they get it."""
    programme = role.programme
    return notify(
        kind=ROLE_GIVEN,
        recipients=[role.user],
        about=f"learning_network.programme:{programme.pk}",
        moment=f"role-{role.pk}",
        context={"title": programme.title, "role": str(role.get_kind_display())},
        url=reverse("learning_network:lead", args=[programme.slug]),
    )


def ask_follow_up(agreement: Agreement) -> int:
    """Ask the people of its municipalities, who are in the programme, how it went; once per day on which it is asked."""
    there = Participant.objects.present().filter(enrolment__agreements=agreement)
    return notify(
        kind=FOLLOW_UP,
        recipients=User.objects.filter(pk__in=there.values("user"), is_active=True),
        about=f"learning_network.agreement:{agreement.pk}",
        moment=f"follow-up-{agreement.follow_up_on:%Y-%m-%d}",
        context={"what": agreement.what, "title": agreement.programme.title},
        url=reverse("learning_network:agreement", args=[agreement.programme.slug, agreement.pk]),
    )
