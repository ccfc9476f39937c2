"""What the API answers of what is shared with everyone, in the learning network and in Changelabs alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from pydantic import Field

from foundation.core.api_lists import Lijst, Shape, address
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


def short(kind: OpenKind, told: Told, route: str) -> dict[str, Any]:
    """The fields of ``Gedeeld``. ``route``: the name of the route of one row."""
    return {
        "soort": kind.code,
        "nummer": told.number,
        "titel": told.title,
        "kort": told.short,
        "van": told.by,
        "cbs_code": told.place,
        "gedeeld_op": told.since,
        "gewijzigd_op": told.changed,
        "kenmerken": [Kenmerk(naam=label, waarde=value) for label, value in told.facts],
        "links": {"self": address(route, kind.code, told.number), "pagina": f"{settings.SITE_URL}{told.url}"},
    }


def whole(kind: OpenKind, told: Told, route: str) -> GedeeldGeheel:
    """Everything that is told of one row."""
    return GedeeldGeheel(
        **short(kind, told, route),
        teksten=[Tekst(naam=label, tekst=text) for label, text in told.texts],
        bedragen=[Bedrag(naam=label, centen=cents) for label, cents in told.amounts],
    )
