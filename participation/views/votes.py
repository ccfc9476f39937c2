"""The vote at the desk: the ballot paper in one step, and who is reached by what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.refused import tell
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.enums import EDITABLE_STATES, BallotState, Electorate
from foundation.voting.errors import VotingError
from participation.enums import PhaseKind
from participation.enums_proposals import ProposalState
from participation.errors import ParticipationError
from participation.forms.checking import BallotForm
from participation.models import Process, ProcessVote, Proposal
from participation.queries import proposals as proposal_queries
from participation.queries import votes as queries
from participation.services import votes
from participation.views._shared import staff_menu, staff_process


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Make the ballot paper of the feasible proposals."""
    process = staff_process(request, slug)
    if queries.current(process) is not None:
        return redirect("participation:vote", request.municipality.slug, process.slug)
    phase = process.phases.filter(kind=PhaseKind.VOTE).first()
    initial: dict[str, Any] = {
        "title": _("The vote: %(title)s") % {"title": process.title},
        "question": process.summary,
        "way": "gelijke-delen" if process.money_cents else "beste",
        "budget_cents": process.money_cents or None,
        "electorate": Electorate.RESIDENTS,
        "is_binding": True,
    }
    if phase is not None:
        # "Until Sunday, 0.00" makes people come a day late: a vote that fills whole days ends in the last minute of one.
        at_midnight = clock.at_midnight(phase.closes_at)
        closes = phase.closes_at - timedelta(minutes=1) if at_midnight else phase.closes_at
        initial |= {"opens_at": phase.opens_at, "closes_at": closes}
    initial["title"] = initial["title"][:120]
    back = reverse("participation:staff", args=[request.municipality.slug, process.slug])
    form = BallotForm(request.POST if request.method == "POST" else None, initial=initial, cancel_url=back)
    if form.is_bound and form.is_valid():
        try:
            votes.make_ballot(process=process, by=request.user, phase=phase, **form.values())
        except (ParticipationError, VotingError) as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The ballot paper stands. Look it over, then announce the vote."))
            return redirect("participation:vote", request.municipality.slug, process.slug)
    rows = Proposal.objects.filter(process=process, state=ProposalState.FEASIBLE).public().order_by("pk")
    chosen = list(rows.defer(*proposal_queries.LEAN[:-1])[:500])
    return render(
        request,
        "participation/votes/new.html",
        {
            "process": process,
            "menu": staff_menu(process, "voorstellen"),
            "form": form,
            "chosen": chosen,
            "phase": phase,
        },
    )


@require_safe
@permission_required("participation.see_work")
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """How the vote stands and who is reached by what."""
    process = staff_process(request, slug)
    vote = _vote_or_404(process)
    ballot = vote.ballot
    votes.note_result(vote=vote)
    base = [request.municipality.slug, ballot.slug]
    return render(
        request,
        "participation/votes/overview.html",
        {
            "process": process,
            "menu": staff_menu(process, "voorstellen"),
            "vote": vote,
            "ballot": ballot,
            "reach": queries.reach(vote),
            "is_old": queries.is_old(vote),
            "areas": list(ballot.areas.defer("geometry")),
            "is_editable": ballot.state in EDITABLE_STATES,
            "can_call": ballot.state in (BallotState.ANNOUNCED, BallotState.OPEN),
            "on_paper": list(vote.proposals.select_related("proposal__process__municipality").defer("proposal__text")),
            "may_run": request.user.has_perm("participation.run", request.municipality),
            "codes_url": reverse("voting:codes", args=base),
            "paper_url": reverse("voting:paper", args=base),
            "ballot_url": reverse("voting:staff_detail", args=base),
        },
    )


@require_POST
@permission_required("participation.run")
def step(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Copy the proposals again, or call people to vote."""
    process = staff_process(request, slug)
    vote = _vote_or_404(process)
    doing = request.POST.get("doe", "")
    try:
        if doing == "kopie":
            number = votes.copy_again(vote=vote, by=request.user)
            messages.success(request, _("%(n)d proposals stand on the paper, as they are now.") % {"n": number})
        elif doing in (queries.FOLLOWERS, queries.NEIGHBOURHOOD):
            told = votes.call(vote=vote, by=request.user, whom=doing)
            words = ngettext("%(n)d person gets a message.", "%(n)d people get a message.", told) % {"n": told}
            messages.success(request, words if told else _("Everybody was told already; nobody gets it twice."))
    except (ParticipationError, VotingError) as error:
        messages.error(request, str(error))
    return redirect("participation:vote", request.municipality.slug, process.slug)


def _vote_or_404(process: Process) -> ProcessVote:
    found = queries.current(process)
    if found is None:
        raise Http404
    return found
