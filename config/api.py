"""The API: which routers it has and what it says of itself. How it answers is told in foundation.core.api."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import include, path
from ninja import NinjaAPI

from foundation.core.api import dress
from foundation.core.api_lists import Begin, address

api = NinjaAPI(
    title="Open gegevens van AanZet",
    version="1.1.0",
    description=(
        "Stemmingen van gemeenten en hun uitslagen, en wat gemeenten in het leernetwerk en de Changelabs met iedereen delen: "
        "om te lezen en te hergebruiken. Zonder account. "
        "Zolang een stemming open is, vertelt geen enkel antwoord waarop gestemd is."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": f"{settings.SITE_URL}/api/v1"}],
    openapi_extra={
        "info": {
            "contact": {
                "name": "Beheer van dit portaal",
                "email": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
                "url": f"{settings.SITE_URL}/contact/",
            }
        },
        "tags": [
            {"name": name} for name in ("Begin", "Gemeenten", "Stemmingen", "Uitslagen", "Leernetwerk", "Changelab")
        ],
    },
)


@api.get("/", response=Begin, by_alias=True, summary="Begin", tags=["Begin"], operation_id="begin", url_name="root")
def root(request: HttpRequest) -> Any:
    """Waar alles begint."""
    links = {
        "self": address("root"),
        "gemeenten": address("municipalities"),
        "praktijken": address("shared_list", "praktijken"),
        "lessen": address("shared_list", "lessen"),
        "plannenVanAanpak": address("lab_list", "plannen-van-aanpak"),
        "openapi": address("openapi"),
        "uitleg": address("documentation"),
    }
    return Begin(naam="Open gegevens van AanZet", versie=api.version, links=links)


api.add_router("", "foundation.voting.api.router")
api.add_router("/leernetwerk", "learning_network.api.router")
api.add_router("/changelab", "changelab.api.router")

app_name = "api"
urlpatterns = [path("", include("foundation.voting.urls_open")), *dress(api)]
