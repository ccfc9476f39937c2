"""Pages for who answers: what is open, one survey, its results."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys.enums import SMALLEST, Audience, Phase
from foundation.surveys.models import Invitation, Survey
from foundation.surveys.queries.results import results
from foundation.surveys.views._shared import public_survey


@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """Surveys that anybody may answer now, and results that everybody may read."""
    now = clock.now()
    rows = Survey.objects.for_municipality(request.municipality).select_related("municipality")
    return render(
        request,
        "surveys/index.html",
        {
            "open": rows.open(now).filter(audiences__contains=[Audience.ANYONE]).order_by("closes_at")[:100],
            "over": rows.filter(results_are_public=True, counted_at__isnull=False, responses__gte=SMALLEST).order_by(
                "-closes_at"
            )[:50],
        },
    )


@require_safe
def detail(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What the survey is about, whether it is open, and how to answer."""
    survey = public_survey(request, slug)
    mine = None
    if request.user.is_authenticated:
        mine = Invitation.objects.filter(survey=survey, user=request.user).first()
    if mine is not None and not mine.has_answered and survey.takes_answers(clock.now()):
        return redirect(survey.address("personal", mine.token))
    return render(request, "surveys/detail.html", page_context(survey, mine))


@require_safe
def result(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Results for everybody, where the municipality shows them: without open answers, from five people on."""
    survey = public_survey(request, slug)
    now = clock.now()
    if not results_shown(survey, now):
        raise Http404
    return render(
        request, "surveys/result.html", {"survey": survey, "results": results(survey, now, texts=False), "public": True}
    )


@require_safe
def thanks(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """After answering."""
    survey = public_survey(request, slug)
    return render(request, "surveys/thanks.html", {"survey": survey, "thanks": render_markdown(survey.thanks)})


def results_shown(survey: Survey, now: object) -> bool:
    """Whether residents may see the results."""
    return survey.results_are_public and survey.counted_at is not None and (survey.responses or 0) >= SMALLEST


def page_context(survey: Survey, invitation: Invitation | None) -> dict[str, object]:
    """What the page of a survey shows to this person."""
    now = clock.now()
    phase = survey.phase(now)
    may = phase == Phase.OPEN and (not invitation.has_answered if invitation is not None else survey.is_public)
    return {
        "survey": survey,
        "intro": render_markdown(survey.intro),
        "phase": phase.value,
        "invitation": invitation,
        "may_answer": may,
        "start": survey.address("personal_fill", invitation.token, 1)
        if invitation is not None
        else survey.address("fill", 1),
        "results_url": survey.address("result") if results_shown(survey, now) else "",
    }
