"""The back office of voting codes: batches, letters, blocking, a new code at the desk."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from foundation.core import clock, health
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.enums import BatchState, Electorate
from foundation.voting.errors import VotingError
from foundation.voting.forms_codes import BatchForm, BlockForm, ReplaceForm
from foundation.voting.letters import letter_number
from foundation.voting.models import Ballot, CodeBatch, LetterPart
from foundation.voting.queries import codes as code_queries
from foundation.voting.services import codes
from foundation.voting.tasks import make_letters
from foundation.voting.views._shared import staff_ballot

logger = logging.getLogger(__name__)


def ask_worker(batch_id: int) -> None:
    """After the commit; when the broker is away, beat takes the batch up within a minute."""
    try:
        make_letters.apply_async([batch_id], retry=False)
    except OperationalError:
        logger.warning("no broker: batch of codes %s waits for beat", batch_id)


def _batch(request: MunicipalityRequest, slug: str, number: int) -> CodeBatch:
    found = (
        CodeBatch.objects.filter(ballot=staff_ballot(request, slug), number=number)
        .select_related("ballot__municipality", "area", "made_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _here(ballot: Ballot, name: str = "codes", *more: object) -> str:
    return reverse(f"voting:{name}", args=[ballot.municipality.slug, ballot.slug, *more])


@require_safe
@permission_required("voting.manage_ballots")
def index(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All batches of a ballot, and what became of their codes."""
    ballot = staff_ballot(request, slug)
    return render(
        request,
        "voting/staff/codes.html",
        {
            "ballot": ballot,
            "figures": code_queries.figures(ballot),
            "for_codes": ballot.electorate == Electorate.CODES,
            "editable": ballot.state in ("draft", "announced", "open"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("voting.manage_ballots")
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Ask for a batch; a worker makes the letters."""
    ballot = staff_ballot(request, slug)
    form = BatchForm(request.POST or None, ballot=ballot, cancel_url=_here(ballot))
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "size", "language", "area")}
        try:
            made = codes.ask_for_batch(ballot=ballot, by=request.user, **fields)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            transaction.on_commit(lambda: ask_worker(made.pk))
            return redirect(_here(ballot, "codes_batch", made.number))
    return render(request, "voting/staff/codes_form.html", {"ballot": ballot, "form": form, "title": _("New letters")})


@require_safe
@never_cache
@permission_required("voting.manage_ballots")
def batch(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """One batch: how far it is, its letters, and what can be done with it."""
    found = _batch(request, slug, number)
    active = found.state in (BatchState.WAITING, BatchState.MAKING)
    return render(
        request,
        "voting/staff/codes_batch.html",
        {
            "ballot": found.ballot,
            "batch": found,
            "active": active,
            "worker_silent": active and health.silent_since("worker", now=clock.now()) is not None,
            "percentage": 100 * found.done // found.size,
            "parts": found.parts.all(),
            "most": codes.MOST_DOWNLOADS,
            "days": codes.KEPT.days,
        },
    )


@require_POST
@permission_required("voting.manage_ballots")
def step(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Printed, or try again."""
    found = _batch(request, slug, number)
    try:
        if request.POST.get("stap") == "gedrukt":
            codes.hand_out(batch=found, by=request.user)
            messages.success(request, _("The letters are printed. Their PDFs are destroyed."))
        elif request.POST.get("stap") == "opnieuw":
            codes.try_again(batch=found, by=request.user)
            transaction.on_commit(lambda: ask_worker(found.pk))
        else:
            messages.error(request, _("This step does not exist."))
    except VotingError as error:
        messages.error(request, str(error))
    return redirect(_here(found.ballot, "codes_batch", number))


@require_POST
@never_cache
@permission_required("voting.manage_ballots")
def letters(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """The PDF of one part. A POST: it is counted, and nothing may fetch it beforehand."""
    found = _batch(request, slug, number)
    asked = request.POST.get("deel", "")
    part = LetterPart.objects.filter(
        batch=found, number=int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    ).first()
    if part is None:
        raise Http404
    try:
        pdf = codes.download(part=part, by=request.user)
    except VotingError as error:
        messages.error(request, str(error))
        return redirect(_here(found.ballot, "codes_batch", number))
    return _pdf(pdf, f"brieven-{found.ballot.slug}-{found.number}-{part.number}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("voting.manage_ballots")
def block(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Make all codes of a batch worthless, with a reason."""
    found = _batch(request, slug, number)
    back = _here(found.ballot, "codes_batch", number)
    form = BlockForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            codes.block(batch=found, by=request.user, reason=form.cleaned_data["reason"])
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The codes are blocked. Nobody can vote with them any more."))
            return redirect(back)
    title = _("Block the codes of %(batch)s") % {"batch": found}
    lead = _("Nobody can vote with these codes any more, and this can't be undone. Votes that were sent stay.")
    return render(
        request,
        "voting/staff/codes_form.html",
        {"ballot": found.ballot, "form": form, "title": title, "lead": lead},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("voting.manage_ballots")
def replace(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """At the desk: a new letter for a lost one. The answer is the letter itself; it is kept nowhere."""
    ballot = staff_ballot(request, slug)
    form = ReplaceForm(request.POST or None, cancel_url=_here(ballot))
    if request.method == "POST" and form.is_valid():
        try:
            code, pdf = codes.replace(ballot=ballot, letter=form.cleaned_data["letter"], by=request.user)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            return _pdf(pdf, f"brief-{letter_number(code.batch, code.number)}.pdf")
    lead = _(
        "The old code stops working at once. The new letter is made here and kept nowhere: print it straight away."
    )
    return render(
        request,
        "voting/staff/codes_form.html",
        {"ballot": ballot, "form": form, "title": _("A new code for a lost letter"), "lead": lead},
    )


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
