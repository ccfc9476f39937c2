"""The team of an initiative: who is in it, asking others, joining by a link, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core.ratelimit import rate_limited
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import TeamRole
from initiatives.errors import InitiativeError
from initiatives.forms.page import InviteForm, MemberForm
from initiatives.models import Initiative, TeamInvitation, TeamMember
from initiatives.queries.page import team_of
from initiatives.services import team as services
from initiatives.views._shared import for_team, team_menu


@rate_limited("initiative-invite", capacity=20, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def team(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """Who is in the team, who was asked, and asking one more."""
    speaks = request.user.has_perm("initiatives.speak_for", initiative)
    form = InviteForm(request.POST if request.method == "POST" and speaks else None)
    if form.is_bound and form.is_valid():
        try:
            services.invite(initiative=initiative, by=request.user, **form.cleaned_data)
        except InitiativeError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("initiatives:team", request.municipality.slug, initiative.slug)
    return render(
        request,
        "initiatives/edit/team.html",
        {
            "initiative": initiative,
            "menu": team_menu(initiative, "team"),
            "members": team_of(initiative),
            "invitations": list(initiative.invitations.all()) if speaks else [],
            "speaks": speaks,
            "form": form if speaks else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def member(request: MunicipalityRequest, initiative: Initiative, number: int) -> HttpResponse:
    """The role and task of one person, and whether their name is shown."""
    found = get_object_or_404(TeamMember.objects.select_related("user"), initiative=initiative, pk=number)
    own = found.user_id == request.user.pk
    speaks = request.user.has_perm("initiatives.speak_for", initiative)
    if not own and not speaks:
        raise Http404
    back = reverse("initiatives:team", args=[request.municipality.slug, initiative.slug])
    form = MemberForm(
        request.POST if request.method == "POST" else None,
        initial={"role": found.role, "task": found.task, "is_public": found.is_public},
        own=own,
        may_role=speaks,
        cancel_url=back,
    )
    if form.is_bound and form.is_valid():
        try:
            services.change_member(member=found, by=request.user, **form.cleaned_data)
        except InitiativeError as error:
            form.add_error("role" if "role" in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    return render(
        request,
        "initiatives/edit/member.html",
        {"initiative": initiative, "menu": team_menu(initiative, "team"), "member": found, "own": own, "form": form},
    )


@require_POST
@for_team()
def leave(request: MunicipalityRequest, initiative: Initiative, number: int) -> HttpResponse:
    """Leave, or take somebody out."""
    found = get_object_or_404(TeamMember, initiative=initiative, pk=number)
    own = found.user_id == request.user.pk
    try:
        services.leave(member=found, by=request.user)
    except InitiativeError as error:
        messages.error(request, str(error))
        return redirect("initiatives:team", request.municipality.slug, initiative.slug)
    if own:
        messages.success(request, _("You left the team."))
        return redirect(initiative.get_absolute_url())
    messages.success(request, _("This person is no longer in the team."))
    return redirect("initiatives:team", request.municipality.slug, initiative.slug)


@require_POST
@for_team("initiatives.speak_for")
def cancel_invitation(request: MunicipalityRequest, initiative: Initiative, number: int) -> HttpResponse:
    """The link in the mail stops working."""
    invitation = get_object_or_404(TeamInvitation, initiative=initiative, pk=number)
    services.cancel_invitation(invitation=invitation, by=request.user)
    messages.success(request, _("The invitation is taken back."))
    return redirect("initiatives:team", request.municipality.slug, initiative.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MunicipalityRequest, token: str) -> HttpResponse:
    """The page behind the link of an invitation: what it is, and saying yes. Log in first to say it."""
    invitation = services.find_invitation(token)
    if invitation is None or invitation.initiative.municipality_id != request.municipality.pk:
        return render(request, "initiatives/edit/invitation_gone.html", status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            services.join(invitation=invitation, by=request.user, name_is_public="show_name" in request.POST)
        except InitiativeError as error:
            messages.error(request, str(error))
            return redirect(invitation.initiative.get_absolute_url())
        messages.success(request, _("Welcome to the team."))
        return redirect(invitation.initiative.get_absolute_url())
    return render(
        request,
        "initiatives/edit/join.html",
        {
            "invitation": invitation,
            "initiative": invitation.initiative,
            "role": str(TeamRole(invitation.role).label),
            "login_url": f"{reverse('account_login')}?next={request.path}",
        },
    )
