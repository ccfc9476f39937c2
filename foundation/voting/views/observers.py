"""Who follows the public log of a vote from outside."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.errors import VotingError
from foundation.voting.forms_groups import ObserversForm
from foundation.voting.models import Observer
from foundation.voting.queries import public_log
from foundation.voting.services import hours
from foundation.voting.views._shared import staff_ballot


@permission_required("voting.manage_ballots")
@require_http_methods(["GET", "HEAD", "POST"])
def observers(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The addresses that get each head of the hour with news in it."""
    ballot = staff_ballot(request, slug)
    back = reverse("voting:staff_detail", args=[request.municipality.slug, ballot.slug])
    known = Observer.objects.filter(ballot=ballot).order_by("email").values_list("email", flat=True)
    form = ObserversForm(request.POST or None, initial={"addresses": "\n".join(known)}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            saved = hours.set_observers(ballot=ballot, addresses=form.cleaned_data["addresses"], by=request.user)
        except (VotingError, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            text = ngettext("%(n)d address follows this vote.", "%(n)d addresses follow this vote.", len(saved))
            messages.success(request, text % {"n": len(saved)})
            return redirect("voting:observers", request.municipality.slug, ballot.slug)
    context = {"ballot": ballot, "form": form, "last": public_log.hours(ballot).first()}
    return render(request, "voting/staff/observers.html", context, status=422 if form.errors else 200)
