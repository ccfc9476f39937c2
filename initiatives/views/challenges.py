"""The right to challenge: its part of the public page and of the case, the checklist, the requirements, the register."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core.csvs import csv_response
from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.enums import UNDECIDED
from initiatives.errors import InitiativeError
from initiatives.forms.challenges import AssessmentForm, ChallengeForm, CostsForm, RequirementsForm
from initiatives.models import Initiative
from initiatives.queries import challenges as queries
from initiatives.queries.lists import STAGES
from initiatives.services import challenges
from initiatives.services.initiatives import CHANGEABLE_IN
from initiatives.views._shared import for_team, team_menu
from initiatives.views._staff import staff_initiative

PER_PAGE = 25


def public_part(request: Any, initiative: Initiative) -> dict[str, Any] | None:
    """Task and offer side by side, on the page that everybody reads."""
    challenge = queries.of(initiative)
    if challenge is None:
        return None
    challenge.initiative = initiative
    return {
        "template": "initiatives/challenge/part_public.html",
        "challenge": challenge,
        "pairs": queries.comparison(challenge),
        "difference": queries.difference(challenge),
        "facts": queries.facts(challenge),
        "may_change": initiative.state in CHANGEABLE_IN and request.user.has_perm("initiatives.edit", initiative),
    }


def staff_part(request: Any, initiative: Initiative) -> dict[str, Any] | None:
    """The comparison and how far the checking is, on the page of the case."""
    challenge = queries.of(initiative)
    if challenge is None:
        return None
    challenge.initiative = initiative
    rows = queries.checklist(initiative, challenge)
    asked = queries.requirements_of(initiative.municipality)
    return {
        "template": "initiatives/challenge/part_staff.html",
        "challenge": challenge,
        "pairs": queries.comparison(challenge),
        "difference": queries.difference(challenge),
        "facts": queries.facts(challenge),
        "rows": rows,
        "looked_at": sum(1 for row in rows if row.check),
        "unmet": [row for row in rows if row.required and row.check and row.check.verdict != "met"],
        "support": asked.support,
        "may_assess": initiative.state in UNDECIDED
        and request.user.has_perm("initiatives.handle", request.municipality),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def edit(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    """The team changes task and offer. What was typed stays when somebody else saved in between."""
    challenge = queries.of(initiative)
    if challenge is None:
        raise Http404
    initial = {name: getattr(challenge, name) for name in challenges.WRITABLE} | {"version": initiative.version}
    back = initiative.get_absolute_url()
    form = ChallengeForm(request.POST if request.method == "POST" else None, initial=initial, cancel_url=back)
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        details = {name: form.cleaned_data[name] for name in challenges.WRITABLE}
        try:
            challenges.change(initiative=initiative, by=request.user, version=form.cleaned_data["version"], **details)
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("Your challenge is saved."))
            return redirect(back)
    return render(
        request,
        "initiatives/challenge/edit.html",
        {"initiative": initiative, "menu": team_menu(initiative, ""), "form": form, "theirs": theirs},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def assess(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The checklist beside the comparison."""
    initiative = staff_initiative(request, slug)
    challenge = queries.of(initiative)
    if challenge is None:
        raise Http404
    challenge.initiative = initiative
    back = reverse("initiatives:case", args=[request.municipality.slug, initiative.slug])
    rows = queries.checklist(initiative, challenge)
    form = AssessmentForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        cancel_url=back,
        initial={"version": initiative.version},
    )
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            challenges.assess(
                initiative=initiative,
                by=request.user,
                verdicts=form.verdicts,
                version=form.cleaned_data["version"],
            )
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("The assessment is saved. Only colleagues see it."))
            return redirect(back)
    return render(
        request,
        "initiatives/challenge/assess.html",
        {
            "initiative": initiative,
            "challenge": challenge,
            "pairs": queries.comparison(challenge),
            "difference": queries.difference(challenge),
            "facts": queries.facts(challenge),
            "support": queries.requirements_of(request.municipality).support,
            "form": form,
            "theirs": theirs,
            "back": back,
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def costs(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The municipality says what the task costs now."""
    initiative = staff_initiative(request, slug)
    challenge = queries.of(initiative)
    if challenge is None:
        raise Http404
    back = reverse("initiatives:case", args=[request.municipality.slug, initiative.slug])
    form = CostsForm(
        request.POST if request.method == "POST" else None,
        cancel_url=back,
        initial={"version": initiative.version, "cost_cents": challenge.cost_cents},
    )
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            challenges.tell_costs(
                initiative=initiative,
                by=request.user,
                cost_cents=form.cleaned_data["cost_cents"],
                version=form.cleaned_data["version"],
            )
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("The costs are saved. Everybody sees them beside the offer."))
            return redirect(back)
    title = _("What the task costs now")
    return render(
        request,
        "initiatives/staff/step.html",
        {
            "initiative": initiative,
            "form": form,
            "title": title,
            "lead": challenge.task,
            "back": back,
            "theirs": theirs,
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.set_up")
def requirements(request: MunicipalityRequest) -> HttpResponse:
    """What this municipality asks of a challenge."""
    asked = queries.requirements_of(request.municipality)
    form = RequirementsForm(
        request.POST if request.method == "POST" else None, lines=asked.lines, initial={"version": asked.version}
    )
    if form.is_bound and form.is_valid():
        try:
            challenges.set_requirements(
                municipality=request.municipality,
                by=request.user,
                requirements=form.requirements,
                version=form.cleaned_data["version"],
            )
        except (InitiativeError, ValidationError) as error:
            # No second try over another's list: the lines of the form would no longer be those that stand there.
            tell(form, error, renew=False)
        else:
            messages.success(request, _("The requirements are saved. Residents see them before they begin."))
            return redirect("initiatives:requirements", request.municipality.slug)
    return render(
        request,
        "initiatives/challenge/requirements.html",
        {"form": form, "support": asked.support},
        status=422 if form.is_bound else 200,
    )


@require_safe
def register(request: MunicipalityRequest) -> HttpResponse:
    """All challenges of the municipality, with what became of them."""
    stage = request.GET.get("stand", "") if request.GET.get("stand", "") in STAGES else ""
    page = Paginator(queries.register(request.municipality, stage=stage), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "initiatives/challenge/register.html",
        {
            "page": page,
            "entries": list(queries.entries(page.object_list)),
            "stage": stage,
            "stages": [(code, label) for code, (label, _states) in STAGES.items()],
        },
    )


@require_safe
def register_csv(request: MunicipalityRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    rows = queries.register_rows(request.municipality, stage=request.GET.get("stand", ""))
    return csv_response(f"uitdagingen-{request.municipality.slug}", queries.register_head(), rows)
