"""The makers work on their proposal: writing, handing in, withdrawing, asking others to join, answering a plan to merge."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core import clock
from foundation.core.ratelimit import rate_limited
from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.enums import PhaseKind
from participation.enums_proposals import ProposalState
from participation.errors import ParticipationError
from participation.forms.proposals import InviteForm, ProposalForm, WithdrawForm
from participation.models import Process, Proposal
from participation.queries import openness
from participation.services import makers, proposals
from participation.views._shared import process_or_404
from participation.views._typed import MAP_WIDTH, give_back, has_map, log_in_first, map_query, new_key, take_click
from participation.views.proposals import proposal_or_404

View = Callable[..., HttpResponse]
TEXTS = (*proposals.TEXTS, "category", "co_makers", "place", "lon", "lat", "picture_alt", "version")
SEND, KEEP = "stuur", "bewaar"


def for_makers(view: View) -> View:
    """Only for who makes the proposal: log in first; 404 where it is not theirs to know, 403 where it is."""

    @wraps(view)
    def guarded(request: MunicipalityRequest, slug: str, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        process = process_or_404(request, slug)
        if not request.user.is_authenticated:
            return log_in_first(request)
        proposal = proposal_or_404(request, process, pk)
        if not request.user.has_perm("participation.make", proposal):
            raise PermissionDenied(_("Only the makers of this proposal can do this."))
        return view(request, process, proposal, *args, **kwargs)

    return guarded


@rate_limited("participation-proposal", capacity=60, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Begin a proposal. Who is not logged in may type first; the text waits."""
    process = process_or_404(request, slug)
    if request.method == "POST" and "plek.x" not in request.POST and not request.user.is_authenticated:
        return log_in_first(request)
    return _write(request, process, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_makers
def edit(request: MunicipalityRequest, process: Process, proposal: Proposal) -> HttpResponse:
    """Change it; when somebody else saved in between, both texts are shown and the typed one is kept."""
    return _write(request, process, proposal)


def _write(request: MunicipalityRequest, process: Process, proposal: Proposal | None) -> HttpResponse:
    back = reverse("participation:proposals", args=[request.municipality.slug, process.slug])
    initial: dict[str, Any] = {"key": new_key()}
    if proposal is not None:
        initial = {name: getattr(proposal, name) for name in TEXTS}
        initial["neighbourhood"] = proposal.neighbourhood.code if proposal.neighbourhood else ""
        back = proposal.get_absolute_url()
    clicked = take_click(request)
    data = request.POST if request.method == "POST" and clicked is None else None
    form = ProposalForm(
        data,
        request.FILES if data is not None else None,
        initial=initial if clicked is None else clicked.dict(),
        process=process,
        has_map=has_map(request.municipality),
        buttons=_buttons(request, proposal),
        cancel_url=back,
        is_new=proposal is None,
        has_picture=bool(proposal and proposal.picture),
        sending=request.POST.get("doe") == SEND or bool(proposal and proposal.submitted_at),
    )
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            made = _save(request, process, proposal, form)
            if request.POST.get("doe") == SEND:
                made = proposals.submit(proposal=made, by=request.user)
        except (ParticipationError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            if request.POST.get("doe") == SEND:
                messages.success(request, _("Your proposal is handed in. Everybody can read and support it."))
            elif made.state == ProposalState.DRAFT:
                messages.success(request, _("It is kept. Nobody else sees it until you hand it in."))
            else:
                messages.success(request, _("Your change is saved."))
            return redirect(made)
    give_back(request, form)
    is_open = openness.is_open(process, PhaseKind.PROPOSALS, clock.now())
    closed = "" if is_open else openness.why_closed(process, PhaseKind.PROPOSALS)
    return render(
        request,
        "participation/proposals/edit.html",
        {
            "process": process,
            "proposal": proposal,
            "form": form,
            "theirs": theirs,
            "map_width": MAP_WIDTH,
            "map_query": map_query(form),
            "why_closed": closed if proposal is None else proposals.why_fixed(proposal),
            "verdict": proposal.verdicts.first() if proposal else None,
            "back": back,
        },
    )


def _save(request: MunicipalityRequest, process: Process, proposal: Proposal | None, form: ProposalForm) -> Proposal:
    picture = form.cleaned_data["picture"] or None
    if proposal is None:
        key = form.cleaned_data["key"]
        # A draft that could not be handed in stands already: the key of the form finds it.
        there = (
            Proposal.objects.filter(process=process, sent_key=key, makers__user=request.user).first() if key else None
        )
        if there is None:
            shown = form.cleaned_data["show_name"]
            return proposals.create(
                process=process, by=request.user, key=key, name_is_public=shown, picture=picture, **form.values()
            )
        if there.state != ProposalState.DRAFT:
            return there
        return proposals.change(proposal=there, by=request.user, version=None, picture=picture, **form.values())
    return proposals.change(
        proposal=proposal,
        by=request.user,
        version=form.cleaned_data["version"],
        picture=picture,
        remove_picture=bool(form.cleaned_data.get("remove_picture")),
        **form.values(),
    )


def _buttons(request: MunicipalityRequest, proposal: Proposal | None) -> list[tuple[str, str]]:
    if not request.user.is_authenticated:
        return [(KEEP, _("Log in and go on"))]
    if proposal is None or proposal.state == ProposalState.DRAFT:
        return [(SEND, _("Hand in your proposal")), (KEEP, _("Keep it and go on later"))]
    if proposal.state == ProposalState.IF_CHANGED:
        return [(SEND, _("Hand in your change")), (KEEP, _("Keep it and go on later"))]
    return [(KEEP, _("Save the change"))]


@require_POST
@for_makers
def submit(request: MunicipalityRequest, process: Process, proposal: Proposal) -> HttpResponse:
    """Hand in a draft, or what was changed, as it stands."""
    try:
        proposals.submit(proposal=proposal, by=request.user)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your proposal is handed in. Everybody can read and support it."))
    return redirect(proposal)


@require_http_methods(["GET", "HEAD", "POST"])
@for_makers
def withdraw(request: MunicipalityRequest, process: Process, proposal: Proposal) -> HttpResponse:
    """Stop with a reason; a draft is thrown away."""
    back = proposal.get_absolute_url()
    if proposal.state == ProposalState.DRAFT:
        if request.method == "POST":
            proposals.discard(proposal=proposal, by=request.user)
            messages.success(request, _("The draft is gone."))
            return redirect("participation:proposals", request.municipality.slug, process.slug)
        return render(
            request,
            "components/confirm.html",
            {
                "title": _("Throw the draft away?"),
                "text": proposal.title,
                "submit": _("Yes, throw it away"),
                "cancel_url": back,
                "danger": True,
            },
        )
    form = WithdrawForm(request.POST if request.method == "POST" else None, cancel_url=back)
    if form.is_bound and form.is_valid():
        try:
            proposals.withdraw(proposal=proposal, by=request.user, reason=form.cleaned_data["reason"])
        except ParticipationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Your proposal is withdrawn. The page stays, with your reason."))
            return redirect(back)
    give_back(request, form)
    context = {"process": process, "proposal": proposal, "form": form, "title": _("Withdraw the proposal")}
    return render(request, "participation/proposals/withdraw.html", context)


@rate_limited("participation-invite", capacity=30, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
@for_makers
def team(request: MunicipalityRequest, process: Process, proposal: Proposal) -> HttpResponse:
    """Who makes it, who was asked; asking somebody, taking an invitation back, leaving."""
    doing = request.POST.get("doe", "")
    form = InviteForm(request.POST if request.method == "POST" and not doing else None)
    try:
        if doing == "weg":
            makers.leave(proposal=proposal, by=request.user)
            messages.success(request, _("You no longer make this proposal."))
            return redirect("participation:proposals", request.municipality.slug, process.slug)
        if doing.startswith("terug-") and doing[6:].isdecimal() and len(doing) < 24:
            invitation = proposal.invitations.filter(pk=int(doing[6:])).first()
            if invitation is not None:
                makers.cancel_invitation(invitation=invitation, by=request.user)
            return redirect("participation:proposal_team", request.municipality.slug, process.slug, proposal.pk)
        if form.is_bound and form.is_valid():
            makers.invite(proposal=proposal, email=form.cleaned_data["email"], by=request.user)
            messages.success(request, _("The invitation is sent."))
            return redirect("participation:proposal_team", request.municipality.slug, process.slug, proposal.pk)
    except (ParticipationError, ValidationError) as error:
        if form.is_bound:
            tell(form, error)
        else:
            messages.error(request, str(error))
    give_back(request, form)
    return render(
        request,
        "participation/proposals/team.html",
        {
            "process": process,
            "proposal": proposal,
            "form": form,
            "makers": proposal.makers.select_related("user"),
            "invitations": proposal.invitations.filter(expires_at__gt=clock.now()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MunicipalityRequest, slug: str, token: str) -> HttpResponse:
    """Where the link of an invitation leads to."""
    invitation = makers.find_invitation(token)
    if invitation is None or invitation.proposal.process.municipality_id != request.municipality.pk:
        return render(request, "participation/proposals/join.html", {"invitation": None}, status=404)
    proposal = invitation.proposal
    if proposal.process.slug != slug:
        raise Http404
    if request.method == "POST":
        if not request.user.is_authenticated:
            return log_in_first(request)
        try:
            makers.join(invitation=invitation, by=request.user, name_is_public="show_name" in request.POST)
        except ParticipationError as error:
            messages.error(request, str(error))
            return redirect("participation:proposals", request.municipality.slug, slug)
        messages.success(request, _("You make this proposal too now."))
        return redirect(proposal)
    return render(
        request,
        "participation/proposals/join.html",
        {
            "invitation": invitation,
            "proposal": proposal,
            "process": proposal.process,
            "login_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        },
    )
