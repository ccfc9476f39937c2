"""Typing the code of a letter, without an account. The session then holds a keyed hash of it, never the code."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from foundation.core import clock, ratelimit
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.codes import CodeVoter
from foundation.voting.enums import BallotState, Electorate
from foundation.voting.forms_codes import CodeForm
from foundation.voting.models import Ballot
from foundation.voting.queries import codes as code_queries
from foundation.voting.queries import eligibility
from foundation.voting.services import guessing
from foundation.voting.views._shared import code_key, public_ballot

SESSION_SECONDS = 2 * 3600  # long enough to read a hundred projects, short enough for the computer of a library


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "code")
def enter(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """GET: the field for the code. POST: the ballot paper, or why not. Right codes always pass; only wrong ones count."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    if ballot.electorate != Electorate.CODES:
        raise Http404
    if ballot.phase(now) not in (BallotState.ANNOUNCED, BallotState.OPEN):
        return redirect(ballot)
    form = CodeForm(request.POST or None)
    told: dict[str, Any] = {}
    status, wait = 200, 0
    if request.method == "POST":
        if form.is_valid():
            person = code_queries.voter_with(ballot, form.cleaned_data["code"])
            if person is None:
                wait = guessing.wrong_code(ballot=ballot, address=ratelimit.client_address(request), now=now)
                status = 429 if wait else 422
                form.add_error("code", _wrong(wait))
            else:
                found = eligibility.check(ballot, person, now)
                if found.may_vote:
                    _remember(request, ballot, person)
                    return redirect("voting:vote", request.municipality.slug, ballot.slug)
                if eligibility.may_change(ballot, found):
                    _remember(request, ballot, person)
                    return redirect("voting:change", request.municipality.slug, ballot.slug)
                told = {"told": found, "title": _title(found.code)}
        else:
            status = 422
    response = render(request, "voting/code.html", {"ballot": ballot, "form": form, **told}, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _remember(request: MunicipalityRequest, ballot: Ballot, person: CodeVoter) -> None:
    """From here on this browser holds the paper of this code; a choice that another code left behind goes."""
    if not request.user.is_authenticated:
        request.session.flush()
        request.session.set_expiry(SESSION_SECONDS)
    request.session.pop(f"stembiljet-{ballot.pk}", None)
    request.session[code_key(ballot)] = person.fingerprint.hex()


def _wrong(wait: int) -> str:
    text = _("We don't know this code. Is it the code of this vote? Compare it with your letter once more.")
    if wait:
        text += " " + _("Many wrong codes were typed at this place. A right code always works, also now.")
    return text


def _title(code: str) -> str:
    return {
        "voted": _("This code has been used"),
        "dead_code": _("This code does not work any more"),
        "not_open": _("Your code is right"),
    }.get(code, _("You can't vote with this code"))
