"""The portal's URLs, and two empty views: what they cost behind the same middleware and server.

``/leeg/`` is Django's empty view. ``/<municipality>/beheer/leeg/`` is one behind the door of the town hall: it is looked up which
municipality it is, who is logged in, and what their role is.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@permission_required("initiatives.see_work")
def empty_at_work(request: MunicipalityRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("leeg/", empty),
    path("<slug:municipality_slug>/beheer/", include([path("leeg/", empty_at_work)])),
    *urlpatterns,
]
