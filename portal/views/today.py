"""The first page of the back office."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.municipalities.enums import SetupStep
from foundation.municipalities.models import Municipality
from foundation.municipalities.queries import next_step, setup_path
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from portal.queries.today import today as work_of_today


@require_safe
@permission_required("municipalities.enter_back_office")
def today(request: MunicipalityRequest) -> HttpResponse:
    """What waits today, each with one click to the work."""
    now = clock.now()
    may_manage = request.user.has_perm("municipalities.manage", request.municipality)
    return render(
        request,
        "portal/today.html",
        {
            "now": now,
            "setup": _setup(request.municipality) if may_manage else [],
            "work": work_of_today(request.municipality, request.user, now),
            "new_ballot_url": url_or_empty("voting:new", request.municipality.slug)
            if request.user.has_perm("voting.manage_ballots", request.municipality)
            else "",
        },
    )


def _setup(municipality: Municipality) -> list[dict[str, Any]]:
    """The steps of setting up with where each is done; nothing once the municipality is set up and open."""
    step = next_step(municipality)
    if municipality.published_at is not None and step == SetupStep.OPEN:
        return []
    return setup_path(
        municipality, step, lambda one: url_or_empty(f"municipalities:setup_{one.name.lower()}", municipality.slug)
    )
