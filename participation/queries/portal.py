"""Processes on the pages of the portal: home, search, neighbourhood, Mijn AanZet. Only what is public."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, Min, OuterRef, Q

from foundation.municipalities.models import Area, Municipality
from participation.enums import ProcessState
from participation.models import Follow, Maker, Phase, Process, Proposal, Role
from participation.queries.processes import TAKES_PART, with_phases

if TYPE_CHECKING:
    from foundation.accounts.models import User


def open_now(municipality: Municipality, now: datetime, *, limit: int) -> list[Process]:
    """Running processes with an open phase in which residents are at the move, the first to close first. Three queries."""
    is_open = Q(phases__kind__in=TAKES_PART, phases__opens_at__lte=now, phases__closes_at__gt=now)
    rows = Process.objects.for_municipality(municipality).filter(state=ProcessState.PUBLISHED)
    rows = rows.annotate(open_until=Min("phases__closes_at", filter=is_open)).filter(open_until__isnull=False)
    return list(with_phases(rows.select_related("municipality").order_by("open_until", "pk"))[:limit])


def next_change(municipality: Municipality | None, now: datetime) -> datetime | None:
    """When a phase of a running process opens or closes by itself next; None when nothing is planned. One query."""
    rows = Phase.objects.filter(process__state=ProcessState.PUBLISHED, closes_at__gt=now).order_by()
    if municipality is not None:
        rows = rows.filter(process__municipality=municipality)
    found = rows.aggregate(opens=Min("opens_at", filter=Q(opens_at__gt=now)), closes=Min("closes_at"))
    return min((moment for moment in found.values() if moment is not None), default=None)


def in_area(area: Area, *, limit: int) -> list[Process]:
    """Processes that run about this neighbourhood or its district in particular. Three queries."""
    rows = Process.objects.filter(state=ProcessState.PUBLISHED, municipality=area.municipality_id)
    here = Process.areas.through.objects.filter(process=OuterRef("pk"), area__in=[area.pk, area.parent_id])
    rows = rows.filter(Exists(here)).select_related("municipality").order_by("-published_at", "-pk")
    return list(with_phases(rows)[:limit])


def best(municipality: Municipality, text: str, *, limit: int) -> list[Process]:
    """The public processes that fit these words best."""
    query = SearchQuery(text, config="dutch", search_type="websearch")
    rows = Process.objects.for_municipality(municipality).public().filter(Q(search=query) | Q(title__icontains=text))
    rows = rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-pk")
    return list(rows.select_related("municipality")[:limit])


def best_proposals(municipality: Municipality, text: str, *, limit: int) -> list[Proposal]:
    """The proposals that everybody may read, in processes that everybody may read, that fit these words best."""
    query = SearchQuery(text, config="dutch", search_type="websearch")
    processes = Process.objects.for_municipality(municipality).public()
    rows = Proposal.objects.public().living().filter(process__in=processes)
    rows = rows.filter(Q(search=query) | Q(title__icontains=text))
    rows = rows.annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "-pk")
    return list(rows.select_related("process__municipality", "neighbourhood")[:limit])


def of_person(user: User, *, limit: int) -> list[Process]:
    """Processes that this person follows, has a role in, or makes a proposal in; a draft only for who has a role in it."""
    mine = Role.objects.filter(process=OuterRef("pk"), user=user)
    follows = Follow.objects.filter(process=OuterRef("pk"), user=user)
    makes = Maker.objects.filter(proposal__process=OuterRef("pk"), user=user)
    is_public = ~Q(state=ProcessState.DRAFT)
    rows = Process.objects.filter(Exists(mine) | (is_public & (Exists(follows) | Exists(makes))))
    rows = rows.select_related("municipality").order_by(F("ended_at").desc(nulls_first=True), "-published_at", "-pk")
    return list(with_phases(rows)[:limit])
