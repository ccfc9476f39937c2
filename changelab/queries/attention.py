"""What a facilitator wants to know of the labs of a cohort: attendance, what asks for attention, and the road so far.

Each function asks the same number of questions, however many labs there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changelab.enums import OBSTACLE_OPEN, LabState, PlanState, Presence, StakeholderKind
from changelab.models import FollowUp, Obstacle, PlanAdvice, Stakeholder, TransferPlan
from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.meetings.models import Attendee

if TYPE_CHECKING:
    from changelab.models import Lab

STILL_AFTER = timedelta(weeks=6)


@dataclass(frozen=True)
class Attendance:
    """How many came of those of whom it was noted, over ``meetings`` meetings together."""

    meetings: int
    came: int
    noted: int


@dataclass(frozen=True)
class Alert:
    """Something that asks for attention: of which lab, what, and where one can do something about it."""

    lab: Lab
    text: str
    url: str


@dataclass(frozen=True)
class Stretch:
    """A lab was in a movement from one day to another."""

    movement: str
    begin: date
    end: date


def attendance(labs: Sequence[Lab]) -> dict[int, Attendance]:
    """Per id of a lab: who came to its meetings, as far as that was noted."""
    by_series = {lab.series_id: lab.pk for lab in labs if lab.series_id}
    rows = (
        Attendee.objects.filter(meeting__series__in=list(by_series), came__isnull=False)
        .values("meeting__series")
        .annotate(meetings=Count("meeting", distinct=True), came_in=Count("pk", filter=Q(came=True)), noted=Count("pk"))
        .order_by()
    )
    return {
        by_series[row["meeting__series"]]: Attendance(row["meetings"], row["came_in"], row["noted"]) for row in rows
    }


def alerts(labs: Sequence[Lab], today: date) -> list[Alert]:
    """What asks for attention, lab after lab. Of labs that closed only what came of them is asked."""
    running = {lab.pk: lab for lab in labs if lab.state == LabState.RUNNING}
    found: dict[int, list[Alert]] = {lab.pk: [] for lab in labs}

    def add(lab: Lab, text: str, page: str, *more: object) -> None:
        found[lab.pk].append(Alert(lab, text, reverse(f"changelab:{page}", args=[lab.cohort.slug, lab.slug, *more])))

    for lab in running.values():
        if clock.now() - lab.movement_since > STILL_AFTER:
            weeks = (clock.now() - lab.movement_since).days // 7
            add(
                lab,
                _("In the movement %(movement)s for %(weeks)d weeks.")
                % {"movement": lab.get_movement_display(), "weeks": weeks},
                "lab",
            )
    room: dict[int, set[str]] = {}
    there = Stakeholder.objects.filter(lab__in=running, withdrawn_at=None, presence=Presence.IN_ROOM)
    for lab_id, kind in there.values_list("lab_id", "kind"):
        room.setdefault(lab_id, set()).add(kind)
    for lab in running.values():
        missing = [str(label) for code, label in StakeholderKind.choices if code not in room.get(lab.pk, set())]
        if missing:
            add(lab, _("Not in the room yet: %(kinds)s.") % {"kinds": ", ".join(missing)}, "stakeholders")
    late = Obstacle.objects.filter(lab__in=running, withdrawn_at=None, state__in=OBSTACLE_OPEN, due_on__lt=today)
    for lab_id, number in late.values_list("lab_id").annotate(number=Count("pk")).order_by():
        told = ngettext("%(n)d obstacle is past its day.", "%(n)d obstacles are past their day.", number) % {
            "n": number
        }
        add(running[lab_id], told, "obstacles")
    asking = TransferPlan.objects.filter(lab__in=running, withdrawn_at=None, state=PlanState.ADVICE, advice=None)
    for plan in asking:
        add(
            running[plan.lab_id],
            _("“%(plan)s” waits for advice, and nobody gave any yet.") % {"plan": plan.title},
            "plan_page",
            plan.pk,
        )
    unanswered = PlanAdvice.objects.filter(plan__lab__in=running, plan__withdrawn_at=None, use="").select_related(
        "plan"
    )
    per_plan: dict[int, tuple[TransferPlan, int]] = {}
    for one in unanswered:
        per_plan[one.plan_id] = (one.plan, per_plan.get(one.plan_id, (one.plan, 0))[1] + 1)
    for plan, number in per_plan.values():
        told = ngettext(
            "%(n)d advice on “%(plan)s” has no answer of the lab.",
            "%(n)d pieces of advice on “%(plan)s” have no answer of the lab.",
            number,
        ) % {"n": number, "plan": plan.title}
        add(running[plan.lab_id], told, "plan_page", plan.pk)
    by_id = {lab.pk: lab for lab in labs}
    for due in FollowUp.objects.filter(lab__in=by_id, due_on__lte=today, answered_at=None):
        add(
            by_id[due.lab_id],
            _("Has not told yet what came of it after %(months)d months.") % {"months": due.months},
            "follow_up",
            due.months,
        )
    return [alert for lab in labs for alert in found[lab.pk]]


def roads(labs: Sequence[Lab], today: date) -> dict[int, list[Stretch]]:
    """Per id of a lab: in which movement it was from day to day, read from the audit trail."""
    moved: dict[int, list[tuple[date, str]]] = {}
    events = AuditEvent.objects.filter(
        object_type="changelab.lab", object_id__in=[str(lab.pk) for lab in labs], verb="changelab.movement"
    ).order_by("created_at", "pk")
    for event in events:
        day = date.fromisoformat(event.new["on"]) if "on" in event.new else clock.today(event.created_at)
        moved.setdefault(int(event.object_id), []).append((day, event.old["movement"]))
    found = {}
    for lab in labs:
        begin = clock.today(lab.created_at)
        end = clock.today(lab.ended_at) if lab.ended_at else today
        stretches = []
        for day, before in moved.get(lab.pk, []):
            stretches.append(Stretch(before, begin, day))
            begin = day
        found[lab.pk] = [*stretches, Stretch(lab.movement, begin, max(begin, end))]
    return found
