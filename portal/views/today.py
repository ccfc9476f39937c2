"""The first page of the back office."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from portal.queries.today import today as work_of_today


@require_safe
@permission_required("municipalities.enter_back_office")
def today(request: MunicipalityRequest) -> HttpResponse:
    """What waits today, each with one click to the work."""
    now = clock.now()
    return render(
        request,
        "portal/today.html",
        {
            "now": now,
            "work": work_of_today(request.municipality, request.user, now),
            "new_ballot_url": url_or_empty("voting:new", request.municipality.slug)
            if request.user.has_perm("voting.manage_ballots", request.municipality)
            else "",
        },
    )
