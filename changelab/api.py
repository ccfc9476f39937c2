"""What labs share with everyone, for programs of others: routes only; ``open_data`` asks what anybody may read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from changelab.open_data import KINDS
from foundation.core.api_lists import PageNumber, PageSize
from learning_network.api import Number
from learning_network.api_shapes import GedeeldeLijst, GedeeldGeheel, page, whole

router = Router(by_alias=True)


class Labsoort(StrEnum):
    """Wat labs maken en delen."""

    BETROKKENEN = "betrokkenen"
    OBSERVATIES = "observaties"
    INZICHTEN = "inzichten"
    PROTOTYPES = "prototypes"
    OBSTAKELS = "obstakels"
    PLANNEN_VAN_AANPAK = "plannen-van-aanpak"


KindName = Annotated[
    Labsoort, Path(..., description="Welke soort: een prototype, een plan van aanpak, …", examples=["prototypes"])
]


@router.get(
    "/{labsoort}",
    response=GedeeldeLijst,
    summary="Wat labs met iedereen gedeeld hebben",
    tags=["Changelab"],
    operation_id="changelab",
)
def lab_list(request: HttpRequest, labsoort: KindName, pagina: PageNumber = 1, pagina_grootte: PageSize = 20) -> Any:
    """Alles van één soort dat iedereen mag lezen, het nieuwste voorop. Wat een lab terugneemt, staat er niet meer."""
    return page(KINDS[labsoort.value], pagina, pagina_grootte, route="lab_list", item_route="lab_item")


@router.get(
    "/{labsoort}/{nummer}",
    response=GedeeldGeheel,
    summary="Eén ding van een lab",
    tags=["Changelab"],
    operation_id="changelabGeheel",
)
def lab_item(request: HttpRequest, labsoort: KindName, nummer: Number) -> Any:
    """De hele tekst; van een plan van aanpak ook de bedragen en de risico's."""
    return whole(KINDS[labsoort.value], nummer, item_route="lab_item")
