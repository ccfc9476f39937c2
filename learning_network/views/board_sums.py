"""The board as a whole: what is owed and paid, how ready municipalities are, and where they lie on the map."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from learning_network.enums import Stage
from learning_network.models import Programme
from learning_network.queries import board_map, money, readiness
from learning_network.services import readiness as readiness_services
from learning_network.views._shared import for_programme
from learning_network.views.board import file_kind, frame


def _money(programme: Programme) -> money.Overview:
    rows = programme.enrolments.select_related("municipality").order_by("municipality__name")
    base = f"{reverse('learning_network:board', args=[programme.slug])}gemeenten/"
    return money.overview(rows, clock.today(), base)


@require_safe
@for_programme("learning_network.lead")
def contributions(request: PersonRequest, programme: Programme) -> HttpResponse:
    """What each municipality owes and has paid, with the totals."""
    context = {**frame(programme, "bijdragen"), "found": _money(programme)}
    return render(request, "learning_network/board/money.html", context)


@require_safe
@for_programme("learning_network.lead")
def contributions_file(request: PersonRequest, programme: Programme, kind: str) -> HttpResponse:
    """The same as CSV or Excel."""
    answer = file_kind(kind)
    lines = money.export_rows(_money(programme))
    return answer(f"bijdragen-{programme.slug}-{clock.today()}", money.export_head(), lines)


@require_safe
@for_programme("learning_network.lead")
def conditions(request: PersonRequest, programme: Programme) -> HttpResponse:
    """How ready each municipality is, side by side."""
    rows = list(programme.enrolments.exclude(stage=Stage.STOPPED).select_related("municipality"))
    pictures = readiness.pictures([row.pk for row in rows])
    # First who answered: they stand side by side, above who did not.
    rows.sort(key=lambda row: (row.pk not in pictures or not pictures[row.pk].scores, row.municipality.name))
    context = {
        **frame(programme, "voorwaarden"),
        "head": readiness.head(),
        "width": len(readiness.SCALES) + 2,
        "rows": [{"row": row, "picture": pictures.get(row.pk)} for row in rows],
        "averages": readiness.averages(pictures.values()),
        "answered": sum(picture.answered_at is not None for picture in pictures.values()),
    }
    return render(request, "learning_network/board/readiness.html", context)


@require_POST
@for_programme("learning_network.lead")
def ask_several(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Send the survey to the contacts of the ticked municipalities."""
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 16][:400]
    rows = programme.enrolments.filter(pk__in=ids).select_related("municipality")
    sent, refused = readiness_services.send_to_several(programme=programme, enrolments=rows, by=request.user)
    if sent:
        words = ngettext("The survey goes to %(n)d contact.", "The survey goes to %(n)d contacts.", sent)
        messages.success(request, words % {"n": sent})
    elif not refused:
        messages.error(request, _("Tick at least one municipality."))
    for why in refused[:10]:
        messages.error(request, why)
    return redirect("learning_network:board_readiness", programme.slug)


@require_safe
@for_programme("learning_network.lead")
def country(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The map of the Netherlands with the stages, and the same as a table."""
    may_import = request.user.has_perm("municipalities.manage_installation")
    context = {**frame(programme, "kaart"), **board_map.page(programme), "may_import": may_import}
    return render(request, "learning_network/board/map.html", context)
