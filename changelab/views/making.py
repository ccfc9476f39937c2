"""The map of stakeholders, and obstacles of a lab."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from changelab.drawings import stakeholder_map
from changelab.forms.making import ObstacleForm, ObstacleStateForm, StakeholderForm, StakeholderInviteForm
from changelab.models import Lab, Obstacle, Stakeholder
from changelab.queries import labs as queries
from changelab.services import obstacles, stakeholders
from changelab.views._shared import for_lab, form_page, lab_menu, lab_or_404
from foundation.accounts.requests import PersonRequest


def one(lab: Lab, model: Any, pk: int, request: HttpRequest) -> Any:
    """A thing of this lab that this person may read.

    Raises:
        Http404
    """
    found = queries.of_lab(model, lab, request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.lab = lab
    return found


def page(request: HttpRequest, template: str, lab: Lab, here: str, **context: Any) -> HttpResponse:
    """A page of a lab with its menu."""
    return render(
        request,
        template,
        {
            "lab": lab,
            "cohort": lab.cohort,
            "menu": lab_menu(request, lab, here),
            "may_work": request.user.has_perm("changelab.work", lab) and lab.state == "running",
            "may_lead": request.user.has_perm("changelab.lead_lab", lab) and lab.state == "running",
            "reads_all": request.user.has_perm("changelab.read_kitchen", lab),
            "may_harvest": request.user.has_perm("changelab.harvest", lab),
            **context,
        },
    )


def _url(name: str, lab: Lab, *more: Any) -> str:
    return reverse(f"changelab:{name}", args=[lab.cohort.slug, lab.slug, *more])


@require_safe
def stakeholder_page(request: HttpRequest, cohort: str, lab: str) -> HttpResponse:
    """The whole-system check: who holds which part of the problem, and who is missing.

    Who reads only a part of the map is not told who is missing: that would be a guess.
    """
    found = lab_or_404(request, cohort, lab)
    rows = queries.stakeholders(found, request.user)
    return page(
        request,
        "changelab/stakeholders.html",
        found,
        "kaart",
        rows=list(enumerate(rows, start=1)),
        drawing=stakeholder_map(rows) if rows else "",
        missing=queries.missing_kinds(rows),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def stakeholder_new(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Put somebody on the map."""
    back = _url("stakeholders", lab)
    form = StakeholderForm(request.POST or None, lab=lab, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: stakeholders.add(lab=lab, by=request.user, **form.values()),
        told=_("It stands on the map."),
        back=back,
        title=_("Who holds a part of the problem?"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def stakeholder_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Change what stands on the map."""
    found, back = one(lab, Stakeholder, pk, request), _url("stakeholders", lab)
    form = StakeholderForm(request.POST or None, instance=found, lab=lab, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: stakeholders.change(
            stakeholder=one(lab, Stakeholder, pk, request),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The map is changed."),
        back=back,
        title=found.name,
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def stakeholder_invite(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Ask somebody into the room for this stakeholder."""
    found, back = one(lab, Stakeholder, pk, request), _url("stakeholders", lab)
    form = StakeholderInviteForm(request.POST or None, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: stakeholders.invite(stakeholder=found, by=request.user, **form.cleaned_data),
        told=_("The invitation is on its way."),
        back=back,
        title=_("Ask somebody into the room for: %(name)s") % {"name": found.name},
        lead=_("They get a personal link and need no account to read what it is about."),
        lab=lab,
    )


@require_safe
def obstacle_list(request: HttpRequest, cohort: str, lab: str) -> HttpResponse:
    """The obstacles that this person may read: those that still stand first."""
    found = lab_or_404(request, cohort, lab)
    rows = queries.obstacles(found, request.user)
    rows.sort(key=lambda row: row.state not in ("open", "worked_on"))
    return page(request, "changelab/obstacles.html", found, "obstakels", rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def obstacle_new(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Name an obstacle."""
    back = _url("obstacles", lab)
    form = ObstacleForm(request.POST or None, lab=lab, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: obstacles.add(lab=lab, by=request.user, **form.values()),
        told=_("The obstacle stands on the list."),
        back=back,
        title=_("What stands in the way?"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def obstacle_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Change an obstacle."""
    found, back = one(lab, Obstacle, pk, request), _url("obstacles", lab)
    form = ObstacleForm(request.POST or None, instance=found, lab=lab, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: obstacles.change(
            obstacle=one(lab, Obstacle, pk, request),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The obstacle is changed."),
        back=back,
        title=found.title,
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def obstacle_move(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Say how an obstacle stands."""
    found, back = one(lab, Obstacle, pk, request), _url("obstacles", lab)
    initial = {"state": found.state, "version": found.version}
    form = ObstacleStateForm(request.POST or None, initial=initial, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: obstacles.move(obstacle=found, by=request.user, **form.cleaned_data),
        told=_("How it stands is saved."),
        back=back,
        title=found.title,
        lab=lab,
    )
