"""The messages of the learning network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import mail_to, notify
from learning_network import links

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from learning_network.models import GroundRules, Participant, Programme, RedThread, Shared

NETWORK = register_topic(
    Topic(
        "learning_network",
        _("Learning network"),
        _("For municipalities that learn from each other: programmes, sessions and advice."),
        for_all=False,
    )
)
INVITED = register(
    Kind(
        code="learning_network.invited",
        topic=NETWORK.code,
        name=_("You are asked to take part in a programme"),
        subject=_("Take part in “%(title)s” for %(municipality)s"),
        body="learning_network/mail/invited.txt",
        action=_("Read the ground rules and take part"),
        urgent=True,
    )
)
NEW_RULES = register(
    Kind(
        code="learning_network.new_rules",
        topic=NETWORK.code,
        name=_("The ground rules of a programme have changed"),
        subject=_("New ground rules in “%(title)s”"),
        body="learning_network/mail/new_rules.txt",
        action=_("Read them and accept them"),
    )
)
PIECE_DROPPED = register(
    Kind(
        code="learning_network.piece_dropped",
        topic=NETWORK.code,
        name=_("Something dropped out of red threads"),
        subject=_("“%(item)s” is no longer in “%(title)s”"),
        body="learning_network/mail/piece_dropped.txt",
        action=_("Look at the red threads"),
    )
)
RED_THREADS = register(
    Kind(
        code="learning_network.red_threads",
        topic=NETWORK.code,
        name=_("The red threads of a programme are published"),
        subject=_("Read the red threads of “%(programme)s”"),
        body="learning_network/mail/red_threads.txt",
        action=_("Read the red threads"),
    )
)


def about(programme: Programme) -> str:
    """The name under which messages about a programme are kept."""
    return f"learning_network.programme:{programme.pk}"


def participants_of(programme: Programme) -> QuerySet[User]:
    """Who takes part for a municipality that is in."""
    from learning_network.models import Participant

    there = Participant.objects.present().filter(enrolment__programme=programme)
    return User.objects.filter(pk__in=there.values("user"), is_active=True)


def invite(participant: Participant, *, by: User) -> None:
    """The mail with the personal link; once per invitation, so asking again sends again."""
    enrolment = participant.enrolment
    mail_to(
        address=participant.email,
        kind=INVITED,
        about=f"learning_network.participant:{participant.pk}",
        moment=f"invited-{participant.invited_at:%Y%m%d%H%M%S%f}",
        context={
            "title": enrolment.programme.title,
            "summary": enrolment.programme.summary,
            "municipality": enrolment.municipality.name,
            "by": str(by),
        },
        url=links.address_of(participant),
    )


def tell_rules(rules: GroundRules) -> int:
    """Ask every participant to accept a new version."""
    return notify(
        kind=NEW_RULES,
        recipients=participants_of(rules.programme),
        about=about(rules.programme),
        moment=f"rules-{rules.number}",
        context={"title": rules.programme.title},
        url=rules.programme.get_absolute_url(),
    )


def tell_dropped(thread: RedThread, item: Shared) -> int:
    """Tell who runs the programme that a text fell out of its red threads; once per change of that text."""
    assert thread.programme is not None  # the database holds that
    people = User.objects.filter(programme_roles__programme=thread.programme, is_active=True).distinct()
    return notify(
        kind=PIECE_DROPPED,
        recipients=people,
        about=f"learning_network.redthread:{thread.pk}",
        moment=f"dropped-{item._meta.model_name}-{item.pk}-{item.version}",
        context={"title": thread.title, "item": str(item)},
        url=reverse("learning_network:red_thread_edit", args=[thread.programme.slug, thread.pk]),
    )


def tell_red_threads(thread: RedThread) -> int:
    """Tell every participant of the programme, once, that its red threads are there."""
    assert thread.programme is not None
    return notify(
        kind=RED_THREADS,
        recipients=participants_of(thread.programme),
        about=f"learning_network.redthread:{thread.pk}",
        moment="published",
        context={"title": thread.title, "programme": thread.programme.title},
        url=thread.get_absolute_url(),
    )
