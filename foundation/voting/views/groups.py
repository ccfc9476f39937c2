"""Groups of voters: staff keeps the list, members say that it is them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.errors import NotEligible, VotingError
from foundation.voting.forms_groups import GroupForm, MembersForm
from foundation.voting.models import GroupMember, VoterGroup
from foundation.voting.queries import groups as group_queries
from foundation.voting.services import groups

PER_PAGE = 50


def _group(request: MunicipalityRequest, group_id: int) -> VoterGroup:
    found = VoterGroup.objects.filter(municipality=request.municipality, pk=group_id).first()
    if found is None:
        raise Http404
    return found


@permission_required("voting.manage_ballots")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: MunicipalityRequest) -> HttpResponse:
    """All groups, and the form for a new one."""
    back = reverse("voting:staff_index", args=[request.municipality.slug])
    new = VoterGroup(municipality=request.municipality)
    form = GroupForm(request.POST or None, instance=new, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            made = groups.create(municipality=request.municipality, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
        else:
            return redirect("voting:group", request.municipality.slug, made.pk)
    page = Paginator(group_queries.groups(request.municipality), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "voting/staff/groups.html", {"groups": page, "form": form}, status=422 if form.errors else 200
    )


@permission_required("voting.manage_ballots")
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: MunicipalityRequest, group_id: int) -> HttpResponse:
    """The members of one group; POST adds addresses."""
    shown = _group(request, group_id)
    form = MembersForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = groups.add_members(group=shown, addresses=form.cleaned_data["found"], by=request.user)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            text = ngettext("%(n)d person was invited.", "%(n)d people were invited.", added)
            messages.success(request, text % {"n": added})
            return redirect("voting:group", request.municipality.slug, shown.pk)
    search = request.GET.get("q", "")[:80].strip()
    page = Paginator(group_queries.members(shown, search), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "group": shown,
        "members": page,
        "places": group_queries.places(shown),
        "smallest": group_queries.SMALLEST_ELECTORATE,
        "form": form,
        "search": search,
    }
    return render(request, "voting/staff/group.html", context, status=422 if form.errors else 200)


@permission_required("voting.manage_ballots")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MunicipalityRequest, group_id: int) -> HttpResponse:
    """The name of a group and who belongs to it."""
    shown = _group(request, group_id)
    back = reverse("voting:group", args=[request.municipality.slug, shown.pk])
    form = GroupForm(request.POST or None, instance=shown, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            groups.change(group=_group(request, group_id), by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)  # type: ignore[arg-type]
        else:
            return redirect(back)
    context = {"group": shown, "form": form}
    return render(request, "voting/staff/group_edit.html", context, status=422 if form.errors else 200)


@permission_required("voting.manage_ballots")
@require_POST
def remove(request: MunicipalityRequest, group_id: int, member_id: int) -> HttpResponse:
    """Take somebody off the list."""
    shown = _group(request, group_id)
    member = GroupMember.objects.filter(group=shown, pk=member_id).select_related("group__municipality").first()
    if member is None:
        raise Http404
    try:
        groups.remove_member(member=member, by=request.user)
        messages.success(request, _("%(address)s is off the list.") % {"address": member.email})
    except VotingError as error:
        messages.error(request, str(error))
    return redirect("voting:group", request.municipality.slug, shown.pk)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MunicipalityRequest, group_id: int) -> HttpResponse:
    """A member says "that is me". Who is not on the list reads what they can do."""
    shown = _group(request, group_id)
    after = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        after = ""
    mine = GroupMember.objects.filter(group=shown, user=request.user).exists()
    kept = not mine and GroupMember.objects.filter(group=shown, user=None, email=request.user.email).exists()
    if request.method == "POST":
        try:
            groups.join(group=shown, by=request.user)
        except NotEligible as error:
            messages.error(request, str(error))
            return redirect("voting:group_join", request.municipality.slug, shown.pk)
        messages.success(request, _("You are a member of “%(group)s”.") % {"group": shown.name})
        return redirect(after or reverse("voting:index", args=[request.municipality.slug]))
    return render(request, "voting/group_join.html", {"group": shown, "mine": mine, "kept": kept, "next": after})
