"""Papers on which something is filled in per option: points, places, answers. The same two steps as the ticks.

What was typed waits in the session as it was typed, so that a mistake can be shown where it was made.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting import paper_types
from foundation.voting.models import Ballot, Option
from foundation.voting.paper_types import Choice, Marks, Problem
from foundation.voting.paper_types.ranking import Ranking
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.views.public import arrangement

LONG = 20  # so many places in a list can still be chosen from; more are typed
FILTERS = ("zoek", "buurt", "thema", "kosten", "volgorde", "alleen")
MOVES = {"omhoog": -1, "omlaag": 1}


def is_marked(ballot: Ballot) -> bool:
    """Whether the paper of this ballot is filled in, not ticked."""
    return isinstance(paper_types.PAPER_TYPES[ballot.type], Marks)


def vote(request: MunicipalityRequest, ballot: Ballot, *, changing: bool = False) -> HttpResponse:
    """The paper; who may vote was asked before."""
    paper = _paper(ballot)
    raw, problems = kept(request, ballot), list[Problem]()
    if request.method == "POST":
        raw = paper.raw(ballot.frozen, request.POST)
        action, _dash, which = request.POST.get("doe", "").partition("-")
        if action in MOVES and which.isdecimal() and isinstance(paper, Ranking):
            known = {option["number"] for option in ballot.frozen["options"]}
            raw = paper.moved(raw, int(which), MOVES[action]) if int(which) in known else raw
        request.session[_key(ballot)] = {str(number): text for number, text in raw.items()}
        if action == "bewaar":
            return HttpResponse(status=204)
        if action != "controleer":
            return back_to_paper(request, ballot, f"optie-{which}" if action in MOVES else "opties")
        problems = paper.read(ballot.frozen, raw)[1]
        if not problems:
            return redirect("voting:check", request.municipality.slug, ballot.slug)
    options = ballot_queries.options_of(ballot)
    only = request.GET.get("alleen") == "gekozen"
    asked = arrangement(request, ballot, options, only=set(raw) if only else None)
    # What has a mistake is shown, whatever was asked for.
    wrong = {problem.number for problem in problems}
    shown = asked["shown"] + [one for one in options if one.number in wrong and one not in asked["shown"]]
    return render(
        request,
        "voting/mark.html",
        {
            "ballot": ballot,
            "limit_text": ballot_queries.limit_text(ballot),
            "problems": problems,
            "counter": counter(ballot, raw),
            "changing": changing,
            "only": only,
            **asked,
            **sheet(ballot, shown, raw, problems, number_of_options=len(options)),
        },
    )


def sheet(
    ballot: Ballot,
    shown: list[Option],
    raw: dict[int, str],
    problems: list[Problem],
    *,
    number_of_options: int | None = None,
) -> dict[str, Any]:
    """What the paper shows: a row per option, with what was filled in and what is wrong with it. For the example too.

    ``elsewhere``: what was filled in at options that are not shown. ``number_of_options``: of the whole paper, where not all
    of them are shown.
    """
    paper = _paper(ballot)
    places = number_of_options or len(shown)
    visible = {option.number for option in shown}
    if isinstance(paper, Ranking):
        order = {number: place for place, number in enumerate(paper.ordered(raw))}
        shown = sorted(shown, key=lambda option: order.get(option.number, len(order)))
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        if problem.number is not None:
            wrong.setdefault(problem.number, []).append(problem.text)
    return {
        "kind": paper.name,
        "field": paper.field,
        "rows": [
            {"option": o, "value": raw.get(o.number, ""), "errors": wrong.get(o.number, []), "last": o is shown[-1]}
            for o in shown
        ],
        "elsewhere": sorted((number, text) for number, text in raw.items() if number not in visible),
        "places": [str(place) for place in range(1, places + 1)] if places <= LONG else [],
        "grades": [(str(grade), name) for grade, name in enumerate(ballot.scale)],
    }


def counter(ballot: Ballot, raw: dict[int, str]) -> str:
    """How much is filled in, for the bar under the paper."""
    if ballot.type == "points":
        given = sum(int(text) for text in raw.values() if text.isdecimal())
        return _("%(given)d of %(total)d points given") % {"given": given, "total": ballot.points_total}
    if ballot.type == "ranking":
        return ngettext("%(n)d option has a place", "%(n)d options have a place", len(raw)) % {"n": len(raw)}
    return ngettext("%(n)d statement answered", "%(n)d statements answered", len(raw)) % {"n": len(raw)}


def choice_of(request: MunicipalityRequest, ballot: Ballot) -> tuple[Choice, list[Problem]]:
    """The choice that was filled in so far, and what is wrong with it."""
    return _paper(ballot).read(ballot.frozen, kept(request, ballot))


def kept(request: MunicipalityRequest, ballot: Ballot) -> dict[int, str]:
    """What this visitor has filled in so far."""
    found: Any = request.session.get(_key(ballot), {})
    return {int(number): str(text) for number, text in found.items()} if isinstance(found, dict) else {}


def keep(request: MunicipalityRequest, ballot: Ballot, choice: Choice) -> None:
    """Fill in the form with this choice."""
    request.session[_key(ballot)] = {str(number): text for number, text in _paper(ballot).fill(choice).items()}


def _paper(ballot: Ballot) -> Marks:
    paper = paper_types.PAPER_TYPES[ballot.type]
    assert isinstance(paper, Marks)
    return paper


def _key(ballot: Ballot) -> str:
    return f"stembiljet-{ballot.pk}"  # as for ticks: sending the vote takes it away


def back_to_paper(request: MunicipalityRequest, ballot: Ballot, place: str) -> HttpResponseRedirect:
    """To the paper as it was asked for (searched, filtered, sorted) in the form, or whole again."""
    asked = {name: request.POST[name] for name in FILTERS if request.POST.get(name)}
    if request.POST.get("doe") == "alles":
        asked = {}
    address = reverse("voting:vote", args=[request.municipality.slug, ballot.slug])
    return HttpResponseRedirect(f"{address}?{urlencode(asked)}#{place}" if asked else f"{address}#{place}")
