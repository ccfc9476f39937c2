"""Search in everything public of a municipality, with PostgreSQL's Dutch dictionary ("buurten" finds "buurt")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import F, Q, QuerySet

from foundation.municipalities.models import Area, Municipality
from foundation.voting.models import Ballot, Option
from initiatives.models import Initiative
from initiatives.queries.lists import best
from learning_network.search import Group, everywhere
from participation.models import Process, Proposal
from participation.queries import portal as processes

PER_KIND = 20


@dataclass(frozen=True)
class Found:
    """What was found, best first, at most ``PER_KIND`` of each."""

    ballots: list[Ballot]
    options: list[Option]
    areas: list[Area]
    initiatives: list[Initiative]
    processes: list[Process]
    proposals: list[Proposal]
    network: list[Group]

    def __len__(self) -> int:
        found = (self.ballots, self.options, self.areas, self.initiatives, self.processes, self.proposals)
        return sum(len(rows) for rows in found) + sum(len(group.hits) for group in self.network)


def search(municipality: Municipality, text: str, user: Any = None) -> Found:
    """Votes, projects, initiatives, processes and their proposals by their words, neighbourhoods by a part of their name.

    Besides what the learning network and the labs hold that ``user`` may read (None: without an account).
    """
    query = SearchQuery(text, config="dutch", search_type="websearch")
    ballots = _ranked(Ballot.objects.for_municipality(municipality).public(), "title", "question", query, text)
    options = _ranked(
        Option.objects.filter(ballot__in=Ballot.objects.for_municipality(municipality).public()),
        "title",
        "text",
        query,
        text,
    )
    areas = Area.objects.for_municipality(municipality).current().filter(name__icontains=text).order_by("name")
    return Found(
        ballots=list(ballots.select_related("municipality").defer("rules_json")),
        options=list(options.select_related("ballot__municipality", "area").defer("ballot__rules_json")),
        areas=list(areas.defer("geometry")[:PER_KIND]),
        initiatives=best(municipality, text, limit=PER_KIND),
        processes=processes.best(municipality, text, limit=PER_KIND),
        proposals=processes.best_proposals(municipality, text, limit=PER_KIND),
        network=everywhere(user or AnonymousUser(), text),
    )


def _ranked(rows: QuerySet[Any], title: str, text: str, query: SearchQuery, words: str) -> QuerySet[Any]:
    """Rows whose title or text holds the words, or whose title holds them as they were typed."""
    vector = SearchVector(title, weight="A", config="dutch") + SearchVector(text, weight="B", config="dutch")
    found = rows.annotate(vector=vector).filter(Q(vector=query) | Q(**{f"{title}__icontains": words}))
    return found.annotate(rank=SearchRank(F("vector"), query)).order_by("-rank", "pk")[:PER_KIND]
