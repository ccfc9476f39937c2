"""Reads for the page of a municipality in a programme: its people, its case, and what it still has to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core.context import url_or_empty
from learning_network import visibility
from learning_network.enums import ProgrammeState, SharedState
from learning_network.models import Enrolment, Intention, Practice

if TYPE_CHECKING:
    from datetime import date

    from learning_network.models import Participant, Programme


def own(user: Any, programme: Programme) -> list[Enrolment]:
    """The municipalities for which this person takes part in this programme, by name."""
    codes = [code for found, code in visibility.circle(user) if found == programme.pk]
    rows = programme.enrolments.filter(municipality__in=codes).select_related("municipality", "programme")
    return list(rows.order_by("municipality__name"))


def people(enrolment: Enrolment) -> list[Participant]:
    """Who takes part and who is asked, in that order; not those who left."""
    rows = enrolment.participants.filter(left_at__isnull=True).select_related("user")
    return sorted(rows, key=lambda row: (row.joined_at is None, str(row).lower()))


def is_ending(programme: Programme, today: date) -> bool:
    """Whether it is time to say what comes next: in the last phase, and after the programme was closed."""
    if programme.state == ProgrammeState.FINISHED:
        return True
    last = programme.phases.order_by("-number").first()
    return programme.state == ProgrammeState.RUNNING and last is not None and last.starts_on <= today


@dataclass(frozen=True)
class Task:
    """Something that a municipality still has to do, and where."""

    text: str
    url: str
    action: str


def tasks(enrolment: Enrolment, user: Any, today: date) -> list[Task]:
    """What this municipality, and this person, still have to do in the programme; the first is the most pressing."""
    programme = enrolment.programme
    found = []
    if rules_wait(enrolment, user):
        found.append(
            Task(
                _("The ground rules have changed. Read them and say whether you accept them."),
                reverse("learning_network:rules", args=[programme.slug]),
                _("Read the ground rules"),
            )
        )
    if programme.state == ProgrammeState.RUNNING and enrolment.participants.filter(left_at__isnull=True).count() < 2:
        found.append(
            Task(
                _("You are alone. Together you learn more: ask a colleague to come too."),
                reverse("learning_network:municipality", args=[programme.slug]) + "#uitnodigen",
                _("Invite a colleague"),
            )
        )
    write = url_or_empty("learning_network:practice_new")
    shared = Practice.objects.filter(programme=programme, municipality=enrolment.municipality, state=SharedState.SHARED)
    if write and programme.state == ProgrammeState.RUNNING and not shared.exists():
        found.append(
            Task(
                _("Your case is not there yet: a practice of your own that the others can learn from."),
                write,
                _("Write your practice"),
            )
        )
    if is_ending(programme, today):
        intention = Intention.objects.filter(programme=programme, municipality=enrolment.municipality).first()
        if intention is None or intention.state == SharedState.DRAFT:
            found.append(
                Task(
                    _("The programme ends. Say what your municipality will do now."),
                    reverse("learning_network:intention", args=[programme.slug]),
                    _("Write your intention") if intention is None else _("Go on with your intention"),
                )
            )
    return found


def rules_wait(enrolment: Enrolment, user: Any) -> bool:
    """Whether this person has not accepted the newest ground rules."""
    if enrolment.programme.state != ProgrammeState.RUNNING:
        return False
    mine = enrolment.participants.filter(user=user, left_at__isnull=True).first()
    newest = enrolment.programme.ground_rules.order_by("-number").values_list("pk", flat=True)[0]
    return mine is not None and not mine.acceptances.filter(rules=newest).exists()


def part(programme: Programme, user: Any, today: date) -> dict[str, Any]:
    """For the page of a programme: the person's own municipality, and the first thing that it has to do."""
    rows = own(user, programme) if user.is_authenticated else []
    if not rows:
        return {"shown": False}
    found = tasks(rows[0], user, today)
    return {"shown": True, "rows": rows, "task": found[0] if found else None, "more": len(found) - 1}
