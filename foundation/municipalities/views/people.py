"""People with a role: the list, invitations, ending a role; and accepting an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.enums import ROLE_DESCRIPTIONS, STAFF_ROLES, InvitationState, RoleKind
from foundation.municipalities.forms.people import AcceptForm, EndRoleForm, InviteForm, PeopleFilterForm
from foundation.municipalities.forms.settings import posted
from foundation.municipalities.models import Invitation, Municipality, Role
from foundation.municipalities.services import invitations
from foundation.municipalities.services.people import end_role
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required

ON_A_PAGE = 50


@require_safe
@permission_required("municipalities.manage")
def people(request: MunicipalityRequest) -> HttpResponse:
    """Everybody with a role, and the invitations that wait."""
    sectors = queries.sectors_of(request.municipality)
    form = PeopleFilterForm(request.GET or None, sectors=sectors)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = queries.people_of(
        request.municipality, kind=chosen.get("rol", ""), sector=chosen.get("sector"), text=chosen.get("q", "")
    )
    return render(
        request,
        "municipalities/people.html",
        {
            "form": form,
            "filtered": any(chosen.values()),
            "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
            "invitations": _with_state(request.municipality),
        },
    )


def _with_state(municipality: Municipality) -> list[tuple[Invitation, bool]]:
    """The open invitations, each with whether it ran out."""
    moment = clock.now()
    return [
        (invitation, invitation.state(moment) == InvitationState.EXPIRED)
        for invitation in queries.open_invitations(municipality)
    ]


def send_invitations(request: MunicipalityRequest, form: InviteForm) -> bool:
    """Invite everybody of a valid form; False with the reasons in the form."""
    data = form.cleaned_data
    try:
        if data["sector"] is not None:
            # A sector belongs to one person: only an ambassador's form has it, with one address.
            for email in data["emails"]:
                invitations.invite(
                    municipality=request.municipality,
                    email=email,
                    kind=data["kind"],
                    sector=data["sector"],
                    by=request.user,
                )
        else:
            invitations.invite_several(
                municipality=request.municipality, emails=data["emails"], kind=data["kind"], by=request.user
            )
    except ValidationError as error:
        if hasattr(error, "error_dict") and "email" in error.error_dict:
            error = ValidationError({"emails": error.error_dict["email"]})
        add_errors(form, error)
        return False
    count = len(data["emails"])
    messages.success(request, ngettext("%(n)d invitation sent.", "%(n)d invitations sent.", count) % {"n": count})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def invite(request: MunicipalityRequest) -> HttpResponse:
    """Invite one or several people for a role."""
    form = InviteForm(posted(request), sectors=queries.sectors_of(request.municipality))
    if request.method == "POST" and form.is_valid() and send_invitations(request, form):
        return redirect("municipalities:people", request.municipality.slug)
    return render(request, "municipalities/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@permission_required("municipalities.manage")
def invitation_action(request: MunicipalityRequest, invitation_id: int, action: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    found = get_object_or_404(Invitation.objects.for_municipality(request.municipality), pk=invitation_id)
    service = {"opnieuw": invitations.resend, "intrekken": invitations.withdraw}[action]
    try:
        service(invitation=found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = {"opnieuw": _("The invitation was sent again."), "intrekken": _("The invitation was withdrawn.")}
        messages.success(request, done[action])
    return redirect("municipalities:people", request.municipality.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def end(request: MunicipalityRequest, role_id: int) -> HttpResponse:
    """Ask once more, then end a role."""
    role = get_object_or_404(
        Role.objects.for_municipality(request.municipality).select_related("user", "sector", "municipality"), pk=role_id
    )
    back = reverse("municipalities:people", args=[request.municipality.slug])
    form = EndRoleForm(posted(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            end_role(role=role, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The role of %(name)s has ended.") % {"name": role.user})
            own = role.user_id == request.user.pk
            return redirect(request.municipality.get_absolute_url() if own else back)
    return render(
        request, "municipalities/end_role.html", {"form": form, "role": role}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the mail leads to: who asks what; log in or sign up, then accept."""
    invitation = invitations.find_by_token(token)
    now = clock.now()
    state = invitation.state(now) if invitation else None
    if invitation is None or state != InvitationState.SENT:
        return render(
            request,
            "municipalities/invitation_gone.html",
            {"invitation": invitation, "state": str(state or "")},
            status=410,
        )
    context = {
        "invitation": invitation,
        "explanation": ROLE_DESCRIPTIONS[RoleKind(invitation.kind)],
        "next": request.path,
        "staff": invitation.kind in STAFF_ROLES,
    }
    if not request.user.is_authenticated:
        return render(request, "municipalities/invitation.html", context)
    differs = request.user.email != invitation.email
    form = AcceptForm(posted(request), ask=differs)
    if request.method == "POST" and form.is_valid():
        try:
            role = invitations.accept(
                invitation=invitation, by=request.user, other_address=form.cleaned_data.get("other_address", False)
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.path)
        messages.success(
            request,
            _("You are now %(role)s of %(name)s.") % {"role": role.get_kind_display(), "name": role.municipality.name},
        )
        return redirect(_first_page(role))
    return render(request, "municipalities/invitation.html", {**context, "form": form, "differs": differs})


def _first_page(role: Role) -> str:
    municipality = role.municipality
    if role.kind == RoleKind.ADMINISTRATOR and not municipality.is_published:
        return reverse("municipalities:setup", args=[municipality.slug])
    if not municipality.is_published and role.kind not in STAFF_ROLES:
        return "/"
    return str(municipality.get_absolute_url())
