"""Red threads as readers get them: the list, the page, the PDF, and the feed of what is shared with everyone."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.core import pdf
from foundation.core.text import render_markdown
from learning_network import open_data, visibility
from learning_network.feeds import rss
from learning_network.models import RedThread, RedThreadVersion
from learning_network.queries import red_threads as queries
from learning_network.views._network import network_menu, readable_or_404

ON_A_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The documents that this person may read."""
    page = Paginator(queries.listed(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "menu": network_menu(request, "praktijken")}
    return render(request, "learning_network/red_threads/index.html", context)


def _version(request: HttpRequest, number: int) -> tuple[RedThread, RedThreadVersion]:
    """The newest version of a document, for who may read it."""
    thread = readable_or_404(request, RedThread, number)
    version = queries.newest(thread)
    if version is None:
        raise Http404  # a draft: who facilitates reads it behind the door
    return thread, version


@require_safe
def thread(request: HttpRequest, number: int) -> HttpResponse:
    """One document."""
    row, version = _version(request, number)
    return render(request, "learning_network/red_threads/thread.html", thread_context(request, row, version))


def thread_context(request: HttpRequest, row: RedThread, version: RedThreadVersion) -> dict[str, object]:
    """What the page of a document shows; also of one that is not published yet."""
    parts = queries.parts(row, request.user, version.pieces)
    return {
        "row": row,
        "version": version,
        "intro": render_markdown(version.intro),
        "parts": [
            {
                "part": part,
                "words": render_markdown(part.text) if part.row is None and not part.is_heading else "",
                "texts": [(label, render_markdown(text)) for label, text in part.texts],
            }
            for part in parts
        ],
        "contents": [part for part in parts if part.is_heading or part.row is not None],
        "has_chapters": any(part.is_heading for part in parts),
        "may_facilitate": row.programme_id in visibility.run_by(request.user),
    }


@require_safe
def thread_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The same as an accessible PDF; made anew each time, so that nothing stays in it that was taken back."""
    row, version = _version(request, number)
    made = pdf.render("report", queries.document(row, version, request.user), created=version.published_at)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="rode-draden-{row.pk}-{version.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """RSS of everything in the network that is shared with everyone, the newest first."""
    return rss(
        request,
        open_data.KINDS.values(),
        title=_("What municipalities share in the learning network"),
        description=_("Practices, lessons and red threads that everybody may read."),
        home=reverse("learning_network:practices"),
    )
