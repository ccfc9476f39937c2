"""The staff pages of processes: the list, beginning one, its plan, its phases, its people, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.refused import done, saved_meanwhile, send, tell
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation import slots
from participation.enums import Form, ProcessState
from participation.errors import ParticipationError
from participation.forms.processes import CopyForm, PhaseForm, PlanForm, RoleForm, StartForm
from participation.frame import warnings
from participation.models import Phase
from participation.queries import processes as queries
from participation.services import people as people_services
from participation.services import phases as phase_services
from participation.services import processes as services
from participation.views._shared import home, phase_or_404, staff_menu, staff_process

PER_PAGE = 30


@require_safe
@permission_required("participation.see_work")
def work(request: MunicipalityRequest) -> HttpResponse:
    """All processes of the municipality, with what they wait for."""
    state = request.GET.get("staat", "")
    now = clock.now()
    page = Paginator(queries.work(request.municipality, state), PER_PAGE).get_page(request.GET.get("page"))
    lines = []
    for process in page:
        phases = list(process.phases.all())
        open_now = queries.current(phases, now)
        lines.append({"process": process, "open": open_now, "next": queries.following(phases, now)})
    return render(
        request,
        "participation/staff/work.html",
        {"page": page, "lines": lines, "states": ProcessState.choices, "state": state},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def new(request: MunicipalityRequest) -> HttpResponse:
    """Begin to prepare a process from a template."""
    wished = request.GET.get("vorm", "")
    initial = {
        "starts_on": phase_services.in_two_weeks(),
        "form": wished if wished in Form.values else Form.RESIDENTS,
    }
    cancel = reverse("participation:work", args=[request.municipality.slug])
    form = StartForm(request.POST or None, initial=initial, cancel_url=cancel)
    sent = send(
        request,
        form,
        lambda: services.create(municipality=request.municipality, by=request.user, **form.cleaned_data),
        told=_("The preparation stands. Now write the plan; nobody outside sees it yet."),
    )
    if sent.done:
        return redirect("participation:plan", request.municipality.slug, sent.made.slug)
    return render(
        request,
        "participation/staff/form.html",
        {
            "title": _("Begin a process"),
            "lead": _("Choose a template. You can adapt its phases and texts afterwards."),
            "form": form,
            "process": None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def copy(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Prepare a process after an earlier one."""
    process = staff_process(request, slug)
    initial = {"title": process.title, "starts_on": phase_services.in_two_weeks()}
    form = CopyForm(request.POST or None, initial=initial, cancel_url=home(process))
    if request.method == "POST" and form.is_valid():
        made = services.copy(process=process, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("The copy stands: the plan and the phases, not the people or what they brought in.")
        )
        return redirect("participation:plan", request.municipality.slug, made.slug)
    return render(
        request,
        "participation/staff/form.html",
        {
            "title": _("Copy this process"),
            "lead": "",
            "form": form,
            "process": process,
            "menu": staff_menu(process, "overzicht"),
        },
    )


@require_safe
@permission_required("participation.see_work")
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """One process: what has to be done now, phase by phase."""
    process = staff_process(request, slug)
    now = clock.now()
    phases = list(process.phases.all())
    for phase in phases:
        phase.process = process
    return render(
        request,
        "participation/staff/overview.html",
        {
            "process": process,
            "menu": staff_menu(process, "overzicht"),
            "path": queries.path_of(process, phases, now),
            "warnings": warnings(process, phases) if process.state in ("draft", "published") else [],
            "phases": [
                {"phase": phase, "moment": phase.moment(now), "parts": slots.parts(request, process, phase, staff=True)}
                for phase in phases
            ],
            "parts": slots.aside(request, process, staff=True),
            "why": render_markdown(process.why),
            "timeline": queries.timeline_of(process),
            "may_run": request.user.has_perm("participation.run", request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def plan(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Write the plan."""
    process = staff_process(request, slug)
    form = PlanForm(request.POST or None, instance=process, municipality=request.municipality, cancel_url=home(process))
    sent = send(
        request,
        form,
        lambda: services.change(
            process=staff_process(request, slug),
            by=request.user,
            version=form.cleaned_data["version"],
            areas=list(form.cleaned_data["areas"]),
            **form.values(),
        ),
        told=_("The plan is saved."),
    )
    if sent.done:
        return redirect(home(process))
    return render(
        request,
        "participation/staff/form.html",
        {
            "title": _("The plan"),
            "lead": _("What it is about, what is open, and within which frame."),
            "form": form,
            "process": process,
            "menu": staff_menu(process, "plan"),
            "theirs": sent.theirs,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def phases(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The phases in their order; a press moves one up or down."""
    process = staff_process(request, slug)
    if request.method == "POST":
        number = request.POST.get("fase", "")
        there = phase_or_404(process, int(number) if number.isdecimal() and len(number) < 5 else -1)
        if done(
            request, lambda: phase_services.put(phase=there, by=request.user, up="omhoog" in request.POST), told=""
        ):
            return redirect("participation:phases", request.municipality.slug, process.slug)
    now = clock.now()
    rows = list(process.phases.all())
    return render(
        request,
        "participation/staff/phases.html",
        {
            "process": process,
            "menu": staff_menu(process, "fasen"),
            "phases": [{"phase": phase, "moment": phase.moment(now)} for phase in rows],
            "warnings": [warning for warning in warnings(process, rows) if warning.where == "phases"],
            "may_change": process.state in (ProcessState.DRAFT, ProcessState.PUBLISHED),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def phase(request: MunicipalityRequest, slug: str, number: int = 0) -> HttpResponse:
    """Change a phase, or add one (number 0)."""
    process = staff_process(request, slug)
    there = phase_or_404(process, number) if number else None
    back = reverse("participation:phases", args=[request.municipality.slug, process.slug])
    form = PhaseForm(request.POST or None, process=process, phase=there, cancel_url=back)
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            if there is None:
                phase_services.add(process=process, by=request.user, **form.values())
            else:
                phase_services.change(
                    phase=there,
                    by=request.user,
                    version=form.cleaned_data["version"],
                    reason=form.cleaned_data.get("reason", ""),
                    **form.values(),
                )
        except (ParticipationError, ValidationError) as error:
            if tell(form, error):
                theirs = saved_meanwhile(form)
        else:
            messages.success(request, _("The phase is saved."))
            return redirect(back)
    return render(
        request,
        "participation/staff/form.html",
        {
            "title": there.title if there else _("A phase more"),
            "lead": "",
            "form": form,
            "process": process,
            "menu": staff_menu(process, "fasen"),
            "theirs": theirs,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def phase_remove(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Take a phase away that has not begun; asks first."""
    process = staff_process(request, slug)
    there: Phase = phase_or_404(process, number)
    back = reverse("participation:phases", args=[request.municipality.slug, process.slug])
    if request.method == "POST":
        done(request, lambda: phase_services.remove(phase=there, by=request.user), told=_("The phase is gone."))
        return redirect(back)
    return render(
        request,
        "components/confirm_staff.html",
        {
            "title": _("Take “%(phase)s” away?") % {"phase": there.title},
            "text": _("Its texts are gone then. The other phases keep their dates."),
            "submit": _("Take it away"),
            "cancel_url": back,
            "danger": True,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def people(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Who does what in this process."""
    process = staff_process(request, slug)
    form = RoleForm(request.POST if "email" in request.POST else None)
    here = reverse("participation:people", args=[request.municipality.slug, process.slug])
    if request.method == "POST" and "weg" in request.POST:
        key = request.POST["weg"]
        role = get_object_or_404(process.roles, pk=int(key) if key.isdecimal() and len(key) < 15 else 0)
        done(request, lambda: people_services.take_role(role=role, by=request.user), told=_("The role is taken away."))
        return redirect(here)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = User.objects.filter(email__iexact=data["email"], is_active=True).first()
        if user is None:
            form.add_error("email", _("Nobody here has an account with this address. Ask them to make one first."))
        else:
            people_services.give_role(
                process=process, user=user, role=data["role"], by=request.user, is_public=data["is_public"]
            )
            messages.success(request, _("%(name)s has this role now.") % {"name": user})
            return redirect(here)
    return render(
        request,
        "participation/staff/people.html",
        {
            "process": process,
            "menu": staff_menu(process, "mensen"),
            "roles": process.roles.select_related("user"),
            "form": form,
        },
    )
