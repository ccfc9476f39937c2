"""What municipalities share with everyone in the learning network, for programs of others: routes only.

Nobody logs in here: ``open_data`` asks what somebody without an account may read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router

from foundation.core.api_lists import PageNumber, PageSize, address, page_of, told
from learning_network import open_data
from learning_network.api_shapes import Gedeeld, GedeeldeLijst, GedeeldGeheel, short, whole

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
    kind = open_data.KINDS[soort.value]
    found = page_of(kind.rows(), pagina, pagina_grootte)
    rows = [Gedeeld(**short(kind, open_data.tell(kind, row), "shared_item")) for row in found.rows]
    return GedeeldeLijst(resultaten=rows, **told(found, address("shared_list", kind.code)))


@router.get(
    "/{soort}/{nummer}",
    response=GedeeldGeheel,
    summary="Eén praktijk, les, vraag of hulpmiddel",
    tags=["Leernetwerk"],
    operation_id="leernetwerkGeheel",
)
def shared_item(request: HttpRequest, soort: KindName, nummer: Number) -> Any:
    """De hele tekst, met de bedragen die erbij staan."""
    kind = open_data.KINDS[soort.value]
    found = open_data.whole(kind, nummer)
    if found is None:
        raise Http404("Dit is hier niet, of niet met iedereen gedeeld.")
    return whole(kind, found, "shared_item")
