"""Voting: choosing, checking, sending, receipt. The choice waits in the session (Redis), never in the database."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from foundation.core import clock, ratelimit
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting import paper_types, passes
from foundation.voting.codes import CodeVoter
from foundation.voting.enums import BallotType
from foundation.voting.errors import AlreadyVoted, BallotClosed, InvalidChoice, NotEligible
from foundation.voting.models import Ballot
from foundation.voting.paper_types import Choice
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import eligibility
from foundation.voting.queries.door import AtTheDoor
from foundation.voting.services import casting
from foundation.voting.views import marking
from foundation.voting.views._shared import identify, public_ballot, voter, who_is_counted
from foundation.voting.views.public import arrangement
from foundation.voting.views.receipt import receipt_page


@never_cache
@sensitive_post_parameters()
def vote(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The ballot paper: one form that works with and without JavaScript."""
    now = clock.now()
    ballot = public_ballot(request, slug, now)
    person = voter(request, ballot)
    if person is None:
        return identify(request, ballot)
    may = eligibility.check(ballot, person, now)
    changing = eligibility.may_change(ballot, may)
    if not may.may_vote and not changing:
        return redirect(ballot)  # that page says why, and what to do
    if marking.is_marked(ballot):
        return marking.vote(request, ballot, changing=changing)
    chosen = kept_choice(request, ballot)
    problems: list[str] = []
    if request.method == "POST":
        shown, ticked = _numbers(request.POST.getlist("getoond")), _numbers(request.POST.getlist("keuze"))
        # Who picks one out of a filtered list picks it instead of what is out of sight.
        chosen = ticked if ballot.type == BallotType.SINGLE and ticked else (chosen - shown) | ticked
        keep_choice(request, ballot, chosen)
        action = request.POST.get("doe", "")
        if action == "bewaar":  # the page itself keeps the choice while it is open
            return HttpResponse(status=204)
        if action != "controleer":
            return marking.back_to_paper(request, ballot, "projecten")
        problems = casting.check_choices(ballot, chosen)
        if not problems:
            return redirect("voting:check", request.municipality.slug, ballot.slug)
    options = ballot_queries.options_of(ballot)
    only = request.GET.get("alleen") == "gekozen"
    return render(
        request,
        "voting/vote.html",
        {
            "ballot": ballot,
            "chosen": chosen,
            "problems": problems,
            "money": ballot_queries.money(ballot, options, chosen),
            "limit_text": ballot_queries.limit_text(ballot),
            "only": only,
            "changing": changing,
            **arrangement(request, ballot, options, only=chosen if only else None),
        },
    )


@never_cache
@sensitive_post_parameters()
@sensitive_variables("choices")
def check(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """GET: what will be sent. POST: send it; the answer is the receipt, and sending the same form again repeats it."""
    now = clock.now()
    if request.method == "POST":
        return _cast(request, slug)
    ballot = public_ballot(request, slug, now)
    person = voter(request, ballot)
    if person is None:
        return identify(request, ballot)
    may = eligibility.check(ballot, person, now)
    changing = eligibility.may_change(ballot, may)
    if not may.may_vote and not changing:
        return redirect(ballot)
    chosen: Choice = kept_choice(request, ballot)
    if marking.is_marked(ballot):
        chosen, wrong = marking.choice_of(request, ballot)
        if wrong:
            return redirect("voting:vote", request.municipality.slug, ballot.slug)
    if casting.check_choices(ballot, chosen):
        return redirect("voting:vote", request.municipality.slug, ballot.slug)
    if not changing and not isinstance(person, CodeVoter):
        passes.issue(request.session, ballot.slug, request.municipality.slug, now)  # for the fast lane
    return check_page(request, ballot, person, chosen, changing=changing)


def check_page(
    request: MunicipalityRequest,
    ballot: Ballot,
    person: Any,
    chosen: Choice,
    *,
    changing: bool = False,
    problem: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    """What will be sent, for a first vote or (``changing``) to take the place of an earlier one.

    Args:
        problem, typed: what is wrong with the receipt code that was typed, and that code.
    """
    paper = paper_types.of(ballot.frozen)
    options = ballot_queries.options_of(ballot)
    by_number = {option.number: option for option in options}
    context = {
        "ballot": ballot,
        "picked": [(by_number[number], said) for number, said in paper.said(ballot.frozen, chosen)],
        "marks": paper.items(chosen),
        "money": ballot_queries.money(ballot, options, chosen),
        "by_code": isinstance(person, CodeVoter),
        "form_token": secrets.token_urlsafe(24),
        "changing": changing,
        "problem": problem,
        "typed": typed,
    }
    return render(request, "voting/check.html", context, status=status)


check.takes_votes = True  # type: ignore[attr-defined]  # asked by foundation.voting.middleware


def _cast(request: MunicipalityRequest, slug: str) -> HttpResponse:
    now = clock.now()
    door: AtTheDoor | None = getattr(request, "door", None)
    ballot = public_ballot(request, slug, now) if door is None else door.ballot
    person = voter(request, ballot)
    if person is None:
        return identify(request, ballot)
    # Per account or code, never per address: a flat or a library must be able to vote.
    if not ratelimit.allow("voting.cast", who_is_counted(person), capacity=10, per_seconds=60):
        return ratelimit.too_many(request, 60)
    choices = paper_types.PAPER_TYPES[ballot.type].from_items(request.POST.getlist("keuze"))
    if not choices and request.POST.get("blanco") != "ja":
        messages.error(request, _("You chose nothing. Choose something, or send an empty vote."))
        return redirect("voting:vote", request.municipality.slug, slug)
    try:
        receipt = casting.cast(
            ballot=ballot,
            by=person,
            choices=choices,
            form_token=request.POST.get("formulier", ""),
            browser_random=request.POST.get("toeval", ""),
            now=now,
            mail=request.POST.get("bericht") == "ja",
        )
    except InvalidChoice as error:
        keep_choice(request, ballot, choices) if not marking.is_marked(ballot) else marking.keep(
            request, ballot, choices
        )
        messages.error(request, str(error))
        return redirect("voting:vote", request.municipality.slug, slug)
    except (AlreadyVoted, BallotClosed, NotEligible) as error:
        if isinstance(error, AlreadyVoted):
            forget_choice(request, ballot)
        return render(request, "voting/refused.html", {"ballot": ballot, "reason": str(error)}, status=409)
    forget_choice(request, ballot)
    return receipt_page(request, ballot, receipt)


# --- The choice while reading --------------------------------------------------------------------------------------------


def _key(ballot: Ballot) -> str:
    return f"stembiljet-{ballot.pk}"


def kept_choice(request: MunicipalityRequest, ballot: Ballot) -> set[int]:
    """The option numbers that this visitor has ticked so far."""
    kept: Any = request.session.get(_key(ballot), [])
    return {number for number in kept if isinstance(number, int)}


def keep_choice(request: MunicipalityRequest, ballot: Ballot, numbers: Collection[int]) -> None:
    known = {option["number"] for option in ballot.frozen.get("options", [])}
    request.session[_key(ballot)] = sorted(set(numbers) & known)


def forget_choice(request: MunicipalityRequest, ballot: Ballot) -> None:
    request.session.pop(_key(ballot), None)


def _numbers(texts: Iterable[str]) -> set[int]:
    return {int(text) for text in texts if text.isdecimal() and len(text) < 6}
