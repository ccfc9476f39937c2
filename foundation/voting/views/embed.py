"""A vote on the page of somebody else: the small page for their frame, the code to copy, and oEmbed.

Only ``frame`` may stand in a frame, anywhere; it has no form, sets no cookie and looks at none, so that there is nothing to
be lured into. Every other page keeps refusing (``frame-ancestors 'none'``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.api import problem
from foundation.municipalities.enums import FORMAL_DUTCH, AddressForm
from foundation.municipalities.models import Municipality
from foundation.municipalities.tenancy import MunicipalityRequest, municipality_of_host
from foundation.voting.models import Ballot
from foundation.voting.queries import open_data, results, results_visible
from foundation.voting.queries.ballots import public_ballot as find
from foundation.voting.views._shared import public_ballot

KEPT_SECONDS = 60
MOST_BARS = 5
WIDTH, HEIGHT, HEIGHT_WITH_RESULT = 480, 260, 560  # pixels
# Pages of a vote whose address may be given to oEmbed.
PAGES = frozenset(["detail", "frame", "embed", "result", "verify", "log", "vote", "code"])


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@require_safe
def frame(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The small page: title, state, until when, the way to the vote, and after publication the bars of the result."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    with translation.override(_language(request)):
        context: dict[str, Any] = {"ballot": ballot, "phase": open_data.phase(ballot, now)}
        if results_visible(ballot, None, now):
            rows = results.story(ballot).rows
            context |= {"rows": rows[:MOST_BARS], "more": max(0, len(rows) - MOST_BARS)}
        response = render(request, "voting/frame.html", context)
    response.headers["Cache-Control"] = f"public, max-age={_seconds_true(ballot, now)}"
    response.headers["Content-Language"] = _language(request)[:2]
    return response


def _language(request: MunicipalityRequest) -> str:
    """What the address asks, not a cookie: in somebody else's page there is none."""
    if request.GET.get("taal") == "en":
        return "en"
    return FORMAL_DUTCH if request.municipality.address_form == AddressForm.U else "nl"


def _seconds_true(ballot: Ballot, now: datetime) -> int:
    """How long the page may be kept: not over a moment at which the clock opens or closes the vote."""
    coming = [moment for moment in (ballot.opens_at, ballot.closes_at) if moment is not None and moment > now]
    return min([KEPT_SECONDS, *(int((moment - now).total_seconds()) for moment in coming)])


@csp_replace({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_safe
def embed(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The code to copy, and how it will look."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    address = reverse("voting:frame", args=[request.municipality.slug, ballot.slug])
    height = _height(ballot, now)
    return render(
        request,
        "voting/embed.html",
        {
            "ballot": ballot,
            "snippet": _snippet(request.build_absolute_uri(address), ballot, WIDTH, height),
            "address": request.build_absolute_uri(address),
            "preview": f"{address}?taal={'en' if translation.get_language() == 'en' else 'nl'}",
            "height": height,
        },
    )


def _height(ballot: Ballot, now: datetime) -> int:
    return HEIGHT_WITH_RESULT if results_visible(ballot, None, now) else HEIGHT


def _snippet(address: str, ballot: Ballot, width: int, height: int) -> str:
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        address,
        f"{ballot.title} - {ballot.municipality.name}",
        width,
        height,
    )


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0: turns the address of a vote into the code of its frame, for sites that do this by themselves."""
    response = _oembed(request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _oembed(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format", "json") != "json":
        return problem(501, "Dit antwoord is er alleen als JSON.")
    try:
        most = {name: int(request.GET.get(name) or 100_000) for name in ("maxwidth", "maxheight")}
    except ValueError:
        most = {"maxwidth": 0, "maxheight": 0}
    if not request.GET.get("url") or min(most.values()) < 1:
        return problem(400, "Geef het adres van een stemming als url, en maxwidth en maxheight als getal.")
    now = clock.now()
    ballot = _ballot_at(request, request.GET["url"])
    if ballot is None:
        return problem(404, "Dit is geen adres van een stemming op dit portaal.")
    width, height = min(WIDTH, most["maxwidth"]), min(_height(ballot, now), most["maxheight"])
    slug = ballot.municipality.slug
    frame_url = request.build_absolute_uri(reverse("voting:frame", args=[slug, ballot.slug]))
    response = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": ballot.title,
            "provider_name": ballot.municipality.name,
            "provider_url": request.build_absolute_uri(f"/{slug}/"),
            "cache_age": _seconds_true(ballot, now),
            "html": _snippet(frame_url, ballot, width, height),
            "width": width,
            "height": height,
        }
    )
    response.headers["Cache-Control"] = f"public, max-age={_seconds_true(ballot, now)}"
    return response


def _ballot_at(request: HttpRequest, address: str) -> Ballot | None:
    """The public ballot that this address of ours is about, or None."""
    try:
        asked = urlsplit(address)
        host = asked.netloc.lower()
    except ValueError:
        return None
    own = municipality_of_host(host)
    if asked.scheme not in ("http", "https") or not (
        own or host in (request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower())
    ):
        return None
    for path in [f"/{own}{asked.path}"] * bool(own) + [asked.path]:
        try:
            found = resolve(path)
        except (Resolver404, Http404):
            continue
        if found.namespaces == ["voting"] and found.url_name in PAGES:
            of = Municipality.objects.exclude(published_at=None).filter(slug=found.kwargs["municipality_slug"]).first()
            return find(of, found.kwargs["slug"]) if of is not None else None
    return None
