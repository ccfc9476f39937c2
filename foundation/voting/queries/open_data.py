"""What programs of others may read: public ballots of published municipalities, results after publication."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from foundation.municipalities.models import Area, Municipality
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot, Option, Result
from foundation.voting.queries import ballots as ballot_queries

# What the clock makes of a ballot, in the words of the API; the several states of counting are one to the outside.
PHASES = {
    BallotState.ANNOUNCED: "aangekondigd",
    BallotState.OPEN: "open",
    BallotState.CLOSED: "gesloten",
    BallotState.COUNTED: "gesloten",
    BallotState.CERTIFIED: "gesloten",
    BallotState.PUBLISHED: "gepubliceerd",
    BallotState.CANCELLED: "geannuleerd",
}


def phase(ballot: Ballot, now: datetime) -> str:
    return PHASES[BallotState(ballot.phase(now))]


def municipalities() -> QuerySet[Municipality]:
    return Municipality.objects.exclude(published_at=None).order_by("slug")


def municipality(slug: str) -> Municipality | None:
    return municipalities().filter(slug=slug).first()


def ballots(of: Municipality, now: datetime, wanted: str = "") -> QuerySet[Ballot]:
    """Public ballots, the latest opening first; ``wanted`` is one of the values of ``PHASES``, or "" for all."""
    rows = ballot_queries.with_figures(Ballot.objects.for_municipality(of).public())
    if wanted:
        rows = rows.filter(_in_phase(wanted, now))
    return rows.select_related("municipality").order_by("-opens_at", "-pk")


def _in_phase(wanted: str, now: datetime) -> Q:
    """``Ballot.phase`` in SQL."""
    by_clock = Q(state__in=(BallotState.ANNOUNCED, BallotState.OPEN))
    return {
        "aangekondigd": by_clock & Q(opens_at__gt=now, closes_at__gt=now),
        "open": by_clock & Q(opens_at__lte=now, closes_at__gt=now),
        "gesloten": by_clock & Q(closes_at__lte=now)
        | Q(state__in=(BallotState.CLOSED, BallotState.COUNTED, BallotState.CERTIFIED)),
        "gepubliceerd": Q(state=BallotState.PUBLISHED),
        "geannuleerd": Q(state=BallotState.CANCELLED),
    }[wanted]


def published(of: Municipality, now: datetime) -> QuerySet[Ballot]:
    """Those with a result that everybody may see (the gate says the same of each), the latest first."""
    rows = Ballot.objects.for_municipality(of).filter(state=BallotState.PUBLISHED, closes_at__lte=now)
    return rows.select_related("municipality").order_by("-published_at", "-pk")


def options(ballot: Ballot) -> QuerySet[Option]:
    return ballot.options.select_related("area").order_by("number")


def areas(ballot: Ballot) -> list[Area]:
    """The neighbourhoods whose residents may vote; empty for the whole municipality."""
    return [row.area for row in ballot.ballot_areas.select_related("area").order_by("area__name")]


def turnout(ballot: Ballot) -> list[tuple[str, str, int]]:
    """Code, name and voters of the areas that may be told; the caller has asked the gate."""
    told: dict[str, int] = Result.objects.get(count__ballot=ballot).turnout
    names = dict(Area.objects.filter(municipality_id=ballot.municipality_id).values_list("code", "name"))
    return [(code, names.get(code, code), voters) for code, voters in sorted(told.items())]
