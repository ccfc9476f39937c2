"""Lists of the API: their shapes, their pages, and the links from one page to the next; the same for every app.

Names in Python have underscores, in JSON they are in camelCase, and Dutch, as the NL GOV API Design Rules ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from ninja import Query, Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

Row = TypeVar("Row")
PageNumber = Annotated[int, Query(1, ge=1, le=100_000, description="Welke pagina van de lijst.")]
PageSize = Annotated[int, Query(20, ge=1, le=100, alias="paginaGrootte", description="Hoeveel per pagina.")]


class Shape(Schema):
    """What an answer of the API is made of."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class Begin(Shape):
    naam: str
    versie: str
    links: dict[str, str]


class Lijst(Shape):
    totaal: int = Field(description="Hoeveel er op alle pagina's samen staan.")
    pagina: int
    pagina_grootte: int
    links: dict[str, str] = Field(
        description="Deze pagina (self), en de vorige (prev) en volgende (next) als die er zijn."
    )


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a list: ``total`` counts the rows of all pages."""

    rows: Sequence[Row]
    total: int
    page: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.page * self.size < self.total


def page_of(rows: QuerySet[Any], page: int, size: int) -> Slice[Any]:
    """A page of a sorted queryset, in two queries whatever its length. ``page`` counts from 1."""
    total = rows.order_by().count()
    return Slice(list(rows[(page - 1) * size : page * size]) if (page - 1) * size < total else [], total, page, size)


def address(name: str, *args: Any) -> str:
    """The whole address of a route of the API."""
    return f"{settings.SITE_URL}{reverse(f'api:{name}', args=args)}"


def told(found: Slice[Any], at: str, more: dict[str, str] | None = None) -> dict[str, Any]:
    """What every ``Lijst`` tells of itself.

    Args:
        at: the address of the list.
        more: the other keys that were asked, to stay in its links.
    """

    def page(number: int) -> str:
        query = {**(more or {}), "pagina": str(number), "paginaGrootte": str(found.size)}
        return f"{at}?{urlencode(query)}"

    links = {"self": page(found.page)}
    if found.page > 1:
        links["prev"] = page(found.page - 1)
    if found.has_next:
        links["next"] = page(found.page + 1)
    return {"totaal": found.total, "pagina": found.page, "pagina_grootte": found.size, "links": links}
