"""The worklist, the board, the exports, saved views and giving initiatives a contact."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.sheets import xlsx_response
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.errors import InitiativeError
from initiatives.forms.desk import AssignForm, SaveViewForm, WorkFilter
from initiatives.models import Initiative, SavedView
from initiatives.queries import worklist
from initiatives.services import desk, views
from initiatives.views._shared import fingerprint

ON_A_PAGE = 50
FILTERS = ("lijst", "q", "soort", "staat", "sector", "buurt", "contact", "volgorde")


def _chosen(request: MunicipalityRequest) -> tuple[WorkFilter, QuerySet[Initiative]]:
    """The filter as it stands, and what it lets through; a wrong value counts as none."""
    form = WorkFilter(request.GET, municipality=request.municipality)
    form.is_valid()
    return form, worklist.filtered(request.municipality, request.user, clock.today(), form.cleaned_data)


def _query(request: MunicipalityRequest) -> str:
    """The filter as a query string, without page numbers and the like."""
    return urlencode({name: request.GET[name] for name in FILTERS if request.GET.get(name)})


def _frame(request: MunicipalityRequest, form: WorkFilter) -> dict[str, Any]:
    """What worklist and board share: the standing lists with their numbers, saved views, the filter."""
    today = clock.today()
    numbers = worklist.counts(request.municipality, request.user, today)
    current = form.cleaned_data.get("lijst") or "alle"
    choices = [
        [(str(value), str(label)) for value, label in getattr(field, "choices", ())] for field in form.fields.values()
    ]
    return {
        "form": form,
        "form_drawn": fingerprint(request.path, request.GET.urlencode(), choices),
        "query": _query(request),
        "today": today,
        "lists": [
            {"key": key, "name": name, "total": numbers[key], "current": key == current}
            for key, name in worklist.list_names().items()
        ],
        "saved": SavedView.objects.filter(municipality=request.municipality, user=request.user),
        "save_form": SaveViewForm(),
        "may_set_up": request.user.has_perm("initiatives.set_up", request.municipality),
    }


@require_safe
@permission_required("initiatives.see_work")
def work(request: MunicipalityRequest) -> HttpResponse:
    """All initiatives that were handed in, by list and filter."""
    form, rows = _chosen(request)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    lines: list[dict[str, Any]] = []
    for row in page:
        text, kind = worklist.waits(row, today)
        lines.append({"row": row, "waits": text, "kind": kind})
    drawn = fingerprint(
        request.municipality.pk,
        page.paginator.count,
        [(*_shown(line["row"]), line["waits"], line["kind"]) for line in lines],
    )
    context = {**_frame(request, form), "page": page, "lines": lines, "drawn": drawn}
    return render(request, "initiatives/staff/worklist.html", context)


def _shown(row: Initiative) -> tuple[Any, ...]:
    """What a line or card shows of an initiative."""
    area = row.neighbourhood.name if row.neighbourhood else ""
    people = (str(row.handler) if row.handler else "", row.sector.name if row.sector else "")
    return (row.pk, row.slug, row.title, row.kind, row.state, row.submitted_at, area, *people, row.supporters_total)


@require_safe
@permission_required("initiatives.see_work")
def board(request: MunicipalityRequest) -> HttpResponse:
    """The same initiatives as cards, one column per state."""
    form, rows = _chosen(request)
    today = clock.today()
    columns: list[dict[str, Any]] = [
        {"column": column, "cards": [{"row": row, "waits": worklist.waits(row, today)} for row in column.cards]}
        for column in worklist.board(rows)
    ]
    shown = [
        (item["column"].state, item["column"].total, [(_shown(card["row"]), card["waits"]) for card in item["cards"]])
        for item in columns
    ]
    drawn = fingerprint(request.municipality.pk, _query(request), shown)
    context = {**_frame(request, form), "columns": columns, "drawn": drawn}
    return render(request, "initiatives/staff/board.html", context)


@require_safe
@permission_required("initiatives.see_work")
def export(request: MunicipalityRequest, kind: str) -> HttpResponse:
    """The list as it stands, as CSV or Excel."""
    _form, rows = _chosen(request)
    name = f"initiatieven-{request.municipality.slug}-{clock.today()}"
    lines = worklist.export_rows(rows, settings.SITE_URL)
    if kind == "xlsx":
        return xlsx_response(name, worklist.export_head(), lines)
    return csv_response(name, worklist.export_head(), lines)


@require_POST
@permission_required("initiatives.handle")
def assign(request: MunicipalityRequest) -> HttpResponse:
    """First ask who becomes the contact of the ticked ones, then do it."""
    back = f"{reverse('initiatives:work', args=[request.municipality.slug])}?{_safe(request.POST.get('terug', ''))}"
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 16]
    rows = list(worklist.of(request.municipality).filter(pk__in=ids).order_by("title")[: ON_A_PAGE * 4])
    if not rows:
        messages.error(request, _("Tick at least one initiative first."))
        return redirect(back)
    submit = ngettext("Give %(n)d initiative this contact", "Give %(n)d initiatives this contact", len(rows))
    form = AssignForm(
        request.POST if "handler" in request.POST else None,
        municipality=request.municipality,
        cancel_url=back,
        submit=submit % {"n": len(rows)},
    )
    if form.is_bound and form.is_valid():
        try:
            changed = desk.assign(
                municipality=request.municipality,
                ids=[row.pk for row in rows],
                handler=form.cleaned_data["handler"],
                sector=form.cleaned_data["sector"],
                by=request.user,
            )
        except InitiativeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                ngettext("%(n)d initiative has changed.", "%(n)d initiatives have changed.", changed) % {"n": changed},
            )
            return redirect(back)
    return render(
        request,
        "initiatives/staff/assign.html",
        {"form": form, "rows": rows, "back": _safe(request.POST.get("terug", ""))},
        status=422 if form.is_bound else 200,
    )


def _safe(query: str) -> str:
    """Only our own filters come back in an address."""
    given = QueryDict(query[:600])
    return urlencode({name: given[name] for name in FILTERS if given.get(name)})


@require_http_methods(["POST"])
@permission_required("initiatives.see_work")
def save_view(request: MunicipalityRequest) -> HttpResponse:
    """Keep the filter on the screen under a name, or throw a kept one away."""
    query = _safe(request.POST.get("filter", ""))
    if request.POST.get("weg"):
        views.remove(
            municipality=request.municipality, by=request.user, name=request.POST["weg"].replace("\x00", "")[:60]
        )
        messages.success(request, _("The view is gone."))
    else:
        name = request.POST.get("name", "").replace("\x00", "").strip()
        if not name or len(name) > 60:
            messages.error(request, _("Give the view a name of at most 60 signs."))
        else:
            views.save(municipality=request.municipality, by=request.user, name=name, query=query)
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(f"{reverse('initiatives:work', args=[request.municipality.slug])}?{query}")
