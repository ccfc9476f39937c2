"""How a process ends, for everybody: views, answers, decisions, execution, the final report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import clock, pdf
from foundation.core.document import blocks_of
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.enums import PhaseKind
from participation.errors import ParticipationError
from participation.forms.outcome import GiveViewForm
from participation.models import HandOver, Phase, Process, PublicView, Report
from participation.queries import answers as answer_queries
from participation.queries import report as report_queries
from participation.services import public_views
from participation.views._shared import process_or_404

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def give_view(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Give a view on the draft."""
    process = process_or_404(request, slug)
    phase = _views_phase(process)
    if phase is None or phase.moment(clock.now()) != "open" or process.state != "published":
        # The page of the phase says so too; a message would set a cookie for a reader.
        if request.user.is_authenticated:
            messages.error(request, _("Views can't be given now."))
        return redirect(phase or process)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = GiveViewForm(request.POST or None, cancel_url=phase.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            public_views.give(
                process=process,
                by=request.user,
                text=data["text"],
                name_is_public=data["name_is_public"],
                key=data["key"],
            )
        except ParticipationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your view is in. It gets an answer; you follow this process now."))
            return redirect(phase)
    return render(request, "participation/outcome/give_view.html", {"process": process, "phase": phase, "form": form})


@require_safe
def answers(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """What was done with what residents brought in."""
    process = process_or_404(request, slug)
    kinds = answer_queries.kinds(process)
    chosen = next((kind for kind in kinds if kind.code == request.GET.get("soort")), kinds[0] if kinds else None)
    page = None
    if chosen is not None:
        rows = answer_queries.answered(chosen.model, process).select_related("author")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "participation/outcome/answers.html",
        {
            "process": process,
            "kinds": kinds,
            "chosen": chosen,
            "page": page,
            "rows": [{"row": row, "why": render_markdown(row.answer)} for row in page] if page else [],
        },
    )


@require_safe
def report(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The final report as a page."""
    process = process_or_404(request, slug)
    found = _published(process)
    return render(
        request,
        "participation/outcome/report.html",
        {"process": process, "report": found, "text": render_markdown(found.text), "chapters": found.chapters},
    )


@require_safe
def report_pdf(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The final report as an accessible PDF."""
    process = process_or_404(request, slug)
    found = _published(process)
    context = report_queries.document(process, found, blocks_of(found.text))
    made = pdf.render("report", context, created=found.published_at)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="eindverslag-{process.slug}.pdf"'
    return response


def _published(process: Process) -> Report:
    found = Report.objects.filter(process=process, published_at__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _views_phase(process: Process) -> Phase | None:
    phases = [phase for phase in process.phases.all() if phase.kind == PhaseKind.VIEWS]
    now = clock.now()
    chosen = next((phase for phase in phases if phase.moment(now) == "open"), phases[-1] if phases else None)
    if chosen is not None:
        chosen.process = process
    return chosen


# --- Parts of the pages of a process ----------------------------------------------------------------------------------


def views_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The views that were given, and the way to give one."""
    rows = PublicView.objects.filter(process=process, hidden_at=None).select_related("author")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("zienswijzen"))
    return {
        "template": "participation/outcome/_views.html",
        "page": page,
        "is_open": phase.moment(clock.now()) == "open" and process.state == "published",
        "last_day": phase.closes_at,
    }


def decision_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any] | None:
    """Proposals and decisions, the answers, and the report."""
    decisions = list(process.decisions.all())
    kinds = answer_queries.kinds(process)
    report_row = Report.objects.filter(process=process, published_at__isnull=False).only("pk").first()
    return {
        "template": "participation/outcome/_decisions.html",
        "decisions": [
            {"row": row, "text": render_markdown(row.text), "reasons": render_markdown(row.reasons)}
            for row in decisions
        ],
        "answered": sum(kind.total - kind.waiting for kind in kinds),
        "total": sum(kind.total for kind in kinds),
        "report": report_row,
    }


def execution_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any] | None:
    """Milestones until they are done, and what became an initiative."""
    steps = list(process.milestones.all())
    today = clock.today()
    handed = HandOver.objects.filter(process=process).select_related("proposal", "initiative__municipality")
    return {
        "template": "participation/outcome/_execution.html",
        "steps": [{"row": row, "moment": row.moment(today)} for row in steps],
        "handed": list(handed),
    }
