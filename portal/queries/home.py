"""What is open, where, until when: the data of the two home pages, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from foundation.municipalities.models import Area, Municipality, Residency
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot, Option, Result
from foundation.voting.queries import results_visible
from initiatives.models import Initiative
from initiatives.queries.lists import newest
from participation.models import Process
from participation.queries import portal as processes

if TYPE_CHECKING:
    from foundation.accounts.models import User

# How many cards a home page shows; the lists behind them show the rest.
OPEN_SHOWN = 6
COMING_SHOWN = 4
RESULTS_SHOWN = 3
INITIATIVES_SHOWN = 3
PROCESSES_SHOWN = 6


@dataclass(frozen=True)
class OpenPlace:
    """What is open in one neighbourhood: how many projects there one can vote on."""

    area: Area
    projects: int


@dataclass(frozen=True)
class Outcome:
    """A published result in numbers."""

    ballot: Ballot
    votes: int
    options: int
    winners: int


@dataclass(frozen=True)
class MunicipalityHome:
    """Everything on the home page of a municipality. The totals count all; the lists stop at what is shown."""

    open: Sequence[Ballot]
    coming: list[Ballot]
    results: list[Outcome]
    open_total: int
    coming_total: int
    past_total: int
    initiatives: Sequence[Initiative] = ()
    processes: Sequence[Process] = ()
    near_me: frozenset[int] = frozenset()
    residency: Residency | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was ever announced here."""
        return not (self.open_total or self.coming_total or self.past_total or self.initiatives or self.processes)


def open_everywhere(now: datetime) -> list[Ballot]:
    """The votes of all published municipalities that close first."""
    return list(
        Ballot.objects.public()
        .open(now)
        .filter(municipality__published_at__isnull=False)
        .select_related("municipality")
        .defer("rules_json")[:OPEN_SHOWN]
    )


def municipalities(now: datetime, *, search: str = "") -> QuerySet[Municipality]:
    """The published municipalities, by name, each with ``open_ballots``; ``search`` is a part of the name."""
    open_ballots = (
        Ballot.objects.public()
        .open(now)
        .filter(municipality=OuterRef("pk"))
        .order_by()
        .values("municipality")
        .annotate(number=Count("pk"))
        .values("number")
    )
    found = Municipality.objects.published().annotate(open_ballots=Coalesce(Subquery(open_ballots), 0))
    if search:
        found = found.filter(name__icontains=search)
    return found.order_by("name")


def municipality_home(municipality: Municipality, now: datetime, *, user: User | None = None) -> MunicipalityHome:
    """The home page of a municipality; ``user`` (or None for a reader) adds what is near them."""
    ballots = Ballot.objects.for_municipality(municipality).public()
    totals = ballots.aggregate(
        open=Count("pk", filter=_open(now)),
        coming=Count("pk", filter=Q(state=BallotState.ANNOUNCED, opens_at__gt=now)),
        past=Count("pk", filter=Q(closes_at__lte=now)),
    )
    shown = ballots.defer("rules_json").select_related("municipality")
    # A subquery is counted for the few rows that are shown; a join would be counted for all that are open.
    options = Option.objects.filter(ballot=OuterRef("pk")).order_by().values("ballot").annotate(number=Count("pk"))
    is_open = list(
        shown.open(now)
        .annotate(options_total=Coalesce(Subquery(options.values("number")), 0))
        .prefetch_related("areas")[:OPEN_SHOWN]
    )
    residency = _residency(municipality, user)
    return MunicipalityHome(
        open=is_open,
        coming=list(shown.coming(now)[:COMING_SHOWN]),
        results=_results(shown, now),
        open_total=totals["open"],
        coming_total=totals["coming"],
        past_total=totals["past"],
        initiatives=newest(municipality, limit=INITIATIVES_SHOWN),
        processes=processes.open_now(municipality, now, limit=PROCESSES_SHOWN),
        near_me=_near(is_open, residency),
        residency=residency,
    )


def next_change(municipality: Municipality | None, now: datetime) -> datetime | None:
    """When something opens or closes by itself next, in one municipality or anywhere; None when nothing is planned."""
    ballots = Ballot.objects.filter(state__in=[BallotState.ANNOUNCED, BallotState.OPEN])
    if municipality is not None:
        ballots = ballots.for_municipality(municipality)
    opens = ballots.filter(opens_at__gt=now).order_by("opens_at").values_list("opens_at", flat=True)
    closes = ballots.filter(closes_at__gt=now).order_by("closes_at").values_list("closes_at", flat=True)
    moments = (opens.first(), closes.first(), processes.next_change(municipality, now))
    return min((moment for moment in moments if moment), default=None)


def _open(now: datetime) -> Q:
    return Q(state__in=[BallotState.OPEN, BallotState.ANNOUNCED], opens_at__lte=now, closes_at__gt=now)


def _residency(municipality: Municipality, user: User | None) -> Residency | None:
    if user is None or not user.is_authenticated:
        return None
    return Residency.objects.filter(municipality=municipality, user=user).select_related("neighbourhood").first()


def places(municipality: Municipality, now: datetime) -> list[OpenPlace]:
    """Every neighbourhood, water too, with how many projects there one can vote on; counted by the database."""
    areas = Area.objects.for_municipality(municipality).current().neighbourhoods().order_by("name")
    is_open = Ballot.objects.for_municipality(municipality).public().filter(_open(now)).values("pk")
    projects = dict(
        Option.objects.filter(ballot__in=is_open, area__isnull=False)
        .order_by()
        .values_list("area")
        .annotate(number=Count("pk"))
    )
    return [OpenPlace(area, projects.get(area.pk, 0)) for area in areas]


def _results(ballots: QuerySet[Ballot], now: datetime) -> list[Outcome]:
    """The newest published results; asked of the gate like every output that tells what was voted."""
    newest = list(ballots.filter(state=BallotState.PUBLISHED).order_by("-closes_at")[:RESULTS_SHOWN])
    told = {
        result.count.ballot_id: result
        for result in Result.objects.filter(count__ballot__in=newest).select_related("count")
    }
    return [
        Outcome(
            ballot=ballot,
            votes=told[ballot.pk].cast,
            options=len(told[ballot.pk].outcome["stories"]),
            winners=len(told[ballot.pk].outcome["winners"]),
        )
        for ballot in newest
        if ballot.pk in told and results_visible(ballot, None, now)
    ]


def _near(ballots: Sequence[Ballot], residency: Residency | None) -> frozenset[int]:
    """Which of these ballots are for the visitor's own neighbourhood or its district in particular."""
    if residency is None or residency.neighbourhood is None:
        return frozenset()
    mine = {residency.neighbourhood_id, residency.neighbourhood.parent_id}
    return frozenset(ballot.pk for ballot in ballots if any(area.pk in mine for area in ballot.areas.all()))
