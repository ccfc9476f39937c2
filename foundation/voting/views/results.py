"""The result with its story, and everything needed to count again. Each page asks the gate first."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.models import Ballot
from foundation.voting.queries import exports, results, results_visible
from foundation.voting.queries.ballots import rule_text
from foundation.voting.views._shared import public_ballot


@require_safe
def result(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Which projects go ahead, in which order, and for each one sentence why."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    if not results_visible(ballot, request.user, now):
        return redirect(ballot)
    return render(
        request,
        "voting/result.html",
        {"ballot": ballot, "story": results.story(ballot), "rule_text": rule_text(ballot.rule)},
    )


@require_safe
def votes_pb(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All votes without voters, sorted by code, with the projects and the rule: what ``recount`` counts again."""
    ballot = _visible(request, slug)
    return _download(exports.votes_pb(ballot), f"{ballot.slug}.pb", "text/plain; charset=utf-8")


@require_safe
def result_json(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The outcome with every step of the count."""
    ballot = _visible(request, slug)
    return JsonResponse(exports.result_record(ballot), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _visible(request: MunicipalityRequest, slug: str) -> Ballot:
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    if not results_visible(ballot, request.user, now):
        raise Http404
    return ballot


def _download(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
