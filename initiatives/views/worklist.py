"""The worklist, the board, the exports, saved views and giving initiatives a contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.drawings import drawn, fingerprint
from foundation.core.sheets import xlsx_response
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.errors import InitiativeError
from initiatives.forms.desk import AssignForm, WorkFilter
from initiatives.models import Initiative, SavedView
from initiatives.queries import versions, worklist
from initiatives.services import desk, views
from initiatives.views._shared import Counted

ON_A_PAGE = 50
KEPT_SECONDS = 300
FILTERS = ("lijst", "q", "soort", "staat", "sector", "buurt", "contact", "volgorde")


def _chosen(request: MunicipalityRequest) -> tuple[WorkFilter, QuerySet[Initiative]]:
    """The filter as it stands, and what it lets through; a wrong value counts as none."""
    form = WorkFilter(request.GET, municipality=request.municipality)
    form.is_valid()
    return form, worklist.filtered(request.municipality, request.user, clock.today(), form.cleaned_data)


def _query(request: MunicipalityRequest) -> str:
    """The filter as a query string, without page numbers and the like."""
    return urlencode({name: request.GET[name] for name in FILTERS if request.GET.get(name)})


Parts = dict[str, Any]


def _kept(request: MunicipalityRequest, name: str, draw: Callable[..., Parts]) -> Parts:
    """The parts of the worklist or the board, drawn once for the version of everything in them and for one person.

    Nothing of the session is in them: no token of a form, no message.
    """
    offered, goes_on = versions.of_work(request.municipality, request.user)
    key = f"initiatives:{name}:{fingerprint(request.user.pk, request.get_full_path(), offered, goes_on)}"
    kept: Parts | None = cache.get(key)
    if kept is not None:
        return kept
    form, rows = _chosen(request)
    numbers = worklist.counts(request.municipality, request.user, clock.today())
    parts = {**_frame(request, form, offered, numbers), **draw(request, form, rows, numbers)}
    cache.set(key, parts, KEPT_SECONDS)
    return parts


def _frame(
    request: MunicipalityRequest, form: WorkFilter, offered: tuple[Any, ...], numbers: worklist.Numbers
) -> Parts:
    """What worklist and board share: the standing lists with their numbers, the filter, saved views."""
    current = _list(form)
    lists = [
        {"key": key, "name": name, "total": numbers.lists[key], "current": key == current}
        for key, name in worklist.list_names().items()
    ]
    key = f"initiatives:filter:{fingerprint(request.path, request.GET.urlencode(), offered)}"
    filter_drawn = cache.get(key)
    if filter_drawn is None:
        filter_drawn = render_to_string("initiatives/staff/_filter.html", {"form": form})
        cache.set(key, filter_drawn, KEPT_SECONDS)
    saved = SavedView.objects.filter(municipality=request.municipality, user=request.user)
    return {
        "lists": render_to_string("initiatives/staff/_lists.html", {"lists": lists, "request": request}),
        "filter": filter_drawn,
        "saved": list(saved.values("name", "query")),
    }


def _page(request: MunicipalityRequest, template: str, parts: Parts) -> HttpResponse:
    may_set_up = request.user.has_perm("initiatives.set_up", request.municipality)
    return render(request, template, {**parts, "query": _query(request), "may_set_up": may_set_up})


@require_safe
@permission_required("initiatives.see_work")
def work(request: MunicipalityRequest) -> HttpResponse:
    """All initiatives that were handed in, by list and filter."""
    return _page(request, "initiatives/staff/worklist.html", _kept(request, "work", _work_parts))


def _work_parts(
    request: MunicipalityRequest, form: WorkFilter, rows: QuerySet[Initiative], numbers: worklist.Numbers
) -> Parts:
    asked = _asked(form)
    ids = rows.values_list("pk", flat=True)
    if "q" in asked:  # searching twice takes longer than carrying the keys of what was found
        found: Any = list(ids)
        total = len(found)
    else:
        found = ids
        total = numbers.lists[_list(form)] if asked <= {"lijst"} else ids.count()
    page = Counted(found, ON_A_PAGE, total).get_page(request.GET.get("page"))
    base, told = reverse("initiatives:work", args=[request.municipality.slug]), _Told()
    lines = [_line(row, base, told) for row in worklist.shown(list(page.object_list))]
    context = {"page": page, "lines": lines, "request": request}
    return {
        "table": render_to_string("initiatives/staff/_table.html", context) if lines else "",
        "pages": render_to_string("initiatives/staff/_pages.html", context),
    }


def _list(form: WorkFilter) -> str:
    """The standing list that was asked for; all where there is no such list."""
    asked = form.cleaned_data.get("lijst")
    return asked if asked in worklist.list_names() else "alle"


def _asked(form: WorkFilter) -> set[str]:
    """By what the rows are chosen."""
    return {name for name in FILTERS if name != "volgorde" and form.cleaned_data.get(name)}


class _Told:
    """Words that many lines share, looked up once per page."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.kinds = {value: str(label) for value, label in InitiativeKind.choices}
        self.states = {value: str(label) for value, label in InitiativeState.choices}
        self._waits: dict[Any, tuple[str, str]] = {}

    def waits(self, row: Any) -> tuple[str, str]:
        key = (row.state, row.due_on, row.answer_by)
        if key not in self._waits:
            self._waits[key] = worklist.waits(row, self.today)
        return self._waits[key]


def _who(row: Any) -> str:
    """The contact as ``User`` calls itself."""
    return row.handler__name or (row.handler__email or "").partition("@")[0]


def _line(row: Any, base: str, told: _Told) -> SafeString:
    waits, waits_kind = told.waits(row)
    return drawn(
        "initiatives/staff/_line.html",
        pk=row.pk,
        url=f"{base}{row.slug}/",
        title=row.title,
        kind=told.kinds[row.kind],
        submitted=clock.today(row.submitted_at),
        state=told.states[row.state],
        waits=waits,
        waits_kind=waits_kind,
        handler=_who(row),
        sector=row.sector__name,
        neighbourhood=row.neighbourhood__name,
        supporters=row.supporters_total,
    )


@require_safe
@permission_required("initiatives.see_work")
def board(request: MunicipalityRequest) -> HttpResponse:
    """The same initiatives as cards, one column per state."""
    return _page(request, "initiatives/staff/board.html", _kept(request, "board", _board_parts))


def _board_parts(
    request: MunicipalityRequest, form: WorkFilter, rows: QuerySet[Initiative], numbers: worklist.Numbers
) -> Parts:
    base, told = reverse("initiatives:work", args=[request.municipality.slug]), _Told()
    columns = [
        {"column": column, "cards": [_card(row, base, told) for row in column.cards]}
        for column in worklist.board(rows, None if _asked(form) else numbers.states)
    ]
    context = {"columns": columns, "municipality": request.municipality, "query": _query(request)}
    return {"table": render_to_string("initiatives/staff/_columns.html", context)}


def _card(row: Any, base: str, told: _Told) -> SafeString:
    waits, waits_kind = told.waits(row)
    return drawn(
        "initiatives/staff/_board_card.html",
        url=f"{base}{row.slug}/",
        title=row.title,
        handler=_who(row),
        neighbourhood=row.neighbourhood__name,
        waits=waits,
        waits_kind=waits_kind,
    )


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
            try:
                views.save(municipality=request.municipality, by=request.user, name=name, query=query)
            except InitiativeError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(f"{reverse('initiatives:work', args=[request.municipality.slug])}?{query}")
