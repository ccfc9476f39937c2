"""Reads about the road of a municipality's people into a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learning_network.enums import INSIDE, ProgrammeState
from learning_network.models import Participant

if TYPE_CHECKING:
    from learning_network.models import Enrolment, GroundRules, Programme


def obstacle(asked: Participant, user: Any) -> str:
    """Why this person can't use this link now, as a word that the page explains; empty when they can.

    The words: ``withdrawn``, ``stopped`` (the municipality), ``ended`` (the programme), ``used`` (by somebody: log in),
    ``somebody_else`` (by another account than this one), ``double`` (this person is in already for this municipality).
    """
    enrolment = asked.enrolment
    if asked.left_at is not None:
        return "withdrawn"
    if enrolment.stage not in INSIDE:
        return "stopped"
    if enrolment.programme.state != ProgrammeState.RUNNING:
        return "ended"
    if asked.user_id is not None and asked.user_id != user.pk:
        return "somebody_else" if user.is_authenticated else "used"
    if asked.user_id is None and user.is_authenticated and enrolment.participants.filter(user=user).exists():
        return "double"
    return ""


def has_accepted(asked: Participant, rules: GroundRules) -> bool:
    """Whether this participant accepted this version."""
    return asked.joined_at is not None and asked.acceptances.filter(rules=rules).exists()


def part_of(user: Any, programme: Programme) -> Participant | None:
    """This person's own place in a programme, the newest when they are in for several municipalities; None: not in."""
    if not user.is_authenticated:
        return None
    rows = Participant.objects.present().filter(user=user, enrolment__programme=programme)
    return rows.select_related("enrolment__municipality", "enrolment__programme").order_by("-joined_at").first()


def others(enrolment: Enrolment) -> list[str]:
    """The names of the other municipalities that are in."""
    rows = enrolment.programme.enrolments.inside().exclude(pk=enrolment.pk)
    return list(rows.order_by("municipality__name").values_list("municipality__name", flat=True))
