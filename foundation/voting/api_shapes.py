"""What the API answers, as shapes: names in Dutch, in JSON in camelCase. Their descriptions stand in the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from foundation.core.api_lists import Lijst, Shape

TYPES = {
    "single": "enkele-keuze",
    "approval": "aankruisen",
    "points": "punten",
    "ranking": "rangorde",
    "scale": "schaal",
}


class Status(StrEnum):
    """Waar een stemming is."""

    AANGEKONDIGD = "aangekondigd"
    OPEN = "open"
    GESLOTEN = "gesloten"
    GEPUBLICEERD = "gepubliceerd"
    GEANNULEERD = "geannuleerd"


class Gemeente(Shape):
    gemeente: str = Field(description="Naam in webadressen.")
    naam: str
    cbs_code: str = Field(description="Code van het CBS, zoals GM0505.")
    links: dict[str, str]


class Gemeenten(Lijst):
    resultaten: list[Gemeente]


class Gebied(Shape):
    code: str = Field(description="Code van het CBS of van de gemeente zelf.")
    naam: str


class Telregel(Shape):
    code: str
    naam: str


class StemmingKort(Shape):
    stemming: str = Field(description="Naam in webadressen.")
    titel: str
    status: Status
    soort: str = Field(description=f"Wat de stemmer doet: {', '.join(TYPES.values())}.")
    telregel: Telregel
    opent_op: datetime | None
    sluit_op: datetime | None
    bindend: bool = Field(description="Of de gemeente doet wat de uitslag zegt.")
    historisch: bool = Field(description="Of dit de stemmen van een eerdere verkiezing zijn.")
    budget_in_centen: int | None = Field(
        description="Het geld dat verdeeld wordt; leeg als er geen geld verdeeld wordt."
    )
    aantal_opties: int
    links: dict[str, str]


class Stemmingen(Lijst):
    resultaten: list[StemmingKort]


class Stemming(StemmingKort):
    toelichting: str = Field(description="In Markdown.")
    beperking: str = Field(description="Hoeveel een stemmer mag kiezen.")
    gebieden: list[Gebied] = Field(description="Wie hier woont mag stemmen; leeg betekent de hele gemeente.")
    minimumleeftijd: int | None
    regels_sha256: str = Field(description="Vingerafdruk van de vastgelegde regels; leeg voor de opening.")
    reden_annulering: str


class Optie(Shape):
    nummer: int = Field(description="Hoe de optie heet in de telling en op het biljet.")
    titel: str
    tekst: str
    categorie: str
    kosten_in_centen: int
    gebied: Gebied | None


class Opties(Lijst):
    resultaten: list[Optie]


class Kop(Shape):
    nummer: int
    aantal: int = Field(description="Hoeveel regels van het logboek deze kop vastlegt.")
    wortel: str = Field(description="Merkle-wortel (RFC 6962) over die regels.")
    dag: date
    vorige: str = Field(description="Naam van de kop hiervoor.")
    handtekening: str = Field(description="Ed25519.")
    naam: str


class Koppen(Lijst):
    publieke_sleutel: str
    regels_sha256: str
    resultaten: list[Kop]


class UitslagKort(Shape):
    stemming: str
    titel: str
    gepubliceerd_op: datetime | None
    links: dict[str, str]


class Uitslagen(Lijst):
    resultaten: list[UitslagKort]


class UitslagOptie(Shape):
    nummer: int
    titel: str
    stemmen: int
    gekozen: bool
    kosten_in_centen: int | None
    toelichting: str = Field(description="In een zin waarom deze optie wel of niet gekozen is.")


class OpkomstInGebied(Gebied):
    stemmers: int


class Vingerafdrukken(Shape):
    regels: str
    stemmen: str
    uitslag: str


class Uitslag(UitslagKort):
    uitgebracht: int = Field(description="Alle stemmen, de lege meegeteld.")
    blanco: int
    geteld_op: datetime | None
    gekozen: list[int] = Field(description="Nummers van de gekozen opties, in de volgorde van de telling.")
    opties: list[UitslagOptie]
    budget_in_centen: int | None
    besteed_in_centen: int | None
    opkomst: list[OpkomstInGebied] = Field(description="Alleen gebieden met tien of meer stemmers.")
    gelijke_standen: list[str] = Field(description="Welke gelijke standen er waren, en wat besliste.")
    vingerafdrukken: Vingerafdrukken
