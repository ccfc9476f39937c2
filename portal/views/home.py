"""The two home pages: of the installation and of a municipality."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from foundation.core import clock, maps
from foundation.core.context import url_or_empty
from foundation.core.templatetags.aanzet import whole
from foundation.municipalities.models import Municipality
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.models import Ballot
from initiatives.cards import card as initiative_card
from participation.queries.processes import card as process_card
from portal import cards
from portal.page_cache import keep, seconds_until_change
from portal.queries import home as queries

PER_PAGE = 24


@require_safe
def installation(request: HttpRequest) -> HttpResponse:
    """What AanZet is, the municipalities of this installation, and what is open in them."""
    now = clock.now()
    search = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    page = Paginator(queries.municipalities(now, search=search), PER_PAGE).get_page(request.GET.get("page"))
    is_open = [] if search else queries.open_everywhere(now)
    response = render(
        request,
        "portal/installation.html",
        {
            "search": search,
            "page": page,
            "municipality_cards": [_municipality_card(item) for item in page],
            "open_cards": [cards.open_card(ballot, now, with_municipality=True) for ballot in is_open],
        },
    )
    return keep(request, response, None, now)


@require_safe
def municipality(request: MunicipalityRequest) -> HttpResponse:
    """What is open in this municipality, where, and until when; what comes, and what became of it."""
    now = clock.now()
    data = queries.municipality_home(request.municipality, now, user=request.user)
    has_areas, drawn = _map(request, data, now)
    first = _move(data)
    response = render(
        request,
        "portal/home.html",
        {
            "data": data,
            "first": first,
            "first_text": cards.what_text(first) if first else "",
            "open_cards": [cards.open_card(b, now, near_me=b.pk in data.near_me) for b in data.open],
            "coming_cards": [cards.coming_card(ballot, now) for ballot in data.coming],
            "result_cards": [cards.result_card(outcome) for outcome in data.results],
            "initiative_cards": [initiative_card(initiative) for initiative in data.initiatives],
            "process_cards": [process_card(process, now) for process in data.processes],
            "processes_url": url_or_empty("participation:index", request.municipality.slug),
            "initiatives_url": url_or_empty("initiatives:index", request.municipality.slug),
            "start_url": url_or_empty("initiatives:new", request.municipality.slug),
            "has_areas": has_areas,
            "map": drawn,
            "may_set_up": request.user.has_perm("municipalities.manage", request.municipality),
            "ballots_url": url_or_empty("voting:index", request.municipality.slug),
            "areas_url": url_or_empty("municipalities:areas", request.municipality.slug),
            "residency_url": url_or_empty("municipalities:my_neighbourhood", request.municipality.slug),
        },
    )
    return keep(request, response, request.municipality, now)


def _move(data: queries.MunicipalityHome) -> Ballot | None:
    """The vote on the move card: the first to close in which this visitor may take part, as far as we know."""
    fitting = [ballot for ballot in data.open if not ballot.areas.all() or ballot.pk in data.near_me]
    if fitting or data.residency:
        return fitting[0] if fitting else None
    return data.open[0] if data.open else None


def _municipality_card(item: Any) -> cards.Card:
    number = item.open_ballots
    text = ngettext("%(n)d vote is open", "%(n)d votes are open", number) % {"n": number} if number else ""
    return cards.Card(
        url=url_or_empty("portal:home", item.slug),
        title=item.name,
        badge=text,
        kind="open" if number else "",
        icon="circle-dot" if number else "",
        facts=[] if number else [{"icon": "clock", "text": _("Nothing is open now")}],
    )


def _map(
    request: MunicipalityRequest, data: queries.MunicipalityHome, now: datetime
) -> tuple[bool, maps.TileMap | None]:
    """Whether there are neighbourhoods, and the tile map with the number of projects one can vote on, if they have shapes.

    Drawing a hundred neighbourhoods is most of the work of this page, so the drawing is kept as long as the page is.
    """
    municipality = request.municipality
    mine = data.residency.neighbourhood.code if data.residency and data.residency.neighbourhood else ""
    key = f"portal:map:{municipality.pk}:{request.LANGUAGE_CODE}:{mine}"
    kept: tuple[bool, maps.TileMap | None] | None = cache.get(key)
    if kept is None:
        kept = _draw(municipality, queries.places(municipality, now), mine)
        if (seconds := seconds_until_change(municipality, now)) > 0:
            cache.set(key, kept, seconds)
    return kept


def _draw(municipality: Municipality, places: list[queries.OpenPlace], mine: str) -> tuple[bool, maps.TileMap | None]:
    if not any(place.area.geometry for place in places):
        return bool(places), None
    projects = {place.area.code: place.projects for place in places}
    drawn = maps.tile_map(
        [place.area for place in places],
        title=_("Projects you can vote on, per neighbourhood"),
        shade=lambda area: projects[area.code],
        value_text=lambda number: ngettext("%(n)s project", "%(n)s projects", int(number)) % {"n": whole(int(number))},
        link=lambda area: url_or_empty("municipalities:area", municipality.slug, area.code) or None,
        selected={mine} if mine else (),
    )
    return True, drawn
