"""The log of a municipality: who did what, when and why."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from foundation.core.audit_sentences import sentence_of
from foundation.municipalities import queries
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required

ON_A_PAGE = 50
TOPICS = {
    "": _("Everything"),
    "municipalities.": _("Set-up and people"),
    "municipalities.residency": _("Where residents live"),
    "voting.": _("Votes"),
}


@require_safe
@permission_required("municipalities.manage")
def log(request: MunicipalityRequest) -> HttpResponse:
    topic = request.GET.get("over", "")
    topic = topic if topic in TOPICS else ""
    page = Paginator(queries.audit_trail(request.municipality, verb=topic), ON_A_PAGE).get_page(request.GET.get("page"))
    entries = [{"event": event, "sentence": sentence_of(event)} for event in page]
    return render(
        request,
        "municipalities/log.html",
        {"page": page, "entries": entries, "topics": TOPICS.items(), "topic": topic},
    )
