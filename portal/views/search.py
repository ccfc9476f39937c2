"""Search in everything public of a municipality."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core.context import url_or_empty
from foundation.municipalities.tenancy import MunicipalityRequest
from portal.queries.search import search as find


@require_safe
def search(request: MunicipalityRequest) -> HttpResponse:
    """Without words the form alone; else what was found, by kind."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:120]
    found = find(request.municipality, text, request.user) if text else None
    if found and found.network:
        request.not_kept = True  # type: ignore[attr-defined]  # what is taken back is gone from the next answer
    areas = [
        (area, url_or_empty("municipalities:area", request.municipality.slug, area.code))
        for area in (found.areas if found else [])
    ]
    return render(request, "portal/search.html", {"text": text, "found": found, "areas": areas})
