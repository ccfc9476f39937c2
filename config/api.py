"""The API: which routers it has and what it says of itself. How it answers is told in foundation.core.api."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import include, path
from ninja import NinjaAPI

from foundation.core.api import dress

api = NinjaAPI(
    title="Stemmingen van AanZet",
    version="1.0.0",
    description=(
        "Stemmingen van gemeenten en hun uitslagen, om te lezen en te hergebruiken. Zonder account. "
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
        "tags": [{"name": name} for name in ("Begin", "Gemeenten", "Stemmingen", "Uitslagen")],
    },
)
api.add_router("", "foundation.voting.api.router")

app_name = "api"
urlpatterns = [path("", include("foundation.voting.urls_open")), *dress(api)]
