"""Making a ballot in five short pages: about, projects, rules, who and when, check. The draft is saved at each step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.forms import BasicsForm, WhoAndWhenForm
from foundation.voting.forms_rules import RulesForm, TypeForm
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries.checklist import checklist
from foundation.voting.services import ballots
from foundation.voting.views._wizard import editable, page, save


@permission_required("voting.manage_ballots")
def new(request: MunicipalityRequest) -> HttpResponse:
    """Step 1 of a new ballot."""
    ballot = Ballot(municipality=request.municipality)
    form = BasicsForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid():
        made = ballots.create(municipality=request.municipality, by=request.user, **form.cleaned_data)
        return redirect("voting:projects", request.municipality.slug, made.slug)
    return page(request, "basics", ballot, form=form)


@permission_required("voting.manage_ballots")
def basics(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 1 again."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = BasicsForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid() and save(form, ballot, request, form.cleaned_data):
        return redirect("voting:projects", request.municipality.slug, slug)
    return page(request, "basics", ballot, form=form)


@permission_required("voting.manage_ballots")
def rules(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 3."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = RulesForm(request.POST or None, instance=ballot, type_=request.GET.get("soort", ""))
    if request.method == "POST" and form.is_valid() and save(form, ballot, request, form.fields_of_ballot()):
        return redirect("voting:who_and_when", request.municipality.slug, slug)
    return page(request, "rules", ballot, form=form, type_form=TypeForm(initial={"soort": form.kind}))


@permission_required("voting.manage_ballots")
def who_and_when(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 4."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = WhoAndWhenForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        areas = list(fields.pop("areas"))
        if save(form, ballot, request, fields, areas=areas):
            return redirect("voting:wizard_check", request.municipality.slug, slug)
    return page(request, "who_and_when", ballot, form=form)


@permission_required("voting.manage_ballots")
def check(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 5: everything on one page, what is missing, and the button to announce."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    lines = checklist(ballot, clock.now())
    return page(
        request,
        "wizard_check",
        ballot,
        checklist=lines,
        fine=[line for line in lines if line.kind == "ok"],
        problems=[line.text for line in lines if line.kind == "block"],
        options=ballot_queries.options_of(ballot),
        limit_text=ballot_queries.limit_text(ballot),
        rule_text=ballot_queries.rule_text(ballot.rule),
        settings_text=ballot_queries.settings_text(ballot),
        total_cost=ballot_queries.total_cost(ballot),
        areas=[row.area for row in ballot.ballot_areas.select_related("area").order_by("area__name")],
    )
