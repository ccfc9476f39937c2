"""Making a ballot in five short pages: about, projects, rules, who and when, check. The draft is saved at each step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.models import Area
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.errors import VotingError
from foundation.voting.forms import BasicsForm, FileForm, ProjectForm, WhoAndWhenForm
from foundation.voting.forms_rules import RulesForm, TypeForm
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import staff as staff_queries
from foundation.voting.queries.checklist import checklist
from foundation.voting.services import ballots, options
from foundation.voting.services.options import MAX_OPTIONS, NewOption
from foundation.voting.views._shared import staff_ballot


def _editable(request: MunicipalityRequest, slug: str) -> Ballot | None:
    ballot = staff_ballot(request, slug)
    if ballot.is_editable and not ballot.takes_votes(clock.now()):
        return ballot
    messages.error(request, _("The vote has opened: its rules are frozen and can't be changed any more."))
    return None


TEMPLATES = {
    "basics": "voting/staff/basics.html",
    "projects": "voting/staff/projects.html",
    "rules": "voting/staff/rules.html",
    "who_and_when": "voting/staff/who_and_when.html",
    "wizard_check": "voting/staff/wizard_check.html",
}


def _page(request: MunicipalityRequest, name: str, ballot: Ballot, **context: Any) -> HttpResponse:
    steps = staff_queries.steps(ballot, name)
    return render(request, TEMPLATES[name], {"ballot": ballot, "steps": steps, **context})


def _save(form: Any, ballot: Ballot, request: MunicipalityRequest, fields: dict[str, Any], **more: Any) -> bool:
    """Ask the service; what it refuses is told in the form."""
    try:
        ballots.change(ballot=ballot, by=request.user, **fields, **more)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    except VotingError as error:
        form.add_error(None, str(error))
    return not form.errors


@permission_required("voting.manage_ballots")
def new(request: MunicipalityRequest) -> HttpResponse:
    """Step 1 of a new ballot."""
    ballot = Ballot(municipality=request.municipality)
    form = BasicsForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid():
        made = ballots.create(municipality=request.municipality, by=request.user, **form.cleaned_data)
        return redirect("voting:projects", request.municipality.slug, made.slug)
    return _page(request, "basics", ballot, form=form)


@permission_required("voting.manage_ballots")
def basics(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 1 again."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = BasicsForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid() and _save(form, ballot, request, form.cleaned_data):
        return redirect("voting:projects", request.municipality.slug, slug)
    return _page(request, "basics", ballot, form=form)


@permission_required("voting.manage_ballots")
def projects(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 2: lines of projects by hand. Empty lines are left out; "add lines" works without JavaScript."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    areas = {a.pk: a for a in Area.objects.for_municipality(request.municipality).current().defer("geometry")}
    choices = [(area.pk, area.name) for area in sorted(areas.values(), key=lambda area: area.name)]

    def line(number: int, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> ProjectForm:
        return ProjectForm(data, initial=initial, prefix=f"p{number}", areas=choices, area_rows=areas)

    problem = ""
    if request.method == "POST":
        total = min(
            int(request.POST.get("regels", "0") or 0) if request.POST.get("regels", "").isdecimal() else 0, MAX_OPTIONS
        )
        bound = [line(number, request.POST) for number in range(total)]
        kept = [form for form in bound if not form.is_empty_line]
        if request.POST.get("doe") == "regel":
            lines = [line(n, _moved(request.POST, form, n)) for n, form in enumerate(kept)]
            lines += [line(len(kept) + extra) for extra in range(3)]
            return _projects_page(request, ballot, lines)
        wrong = [form for form in kept if not form.is_valid()]  # asks every line, so that every mistake is shown
        if not wrong:
            try:
                options.replace_all(
                    ballot=ballot, options=[NewOption(**form.cleaned_data) for form in kept], by=request.user
                )
            except VotingError as error:
                problem = str(error)
            else:
                return redirect("voting:rules", request.municipality.slug, slug)
        return _projects_page(request, ballot, bound, problem, wrong)
    rows = [
        {
            "title": option.title,
            "cost_cents": option.cost_cents,
            "text": option.text,
            "area": option.area_id or "",
            "category": option.category,
            "reference": option.reference,
        }
        for option in ballot.options.order_by("number")
    ]
    lines = [line(number, initial=row) for number, row in enumerate(rows)]
    lines += [line(len(rows) + extra) for extra in range(1 if rows else 3)]
    return _projects_page(request, ballot, lines)


def _moved(data: QueryDict, form: ProjectForm, number: int) -> QueryDict:
    """The values of a line under the prefix of its new place."""
    moved = QueryDict(mutable=True)
    for name in form.fields:
        moved[f"p{number}-{name}"] = data.get(form.add_prefix(name), "")
    return moved


def _projects_page(
    request: MunicipalityRequest, ballot: Ballot, lines: list[ProjectForm], problem: str = "", wrong: Any = ()
) -> HttpResponse:
    return _page(request, "projects", ballot, lines=lines, problem=problem, wrong=wrong)


@permission_required("voting.manage_ballots")
def projects_file(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 2 from a file: a preview first, then the projects take the place of what stood there."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    kept_in = f"projecten-{ballot.pk}"
    if request.method == "POST" and request.POST.get("doe") == "overnemen":
        return _take_over(request, ballot, request.session.pop(kept_in, None))
    form = FileForm(request.POST or None, request.FILES or None, municipality=request.municipality)
    read = None
    if request.method == "POST" and form.is_valid():
        read = form.read
        assert read is not None
        request.session[kept_in] = {
            "budget_cents": read.budget_cents,
            "options": [
                [o.title, o.cost_cents, o.text, o.area.pk if o.area else None, o.category, o.reference]
                for o in read.options
            ],
        }
    return _page(request, "projects", ballot, file_form=form, read=read)


def _take_over(request: MunicipalityRequest, ballot: Ballot, kept: dict[str, Any] | None) -> HttpResponse:
    here = (request.municipality.slug, ballot.slug)
    if not kept:
        messages.error(request, _("Choose the file again."))
        return redirect("voting:projects_file", *here)
    areas = {a.pk: a for a in Area.objects.for_municipality(request.municipality).defer("geometry")}
    made = [NewOption(t, c, text, areas.get(a), category, ref) for t, c, text, a, category, ref in kept["options"]]
    try:
        options.replace_all(ballot=ballot, options=made, by=request.user)
        if kept["budget_cents"] and not ballot.budget_cents:
            ballots.change(ballot=ballot, by=request.user, budget_cents=kept["budget_cents"])
    except VotingError as error:
        messages.error(request, str(error))
        return redirect("voting:projects_file", *here)
    messages.success(request, _("%(n)d projects stand on the ballot paper.") % {"n": len(made)})
    return redirect("voting:projects", *here)


@permission_required("voting.manage_ballots")
def rules(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 3."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = RulesForm(request.POST or None, instance=ballot, type_=request.GET.get("soort", ""))
    if request.method == "POST" and form.is_valid() and _save(form, ballot, request, form.fields_of_ballot()):
        return redirect("voting:who_and_when", request.municipality.slug, slug)
    return _page(request, "rules", ballot, form=form, type_form=TypeForm(initial={"soort": form.kind}))


@permission_required("voting.manage_ballots")
def who_and_when(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 4."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    form = WhoAndWhenForm(request.POST or None, instance=ballot)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        areas = list(fields.pop("areas"))
        if _save(form, ballot, request, fields, areas=areas):
            return redirect("voting:wizard_check", request.municipality.slug, slug)
    return _page(request, "who_and_when", ballot, form=form)


@permission_required("voting.manage_ballots")
def check(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 5: everything on one page, what is missing, and the button to announce."""
    ballot = _editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    lines = checklist(ballot, clock.now())
    return _page(
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
