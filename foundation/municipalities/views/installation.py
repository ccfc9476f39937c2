"""Above the municipalities: starting a new one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.requests import PersonRequest
from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.forms.people import NewMunicipalityForm
from foundation.municipalities.forms.settings import posted
from foundation.municipalities.models import Municipality
from foundation.municipalities.services.invitations import invite
from foundation.municipalities.services.municipalities import create_municipality
from foundation.municipalities.services.people import appoint
from foundation.municipalities.tenancy import installation_page


@require_http_methods(["GET", "HEAD", "POST"])
@installation_page
def new_municipality(request: PersonRequest) -> HttpResponse:
    """Start a municipality and invite its first administrator."""
    form = NewMunicipalityForm(posted(request), official=queries.official_choices())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        own = data["administrator"].lower() == request.user.email
        try:
            with transaction.atomic():
                made = create_municipality(
                    by=request.user, name=data["name"], slug=data["slug"], cbs_code=data["cbs_code"]
                )
                if own:
                    appoint(municipality=made, user=request.user, kind=RoleKind.ADMINISTRATOR, by=request.user)
                else:
                    invite(municipality=made, email=data["administrator"], kind=RoleKind.ADMINISTRATOR, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if own:
                return redirect("municipalities:setup", made.slug)
            messages.success(
                request,
                _("%(name)s was started. %(email)s got an invitation and can go on from there.")
                % {"name": made.name, "email": data["administrator"]},
            )
            return redirect("municipalities_installation:new_municipality")
    return render(
        request,
        "municipalities/new_municipality.html",
        {"form": form, "municipalities": Municipality.objects.order_by("name")},
        status=422 if form.errors else 200,
    )
