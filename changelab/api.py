"""What labs share with everyone, for programs of others: routes only; ``open_data`` asks what anybody may read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Path, Router

from changelab import open_data
from foundation.core.api_lists import PageNumber, PageSize, address, page_of, told
from learning_network.api import Number
from learning_network.api_shapes import Gedeeld, GedeeldeLijst, GedeeldGeheel, short, whole
from learning_network.open_data import tell
from learning_network.open_data import whole as whole_row

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
    kind = open_data.KINDS[labsoort.value]
    found = page_of(kind.rows(), pagina, pagina_grootte)
    rows = [Gedeeld(**short(kind, tell(kind, row), "lab_item")) for row in found.rows]
    return GedeeldeLijst(resultaten=rows, **told(found, address("lab_list", kind.code)))


@router.get(
    "/{labsoort}/{nummer}",
    response=GedeeldGeheel,
    summary="Eén ding van een lab",
    tags=["Changelab"],
    operation_id="changelabGeheel",
)
def lab_item(request: HttpRequest, labsoort: KindName, nummer: Number) -> Any:
    """De hele tekst; van een plan van aanpak ook de bedragen en de risico's."""
    kind = open_data.KINDS[labsoort.value]
    found = whole_row(kind, nummer)
    if found is None:
        raise Http404("Dit is hier niet, of niet met iedereen gedeeld.")
    return whole(kind, found, "lab_item")
