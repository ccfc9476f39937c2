"""The result with its story, and everything needed to count again. Each page asks the gate first."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.models import Ballot
from foundation.voting.queries import exports, results, results_visible
from foundation.voting.queries.ballots import rule_text, settings_text
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
        {
            "ballot": ballot,
            "story": results.story(ballot),
            "rule_text": rule_text(ballot.rule),
            "settings_text": settings_text(ballot),
            "votes_kind": exports.kind(ballot),
        },
    )


@require_safe
def votes_pb(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All votes without voters, sorted by code, with the projects and the rule: what ``recount`` counts again."""
    return _votes(request, slug, "pb", exports.votes_pb)


@require_safe
def votes_blt(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All rankings without voters, sorted by code, with the rule: what ``recount`` counts again."""
    return _votes(request, slug, "blt", exports.votes_blt)


@require_safe
def votes_csv(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All votes of any ballot as code, choices and nonce, sorted by code."""
    ballot = _visible(request, slug)
    return _download(exports.votes_csv(ballot), f"{ballot.slug}.csv", "text/csv; charset=utf-8")


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


def _votes(request: MunicipalityRequest, slug: str, kind: str, export: Callable[[Ballot], str]) -> HttpResponse:
    ballot = _visible(request, slug)
    if exports.kind(ballot) != kind:
        raise Http404
    return _download(export(ballot), f"{ballot.slug}.{kind}", "text/plain; charset=utf-8")


def _download(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
