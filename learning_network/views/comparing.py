"""Two to six practices beside each other; everything stands in the address, so that it can be sent on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learning_network.queries import comparing as queries
from learning_network.queries import practices
from learning_network.views._network import network_menu


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The practices in ``?p=`` on the aspects in ``?op=`` (all when none); ``?alleen=verschillen`` leaves out what is the same."""
    asked = [int(text) for text in request.GET.getlist("p") if text.isdecimal() and len(text) < 13]
    ids = list(dict.fromkeys(asked))
    rows = queries.chosen(request.user, ids)
    aspects = [code for code in request.GET.getlist("op") if code in queries.ASPECTS]
    only = request.GET.get("alleen") == "verschillen"
    enough = len(rows) >= queries.FEWEST
    context: dict[str, Any] = {
        "rows": [{"row": row, "credit": practices.credit_of(row)} for row in rows],
        "missing": min(len(ids), queries.MOST) - len(rows),
        "too_many": len(ids) > queries.MOST,
        "enough": enough,
        "aspects": queries.compared(rows, aspects, only_differences=only) if enough else [],
        "all_aspects": [
            {"code": code, "label": label, "chosen": not aspects or code in aspects}
            for code, (label, _fields) in queries.ASPECTS.items()
        ],
        "only": only,
        "most": queries.MOST,
        "menu": network_menu(request, "praktijken"),
    }
    return render(request, "learning_network/practices/compare.html", context)
