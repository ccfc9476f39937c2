"""Importing neighbourhoods in the browser: upload, progress that can be left and found again, report, attention areas."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from foundation.core import clock
from foundation.core.refused import add_errors
from foundation.municipalities import queries
from foundation.municipalities.enums import ImportKind, SetupStep
from foundation.municipalities.forms.settings import AttentionAreasForm, PostcodesForm, UploadForm, posted
from foundation.municipalities.imports import Problem
from foundation.municipalities.models import ImportRun
from foundation.municipalities.services.areas import mark_attention_areas
from foundation.municipalities.services.import_runs import start_import
from foundation.municipalities.tasks import read_import
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.municipalities.views.public import map_of
from foundation.municipalities.views.settings import frame, page, saved, step_url

SHOWN_RUNS = 5
logger = logging.getLogger(__name__)


def ask_worker(run_id: int) -> None:
    """After the commit; when the broker is away, beat takes the run up within a minute."""
    try:
        read_import.apply_async([run_id], retry=False)
    except OperationalError:
        logger.warning("no broker: import %s waits for beat", run_id)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def areas(request: MunicipalityRequest, wizard: bool) -> HttpResponse:
    """Upload a list, see what is there, mark attention areas."""
    context = frame(request, SetupStep.AREAS, wizard=wizard)
    municipality = request.municipality
    if request.method == "POST" and "next" in request.POST:
        return saved(request, SetupStep.AREAS, wizard=wizard)
    sent = request.POST.get("what", "areas") if request.method == "POST" else ""
    form = UploadForm(*((request.POST, request.FILES) if sent == "areas" else ()))
    postcodes = PostcodesForm(*((request.POST, request.FILES) if sent == "postcodes" else ()), prefix="pc")
    for one, kind in ((form, ImportKind.AREAS), (postcodes, ImportKind.POSTCODES)):
        if one.is_bound and one.is_valid():
            upload = one.cleaned_data["file"]
            try:
                run = start_import(
                    municipality=municipality,
                    file=upload,
                    file_name=upload.name,
                    year=one.cleaned_data.get("year"),
                    kind=kind,
                    by=request.user,
                )
            except ValidationError as error:
                add_errors(one, error)
            else:
                transaction.on_commit(lambda pk=run.pk: ask_worker(pk))  # type: ignore[misc]
                return _to_run(request, run, wizard=wizard)
    found = list(queries.neighbourhoods_of(municipality))
    return page(
        request,
        "municipalities/setup/areas.html",
        {
            **context,
            "form": form,
            "postcodes_form": postcodes,
            "map": map_of(municipality, found),
            "count": len(found),
            "year": max((area.year for area in found), default=None),
            "runs": ImportRun.objects.for_municipality(municipality).select_related("started_by")[:SHOWN_RUNS],
            "postcode_count": municipality.postcodes.values("postcode").distinct().count() if not wizard else 0,
        },
        form,
        postcodes,
    )


def _to_run(request: MunicipalityRequest, run: ImportRun, *, wizard: bool) -> HttpResponse:
    response = redirect("municipalities:import_run", request.municipality.slug, run.pk)
    if wizard:
        response["Location"] += "?inrichten=1"
    return response


@require_safe
@permission_required("municipalities.manage")
def import_run(request: MunicipalityRequest, run_id: int) -> HttpResponse:
    """How far a file is, and what came of it. Asking again also wakes a worker when the last one fell silent."""
    run = get_object_or_404(
        ImportRun.objects.for_municipality(request.municipality).select_related("started_by"), pk=run_id
    )
    if run.is_active and ImportRun.objects.to_be_taken(clock.now()).filter(pk=run.pk).exists() and _is_old(run):
        ask_worker(run.pk)
    wizard = bool(request.GET.get("inrichten"))
    context = {
        "run": run,
        "wizard": wizard,
        "problems": [Problem.from_json(kept).sentence for kept in run.problems],
        "back": step_url(request.municipality, SetupStep.AREAS, wizard=wizard),
    }
    template = "municipalities/import_run.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#state"
    response = render(request, template, context)
    if request.htmx and not run.is_active:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"  # the whole page once, with the report in place
    return response


def _is_old(run: ImportRun) -> bool:
    """Whether the first message to the workers must have been lost."""
    return (clock.now() - run.created_at).total_seconds() > 20


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("municipalities.manage")
def attention_areas(request: MunicipalityRequest) -> HttpResponse:
    """Which neighbourhoods get extra attention."""
    choices = queries.inhabited_neighbourhoods(request.municipality).order_by("name")
    marked = [area.pk for area in choices if area.is_attention_area]
    form = AttentionAreasForm(posted(request), areas=choices, initial={"areas": marked})
    if request.method == "POST":
        form = AttentionAreasForm(request.POST, areas=choices)
        if form.is_valid():
            mark_attention_areas(
                municipality=request.municipality, areas=list(form.cleaned_data["areas"]), by=request.user
            )
            messages.success(request, _("The attention areas were saved."))
            return redirect(step_url(request.municipality, SetupStep.AREAS, wizard=False))
    return page(request, "municipalities/setup/attention_areas.html", {"form": form}, form)
