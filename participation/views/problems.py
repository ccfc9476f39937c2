"""The problem analysis: the list, one problem, bringing one in, endorsing it, and the shared statement of the chair."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.drawings import drawn
from foundation.core.ratelimit import rate_limited
from foundation.core.refused import saved_meanwhile, tell
from foundation.core.text import render_markdown
from foundation.core.wording import short_day
from foundation.municipalities.queries import inhabited_neighbourhoods
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.enums import PhaseKind
from participation.errors import ParticipationError
from participation.forms.problems import ProblemForm, StatementForm
from participation.models import Problem, ProblemStatement, Process
from participation.queries import openness, places
from participation.queries import problems as queries
from participation.services import answers, problems
from participation.views._shared import process_or_404
from participation.views._typed import MAP_WIDTH, give_back, has_map, log_in_first, map_query, new_key, take_click

PER_PAGE = 24


def _frame(request: MunicipalityRequest, process: Process) -> dict[str, Any]:
    """What all these pages share."""
    return {
        "process": process,
        "is_open": openness.is_open(process, PhaseKind.ANALYSIS, clock.now()),
        "may_chair": request.user.is_authenticated and request.user.has_perm("participation.chair", process),
    }


@require_safe
def index(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All problems that residents brought in."""
    process = process_or_404(request, slug)
    wish = queries.Wish.of(request.GET)
    page = Paginator(queries.find(process, wish), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    base = reverse("participation:problems", args=[request.municipality.slug, process.slug])
    statement = queries.statement_of(process)
    merged = queries.merged_in(statement)
    return render(
        request,
        "participation/problems/index.html",
        {
            **_frame(request, process),
            "wish": wish,
            "page": page,
            "lines": [
                {
                    "pk": row.pk,
                    "url": f"{base}{row.pk}/",
                    "title": row.title,
                    "text": drawn(
                        "participation/problems/_line.html",
                        url=f"{base}{row.pk}/",
                        title=row.title,
                        short=row.short,
                        endorsed=row.endorsements_total,
                        area=row.neighbourhood.name if row.neighbourhood else "",
                        day=short_day(row.created_at),
                        merged=row.pk in merged,
                    ),
                }
                for row in rows
            ],
            "statement": statement,
            "sorts": queries.SORTS.items(),
            "areas": list(inhabited_neighbourhoods(request.municipality).order_by("name").values("code", "name")),
        },
    )


@require_safe
def detail(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """One problem."""
    process = process_or_404(request, slug)
    problem = _problem_or_404(request, process, pk)
    statement = queries.statement_of(process)
    return render(
        request,
        "participation/problems/detail.html",
        {
            **_frame(request, process),
            "problem": problem,
            "text": render_markdown(problem.text),
            "causes": render_markdown(problem.causes),
            "answer": render_markdown(problem.answer),
            "map": places.place_map(request.municipality, problem.neighbourhood, problem.lon, problem.lat),
            "endorsed": bool(queries.endorsed_by(request.user, [problem])),
            "statement": statement if problem.pk in queries.merged_in(statement) else None,
            "is_mine": request.user.is_authenticated and problem.author_id == request.user.pk,
            "may_hide": request.user.is_authenticated
            and request.user.has_perm("participation.run", request.municipality),
        },
    )


@rate_limited("participation-problem", capacity=60, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Bring a problem in. Who is not logged in may type first; the text waits."""
    process = process_or_404(request, slug)
    if request.method == "POST" and "plek.x" not in request.POST and not request.user.is_authenticated:
        return log_in_first(request)
    return _write(request, process, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Change what one wrote."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    problem = _problem_or_404(request, process, pk)
    if problem.author_id != request.user.pk:
        raise PermissionDenied(_("Only who wrote this can change it."))
    return _write(request, process, problem)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Take back what one brought in, after a page that says what goes with it."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    problem = _problem_or_404(request, process, pk)
    if problem.author_id != request.user.pk:
        raise PermissionDenied(_("Only who wrote this can withdraw it."))
    if request.method == "POST":
        try:
            problems.withdraw(problem=problem, by=request.user)
        except ParticipationError as error:
            messages.error(request, str(error))
            return redirect(problem)
        messages.success(request, _("Your problem is withdrawn. It is gone from the site."))
        return redirect("participation:problems", request.municipality.slug, process.slug)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Withdraw your problem?"),
            "text": problem.title,
            "points": [_("It goes from the site, with its endorsements. This can't be undone.")],
            "submit": _("Yes, withdraw it"),
            "cancel_url": problem.get_absolute_url(),
            "danger": True,
        },
    )


def _write(request: MunicipalityRequest, process: Process, problem: Problem | None) -> HttpResponse:
    frame = _frame(request, process)
    back = reverse("participation:problems", args=[request.municipality.slug, process.slug])
    initial: dict[str, Any] = {"key": new_key(), "author_is_public": True}
    if problem is not None:
        names = ("title", "text", "causes", "touched", "place", "lon", "lat", "author_is_public", "version")
        initial = {name: getattr(problem, name) for name in names}
        initial["neighbourhood"] = problem.neighbourhood.code if problem.neighbourhood else ""
        back = problem.get_absolute_url()
    clicked = take_click(request)
    with_map = has_map(request.municipality)
    submit = _("Bring the problem in") if problem is None else _("Save the change")
    if problem is None and not request.user.is_authenticated:
        submit = _("Log in and go on")
    arguments: dict[str, Any] = {"process": process, "has_map": with_map, "submit": submit, "cancel_url": back}
    data = None if clicked is not None else request.POST if request.method == "POST" else None
    form = ProblemForm(data, initial=initial if clicked is None else clicked.dict(), **arguments)
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            if problem is None:
                made = problems.add(process=process, by=request.user, key=form.cleaned_data["key"], **form.values())
            else:
                version = form.cleaned_data["version"]
                made = problems.change(problem=problem, by=request.user, version=version, **form.values())
        except (ParticipationError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(
                request,
                _("Thank you: your problem stands on the site. Neighbours can endorse it.")
                if problem is None
                else _("Your change is saved."),
            )
            return redirect(made)
    give_back(request, form)
    return render(
        request,
        "participation/problems/edit.html",
        {
            **frame,
            "problem": problem,
            "form": form,
            "theirs": theirs,
            "map_width": MAP_WIDTH,
            "map_query": map_query(form),
            "why_closed": "" if frame["is_open"] else openness.why_closed(process, PhaseKind.ANALYSIS),
            "back": back,
        },
    )


@require_POST
def endorse(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Endorse a problem, or take that back."""
    process = process_or_404(request, slug)
    problem = _problem_or_404(request, process, pk)
    back = _back(request, problem)
    if not request.user.is_authenticated:
        return log_in_first(request, back)
    service = problems.take_back if request.POST.get("doe") == "terug" else problems.endorse
    try:
        service(problem=problem, by=request.user)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        if service is problems.endorse:
            messages.success(request, _("You endorse this problem."))
    return redirect(back)


@require_POST
def hide(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Staff takes a problem off the site, or puts it back."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request, process.get_absolute_url())
    problem = _problem_or_404(request, process, pk)
    service = answers.show if problem.hidden_at else answers.hide
    try:
        service(contribution=problem, by=request.user, reason=request.POST.get("reden", "").replace("\x00", "")[:1000])
    except ParticipationError as error:
        messages.error(request, str(error))
    return redirect(problem)


@require_safe
def statement(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The shared problem statement, what it was made from, and its earlier versions."""
    process = process_or_404(request, slug)
    versions = list(ProblemStatement.objects.filter(process=process))
    if not versions:
        raise Http404
    wished = request.GET.get("versie", "")
    shown = next((row for row in versions if str(row.number) == wished), versions[0])
    rows = Problem.objects.filter(statements=shown).public().defer("search", "text")
    sources = list(rows.order_by("-endorsements_total", "-pk"))
    for row in sources:
        row.process = process
    return render(
        request,
        "participation/problems/statement.html",
        {
            **_frame(request, process),
            "versions": versions,
            "shown": shown,
            "is_newest": shown is versions[0],
            "text": render_markdown(shown.text),
            "sources": sources,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def state(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The chair writes the shared statement."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    if not request.user.has_perm("participation.chair", process):
        raise PermissionDenied(_("Only the chair of this process and the municipality can do this."))
    newest = queries.statement_of(process)
    initial: dict[str, Any] = {"version": 0, "sources": request.GET.getlist("probleem")}
    if newest is not None:
        initial = {
            "title": newest.title,
            "text": newest.text,
            "sources": list(newest.sources.values_list("pk", flat=True)),
            "version": newest.number,
        }
    back = reverse("participation:problems", args=[request.municipality.slug, process.slug])
    form = StatementForm(
        request.POST if request.method == "POST" else None, initial=initial, process=process, cancel_url=back
    )
    theirs: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            problems.state(process=process, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, _("The shared description is published."))
            return redirect("participation:problem_statement", request.municipality.slug, process.slug)
    give_back(request, form)
    return render(
        request,
        "participation/problems/state.html",
        {**_frame(request, process), "form": form, "theirs": theirs, "newest": newest},
    )


def _problem_or_404(request: MunicipalityRequest, process: Process, pk: int) -> Problem:
    staff = request.user.is_authenticated and request.user.has_perm("participation.see_work", request.municipality)
    found = queries.one(process, pk, staff=staff)
    if found is None:
        raise Http404
    found.process = process
    return found


def _back(request: MunicipalityRequest, problem: Problem) -> str:
    """To the list at the problem, or to its page: where the button was."""
    if request.POST.get("lijst"):
        base = reverse("participation:problems", args=[request.municipality.slug, problem.process.slug])
        page = request.POST.get("page", "")
        return f"{base}{'?page=' + page if page.isdecimal() and len(page) < 6 else ''}#p{problem.pk}"
    return problem.get_absolute_url()
