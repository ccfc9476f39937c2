"""Cooperatives: the team tells stage, roles and growth; everybody reads it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import COOPERATIVES
from initiatives.errors import InitiativeError
from initiatives.forms.extras import CooperativeForm, GrowthForm
from initiatives.models import Cooperative, Initiative
from initiatives.queries import cooperatives as queries
from initiatives.services import cooperatives as services
from initiatives.views._shared import for_team, team_menu


def part(request: MunicipalityRequest, initiative: Initiative) -> dict[str, Any] | None:
    """The part on the public page and on that of the town hall."""
    picture = queries.picture(initiative)
    if picture is None:
        return None
    return {
        "template": "initiatives/public/cooperative.html",
        "picture": picture,
        "may_edit": request.user.has_perm("initiatives.edit", initiative),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def edit(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """One page with two forms: the cooperative as it is, and a line of growth."""
    if initiative.kind not in COOPERATIVES:
        raise Http404
    here = reverse("initiatives:cooperative", args=[request.municipality.slug, initiative.slug])
    row = Cooperative.objects.filter(initiative=initiative).first()
    growing = request.method == "POST" and "members" in request.POST
    form = CooperativeForm(
        request.POST if request.method == "POST" and not growing else None,
        instance=row,
        cancel_url=initiative.get_absolute_url(),
    )
    growth = GrowthForm(request.POST if growing else None, action=here)
    active: Any = growth if growing else form
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and active.is_valid():
        data = active.cleaned_data
        try:
            if growing:
                services.measure_growth(initiative=initiative, by=request.user, **data)
            else:
                services.tell(initiative=initiative, by=request.user, **data)
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(active) if tell(active, error) else []
        else:
            messages.success(request, _("Saved."))
            return redirect(here)
    return render(
        request,
        "initiatives/edit/cooperative.html",
        {
            "initiative": initiative,
            "menu": team_menu(initiative, "cooperatie"),
            "form": form,
            "theirs": theirs,
            "growth_form": growth,
            "picture": queries.picture(initiative),
        },
        status=422 if request.method == "POST" else 200,
    )
