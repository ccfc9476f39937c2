"""Finding what a page of the back office is about."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.urls import reverse

from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.models import Initiative


def staff_initiative(request: MunicipalityRequest, slug: str) -> Initiative:
    """An initiative of this municipality that was handed in; drafts are their makers' own.

    Raises:
        Http404: there is none at this address.
    """
    found: Initiative | None = (
        Initiative.objects.for_municipality(request.municipality)
        .exclude(submitted_at=None)
        .select_related("municipality", "handler", "sector", "neighbourhood")
        .filter(slug=slug)
        .first()
    )
    if found is None:
        raise Http404
    return found


def second_key_first(request: MunicipalityRequest) -> HttpResponse:
    """For staff without two-factor log-in on a page that residents open too: the same way as into the back office."""
    return redirect_to_login(request.get_full_path(), reverse("accounts:two_factor_needed"))
