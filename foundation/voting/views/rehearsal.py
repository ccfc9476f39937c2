"""Trying a ballot out before it opens: the paper, test votes, and the result as it would be. Nothing is kept in the session."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting import paper_types
from foundation.voting.errors import VotingError
from foundation.voting.models import Ballot, Rehearsal
from foundation.voting.paper_types import Choice, Problem
from foundation.voting.paper_types.ranking import Ranking
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import results
from foundation.voting.queries.readiness import problems as problems_of
from foundation.voting.services import rehearsals
from foundation.voting.views import marking
from foundation.voting.views._shared import staff_ballot

NUMBERS = (1, 10, 100)  # made-up votes at a time


def _before_opening(request: MunicipalityRequest, slug: str) -> Ballot | None:
    ballot = staff_ballot(request, slug)
    if ballot.is_editable and not ballot.takes_votes(clock.now()):
        return ballot
    messages.error(request, _("The vote has opened. You rehearse before that."))
    return None


def _home(request: MunicipalityRequest, ballot: Ballot) -> HttpResponseRedirect:
    return redirect("voting:rehearsal", request.municipality.slug, ballot.slug)  # type: ignore[return-value]


@permission_required("voting.manage_ballots")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Where the rehearsal stands, its buttons, and the test result once it is closed."""
    ballot = _before_opening(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    if request.method == "POST":
        try:
            messages.success(request, _do(request, ballot, request.POST.get("doe", "")))
        except VotingError as error:
            messages.error(request, str(error))
        return _home(request, ballot)
    rehearsal = Rehearsal.objects.filter(ballot=ballot).first()
    context: dict[str, Any] = {
        "ballot": ballot,
        "rehearsal": rehearsal,
        "numbers": NUMBERS,
        "problems": [] if rehearsal else problems_of(ballot, clock.now()),
    }
    if rehearsal is not None:
        context["votes"] = rehearsal.votes.count()
        context["current"] = rehearsals.is_current(ballot, rehearsal)
        if rehearsal.closed_at is not None and context["current"]:
            tried, outcome = rehearsals.outcome_of(ballot)
            context["story"] = results.tell(tried, outcome)
            context["rule_text"] = ballot_queries.rule_text(ballot.rule)
            context["settings_text"] = ballot_queries.settings_text(ballot)
    return render(request, "voting/staff/rehearsal.html", context)


def _do(request: MunicipalityRequest, ballot: Ballot, action: str) -> str:
    """One button of the page; what it says afterwards."""
    match action:
        case "begin":
            rehearsals.start(ballot=ballot, by=request.user)
            return _("The rehearsal has begun. Only you and your colleagues see it.")
        case "sluit":
            rehearsals.close(ballot=ballot, by=request.user)
            return _("The rehearsal is closed and its test votes are counted.")
        case "wis":
            rehearsals.wipe(ballot=ballot, by=request.user)
            return _("The rehearsal and its test votes are wiped.")
    asked = action.removeprefix("stem-")
    number = rehearsals.cast_random(
        ballot=ballot, number=int(asked) if asked in map(str, NUMBERS) else 1, by=request.user
    )
    return ngettext("%(n)d test vote put in.", "%(n)d test votes put in.", number) % {"n": number}


@permission_required("voting.manage_ballots")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The ballot paper as a voter has it: choose, check, send. What is filled in stands in the form itself."""
    ballot = _before_opening(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    if not Rehearsal.objects.filter(ballot=ballot, closed_at=None).exists():
        return _home(request, ballot)
    tried = rehearsals.as_frozen(ballot)
    kind = paper_types.of(tried.frozen)
    choice: Choice = []
    raw: dict[int, str] = {}
    problems: list[Problem] = []
    action, _dash, which = request.POST.get("doe", "").partition("-")
    if request.method == "POST":
        if action == "stuur" or not marking.is_marked(tried):
            choice = kind.from_items(request.POST.getlist("keuze"))
            problems = kind.check(tried.frozen, choice)
        else:
            raw, choice, problems = _filled_in(tried, request, action, which)
        if action == "stuur" and not problems:
            return _send(request, ballot, choice)
    options = ballot_queries.options_of(ballot)
    by_number = {option.number: option for option in options}
    checking = action == "controleer" and not problems
    return render(
        request,
        "voting/staff/rehearsal_paper.html",
        {
            "ballot": tried,
            "checking": checking,
            "picked": [(by_number[number], said) for number, said in kind.said(tried.frozen, choice)]
            if checking
            else [],
            "marks": kind.items(choice),
            "problems": problems if action in ("controleer", "stuur") else [],
            "chosen": set(choice),
            "shown": options,
            "money": ballot_queries.money(ballot, options, set(choice)),
            "limit_text": ballot_queries.limit_text(ballot),
            **(marking.sheet(tried, options, raw, problems) if marking.is_marked(tried) else {}),
        },
    )


def _filled_in(
    tried: Ballot, request: MunicipalityRequest, action: str, which: str
) -> tuple[dict[int, str], Choice, list[Problem]]:
    """What stands in the fields of a paper that is filled in, moved where that was asked."""
    kind = paper_types.of(tried.frozen)
    assert isinstance(kind, paper_types.Marks)
    raw = kind.raw(tried.frozen, request.POST)
    known = {str(option["number"]) for option in tried.frozen["options"]}
    if action in marking.MOVES and which in known and isinstance(kind, Ranking):
        raw = kind.moved(raw, int(which), marking.MOVES[action])
    if action == "terug":
        raw = kind.fill(kind.from_items(request.POST.getlist("keuze")))
    choice, problems = kind.read(tried.frozen, raw)
    return raw, choice, problems if action == "controleer" else []


def _send(request: MunicipalityRequest, ballot: Ballot, choice: Choice) -> HttpResponse:
    try:
        rehearsals.cast(ballot=ballot, choices=choice, by=request.user)
    except VotingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your test vote is in. A real voter now gets a proof with a code."))
    return _home(request, ballot)
