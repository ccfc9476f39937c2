"""Reads about what a lab makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q

from changelab.enums import OBSTACLE_OPEN, Movement, PlanState, Presence, StakeholderKind
from changelab.models import (
    CheckItem,
    Insight,
    Lab,
    Observation,
    Obstacle,
    PlanTask,
    Prototype,
    Reflection,
    Stakeholder,
    Sums,
    TransferPlan,
)
from changelab.queries import attention
from changelab.services.plans import sums
from changelab.visibility import readable
from foundation.core import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from changelab.models import Cohort


def of_lab(model: Any, lab: Lab, user: Any) -> QuerySet[Any]:
    """What this lab made of one kind, as far as this person may read it."""
    rows: QuerySet[Any] = model.objects.visible_to(user).filter(lab=lab)
    return rows


def stakeholders(lab: Lab, user: Any) -> list[Stakeholder]:
    return list(of_lab(Stakeholder, lab, user))


def missing_kinds(rows: list[Stakeholder]) -> list[str]:
    """The required kinds of which nobody is in the room (the whole-system check)."""
    there = {row.kind for row in rows if row.presence == Presence.IN_ROOM}
    return [str(label) for code, label in StakeholderKind.choices if code not in there]


def checklist(lab: Lab) -> dict[str, list[CheckItem]]:
    """The checklist by movement."""
    found: dict[str, list[CheckItem]] = {code: [] for code in Movement.values}
    for item in lab.check_items.all():
        found[item.movement].append(item)
    return found


def insights(lab: Lab, user: Any) -> list[Insight]:
    """The insights, each with the observations under it."""
    seen = Observation.objects.filter(readable(user)).order_by("created_at", "pk")
    return list(of_lab(Insight, lab, user).prefetch_related(Prefetch("observations", seen)))


def loose_observations(lab: Lab, user: Any) -> list[Observation]:
    return list(of_lab(Observation, lab, user).filter(insight=None))


def prototypes(lab: Lab, user: Any) -> list[Prototype]:
    return list(of_lab(Prototype, lab, user).select_related("insight", "follows"))


def reflections(lab: Lab, user: Any) -> list[Reflection]:
    """One's own, and what others of the lab shared."""
    return list(lab.reflections.filter(Q(user=user) | Q(is_shared=True)).select_related("user", "meeting"))


def obstacles(lab: Lab, user: Any) -> list[Obstacle]:
    return list(of_lab(Obstacle, lab, user).select_related("owner__user").prefetch_related("events"))


def plans(lab: Lab, user: Any) -> list[TransferPlan]:
    """The plans of a lab, each with its money as ``total``."""
    rows = list(of_lab(TransferPlan, lab, user).prefetch_related("tasks").select_related("lab__cohort"))
    for row in rows:
        row.total = sums(row.tasks.all())
    return rows


def one_plan(lab: Lab, pk: int, user: Any) -> TransferPlan | None:
    """A plan that this person may read, with all that stands in it."""
    found: TransferPlan | None = (
        of_lab(TransferPlan, lab, user)
        .prefetch_related("tasks", "risks", "sign_offs__version", "advice__author", "advice__enrolment__municipality")
        .select_related("transfer__initiative__municipality")
        .filter(pk=pk)
        .first()
    )
    if found is not None:
        found.lab = lab
    return found


def overview(cohort: Cohort) -> list[dict[str, Any]]:
    """The labs of a cohort side by side: movement, room, obstacles, prototypes, money to be handed over, follow-up.

    Amounts of labs that stopped stay in their row, not in the total. A constant number of questions, however many labs.
    """
    labs = list(
        cohort.labs.select_related("municipality", "cohort", "application")
        .annotate(
            members_in=Count(
                "members", filter=Q(members__joined_at__isnull=False, members__left_at=None), distinct=True
            )
        )
        .order_by("municipality__name")
    )
    keys = [lab.pk for lab in labs]
    live = {"lab__in": keys, "withdrawn_at": None}
    tasks: dict[int, list[PlanTask]] = {}
    accepted: dict[int, list[PlanTask]] = {}
    for task in (
        PlanTask.objects.filter(plan__lab__in=keys, plan__withdrawn_at=None)
        .exclude(plan__state=PlanState.REJECTED)
        .select_related("plan")
    ):
        tasks.setdefault(task.plan.lab_id, []).append(task)
        if task.plan.state == PlanState.ACCEPTED:
            accepted.setdefault(task.plan.lab_id, []).append(task)
    obstacles_open = _counts(Obstacle.objects.filter(**live, state__in=OBSTACLE_OPEN))
    prototypes_all = _counts(Prototype.objects.filter(**live))
    observations_all = _counts(Observation.objects.filter(**live))
    there = attention.attendance(labs)
    roads = attention.roads(labs, clock.today())
    room: dict[int, set[str]] = {}
    for lab_id, kind in Stakeholder.objects.filter(**live, presence=Presence.IN_ROOM).values_list("lab_id", "kind"):
        room.setdefault(lab_id, set()).add(kind)
    return [
        {
            "lab": lab,
            "members": lab.members_in,
            "attendance": there.get(lab.pk),
            "road": roads[lab.pk],
            "missing": [str(label) for code, label in StakeholderKind.choices if code not in room.get(lab.pk, set())],
            "observations": observations_all.get(lab.pk, 0),
            "prototypes": prototypes_all.get(lab.pk, 0),
            "obstacles": obstacles_open.get(lab.pk, 0),
            "planned": sums(tasks.get(lab.pk, [])),
            "accepted": sums(accepted.get(lab.pk, [])),
        }
        for lab in labs
    ]


def total_of(rows: list[dict[str, Any]], name: str) -> Sums:
    """The money of all labs together; a lab that stopped is not counted."""
    total = Sums()
    for row in rows:
        if row["lab"].state != "stopped":
            total += row[name]
    return total


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.values_list("lab_id").annotate(number=Count("pk")).order_by())
