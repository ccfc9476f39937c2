"""How many voted, never what; areas with fewer than ten voters never get a figure of their own."""

from __future__ import annotations

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


def turnout_by_area(ballot: Ballot) -> list[AreaTurnout]:
    """Voters per area by code. When one figure only would be hidden, it would follow by subtraction from the total:
    then the next smallest is hidden too."""
    rows = list(
        VoterRecord.objects.filter(ballot=ballot, area__isnull=False)
        .values("area__code", "area__name")
        .annotate(voters=Count("voter_key"))
        .order_by("area__code")
    )
    hidden = {row["area__code"] for row in rows if row["voters"] < SMALLEST_GROUP}
    if len(hidden) == 1 and len(rows) > 1:
        hidden.add(min((r for r in rows if r["area__code"] not in hidden), key=lambda r: r["voters"])["area__code"])
    return [
        AreaTurnout(row["area__code"], row["area__name"], None if row["area__code"] in hidden else row["voters"])
        for row in rows
    ]


def publishable_turnout(ballot: Ballot) -> dict[str, int]:
    """Area code to voters, for the areas that may be shown."""
    return {row.code: row.voters for row in turnout_by_area(ballot) if row.voters is not None}
