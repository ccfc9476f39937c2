"""The back office of votes on paper: envelopes, piles, typing twice, settling, into the ballot box."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting import paper_lines, paper_sheet
from foundation.voting.enums import Electorate
from foundation.voting.enums_paper import InvalidReason, PaperBatchState
from foundation.voting.errors import VotingError
from foundation.voting.forms_paper import (
    EnvelopeAccountForm,
    EnvelopeCodeForm,
    EnvelopePersonForm,
    PaperReasonForm,
    PileForm,
    typed_lines,
)
from foundation.voting.models import Ballot, PaperBatch
from foundation.voting.queries import paper as paper_queries
from foundation.voting.services import ballots, envelopes, paper
from foundation.voting.tasks import count_ballot
from foundation.voting.views._shared import staff_ballot

logger = logging.getLogger(__name__)


def _ask_to_count(ballot_id: int) -> None:
    """After the commit; when the broker is away, beat does it within a minute."""
    try:
        count_ballot.apply_async([ballot_id], retry=False)
    except OperationalError:
        logger.warning("no broker: the count of ballot %s waits for beat", ballot_id)


def _ballot(request: MunicipalityRequest, slug: str) -> Ballot:
    """A ballot that takes paper; the first visitor after closing time moves its state."""
    now = clock.now()
    ballot = staff_ballot(request, slug)
    if ballot.is_due(now) and ballots.advance(ballot_id=ballot.pk, now=now):
        ballot = staff_ballot(request, slug)
    return ballot


def _batch(request: MunicipalityRequest, slug: str, number: int) -> PaperBatch:
    ballot = _ballot(request, slug)
    found = PaperBatch.objects.filter(ballot=ballot, number=number).defer("settled").first()
    if found is None:
        raise Http404
    found.ballot = ballot
    return found


def _here(ballot: Ballot, name: str = "paper", *more: object) -> str:
    return reverse(f"voting:{name}", args=[ballot.municipality.slug, ballot.slug, *more])


@require_safe
@never_cache
@permission_required("voting.enter_paper")
def index(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """How far the paper of a ballot is, and what can be done now."""
    ballot = _ballot(request, slug)
    state = paper_queries.state_of(ballot, request.user, clock.now())
    return render(
        request,
        "voting/staff/paper.html",
        {"ballot": ballot, "state": state, "may_close": state.still_open and ballot.state == "closed"},
    )


@require_safe
@permission_required("voting.enter_paper")
def sheet(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The ballot paper to print, in Dutch or (``?taal=en``) in English."""
    ballot = _ballot(request, slug)
    if not paper_queries.takes_paper(ballot) or not ballot.options.exists():
        raise Http404
    language = "en" if request.GET.get("taal") == "en" else "nl"
    headers = {
        "Content-Disposition": f'attachment; filename="stembiljet-{ballot.slug}.pdf"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(paper_sheet.sheet_pdf(ballot, language), content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "data", "answer")
@permission_required("voting.enter_paper")
def envelope(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Let one envelope in, or hear why it is set aside; then the next."""
    ballot = _ballot(request, slug)
    without = request.GET.get("account") == "nee" and ballot.electorate == Electorate.RESIDENTS
    form: Any
    if ballot.electorate == Electorate.CODES:
        form = EnvelopeCodeForm(request.POST or None, cancel_url=_here(ballot))
    elif without:
        form = EnvelopePersonForm(request.POST or None, ballot=ballot, cancel_url=_here(ballot))
    else:
        form = EnvelopeAccountForm(request.POST or None, cancel_url=_here(ballot))
    aside, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = _let_in(ballot, form, request)
            except VotingError as error:
                form.add_error(None, str(error))
            else:
                if answer.admitted:
                    text = _("Let in. You have let %(n)d envelopes in. Put this one with the others, still closed.")
                    messages.success(request, text % {"n": answer.number})
                    return redirect(request.get_full_path())
                aside, status = answer.reason, 200
                form = None
    return render(
        request,
        "voting/staff/paper_envelope.html",
        {
            "ballot": ballot,
            "form": form,
            "aside": aside,
            "without": without,
            "may_be_without": ballot.electorate == Electorate.RESIDENTS,
        },
        status=status,
    )


def _let_in(ballot: Ballot, form: Any, request: MunicipalityRequest) -> envelopes.Answer:
    data = form.cleaned_data
    token = data["token"]
    if isinstance(form, EnvelopeCodeForm):
        return envelopes.let_in_code(ballot=ballot, code=data["code"], form_token=token, by=request.user)
    if isinstance(form, EnvelopeAccountForm):
        return envelopes.let_in_account(ballot=ballot, email=data["email"], form_token=token, by=request.user)
    fields = {name: data[name] for name in ("first_name", "born", "postcode", "house_number", "area")}
    return envelopes.let_in_person(ballot=ballot, form_token=token, by=request.user, **fields)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("voting.enter_paper")
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Make a pile: its number of envelopes is said before they are opened."""
    ballot = _ballot(request, slug)
    form = PileForm(request.POST or None, cancel_url=_here(ballot))
    if request.method == "POST" and form.is_valid():
        try:
            made = paper.make_batch(ballot=ballot, size=form.cleaned_data["size"], by=request.user)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            return redirect(_here(ballot, "paper_batch", made.number))
    waiting = paper_queries.envelopes(ballot) - paper_queries.in_batches(ballot)
    return render(request, "voting/staff/paper_new.html", {"ballot": ballot, "form": form, "waiting": waiting})


@require_safe
@never_cache
@permission_required("voting.enter_paper")
def batch(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """One pile: who typed it, and the next step."""
    found = _batch(request, slug, number)
    line = paper_queries.line_of(found, request.user)
    return render(
        request,
        "voting/staff/paper_batch.html",
        {
            "ballot": found.ballot,
            "batch": found,
            "line": line,
            "differences": len(paper_queries.differences(found)) if found.state == PaperBatchState.DIFFERENT else 0,
            "badge": "success" if found.state == PaperBatchState.ACCEPTED else "info",
        },
    )


@require_POST
@permission_required("voting.enter_paper")
def step(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Begin to type a pile, put it in the ballot box, or say that all paper is in."""
    ballot = _ballot(request, slug)
    asked, number = request.POST.get("stap", ""), request.POST.get("stapel", "")
    found = _batch(request, slug, int(number)) if number.isdecimal() and len(number) < 6 else None
    try:
        if asked == "alles-binnen":
            envelopes.close(ballot=ballot, by=request.user)
            transaction.on_commit(lambda: _ask_to_count(ballot.pk))
            messages.success(request, _("All paper is in. The votes are counted within a few minutes."))
        elif asked == "beginnen" and found:
            paper.begin_entry(batch=found, by=request.user)
            return redirect(_here(ballot, "paper_enter", found.number))
        elif asked == "in-de-bus" and found:
            paper.accept(batch=found, by=request.user)
            messages.success(request, _("The papers are in the ballot box. What was typed is wiped."))
        else:
            messages.error(request, _("This step does not exist."))
    except VotingError as error:
        messages.error(request, str(error))
    return redirect(_here(ballot, "paper_batch", found.number) if found else _here(ballot))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@sensitive_variables("lines", "rows", "typed")
@permission_required("voting.enter_paper")
def enter(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Type the papers of a pile, a line for each. What was typed is kept whenever the page is sent."""
    found = _batch(request, slug, number)
    entry = found.entries.filter(by=request.user).first()
    if entry is None or entry.handed_in_at is not None or found.state != PaperBatchState.ENTERING:
        return redirect(_here(found.ballot, "paper_batch", number))
    problems: dict[int, str] = {}
    refused = ""
    lines = entry.lines
    if request.method == "POST":
        lines = typed_lines(request.POST, found.size)
        try:
            if request.POST.get("doe") == "inleveren":
                paper.hand_in(batch=found, lines=lines, by=request.user)
                messages.success(request, _("Handed in. Thank you."))
                return redirect(_here(found.ballot, "paper_batch", number))
            paper.save_draft(batch=found, lines=lines, by=request.user)
            if request.POST.get("doe") == "later":
                messages.success(request, _("What you typed is kept. Only you can see it, when you go on."))
                return redirect(_here(found.ballot, "paper_batch", number))
        except paper.LinesWrong as error:
            problems = error.problems
        except VotingError as error:
            refused = str(error)
        if not problems and not refused:
            return redirect(_here(found.ballot, "paper_enter", number))  # the first empty line gets the focus
    return render(
        request,
        "voting/staff/paper_enter.html",
        {
            "ballot": found.ballot,
            "batch": found,
            "rows": _rows(lines, found.size, problems),
            "problems": problems,
            "refused": refused,
            "typed": sum(bool(line) for line in lines[: found.size]),
            **_legend(found.ballot),
        },
        status=422 if problems or refused else 200,
    )


def _rows(lines: list[str], size: int, problems: dict[int, str]) -> list[dict[str, Any]]:
    """A field per paper; the first wrong one, or else the first empty one, has the focus."""
    lines = [*lines, *[""] * (size - len(lines))][:size]
    first = min(problems, default=0) or next((n for n, line in enumerate(lines, start=1) if not line), 0)
    return [
        {"number": number, "value": line, "error": problems.get(number, ""), "focus": number == first}
        for number, line in enumerate(lines, start=1)
    ]


def _legend(ballot: Ballot) -> dict[str, Any]:
    rules = ballot.frozen
    return {
        "options": rules["options"],
        "kind": rules["type"],
        "example": paper_lines.example(rules),
        "grades": list(enumerate(rules.get("scale", []), start=1)),
        "reasons": InvalidReason.choices,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
@sensitive_variables("found", "lines", "rows", "both")
@permission_required("voting.enter_paper")
def settle(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """The third look: the papers that were typed differently, and what really stands on them."""
    batch = _batch(request, slug, number)
    if batch.state != PaperBatchState.DIFFERENT:
        return redirect(_here(batch.ballot, "paper_batch", number))
    numbers = paper_queries.differences(batch)
    typed = {n: request.POST.get(f"papier-{n}", "") for n in numbers} if request.method == "POST" else {}
    why = request.POST.get("waarom", "").strip()[:1000]
    problems: dict[int, str] = {}
    refused = ""
    if request.method == "POST":
        try:
            paper.settle(batch=batch, found=typed, why=why, by=request.user)
        except paper.LinesWrong as error:
            problems = error.problems
        except VotingError as error:
            refused = str(error)
        else:
            messages.success(request, _("The differences are settled. The pile can go into the ballot box."))
            return redirect(_here(batch.ballot, "paper_batch", number))
    rows = [
        {"number": n, "both": both, "value": typed.get(n, ""), "error": problems.get(n, "")}
        for n, both in paper_queries.both_readings(batch, numbers)
    ]
    return render(
        request,
        "voting/staff/paper_settle.html",
        {
            "ballot": batch.ballot,
            "batch": batch,
            "rows": rows,
            "why": why,
            "problems": problems,
            "refused": refused,
            **_legend(batch.ballot),
        },
        status=422 if problems or refused else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("voting.enter_paper")
def undo(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Type a pile anew, or take it back, with a reason (``?stap=opnieuw`` or ``terug``)."""
    found = _batch(request, slug, number)
    back = _here(found.ballot, "paper_batch", number)
    again = request.GET.get("stap") != "terug"
    turn = {"1": 1, "2": 2}.get(request.GET.get("beurt", ""))
    submit = str(_("Throw away what was typed") if again else _("Take this pile back"))
    form = PaperReasonForm(request.POST or None, submit=submit, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if again:
                paper.start_over(batch=found, reason=reason, turn=turn, by=request.user)
            else:
                paper.withdraw(batch=found, reason=reason, by=request.user)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("What was typed is wiped."))
            return redirect(back)
    return render(
        request,
        "voting/staff/paper_undo.html",
        {"ballot": found.ballot, "batch": found, "form": form, "again": again, "turn": turn, "back": back},
    )
