"""Reads about intentions and continuation agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, IntegerField, When

from learning_network.enums import INSIDE, AgreementState, SharedState
from learning_network.models import Intention

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from learning_network.models import Agreement, Programme


def intentions(programme: Programme, user: Any) -> list[Intention]:
    """The shared ones that this person may read, by municipality."""
    rows = Intention.objects.visible_to(user).filter(
        programme=programme, state=SharedState.SHARED, hidden_at__isnull=True
    )
    return list(rows.select_related("municipality", "programme").order_by("municipality__name"))


def without(programme: Programme) -> list[str]:
    """The municipalities that take part and have shared no intention (yet), by name: for who is in the programme."""
    done = Intention.objects.filter(programme=programme, state=SharedState.SHARED).values("municipality")
    rows = programme.enrolments.filter(stage__in=INSIDE).exclude(municipality__in=done)
    return list(rows.order_by("municipality__name").values_list("municipality__name", flat=True))


def agreements(programme: Programme) -> QuerySet[Agreement]:
    """All of a programme with their municipalities; those that ended come last."""
    rows = programme.agreements.prefetch_related("parties__municipality")
    over = Case(When(state=AgreementState.ENDED, then=1), default=0, output_field=IntegerField())
    return rows.order_by(over, "follow_up_on", "pk")


def to_follow_up(programme: Programme, today: date) -> int:
    """How many agreements wait for a word about how they went."""
    return programme.agreements.filter(follow_up_on__lte=today).exclude(state=AgreementState.ENDED).count()


def part(programme: Programme, user: Any) -> dict[str, Any]:
    """For the page of a programme: the intentions that this person may read."""
    return {"rows": intentions(programme, user), "inside": user.has_perm("learning_network.take_part", programme)}
