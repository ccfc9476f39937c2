"""The back office of votes: the list, one ballot with its steps, the example, cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import InvalidPage
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from foundation.core import clock
from foundation.core.forms import helper
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.enums import EDITABLE_STATES, BallotState, Electorate
from foundation.voting.errors import VotingError
from foundation.voting.forms import ReasonForm, ReminderForm, StaffFilter
from foundation.voting.models import Ballot, Reminder
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import staff as staff_queries
from foundation.voting.queries.wording import words_of
from foundation.voting.services import ballots, publishing
from foundation.voting.services import reminders as reminder_services
from foundation.voting.tables import BallotTable
from foundation.voting.views import marking
from foundation.voting.views._shared import staff_ballot
from foundation.voting.views.public import arrangement


@permission_required("voting.see_ballots")
@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """All ballots of the municipality."""
    now = clock.now()
    form = StaffFilter(request.GET)
    rows = ballot_queries.with_figures(Ballot.objects.for_municipality(request.municipality)).select_related(
        "municipality"
    )
    if form.is_valid():
        if form.cleaned_data["state"]:
            rows = rows.filter(state=form.cleaned_data["state"])
        if form.cleaned_data["q"]:
            rows = rows.filter(title__icontains=form.cleaned_data["q"])
    table = BallotTable(rows, now=now)
    try:
        RequestConfig(request, paginate={"per_page": 25, "silent": True}).configure(table)
    except InvalidPage:
        table.paginate(per_page=25)
    return render(
        request,
        "voting/staff/index.html",
        {
            "table": table,
            "form": form,
            "may_manage": request.user.has_perm("voting.manage_ballots", request.municipality),
        },
    )


@permission_required("voting.see_ballots")
@require_safe
def detail(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Where one ballot stands and what waits for whom."""
    now = clock.now()
    ballot = staff_ballot(request, slug)
    if ballot.is_due(now) and ballots.advance(ballot_id=ballot.pk, now=now):
        ballot = staff_ballot(request, slug)
    return render(
        request,
        "voting/staff/detail.html",
        {
            "ballot": ballot,
            "now": now,
            "overview": staff_queries.overview(ballot, request.user, now),
            "phases": ballot_queries.phases(ballot, now),
            "phase_label": BallotState(ballot.phase(now)).label,
            "may_manage": request.user.has_perm("voting.manage_ballots", request.municipality),
            "limit_text": ballot_queries.limit_text(ballot),
        },
    )


@permission_required("voting.see_ballots")
@require_safe
def preview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The ballot paper as a voter will see it; nothing can be sent from it."""
    ballot = staff_ballot(request, slug)
    options = ballot_queries.options_of(ballot)
    return render(
        request,
        "voting/staff/preview.html",
        {
            "ballot": ballot,
            "question": render_markdown(ballot.question),
            "words": words_of(ballot),
            "chosen": set(),
            "money": ballot_queries.money(ballot, options, ()),
            "limit_text": ballot_queries.limit_text(ballot),
            "rule_text": ballot_queries.rule_text(ballot.rule),
            "settings_text": ballot_queries.settings_text(ballot),
            **(shown := arrangement(request, ballot, options)),
            **(marking.sheet(ballot, shown["shown"], {}, []) if marking.is_marked(ballot) else {}),
        },
    )


@permission_required("voting.see_ballots")
@require_POST
def step(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The next step in the life of a ballot; each service checks who may and whether it may now."""
    ballot = staff_ballot(request, slug)
    done = {
        "aankondigen": (ballots.announce, _("The vote is announced. Residents can see it.")),
        "openen": (ballots.open_now, _("The vote is open. Its rules are fixed now.")),
        "vaststellen": (publishing.certify, _("The result is established. It can be published now.")),
        "publiceren": (publishing.publish, _("The result is published.")),
    }
    action = done.get(request.POST.get("stap", ""))
    if action is None:
        messages.error(request, _("This step does not exist."))
    else:
        service, told = action
        try:
            service(ballot=ballot, by=request.user)
        except VotingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
    return redirect("voting:staff_detail", request.municipality.slug, slug)


@permission_required("voting.manage_ballots")
def cancel(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Cancel with a reason; an announced ballot can also go back to draft."""
    ballot = staff_ballot(request, slug)
    back = reverse("voting:staff_detail", args=[request.municipality.slug, ballot.slug])
    withdraw = request.GET.get("terug") == "ja" and ballot.state == BallotState.ANNOUNCED
    submit = _("Take back to draft") if withdraw else _("Cancel this vote")
    form = ReasonForm(request.POST or None, submit=submit, cancel_url=back, public=not withdraw)
    if request.method == "POST" and form.is_valid():
        service = ballots.withdraw if withdraw else ballots.cancel
        try:
            service(ballot=ballot, by=request.user, reason=form.cleaned_data["reason"])
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The vote is a draft again.") if withdraw else _("The vote is cancelled."))
            return redirect(back)
    return render(
        request, "voting/staff/cancel.html", {"ballot": ballot, "form": form, "withdraw": withdraw, "back": back}
    )


@permission_required("voting.manage_ballots")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Throw a draft away, after a page that says what goes with it."""
    ballot = staff_ballot(request, slug)
    back = reverse("voting:staff_detail", args=[request.municipality.slug, ballot.slug])
    why = ballots.cant_delete(ballot)
    if not why and request.method == "POST":
        try:
            ballots.delete_draft(ballot=ballot, by=request.user)
        except VotingError as error:  # somebody announced it meanwhile
            why = str(error)
        else:
            messages.success(request, _("The draft “%(title)s” is thrown away.") % {"title": ballot.title})
            return redirect("voting:staff_index", request.municipality.slug)
    if why:
        messages.error(request, why)
        return redirect(back)
    form = helper(submit=_("Throw this draft away"), cancel_url=back, danger=True)
    return render(
        request,
        "voting/staff/delete.html",
        {"ballot": ballot, "helper": form, "form": Form(), "number": ballot.options.count(), "back": back},
    )


@permission_required("voting.manage_ballots")
def reminders(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Planned reminders to those who did not vote: when, and about how many were told; never who."""
    ballot = staff_ballot(request, slug)
    here = redirect("voting:reminders", request.municipality.slug, ballot.slug)
    if request.method == "POST" and request.POST.get("doe", "").startswith("weg-"):
        number = request.POST["doe"].removeprefix("weg-")
        row = get_object_or_404(Reminder, ballot=ballot, pk=number if number.isdecimal() else 0)
        try:
            reminder_services.withdraw(reminder=row, by=request.user)
        except VotingError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The reminder is taken away."))
        return here
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reminder_services.plan(ballot=ballot, due_at=form.cleaned_data["due_at"], by=request.user)
        except VotingError as error:
            form.add_error("due_at", str(error))
        else:
            messages.success(request, _("The reminder is planned."))
            return here
    codes = ballot.electorate == Electorate.CODES
    return render(
        request,
        "voting/staff/reminders.html",
        {
            "ballot": ballot,
            "form": form,
            "rows": ballot.reminders.all(),
            "cant": reminder_services.cant_remind() if codes else "",
            "may_plan": not codes and ballot.state in (*EDITABLE_STATES, BallotState.OPEN),
        },
    )
