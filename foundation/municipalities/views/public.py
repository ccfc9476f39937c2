"""What everybody may see: the neighbourhoods and their map, one neighbourhood, files of the house style."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.core import maps
from foundation.municipalities import queries
from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.tenancy import MunicipalityRequest

MAP_WIDTH = 720
MOST_WHOLE = 40
SMALL_MAP_WIDTH = 280  # fits a telephone of 320 pixels without being stretched, so that a click can be placed


def map_of(
    municipality: Municipality, areas: list[Area], *, selected: Area | None = None, population: bool = False
) -> maps.TileMap | None:
    """The map of these areas with a link on each neighbourhood; None when no shapes are known.

    ``population`` shades each by how many people live there.
    """
    if not any(area.geometry for area in areas):
        return None
    return maps.tile_map(
        areas,
        width=MAP_WIDTH,
        title=_("Map of the neighbourhoods of %(name)s") % {"name": municipality.name},
        link=lambda area: None if area.is_water else area_url(municipality, area),
        selected=[selected.code] if selected else (),
        shade=(lambda area: area.population) if population else None,
        value_text=lambda number: str(number_format(number, decimal_pos=0, use_l10n=True, force_grouping=True)),
        value_head=_("Residents"),
    )


def area_url(municipality: Municipality, area: Area) -> str:
    return reverse("municipalities:area", args=[municipality.slug, area.code])


@require_safe
def areas(request: MunicipalityRequest) -> HttpResponse:
    """All neighbourhoods: the map, and the list by district."""
    found = list(queries.neighbourhoods_of(request.municipality))
    point = _click(request)
    if point is not None:
        area = queries.neighbourhood_at_click(request.municipality, *point, width=SMALL_MAP_WIDTH)
        if area is not None:
            return redirect(area_url(request.municipality, area))
    return render(
        request,
        "municipalities/areas.html",
        {
            "map": map_of(request.municipality, found, population=True),
            "districts": _by_district(found),
            "populated": any(area.population for area in found),
            "count": sum(1 for area in found if not area.is_water),
            "missed": point is not None,
            "can_manage": _manages(request),
        },
    )


def _manages(request: MunicipalityRequest) -> bool:
    # A visitor without a session is not looked up: anonymous pages set no cookie and do not vary.
    return bool(
        settings.SESSION_COOKIE_NAME in request.COOKIES
        and request.user.has_perm("municipalities.manage", request.municipality)
    )


def _click(request: HttpRequest) -> tuple[float, float] | None:
    """The pixel that ``<input type="image" name="plek">`` sends."""
    try:
        return float(request.GET["plek.x"]), float(request.GET["plek.y"])
    except (KeyError, ValueError):
        return None


def _by_district(found: list[Area]) -> list[tuple[str, list[Area]]]:
    districts: dict[str, list[Area]] = {}
    for area in found:
        if not area.is_water:
            districts.setdefault(area.parent.name if area.parent else "", []).append(area)
    return sorted(districts.items())


@require_safe
def areas_picture(request: MunicipalityRequest) -> HttpResponse:
    """The small map as a picture of its own, for the click that works without JavaScript."""
    found = list(queries.neighbourhoods_of(request.municipality))
    drawn = maps.tile_map(found, width=SMALL_MAP_WIDTH, title=request.municipality.name, standalone=True)
    response = HttpResponse(str(drawn.svg), content_type="image/svg+xml")
    response["Cache-Control"] = "max-age=3600"
    return response


@require_safe
def area(request: MunicipalityRequest, code: str) -> HttpResponse:
    """One neighbourhood: what it is, where it lies, and what happens there."""
    found = get_object_or_404(
        Area.objects.for_municipality(request.municipality).neighbourhoods().select_related("parent", "superseded_by"),
        code=code,
    )
    around = list(queries.neighbourhoods_of(request.municipality))
    district = [a for a in around if a.parent_id == found.parent_id]
    # In a large municipality one neighbourhood would be a dot: there the map shows the district.
    shown = district if len(around) > MOST_WHOLE and len(district) > 1 else around
    return render(
        request,
        "municipalities/area.html",
        {
            "area": found,
            "map": map_of(request.municipality, shown, selected=found) if found.ended_in is None else None,
            "same_district": [a for a in district if a.pk != found.pk and not a.is_water],
            "sections": queries.area_sections(request, found),
        },
    )


_KINDS = {"css": "text/css", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


@require_safe
def style_file(request: HttpRequest, folder: str, name: str) -> HttpResponse | FileResponse:
    """A theme file or logo. Their names are made of their content, so a browser may keep them for good."""
    if folder not in ("themes", "logos") or not re.fullmatch(r"[\w-]{1,80}\.(css|png|jpe?g)", name):
        raise Http404
    path = f"{folder}/{name}"
    if not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path), content_type=_KINDS[name.rpartition(".")[2]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
