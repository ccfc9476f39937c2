"""Importing initiatives in the browser: upload, choose the columns, look at the dry run, import, take it back."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.enums import IMPORT_TRANSITIONS, ImportState, InitiativeState
from initiatives.errors import InitiativeError
from initiatives.forms.imports import ColumnsForm, ImportFileForm
from initiatives.imports.lines import sentence
from initiatives.models import ImportRun, Initiative
from initiatives.services import import_runs
from initiatives.tasks import read_initiatives

SHOWN_RUNS = 20
LINES_ON_A_PAGE = 100
logger = logging.getLogger(__name__)


def _ask_worker(run: ImportRun) -> None:
    """After the commit; when the broker is away, beat takes the run up within a minute."""

    def ask(run_id: int = run.pk) -> None:
        try:
            read_initiatives.apply_async([run_id], retry=False)
        except OperationalError:
            logger.warning("no broker: import %s of initiatives waits for beat", run_id)

    transaction.on_commit(ask)


def _run(request: MunicipalityRequest, run_id: int) -> ImportRun:
    runs = ImportRun.objects.for_municipality(request.municipality).select_related("started_by", "municipality")
    return get_object_or_404(runs, pk=run_id)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def imports(request: MunicipalityRequest) -> HttpResponse:
    """The files that were uploaded, and a form for another one."""
    form = ImportFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = import_runs.upload(
                municipality=request.municipality, content=file.read(), file_name=file.name, by=request.user
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("initiatives:import_columns", request.municipality.slug, run.pk)
    runs = ImportRun.objects.for_municipality(request.municipality).select_related("started_by")[:SHOWN_RUNS]
    return render(
        request, "initiatives/imports/index.html", {"form": form, "runs": runs}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def columns(request: MunicipalityRequest, run_id: int) -> HttpResponse:
    """Which column of the file is what."""
    run = _run(request, run_id)
    here = reverse("initiatives:import_run", args=[request.municipality.slug, run.pk])
    if not IMPORT_TRANSITIONS.allows(run.state, ImportState.CHECKING):
        return redirect(here)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        run=run,
        cancel_url=reverse("initiatives:imports", args=[request.municipality.slug]),
    )
    if form.is_bound and form.is_valid():
        try:
            import_runs.check(
                run=run,
                columns=form.chosen(),
                default_state=form.cleaned_data["default_state"],
                default_label=form.cleaned_data["default_label"],
                by=request.user,
            )
        except InitiativeError as error:
            form.add_error(None, str(error))
        else:
            _ask_worker(run)
            return redirect(here)
    context = {"form": form, "run": run}
    return render(request, "initiatives/imports/columns.html", context, status=422 if form.is_bound else 200)


@require_safe
@permission_required("initiatives.handle")
def import_run(request: MunicipalityRequest, run_id: int) -> HttpResponse:
    """How far a file is, the report by line, and what can be done with it now."""
    run = _run(request, run_id)
    if run.state == ImportState.MAPPING:
        return redirect("initiatives:import_columns", request.municipality.slug, run.pk)
    if ImportRun.objects.to_be_taken(clock.now()).filter(pk=run.pk).exists() and _is_silent(run):
        _ask_worker(run)
    told = Paginator(run.report.get("lines", []), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    kept_ids = [pk for pk, _words in run.report.get("kept", [])]
    context = {
        "run": run,
        "page": told,
        "lines": [
            {"number": number, "title": title, "refused": refused, "words": [sentence(*item) for item in problems]}
            for number, title, refused, problems in told
        ],
        "first": [
            {"number": number, "title": title, "state": InitiativeState(state).label, "summary": summary}
            for number, title, state, summary in run.report.get("first", [])
        ],
        "problems": [sentence(*item) for item in run.report.get("problems", [])],
        "kept": Initiative.objects.for_municipality(request.municipality)
        .filter(pk__in=kept_ids[:200])
        .order_by("title", "pk")
        .only("title", "slug"),
        "number_kept": len(kept_ids),
    }
    template = "initiatives/imports/run.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#state"
    response = render(request, template, context)
    if request.htmx and not run.is_working:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"  # the whole page once, with the report in place
    return response


def _is_silent(run: ImportRun) -> bool:
    """Whether the first message to the workers must have been lost."""
    return run.heartbeat_at is not None or (clock.now() - run.created_at).total_seconds() > 20


@require_POST
@permission_required("initiatives.handle")
def begin_import(request: MunicipalityRequest, run_id: int) -> HttpResponse:
    """Import what was checked."""
    return _step(request, run_id, import_runs.begin)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def undo_import(request: MunicipalityRequest, run_id: int) -> HttpResponse:
    """Ask first, then take a whole import back."""
    if request.method == "POST":
        return _step(request, run_id, import_runs.undo)
    run = _run(request, run_id)
    if run.state != ImportState.DONE:
        return redirect("initiatives:import_run", request.municipality.slug, run.pk)
    worked_on = import_runs.touched(run).count()
    number = Initiative.objects.filter(import_run=run).count()
    return render(
        request, "initiatives/imports/undo.html", {"run": run, "worked_on": worked_on, "number": number - worked_on}
    )


def _step(request: MunicipalityRequest, run_id: int, service: object) -> HttpResponse:
    run = _run(request, run_id)
    try:
        service(run=run, by=request.user)  # type: ignore[operator]
    except InitiativeError as error:
        messages.error(request, str(error))
    else:
        _ask_worker(run)
    return redirect("initiatives:import_run", request.municipality.slug, run.pk)
