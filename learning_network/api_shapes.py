"""What the API answers of what is shared with everyone, in the learning network and in Changelabs alike: shapes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from pydantic import Field

from foundation.core.api_lists import Lijst, Shape, address, page_of, told
from learning_network import open_data
from learning_network.open_data import OpenKind, Told


class Kenmerk(Shape):
    naam: str
    waarde: str


class Tekst(Shape):
    naam: str
    tekst: str = Field(description="In Markdown.")


class Bedrag(Shape):
    naam: str
    centen: int = Field(description="In hele centen.")


class Gedeeld(Shape):
    soort: str
    nummer: int
    titel: str
    kort: str = Field(description="Gewone tekst, ten hoogste 300 tekens.")
    van: str = Field(description="Van wie het is, zoals de schrijver dat wil laten zien.")
    cbs_code: str = Field(description="Code van de gemeente, zoals GM0505; leeg als die niet genoemd wordt.")
    gedeeld_op: datetime
    gewijzigd_op: datetime
    kenmerken: list[Kenmerk]
    links: dict[str, str]


class GedeeldGeheel(Gedeeld):
    teksten: list[Tekst]
    bedragen: list[Bedrag]


class GedeeldeLijst(Lijst):
    resultaten: list[Gedeeld]


def page(kind: OpenKind, number: int, size: int, *, route: str, item_route: str) -> GedeeldeLijst:
    """A page of a list, counted from 1. ``route`` and ``item_route``: the names of the routes of the list and of one row."""
    found = page_of(kind.rows(), number, size)
    rows = [Gedeeld(**_short(kind, open_data.tell(kind, row), item_route)) for row in found.rows]
    return GedeeldeLijst(resultaten=rows, **told(found, address(route, kind.code)))


def whole(kind: OpenKind, number: int, *, item_route: str) -> GedeeldGeheel:
    """Everything that is told of one row.

    Raises:
        Http404: there is none, or not everybody may read it.
    """
    row = open_data.whole(kind, number)
    if row is None:
        raise Http404("Dit is hier niet, of niet met iedereen gedeeld.")
    return GedeeldGeheel(
        **_short(kind, row, item_route),
        teksten=[Tekst(naam=label, tekst=text) for label, text in row.texts],
        bedragen=[Bedrag(naam=label, centen=cents) for label, cents in row.amounts],
    )


def _short(kind: OpenKind, row: Told, route: str) -> dict[str, Any]:
    """The fields of ``Gedeeld``."""
    return {
        "soort": kind.code,
        "nummer": row.number,
        "titel": row.title,
        "kort": row.short,
        "van": row.by,
        "cbs_code": row.place,
        "gedeeld_op": row.since,
        "gewijzigd_op": row.changed,
        "kenmerken": [Kenmerk(naam=label, waarde=value) for label, value in row.facts],
        "links": {"self": address(route, kind.code, row.number), "pagina": f"{settings.SITE_URL}{row.url}"},
    }
