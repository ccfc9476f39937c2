"""The portal's URLs, and ``/leeg/``: what an empty Django view costs behind the same middleware and server."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("leeg/", empty), *urlpatterns]
