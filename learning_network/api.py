"""What municipalities share with everyone in the learning network, for programs of others: routes only.

Nobody logs in here: ``open_data`` asks what somebody without an account may read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from foundation.core.api_lists import PageNumber, PageSize
from learning_network.api_shapes import GedeeldeLijst, GedeeldGeheel, page, whole
from learning_network.open_data import KINDS

router = Router(by_alias=True)


class Soort(StrEnum):
    """Wat gemeenten delen."""

    PRAKTIJKEN = "praktijken"
    LESSEN = "lessen"
    RODE_DRADEN = "rode-draden"
    ADVIESVRAGEN = "adviesvragen"
    ANTWOORDEN = "antwoorden"
    HULPMIDDELEN = "hulpmiddelen"
    INTENTIES = "intenties"


Number = Annotated[int, Path(..., ge=1, le=2**62, description="Nummer uit de lijst.", examples=[1])]
KindName = Annotated[Soort, Path(..., description="Welke soort: een praktijk, een les, …", examples=["lessen"])]


@router.get(
    "/{soort}",
    response=GedeeldeLijst,
    summary="Wat in het leernetwerk met iedereen gedeeld is",
    tags=["Leernetwerk"],
    operation_id="leernetwerk",
)
def shared_list(request: HttpRequest, soort: KindName, pagina: PageNumber = 1, pagina_grootte: PageSize = 20) -> Any:
    """Alles van één soort dat iedereen mag lezen, het nieuwste voorop. Wat teruggenomen is, staat er niet meer."""
    return page(KINDS[soort.value], pagina, pagina_grootte, route="shared_list", item_route="shared_item")


@router.get(
    "/{soort}/{nummer}",
    response=GedeeldGeheel,
    summary="Eén praktijk, les, vraag of hulpmiddel",
    tags=["Leernetwerk"],
    operation_id="leernetwerkGeheel",
)
def shared_item(request: HttpRequest, soort: KindName, nummer: Number) -> Any:
    """De hele tekst, met de bedragen die erbij staan."""
    return whole(KINDS[soort.value], nummer, item_route="shared_item")
