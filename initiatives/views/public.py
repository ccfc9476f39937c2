"""What everybody may read: the list of initiatives, and the page of one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.core.drawings import drawn, fingerprint
from foundation.core.text import render_markdown
from foundation.discussion.queries import ThreadPage, thread_page
from foundation.municipalities.models import Area
from foundation.municipalities.queries import residency_of
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives import slots
from initiatives.cards import cards, picture_url
from initiatives.enums import ACTIONS, Ask, InitiativeKind
from initiatives.models import Conversation, Initiative
from initiatives.queries import extras, lists, versions
from initiatives.queries import page as page_queries
from initiatives.views._shared import Counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

PER_PAGE = 24
KEPT_SECONDS = 600
SHORTLY_KEPT_SECONDS = 30


@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """All initiatives, with filters, on the map and as cards."""
    wish = lists.Wish.of(request.GET)
    home = _home(request) if wish.sort == "dichtbij" else None
    # For readers without a session portal.page_cache keeps the whole page; for the others its inner part is kept, under
    # the version of everything it shows.
    known = versions.of_list(request.municipality.slug) if _has_session(request) else None
    asked = (request.get_full_path(), request.get_host(), home.pk if home else None)
    key = f"initiatives:list:{fingerprint(known, asked)}"
    part: dict[str, Any] | None = cache.get(key) if known else None
    if part is None:
        part = _list_part(request, wish, home)
        if known:
            cache.set(key, part, part["kept_seconds"])
    start_url = url_or_empty("initiatives:new", request.municipality.slug)
    return render(request, "initiatives/index.html", {**part, "start_url": start_url})


def _has_session(request: MunicipalityRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _list_part(request: MunicipalityRequest, wish: lists.Wish, home: Area | None) -> dict[str, Any]:
    """Filter, cards and map; nothing in it is of one reader, but where he lives when the nearest stand first."""
    municipality = request.municipality
    known: Any = getattr(request, "page_version", None) or versions.of_list(municipality.slug)
    areas = known[-1] if known else ""  # the version of all neighbourhoods
    found = lists.find(municipality, wish, home=home)
    page = Counted(found.rows, PER_PAGE, found.total).get_page(request.GET.get("page"))
    asked = {"soort": wish.kind, "stand": wish.stage, "zoek": wish.text, "volgorde": wish.sort}
    query = "?" + urlencode({name: value for name, value in asked.items() if value})
    numbers = sorted((area or 0, number) for area, number in found.per_area.items())
    # Addresses that anybody can think up are kept shortly, or they would fill the memory that sessions live in.
    usual = {**asked, "buurt": found.area.code if found.area else "", "page": str(page.number), "zoek": ""}
    is_usual = len(request.GET.urlencode()) < 100 and all(usual.get(key) == value for key, value in request.GET.items())
    kept_seconds = KEPT_SECONDS if is_usual else SHORTLY_KEPT_SECONDS
    context = {
        "request": request,
        "municipality": municipality,
        "kept_seconds": kept_seconds,
        "wish": wish,
        "found": found,
        "page": page,
        "cards": cards(cast("QuerySet[Initiative]", page.object_list), municipality),
        "areas": SimpleLazyObject(lambda: _area_options(found, wish)),
        "filter_drawn": fingerprint(
            municipality.pk, municipality.slug, areas, asked, found.area and found.area.code, wish.is_filtered
        ),
        # Lazily: only asked for where the map is drawn anew.
        "map": SimpleLazyObject(lambda: lists.counted_map(municipality, found, query)),
        "map_drawn": fingerprint(municipality.pk, query, found.area and found.area.pk, numbers, areas),
        "kinds": InitiativeKind.choices,
        "stages": [(code, label) for code, (label, _states) in lists.STAGES.items()],
        "sorts": list(lists.SORTS.items()),
        "homeless": wish.sort == "dichtbij" and home is None,
        "residency_url": url_or_empty("municipalities:my_neighbourhood", municipality.slug),
        "start_url": url_or_empty("initiatives:new", municipality.slug),
    }
    return {"list": render_to_string("initiatives/_list.html", context), "kept_seconds": kept_seconds}


def _area_options(found: lists.Found, wish: lists.Wish) -> str:
    areas = [(item.code, item.name) for item in found.areas if not item.is_water]
    return drawn("initiatives/_area_options.html", areas=areas, chosen=wish.area) if areas else ""


def _home(request: MunicipalityRequest) -> Area | None:
    """Where the reader lives; who has no session is not looked up, so that no cookie is set."""
    if not _has_session(request):
        return None
    residency = residency_of(request.user, request.municipality)
    return residency.neighbourhood if residency else None


def initiative_or_404(request: MunicipalityRequest, slug: str) -> Initiative:
    """The initiative that this visitor may read."""
    found = page_queries.find(request.municipality, slug, request.user)
    if found is None:
        raise Http404
    return found


@require_safe
def detail(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The page of an initiative: where it stands, what it is, who makes it, and everything around it."""
    now = clock.now()
    initiative = initiative_or_404(request, slug)
    team = page_queries.team_of(initiative)
    empty = versions.empty(getattr(request, "page_version", None))  # portal.page_cache has asked which version this is
    is_mine = request.user.is_authenticated and any(member.user_id == request.user.pk for member in team)
    return render(
        request,
        "initiatives/detail.html",
        {
            "initiative": initiative,
            "now": now,
            "story": page_queries.story(initiative, request.user, now, empty),
            "plan": render_markdown(initiative.story),
            "asks": [Ask(code).label for code in initiative.asks if code in Ask.values],
            "team": [member for member in team if member.is_public],
            "hidden_members": sum(1 for member in team if not member.is_public),
            "is_mine": is_mine,
            "map": lists.place_map(initiative),
            "slots": slots.parts(request, initiative, empty),
            "cover": picture_url(initiative, initiative.picture.name),
            "pictures": extras.pictures(initiative)[1:] if "picture" not in empty else [],
            "news": extras.news(initiative) if "news" not in empty else [],
            "documents": extras.documents(initiative, request.user) if "document" not in empty else [],
            "budget": extras.budget(initiative) if "budgetline" not in empty else None,
            "milestones": extras.planning(initiative) if "milestone" not in empty else [],
            "support": extras.support_box(initiative),
            "talk": _talk(request, initiative, now),
            "may_speak": is_mine and request.user.has_perm("initiatives.speak_for", initiative),
            "may_withdraw": initiative.state in ACTIONS["withdraw"].old,
        },
    )


def _talk(request: MunicipalityRequest, initiative: Initiative, now: datetime) -> ThreadPage | None:
    """The questions and answers; None before the plan was handed in."""
    there = Conversation.objects.select_related("thread__municipality").filter(initiative=initiative).first()
    if there is None:
        return None
    return thread_page(
        there.thread,
        request.user,
        page=request.GET.get("gesprek", "1"),
        sort=request.GET.get("volgorde", ""),
        side=request.GET.get("kant", ""),
        now=now,
    )


@require_safe
def picture(request: MunicipalityRequest, slug: str, name: str) -> FileResponse:
    """A picture of an initiative, for who may read the initiative."""
    initiative = initiative_or_404(request, slug)
    path = f"initiatives/{name}"
    if not re.fullmatch(r"[\w-]{1,120}\.(png|jpg)", name) or not page_queries.has_picture(initiative, path):
        raise Http404
    if not default_storage.exists(path):
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    response = FileResponse(default_storage.open(path), content_type=kind)
    # Names are random, but an initiative may be taken off the site: an hour at most.
    response["Cache-Control"] = "public, max-age=3600" if initiative.is_public else "private, no-store"
    return response
