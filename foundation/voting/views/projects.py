"""Step 2 of the wizard: what stands on the paper, typed in or from a file, with its pictures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.municipalities.models import Area
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.voting.errors import VotingError
from foundation.voting.forms import FileForm, PictureForm, ProjectForm
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries.wording import words_of
from foundation.voting.services import ballots, imports, options
from foundation.voting.services.imports import ReadFile
from foundation.voting.services.options import MAX_OPTIONS, NewOption
from foundation.voting.views._wizard import editable, page


@permission_required("voting.manage_ballots")
def projects(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 2: lines of projects by hand. Empty lines are left out; "add lines" works without JavaScript."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    areas = {a.pk: a for a in Area.objects.for_municipality(request.municipality).current().defer("geometry")}
    choices = [(area.pk, area.name) for area in sorted(areas.values(), key=lambda area: area.name)]

    def line(number: int, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> ProjectForm:
        return ProjectForm(
            data,
            initial=initial,
            prefix=f"p{number}",
            areas=choices,
            area_rows=areas,
            words=words_of(ballot),
            spends=ballot.spends,
        )

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
                options.replace_all(ballot=ballot, options=_of_lines(ballot, kept), by=request.user)
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
            "was": option.number,
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
    return page(request, "projects", ballot, lines=lines, problem=problem, wrong=wrong)


def _of_lines(ballot: Ballot, lines: list[ProjectForm]) -> list[NewOption]:
    """What the lines say; what they don't show (picture, link, and cost where no money is divided) goes along."""
    before = {option.number: option for option in ballot.options.all()}
    made = []
    for line in lines:
        fields = dict(line.cleaned_data)
        old = before.pop(fields.pop("was") or 0, None)
        if old is not None:
            fields |= {"picture": old.picture.name or "", "picture_alt": old.picture_alt, "url": old.url}
            fields.setdefault("cost_cents", old.cost_cents)
        made.append(NewOption(**fields))
    return made


@permission_required("voting.manage_ballots")
def projects_file(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Step 2 from a file: a preview first, then the projects take the place of what stood there."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    kept_in = f"projecten-{ballot.pk}"
    if request.method == "POST" and request.POST.get("doe") == "overnemen":
        return _take_over(request, ballot, request.session.pop(kept_in, None))
    form = FileForm(
        request.POST or None, request.FILES or None, municipality=request.municipality, spends=ballot.spends
    )
    read = _read(request, form, kept_in)
    return page(request, "projects", ballot, file_form=form, read=read)


def _read(request: MunicipalityRequest, form: FileForm, kept_in: str) -> ReadFile | None:
    """What the file holds, kept in the session until it is taken over."""
    if request.method != "POST" or not form.is_valid() or form.read is None:
        return None
    request.session[kept_in] = {
        "title": form.read.title[:120],
        "budget_cents": form.read.budget_cents,
        "fields": form.read.fields,
        "options": [
            [o.title, o.cost_cents, o.text, o.area.pk if o.area else None, o.category, o.reference, o.url]
            for o in form.read.options
        ],
    }
    return form.read


def _kept_options(request: MunicipalityRequest, kept: dict[str, Any]) -> list[NewOption]:
    areas = {a.pk: a for a in Area.objects.for_municipality(request.municipality).defer("geometry")}
    return [
        NewOption(t, c, text, areas.get(a), category, ref, url) for t, c, text, a, category, ref, url in kept["options"]
    ]


def _take_over(request: MunicipalityRequest, ballot: Ballot, kept: dict[str, Any] | None) -> HttpResponse:
    here = (request.municipality.slug, ballot.slug)
    if not kept:
        messages.error(request, _("Choose the file again."))
        return redirect("voting:projects_file", *here)
    try:
        made = options.replace_all(ballot=ballot, options=_kept_options(request, kept), by=request.user)
        if kept["budget_cents"] and not ballot.budget_cents and ballot.spends:
            ballots.change(ballot=ballot, by=request.user, budget_cents=kept["budget_cents"])
    except VotingError as error:
        messages.error(request, str(error))
        return redirect("voting:projects_file", *here)
    messages.success(request, words_of(ballot).put_on % {"n": len(made)})
    return redirect("voting:projects", *here)


@permission_required("voting.manage_ballots")
def new_from_file(request: MunicipalityRequest) -> HttpResponse:
    """A new ballot from a `.pb`, BLT or CSV file in one go: look at it first, then it is a draft with everything in it."""
    kept_in = "nieuwe-stemming"
    if request.method == "POST" and request.POST.get("doe") == "overnemen":
        kept = request.session.pop(kept_in, None)
        if kept:
            made = imports.ballot_from_options(
                municipality=request.municipality,
                title=kept["title"] or _("New vote"),
                options=_kept_options(request, kept),
                budget_cents=kept["budget_cents"],
                by=request.user,
                **kept["fields"],
            )
            messages.success(request, _("The draft is made. Now say what the vote is about."))
            return redirect("voting:basics", request.municipality.slug, made.slug)
        messages.error(request, _("Choose the file again."))
        return redirect("voting:new_from_file", request.municipality.slug)
    form = FileForm(request.POST or None, request.FILES or None, municipality=request.municipality)
    read = _read(request, form, kept_in)
    ballot = Ballot(municipality=request.municipality, **(read.fields if read else {}))
    return render(
        request,
        "voting/staff/new_from_file.html",
        {"file_form": form, "read": read, "ballot": ballot, "words": words_of(ballot)},
    )


@permission_required("voting.manage_ballots")
def pictures(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All options with their picture, each with the page where it is chosen."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    return page(request, "pictures", ballot, options=ballot_queries.options_of(ballot))


@permission_required("voting.manage_ballots")
def picture(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """The picture, its words and the link of one option."""
    ballot = editable(request, slug)
    if ballot is None:
        return redirect("voting:staff_detail", request.municipality.slug, slug)
    option = get_object_or_404(ballot.options, number=number)
    back = reverse("voting:pictures", args=[request.municipality.slug, ballot.slug])
    form = PictureForm(
        request.POST or None,
        request.FILES or None,
        initial={"picture_alt": option.picture_alt, "url": option.url},
        has_picture=bool(option.picture),
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            options.set_picture(
                ballot=ballot,
                number=number,
                picture=given["picture"],
                alt=given["picture_alt"],
                url=given["url"],
                remove=given.get("remove", False),
                by=request.user,
            )
        except ValidationError as error:
            form.add_error("picture", error)
        except VotingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    return page(request, "picture", ballot, option=option, form=form)
