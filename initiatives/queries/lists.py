"""The public list of initiatives: filtered, sorted, counted per neighbourhood; the same number of queries for any length."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.cache import cache
from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from foundation.core import maps
from foundation.core.wording import whole
from foundation.municipalities.models import Area, Municipality
from foundation.municipalities.queries import neighbourhoods_of
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.models import Initiative

if TYPE_CHECKING:
    from initiatives.models import InitiativeQuerySet

MAP_KEPT_SECONDS = 3600
SEARCHED_KEPT_SECONDS = 60
_S = InitiativeState
# States as a reader looks for them; the code is Dutch because it stands in the address.
STAGES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "in-behandeling": (gettext_lazy("The municipality looks at it"), (_S.SUBMITTED, _S.INCOMPLETE, _S.IN_ASSESSMENT)),
    "gaat-door": (gettext_lazy("Goes ahead"), (_S.AGREED, _S.IN_EXECUTION)),
    "klaar": (gettext_lazy("Finished"), (_S.FINISHED, _S.EVALUATED)),
    "gaat-niet-door": (gettext_lazy("Does not go ahead"), (_S.REFUSED, _S.WITHDRAWN)),
}
SORTS: dict[str, Any] = {
    "nieuw": gettext_lazy("Newest first"),
    "steun": gettext_lazy("Most support first"),
    "dichtbij": gettext_lazy("Near me first"),
}


@dataclass(frozen=True)
class Wish:
    """What a reader asked for; "" where they asked nothing."""

    kind: str = ""
    stage: str = ""
    area: str = ""
    text: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From the parameters of an address; what is not known counts as not asked."""
        text = asked.get("zoek", "").replace("\x00", "").strip()[:120]
        kind, stage, sort = asked.get("soort", ""), asked.get("stand", ""), asked.get("volgorde", "")
        return cls(
            kind=kind if kind in InitiativeKind.values else "",
            stage=stage if stage in STAGES else "",
            area=asked.get("buurt", "").replace("\x00", "")[:10],
            text=text,
            sort=sort if sort in SORTS else "",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.stage or self.area or self.text)


@dataclass(frozen=True)
class Found:
    """``rows`` in the order asked, ``total`` of them, and how many lie in each neighbourhood (by its key, None: nowhere).

    ``areas``: pk, code, name and is_water of each neighbourhood; ``area``: the one that was asked for.
    """

    rows: QuerySet[Initiative]
    total: int
    per_area: dict[int | None, int]
    areas: list[Any]
    area: Any


def matching(municipality: Municipality, wish: Wish) -> InitiativeQuerySet:
    """The public initiatives that fit the wish, wherever they lie."""
    rows: InitiativeQuerySet = Initiative.objects.for_municipality(municipality).public()
    if wish.kind:
        rows = rows.filter(kind=wish.kind)
    if wish.stage:
        rows = rows.filter(state__in=STAGES[wish.stage][1])
    if wish.text:
        rows = rows.filter(search=_words(wish.text))
    return rows


def find(municipality: Municipality, wish: Wish, *, home: Area | None = None) -> Found:
    """What the list shows.

    Args:
        home: the neighbourhood that "near me" is measured from; without it the newest stand first.
    """
    # Only needed where the filter or the map is drawn anew, and then without the shapes, which are large.
    rows_of_areas = neighbourhoods_of(municipality).order_by("name")
    areas: Any = SimpleLazyObject(lambda: list(rows_of_areas.values_list("pk", "code", "name", "is_water", named=True)))
    rows = matching(municipality, wish)
    per_area = dict(rows.order_by().values_list("neighbourhood").annotate(number=Count("pk")))
    area = next((item for item in areas if item.code == wish.area), None) if wish.area else None
    if area is not None:
        rows = rows.filter(neighbourhood=area.pk)
    return Found(
        rows=_sorted(rows, wish, home).select_related("municipality", "neighbourhood"),
        total=per_area.get(area.pk, 0) if area is not None else sum(per_area.values()),
        per_area=per_area,
        areas=areas,
        area=area,
    )


def for_cards(rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Only the columns that a card needs."""
    cards: QuerySet[Initiative] = rows.defer(
        "search", "story", "with_whom", "asks_text", "neighbourhood__geometry", "municipality__words"
    )
    return cards


def newest(municipality: Municipality, *, area: Area | None = None, limit: int = 6) -> list[Initiative]:
    """The newest public initiatives, for a home page or the page of a neighbourhood."""
    rows = Initiative.objects.for_municipality(municipality).public().select_related("municipality", "neighbourhood")
    if area is not None:
        rows = rows.filter(neighbourhood=area)
    return list(for_cards(rows.order_by("-submitted_at", "-pk"))[:limit])


def best(municipality: Municipality, text: str, *, limit: int) -> list[Initiative]:
    """The public initiatives that fit these words best, for the search of the portal."""
    rows = matching(municipality, Wish(text=text)).select_related("municipality", "neighbourhood")
    return list(for_cards(_sorted(rows, Wish(text=text), None))[:limit])


def _words(text: str) -> SearchQuery:
    return SearchQuery(text, config="dutch", search_type="websearch")


def _sorted(rows: InitiativeQuerySet, wish: Wish, home: Area | None) -> QuerySet[Initiative]:
    newest_first = ("-submitted_at", "-pk")
    if wish.sort == "steun":
        return rows.order_by("-supporters_total", "-pk")
    if wish.sort == "dichtbij" and home is not None:
        nearness = Case(
            When(neighbourhood=home.pk, then=Value(0)),
            When(neighbourhood__parent=home.parent_id, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return rows.order_by(nearness, *newest_first)
    if wish.text and not wish.sort:
        return rows.annotate(rank=SearchRank(F("search"), _words(wish.text))).order_by("-rank", *newest_first)
    return rows.order_by(*newest_first)


def counted_map(municipality: Municipality, found: Found, query: str) -> maps.TileMap | None:
    """The neighbourhoods shaded by how many initiatives lie there; None where no shapes are known.

    Drawing is most of the work, so a drawing is kept under what it shows: the same numbers give the same picture.

    Args:
        query: the parameters of this address without the neighbourhood, begun with "?"; each neighbourhood links to it.
    """
    numbers = {area.code: found.per_area.get(area.pk, 0) for area in found.areas}
    chosen = found.area.code if found.area else ""
    shown = "|".join([f"{code}:{number}" for code, number in numbers.items()] + [chosen, query, str(get_language())])
    key = f"initiatives:map:{municipality.pk}:{hashlib.sha256(shown.encode()).hexdigest()}"
    kept: tuple[maps.TileMap | None] | None = cache.get(key)
    if kept is not None:
        return kept[0]
    areas = list(neighbourhoods_of(municipality))
    drawn = None
    if any(area.geometry for area in areas):
        index = reverse("initiatives:index", args=[municipality.slug])
        joint = "&" if query != "?" else ""
        drawn = maps.tile_map(
            areas,
            title=_("Initiatives per neighbourhood"),
            value_head=_("Initiatives"),
            shade=lambda area: numbers.get(area.code, 0),
            value_text=lambda n: ngettext("%(n)s initiative", "%(n)s initiatives", int(n)) % {"n": whole(int(n))},
            link=lambda area: None if area.is_water else f"{index}{query}{joint}buurt={area.code}",
            selected=[chosen] if chosen else (),
        )
    # Everybody can think up search words: those drawings go soon, or they would fill the memory that sessions live in.
    cache.set(key, (drawn,), MAP_KEPT_SECONDS if "zoek=" not in query else SEARCHED_KEPT_SECONDS)
    return drawn


def place_map(initiative: Initiative) -> maps.TileMap | None:
    """Where the plan lies: its neighbourhood marked among those of its district, and the point when one was given."""
    chosen = initiative.neighbourhood
    if chosen is None:
        return None
    key = f"initiatives:place:{chosen.pk}:{chosen.year}:{initiative.lon}:{initiative.lat}:{get_language()}"
    kept: tuple[maps.TileMap | None] | None = cache.get(key)
    if kept is not None:
        return kept[0]
    around = list(neighbourhoods_of(initiative.municipality))
    district = [area for area in around if area.parent_id == chosen.parent_id]
    areas = district if len(around) > 40 and len(district) > 1 else around
    drawn = None
    if any(area.geometry for area in areas):
        drawn = maps.tile_map(areas, width=480, title=_("On the map"), selected=[chosen.code])
        if initiative.lon is not None and initiative.lat is not None:
            x, y = drawn.projection.pixel(initiative.lon, initiative.lat)
            mark = f'<circle class="map-place" cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#a1006b" stroke="#ffffff" stroke-width="2"/>'
            drawn = replace(drawn, svg=type(drawn.svg)(drawn.svg.replace("</svg>", f"{mark}</svg>")))
    cache.set(key, (drawn,), MAP_KEPT_SECONDS)
    return drawn
