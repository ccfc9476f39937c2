"""Changing a vote until closing: what it takes, and the change itself.

The receipt code is asked for when the new vote is sent and stands in no session, so that nowhere, not even for a while, an
account and a vote are kept together.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from foundation.core import clock, ratelimit
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting import paper_types
from foundation.voting.errors import AlreadyChanged, BallotClosed, InvalidChoice, NotEligible, WrongReceipt
from foundation.voting.models import Ballot
from foundation.voting.paper_types import Choice
from foundation.voting.queries import eligibility
from foundation.voting.services import changing, guessing
from foundation.voting.views import casting
from foundation.voting.views._shared import identify, public_ballot, voter, who_is_counted
from foundation.voting.views.receipt import receipt_page


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """GET: what changing is and what it takes. POST: send the changed vote; the answer is the new receipt."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    if not ballot.allow_change:
        raise Http404
    if request.method != "POST":
        person = voter(request, ballot)
        may = eligibility.check(ballot, person or request.user, now)
        context = {"ballot": ballot, "may": may, "ready": eligibility.may_change(ballot, may)}
        return render(request, "voting/change.html", context)
    person = voter(request, ballot)
    if person is None:
        return identify(request, ballot)
    return _change(request, ballot, person)


@sensitive_variables("choices", "typed")
def _change(request: MunicipalityRequest, ballot: Ballot, person: Any) -> HttpResponse:
    now = clock.now()
    who = who_is_counted(person)
    if not ratelimit.allow("voting.cast", who, capacity=10, per_seconds=60):
        return ratelimit.too_many(request, 60)
    choices: Choice = paper_types.PAPER_TYPES[ballot.type].from_items(request.POST.getlist("keuze"))
    if not choices and request.POST.get("blanco") != "ja":
        messages.error(request, _("You chose nothing. Choose something, or send an empty vote."))
        return redirect("voting:vote", request.municipality.slug, ballot.slug)
    typed = request.POST.get("bewijs", "")[:40]
    try:
        receipt = changing.change(
            ballot=ballot,
            by=person,
            receipt_code=typed,
            choices=choices,
            form_token=request.POST.get("formulier", ""),
            browser_random=request.POST.get("toeval", ""),
            now=now,
        )
    except WrongReceipt as error:
        wait = guessing.wrong_receipt(ballot=ballot, who=who)
        text = str(error) if not wait else f"{error} {_many()}"
        answer = casting.check_page(
            request, ballot, person, choices, changing=True, problem=text, typed=typed, status=429 if wait else 422
        )
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer
    except InvalidChoice as error:
        messages.error(request, str(error))
        return redirect("voting:vote", request.municipality.slug, ballot.slug)
    except (AlreadyChanged, BallotClosed, NotEligible) as error:
        casting.forget_choice(request, ballot)
        context = {"ballot": ballot, "reason": str(error), "changing": True}
        return render(request, "voting/refused.html", context, status=409)
    casting.forget_choice(request, ballot)
    return receipt_page(request, ballot, receipt, changed=True)


def _many() -> str:
    return _("Many wrong codes were typed. Wait a while before you try again.")
