"""Plans like this one in other municipalities: a page to search them, and a part on the pages of one plan."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.models import Initiative
from initiatives.queries import elsewhere as queries

ON_A_PAGE = 20


@require_safe
def elsewhere(request: MunicipalityRequest) -> HttpResponse:
    """Search in the initiatives of all municipalities."""
    text = request.GET.get("zoek", "").replace("\x00", "").strip()[:120]
    with_lessons = request.GET.get("lessen") == "ja"
    page, found = None, []
    if text:
        page = Paginator(queries.search(text, with_lessons=with_lessons), ON_A_PAGE).get_page(request.GET.get("page"))
        found = queries.hits(page.object_list, text)  # type: ignore[arg-type]
    return render(
        request,
        "initiatives/elsewhere/index.html",
        {"text": text, "with_lessons": with_lessons, "page": page, "hits": found},
    )


def part(request: HttpRequest, initiative: Initiative) -> dict[str, Any] | None:
    """The part beside a plan, for everybody."""
    rows = queries.like(initiative)
    if not rows:
        return None
    words = " or ".join(queries.words_of(initiative.title))
    url = reverse("initiatives:elsewhere", args=[initiative.municipality.slug])
    return {"template": "initiatives/elsewhere/part.html", "rows": rows, "url": f"{url}?{urlencode({'zoek': words})}"}
