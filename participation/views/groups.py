"""Working groups and open tables: for everybody, for those in them, for their chairs and for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core.refused import saved_meanwhile, send, tell
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.enums_groups import SeatFunction, SeatState
from participation.errors import ParticipationError
from participation.forms.groups import DrawForm, FrameworkForm, GroupForm, SignUpForm
from participation.models import Group, Phase, Process
from participation.queries import documents as document_queries
from participation.queries import groups as queries
from participation.services import groups as services
from participation.views._shared import process_or_404, staff_menu, staff_process


@require_safe
def group(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """One group: what it is for, who is in it, who is missing, its meetings, what it advises."""
    process, found = _group(request, slug, number)
    shown, others = queries.members(found)
    mine = None
    if request.user.is_authenticated:
        mine = found.seats.filter(user=request.user).exclude(state=SeatState.GONE).first()
    may_write = services.may_write(request.user, found)
    return render(
        request,
        "participation/groups/group.html",
        {
            "process": process,
            "group": found,
            "lines": queries.composition(found),
            "is_open": queries.is_open(found),
            "members": shown,
            "others": others,
            "mine": mine,
            "themes": [line.strip() for line in found.themes.splitlines() if line.strip()],
            "deepened_by": found.deepened_by.all(),
            "framework": render_markdown(found.framework),
            "draws": found.draws.all(),
            "may_write": may_write,
            "texts": [
                {**item, "may_write": may_write}
                for item in document_queries.documents_of(process, found)
                if item["newest"] or may_write
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Sign up for a group."""
    process, found = _group(request, slug, number)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    wanted = {target.role for target in found.targets.all()}
    roles = [role for role in services.roles_of(request.user, found) if role in wanted]
    if not queries.is_open(found) or not roles:
        text = _("One can't sign up for this group any more.") if roles else _("This group asks for others than you.")
        messages.error(request, text)
        return redirect(found)
    form = SignUpForm(request.POST or None, roles=roles, cancel_url=found.get_absolute_url())
    sent = send(
        request,
        form,
        lambda: services.sign_up(group=found, by=request.user, **form.cleaned_data),
        told=_("You have signed up. You hear whether you have a place."),
    )
    if sent.done:
        return redirect(found)
    return render(request, "participation/groups/sign_up.html", {"process": process, "group": found, "form": form})


@require_POST
def leave(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Stop taking part."""
    _process, found = _group(request, slug, number)
    if not request.user.is_authenticated:
        return redirect_to_login(found.get_absolute_url())
    mine = get_object_or_404(found.seats, user=request.user)
    services.leave(seat=mine, by=request.user)
    messages.success(request, _("You no longer take part in this group."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Write what the group advises: its chair, its note-taker, or who leads the process."""
    process, found = _group(request, slug, number)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not services.may_write(request.user, found):
        raise PermissionDenied(_("Only the chair and the note-taker of this group can do this."))
    form = FrameworkForm(request.POST or None, group=found, cancel_url=found.get_absolute_url())
    sent = send(
        request,
        form,
        lambda: services.write(group=found, by=request.user, **form.cleaned_data),
        told=_("The advice is saved."),
    )
    if sent.done:
        return redirect(found)
    context = {"process": process, "group": found, "form": form, "theirs": sent.theirs}
    return render(request, "participation/groups/write.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def edit(request: MunicipalityRequest, slug: str, number: int = 0) -> HttpResponse:
    """Make a group (number 0) or change one."""
    process = staff_process(request, slug)
    there = queries.one(process, number) if number else None
    if number and there is None:
        raise Http404
    form = GroupForm(request.POST or None, instance=there, process=process, cancel_url=_back(process, there))
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if there is None:
                saved = services.create(process=process, by=request.user, targets=form.targets(), **form.values())
            else:
                saved = services.change(
                    group=Group.objects.get(pk=there.pk),
                    by=request.user,
                    version=form.cleaned_data["version"],
                    targets=form.targets(),
                    **form.values(),
                )
        except (ParticipationError, ValidationError) as error:
            if tell(form, error):
                theirs = saved_meanwhile(form)
        else:
            messages.success(request, _("The group is saved."))
            return redirect(_back(process, saved))
    title = there.title if there else _("A group more")
    menu = staff_menu(process, "overzicht")
    context = {"title": title, "lead": "", "form": form, "process": process, "menu": menu, "theirs": theirs}
    return render(request, "participation/staff/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def seats(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Everybody who signed up: giving places, chair and note-taker, taking somebody off."""
    process = staff_process(request, slug)
    found = queries.one(process, number)
    if found is None:
        raise Http404
    if request.method == "POST":
        key = request.POST.get("plaats", "")
        one = get_object_or_404(found.seats, pk=int(key) if key.isdecimal() and len(key) < 15 else 0)
        what = request.POST.get("wat", "")
        try:
            if what == "plaats":
                services.seat(seat=one, by=request.user)
            elif what == "weg":
                services.leave(seat=one, by=request.user)
            elif what in SeatFunction.values:
                services.give_function(seat=one, by=request.user, function=what)
            else:
                raise ParticipationError(_("This step does not exist."))
        except ParticipationError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done."))
        return redirect("participation:group_seats", request.municipality.slug, slug, number)
    rows = queries.seats(found)
    waiting = sorted({one.role for one in rows if one.state in (SeatState.SIGNED_UP, SeatState.RESERVE)})
    return render(
        request,
        "participation/groups/seats.html",
        {
            "process": process,
            "menu": staff_menu(process, "overzicht"),
            "group": found,
            "lines": queries.composition(found),
            "rows": rows,
            "is_open": queries.is_open(found),
            "waiting": waiting,
            "draws": found.draws.all(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def draw(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Draw lots among those who wait in one role."""
    process = staff_process(request, slug)
    found = queries.one(process, number)
    if found is None:
        raise Http404
    rows = queries.seats(found)
    waiting = sorted({one.role for one in rows if one.state in (SeatState.SIGNED_UP, SeatState.RESERVE)})
    back = _back(process, found)
    if not waiting:
        messages.error(request, _("Nobody waits for a place in this group."))
        return redirect(back)
    form = DrawForm(request.POST or None, roles=waiting, cancel_url=back)
    sent = send(
        request,
        form,
        lambda: services.draw(group=found, by=request.user, **form.cleaned_data),
        told=_("The lots are drawn. Everybody who took part gets a message."),
    )
    if sent.done:
        return redirect(back)
    lead = _("The first get the places, the others stand in line in the order drawn. The outcome can't be changed.")
    menu = staff_menu(process, "overzicht")
    context = {"title": _("Draw lots"), "lead": lead, "form": form, "process": process, "menu": menu}
    return render(request, "participation/staff/form.html", context)


# --- Parts of the pages of a process ----------------------------------------------------------------------------------


def part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The groups, with who is missing."""
    return {"template": "participation/groups/_list.html", "groups": queries.groups_of(process)}


def staff_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The same for staff, with the way to their seats."""
    return {"template": "participation/groups/_staff_list.html", "groups": queries.groups_of(process)}


def _group(request: MunicipalityRequest, slug: str, number: int) -> tuple[Process, Group]:
    process = process_or_404(request, slug)
    found = queries.one(process, number)
    if found is None:
        raise Http404
    return process, found


def _back(process: Process, group: Group | None) -> str:
    base = [process.municipality.slug, process.slug]
    if group is None:
        return reverse("participation:staff", args=base)
    return reverse("participation:group_seats", args=[*base, group.pk])
