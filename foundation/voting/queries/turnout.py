"""How many voted, never what; areas with fewer than ten voters never get a figure of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from foundation.voting.models import VoterRecord

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

SMALLEST_GROUP = 10


@dataclass(frozen=True)
class AreaTurnout:
    """Voters in an area; None where they are too few to show."""

    code: str
    name: str
    voters: int | None


def turnout(ballot: Ballot) -> int:
    """Lines in the roll."""
    return VoterRecord.objects.filter(ballot=ballot).count()


def too_small(figures: Mapping[str, int], total: int) -> set[str]:
    """Whose figure may not be shown beside the total, so that no group of fewer than ten follows from what is.

    Groups of fewer than ten are hidden. What is hidden follows by subtraction as one sum; while that is fewer than ten (it
    would be a small group itself, or tell a lone hidden one) the smallest that is shown is hidden too.

    Args:
        figures: people per group, such as voters per area.
        total: everybody, also those of no group.
    """
    hidden = {key for key, number in figures.items() if number < SMALLEST_GROUP}
    rest = total - sum(number for key, number in figures.items() if key not in hidden)
    shown = sorted((key for key in figures if key not in hidden), key=lambda key: (figures[key], key))
    for key in shown:
        if not 0 < rest < SMALLEST_GROUP:
            break
        hidden.add(key)
        rest += figures[key]
    return hidden


def turnout_by_area(ballot: Ballot) -> list[AreaTurnout]:
    """Voters per area by code, without figures that are too small or would follow from the others (``too_small``)."""
    rows = list(
        VoterRecord.objects.filter(ballot=ballot)
        .values("area__code", "area__name")
        .annotate(voters=Count("voter_key"))
        .order_by("area__code")
    )
    areas = [row for row in rows if row["area__code"] is not None]
    hidden = too_small({row["area__code"]: row["voters"] for row in areas}, sum(row["voters"] for row in rows))
    return [
        AreaTurnout(row["area__code"], row["area__name"], None if row["area__code"] in hidden else row["voters"])
        for row in areas
    ]


def publishable_turnout(ballot: Ballot) -> dict[str, int]:
    """Area code to voters, for the areas that may be shown."""
    return {row.code: row.voters for row in turnout_by_area(ballot) if row.voters is not None}
