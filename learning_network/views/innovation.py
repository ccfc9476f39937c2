"""The innovation power of municipalities, for their own people, and for programme leads where they chose so."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.core.errors import Refused
from foundation.municipalities.models import OfficialMunicipality
from foundation.surveys.errors import SurveyError
from learning_network.models import InnovationSharing
from learning_network.queries import innovation as queries
from learning_network.services import innovation as services


def _official(request: HttpRequest, code: str) -> OfficialMunicipality:
    """A municipality whose scores this person may see; else 404."""
    found = OfficialMunicipality.objects.filter(pk=code).first()
    if found is None or not queries.may_see(request.user, found):
        raise Http404
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The municipalities whose scores one may see."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    rows = queries.readable(request.user)
    if len(rows) == 1:
        return redirect("learning_network:innovation", rows[0].pk)
    return render(request, "learning_network/innovation/index.html", {"rows": rows})


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Scores over the years and beside the median of the network."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    official = _official(request, code)
    tenant = queries.tenant_of(official)
    return render(
        request,
        "learning_network/innovation/detail.html",
        {
            "official": official,
            "tenant": tenant,
            "found": queries.measurements(official),
            "may_share": queries.may_share(request.user, official),
            "sharing": InnovationSharing.objects.filter(municipality=official).first(),
            "fewest": queries.FEWEST_OTHERS,
        },
    )


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin this year's measurement in the back office of the municipality."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    official = _official(request, code)
    try:
        survey = services.begin(official=official, by=request.user)  # type: ignore[arg-type]
    except (Refused, SurveyError) as error:
        messages.error(request, str(error))
        return redirect("learning_network:innovation", code)
    messages.success(request, _("The survey is ready. Invite your colleagues, and publish it."))
    return redirect(survey.address("staff_detail"))


@require_POST
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what is shared."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    services.share(
        official=_official(request, code),
        counts_in_median="mediaan" in request.POST,
        leads_may_see="leiders" in request.POST,
        by=request.user,  # type: ignore[arg-type]
    )
    messages.success(request, _("Your choice is saved."))
    return redirect("learning_network:innovation", code)
