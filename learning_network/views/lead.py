"""The pages of who runs a programme: beginning one, its overview, its plan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import send
from learning_network import todo
from learning_network.enums import ProgrammeState
from learning_network.forms.programmes import PlanForm, StartForm
from learning_network.models import Programme
from learning_network.queries import plan as plan_queries
from learning_network.queries import programmes as queries
from learning_network.queries import sessions as session_queries
from learning_network.services import programmes as services
from learning_network.views._shared import for_network, for_programme, lead_menu, programme_or_404


@require_safe
@for_network("learning_network.see_work")
def work(request: PersonRequest) -> HttpResponse:
    """The programmes that this person runs."""
    today = clock.today()
    rows = [
        {
            "programme": one,
            "now": queries.phase_now(list(one.phases.all()), today),
        }
        for one in queries.led(request.user)
    ]
    return render(
        request,
        "learning_network/staff/work.html",
        {"rows": rows, "may_start": request.user.has_perm("learning_network.start_programme")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network("learning_network.start_programme")
def new(request: PersonRequest) -> HttpResponse:
    """Begin to prepare a programme from the template."""
    form = StartForm(request.POST or None, cancel_url=reverse("learning_network:work"))
    sent = send(
        request,
        form,
        lambda: services.create(by=request.user, **form.cleaned_data),
        told=_("The preparation stands. Now write the plan; nobody outside sees it yet."),
    )
    if sent.done:
        return redirect("learning_network:plan", sent.made.slug)
    context = {"title": _("Begin a programme"), "form": form, "programme": None}
    return render(request, "learning_network/staff/form.html", context)


@require_safe
@for_programme("learning_network.facilitate")
def overview(request: PersonRequest, programme: Programme) -> HttpResponse:
    """One programme: where it stands and what has to be done now."""
    phases = list(programme.phases.all())
    return render(
        request,
        "learning_network/staff/overview.html",
        {
            "programme": programme,
            "menu": lead_menu(programme, "overzicht", request.user),
            "phases": phases,
            "now": queries.phase_now(phases, clock.today()),
            "may_lead": request.user.has_perm("learning_network.lead", programme),
            "todo": todo.of(programme, request.user, clock.today()),
            "sessions": session_queries.overview(programme, clock.now()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def plan(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Write the plan."""
    home = reverse("learning_network:lead", args=[programme.slug])
    in_preparation = programme.state == ProgrammeState.DRAFT
    form = PlanForm(request.POST or None, instance=programme, cancel_url=home)
    sent = send(
        request,
        form,
        lambda: services.change(
            programme=programme_or_404(request, programme.slug),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The plan is saved."),
    )
    if sent.done:
        return redirect("learning_network:phases", programme.slug) if in_preparation else redirect(home)
    context = {
        "title": _("Plan"),
        "form": form,
        "programme": programme,
        "menu": lead_menu(programme, "plan", request.user),
        "steps": plan_queries.steps(programme, "plan", clock.today()),
        "theirs": sent.theirs,
    }
    return render(request, "learning_network/staff/form.html", context)
