"""Results for staff: charts with tables, open answers, downloads, comparison."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.sheets import xlsx_response
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys.errors import SurveyError
from foundation.surveys.forms import ReasonForm
from foundation.surveys.models import OpenAnswer, Survey
from foundation.surveys.queries import access, exports
from foundation.surveys.queries.benchmark import benchmark as compare
from foundation.surveys.queries.results import results as read_results
from foundation.surveys.services import open_answers
from foundation.surveys.views._shared import survey_page


@survey_page(manage=False)
@require_safe
def results(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """What came out."""
    context = {
        "survey": survey,
        "results": read_results(survey, clock.now()),
        "may_manage": access.may_manage(request.user, survey),
    }
    return render(request, "surveys/staff/results.html", context)


@survey_page(manage=False)
@require_safe
def export(request: MunicipalityRequest, survey: Survey, form: str) -> HttpResponse:
    """The results as a file: the same figures as on the page, and nothing that is hidden there."""
    found = read_results(survey, clock.now())
    if form not in ("csv", "xlsx") or found.why_not:
        raise Http404
    head, rows = exports.result_rows(found)
    return (csv_response if form == "csv" else xlsx_response)(survey.slug, head, rows)


@survey_page(manage=True)
@require_safe
def named(request: MunicipalityRequest, survey: Survey, form: str) -> HttpResponse:
    """Who answered what, of a survey with names only."""
    if form not in ("csv", "xlsx") or survey.is_anonymous or survey.counted_at is None:
        raise Http404
    head, rows = exports.named_rows(survey)
    return (csv_response if form == "csv" else xlsx_response)(f"{survey.slug}-namen", head, rows)


@survey_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def open_answer(request: MunicipalityRequest, survey: Survey, answer_id: uuid.UUID) -> HttpResponse:
    """Hide an answer in somebody's own words, or show it again."""
    answer: Any = get_object_or_404(OpenAnswer, survey=survey, pk=answer_id)
    back = survey.address("results")
    told = _("For example: it names a person. Results and downloads tell that an answer is hidden, and why.")
    form = ReasonForm(request.POST or None, submit=_("Hide this answer"), cancel_url=back, help_text=told)
    if request.method == "POST" and answer.hidden_reason:
        open_answers.show(answer=answer, by=request.user)
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            open_answers.hide(answer=answer, by=request.user, reason=form.cleaned_data["reason"])
        except SurveyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer is hidden."))
            return redirect(back)
    context = {"form": form, "survey": survey, "answer": answer, "heading": _("Hide this answer")}
    return render(request, "surveys/staff/form.html", context, status=422 if form.errors else 200)


@survey_page(manage=False)
@require_safe
def benchmark(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Beside other processes, municipalities and years."""
    context = {"survey": survey, "found": compare(survey, clock.now())}
    return render(request, "surveys/staff/benchmark.html", context)
