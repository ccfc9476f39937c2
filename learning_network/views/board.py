"""The recruitment board of a programme: as a board, as a table, as a file; adding and moving municipalities."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.errors import Refused
from foundation.core.sheets import xlsx_response
from foundation.municipalities.models import OfficialMunicipality
from learning_network.enums import Stage
from learning_network.forms.board import BoardFilter, CandidateFilter, MoveForm, TableFilter
from learning_network.models import Programme
from learning_network.queries import board as queries
from learning_network.services import enrolments as services
from learning_network.views._shared import for_programme, lead_menu

FILTERS = ("q", "provincie", "wacht", "fase", "volgorde")
MOST_OPEN = 60  # cards; a fuller column begins folded, unless a filter chose what is in it


def frame(programme: Programme, here: str) -> dict[str, Any]:
    """What all pages of the board share: the menu of the programme and of the board."""
    pages = [
        ("bord", _("Board"), "board"),
        ("tabel", _("Table"), "board_table"),
        ("kaart", _("Map"), "board_map"),
        ("voorwaarden", _("Readiness"), "board_readiness"),
        ("bijdragen", _("Contributions"), "board_money"),
        ("brieven", _("Letters"), "board_letters"),
    ]
    return {
        "programme": programme,
        "menu": lead_menu(programme, "werving"),
        "pages": [
            {"label": label, "url": reverse(f"learning_network:{url}", args=[programme.slug]), "here": name == here}
            for name, label, url in pages
        ],
    }


def kept_query(given: QueryDict) -> str:
    """Only our own filters, as a query string."""
    return urlencode({name: given[name] for name in FILTERS if given.get(name)})


def file_kind(kind: str) -> Callable[[str, list[str], Iterable[list[Any]]], HttpResponse]:
    """What makes a file of this kind.

    Raises:
        Http404: another kind than ``csv`` or ``xlsx``.
    """
    if kind not in ("csv", "xlsx"):
        raise Http404
    return xlsx_response if kind == "xlsx" else csv_response


@require_safe
@for_programme("learning_network.lead")
def board(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The municipalities as cards over the stages."""
    form, today = BoardFilter(request.GET, programme=programme), clock.today()
    form.is_valid()
    found = queries.cards(programme, queries.filtered(programme, form.cleaned_data, today), today)
    context = {
        **frame(programme, "bord"),
        "form": form,
        "query": kept_query(request.GET),
        "columns": queries.columns(found),
        "total": len(found),
        "most_open": len(found) if kept_query(request.GET) else MOST_OPEN,
        "stages": Stage,
    }
    return render(request, "learning_network/board/board.html", context)


@require_safe
@for_programme("learning_network.lead")
def table(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The same municipalities as a table."""
    form, today = TableFilter(request.GET, programme=programme), clock.today()
    form.is_valid()
    context = {
        **frame(programme, "tabel"),
        "form": form,
        "query": kept_query(request.GET),
        "cards": queries.cards(programme, queries.filtered(programme, form.cleaned_data, today), today),
    }
    return render(request, "learning_network/board/table.html", context)


@require_safe
@for_programme("learning_network.lead")
def export(request: PersonRequest, programme: Programme, kind: str) -> HttpResponse:
    """The table as it stands, as CSV or Excel."""
    answer = file_kind(kind)
    form, today = TableFilter(request.GET, programme=programme), clock.today()
    form.is_valid()
    rows = queries.filtered(programme, form.cleaned_data, today)
    lines = queries.export_rows(queries.cards(programme, rows, today))
    return answer(f"werving-{programme.slug}-{today}", queries.export_head(), lines)


@require_POST
@for_programme("learning_network.lead")
def move(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Bring the ticked cards to a stage; who stops, first the reason."""
    query = kept_query(QueryDict(request.POST.get("terug", "")[:600]))
    back = f"{reverse('learning_network:board', args=[programme.slug])}{'?' if query else ''}{query}"
    cards = _cards(request.POST.getlist("kaart"))
    stage = request.POST.get("stage", "")
    rows = list(programme.enrolments.filter(pk__in=dict(cards)).select_related("municipality"))
    if not rows or stage not in Stage.values:
        messages.error(request, _("Tick at least one municipality, and choose where it goes."))
        return redirect(back)
    reason = ""
    if stage == Stage.STOPPED:
        form = MoveForm(
            request.POST if "reason" in request.POST else None,
            initial={"stage": stage, "terug": query},
            cancel_url=back,
        )
        if not (form.is_bound and form.is_valid()):
            context = {
                **frame(programme, "bord"),
                "form": form,
                "rows": rows,
                "keys": [f"{pk}:{version}" for pk, version in cards],
            }
            return render(request, "learning_network/board/stop.html", context, status=422 if form.is_bound else 200)
        reason = form.cleaned_data["reason"]
    try:
        told = services.move_several(programme=programme, cards=cards, stage=stage, reason=reason, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    _tell(request, told, stage)
    if request.POST.get("naar") == "kaart" and len(rows) == 1:
        return redirect("learning_network:card", programme.slug, rows[0].municipality_id)
    return redirect(f"{back}#kaart-{rows[0].municipality_id}")


def _tell(request: HttpRequest, told: services.Moved, stage: str) -> None:
    label = Stage(stage).label
    if len(told.moved) == 1:
        words = _("%(municipality)s now stands at “%(stage)s”.")
        messages.success(request, words % {"municipality": told.moved[0], "stage": label})
    elif told.moved:
        words = ngettext(
            "%(n)d municipality now stands at “%(stage)s”.",
            "%(n)d municipalities now stand at “%(stage)s”.",
            len(told.moved),
        )
        messages.success(request, words % {"n": len(told.moved), "stage": label})
    for name, why in told.refused[:10]:
        messages.error(request, f"{name}: {why}")
    if len(told.refused) > 10:
        messages.error(request, _("And %(n)d more did not move.") % {"n": len(told.refused) - 10})


def _cards(values: list[str]) -> list[tuple[int, int]]:
    """Ids and versions of ticked cards; what is no card is passed over."""
    found = []
    for value in values[:400]:
        pk, _sign, version = value.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 16 and len(version) < 9:
            found.append((int(pk), int(version)))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def add(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Search the official list and put municipalities on the board."""
    if request.method == "POST":
        codes = [code for code in request.POST.getlist("gemeente") if len(code) == 6 and code.isalnum()][:400]
        chosen = list(OfficialMunicipality.objects.filter(pk__in=codes, ended_in__isnull=True))
        try:
            made = services.add(programme=programme, municipalities=chosen, by=request.user)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("learning_network:board", programme.slug)
        if made:
            words = ngettext(
                "%(n)d municipality stands on the board now.", "%(n)d municipalities stand on the board now.", len(made)
            )
            messages.success(request, words % {"n": len(made)})
            return redirect("learning_network:board", programme.slug)
        messages.error(request, _("Tick at least one municipality that is not on the board yet."))
    form = CandidateFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = queries.candidates(programme, text=asked.get("q") or "", province=asked.get("provincie") or "")
    context = {
        **frame(programme, ""),
        "form": form,
        "rows": rows,
        "may_import": request.user.has_perm("municipalities.manage_installation"),
        "known": bool(rows) or OfficialMunicipality.objects.exists(),
        "query": kept_query(request.GET),
    }
    return render(request, "learning_network/board/add.html", context)
