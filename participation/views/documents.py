"""Texts that are written together, for readers: the text, one paragraph with its remarks, older versions, two compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import pdf
from foundation.core.errors import Stale
from foundation.core.ratelimit import rate_limited
from foundation.core.refused import tell
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.errors import ParticipationError
from participation.forms.documents import RemarkForm
from participation.models import Document, DocumentVersion, Phase, Process
from participation.queries import documents as queries
from participation.services import documents, remarks
from participation.views._shared import process_or_404
from participation.views._typed import give_back, log_in_first

PER_PAGE = 20


def text_or_404(request: MunicipalityRequest, slug: str, number: int) -> Document:
    """The text at this address.

    Raises:
        Http404: there is none, or its process is not theirs to know.
    """
    found = queries.one(process_or_404(request, slug), number)
    if found is None:
        raise Http404
    return found


def address(document: Document, name: str, *more: Any) -> str:
    """The address of a page of a text."""
    process = document.process
    return reverse(f"participation:{name}", args=[process.municipality.slug, process.slug, document.number, *more])


@require_safe
def text(request: MunicipalityRequest, slug: str, number: int, edition: int = 0) -> HttpResponse:
    """A text with its numbered paragraphs and the number of remarks at each; the newest version unless asked for another."""
    document = text_or_404(request, slug, number)
    versions = queries.published(document)
    writes = documents.may_write(request.user, document)
    if not versions:
        if writes:
            return redirect(address(document, "text_write"))
        raise Http404
    shown = next((one for one in versions if one.number == edition), None) if edition else versions[-1]
    if shown is None:
        raise Http404
    return render(
        request,
        "participation/texts/text.html",
        {
            "process": document.process,
            "document": document,
            "shown": shown,
            "newest": versions[-1],
            "versions": versions[::-1],
            "lines": queries.lines(document, shown),
            "closed": remarks.closed_because(request.user, document),
            "may_write": writes,
        },
    )


@require_safe
def text_pdf(request: MunicipalityRequest, slug: str, number: int, edition: int) -> HttpResponse:
    """A published version as an accessible PDF."""
    document = text_or_404(request, slug, number)
    shown = next((one for one in queries.published(document) if one.number == edition), None)
    if shown is None:
        raise Http404
    made = pdf.render("report", queries.printed(document, shown), created=shown.published_at)
    response = HttpResponse(made, content_type="application/pdf")
    name = f"tekst-{document.process.slug}-{document.number}-versie-{shown.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@rate_limited("participation-remark", capacity=30, per_seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
def paragraph(request: MunicipalityRequest, slug: str, number: int, key: int) -> HttpResponse:
    """One paragraph with its remarks and the answers, and the form for a remark."""
    document = text_or_404(request, slug, number)
    about = queries.latest(document, key)
    if about is None:
        raise Http404
    newest = queries.published(document)[-1]
    is_gone = about.document_version_id != newest.pk
    closed = (
        _("This paragraph is no longer in the text.") if is_gone else remarks.closed_because(request.user, document)
    )
    back = f"{document.get_absolute_url()}#p-{key}"
    form = None
    if request.method == "POST" and not request.user.is_authenticated:
        return log_in_first(request)
    if request.user.is_authenticated and not closed:
        form = RemarkForm(request.POST or None, seen=newest.number, cancel_url=back)
        give_back(request, form)
    if request.method == "POST":
        if form is None:
            messages.error(request, closed)
            return redirect(request.path)
        if form.is_valid():
            try:
                remarks.add(document=document, by=request.user, paragraph=key, **form.cleaned_data)
            except (ParticipationError, ValidationError) as error:
                tell(form, error)
                if isinstance(error, Stale):
                    data: Any = form.data.copy()  # type: ignore[attr-defined]
                    data["seen"] = str(newest.number)
                    form.data = data
            else:
                messages.success(request, _("Your remark is in. It gets an answer; you follow this process now."))
                return redirect(back)
    page = Paginator(queries.remarks_at(document, key), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "participation/texts/paragraph.html",
        {
            "process": document.process,
            "document": document,
            "about": about,
            "label": queries.label_of(about),
            "text": render_markdown(about.text),
            "page": page,
            "rows": [{"row": row, "answer": render_markdown(row.answer) if row.answer_outcome else ""} for row in page],
            "closed": closed,
            "form": form,
            "back": back,
        },
    )


@require_safe
def compare(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Two versions side by side, with the remarks that caused the changes; the last two unless asked for others."""
    document = text_or_404(request, slug, number)
    versions = queries.published(document)
    if not versions:
        raise Http404
    new = _chosen(versions, request.GET.get("naar"), versions[-1])
    old = _chosen(versions, request.GET.get("van"), versions[max(0, versions.index(new) - 1)])
    if old.number > new.number:
        old, new = new, old
    changes = queries.comparison(document, old, new)
    with_all = "alles" in request.GET
    counts = {state: sum(one.state == state for one in changes) for state in ("same", "changed", "new", "removed")}
    quiet = [one for one in changes if one.state == "same" and not one.is_moved]
    return render(
        request,
        "participation/texts/compare.html",
        {
            "process": document.process,
            "document": document,
            "versions": versions,
            "old": old,
            "new": new,
            "changes": changes if with_all else [one for one in changes if one not in quiet],
            "counts": {**counts, "moved": sum(one.is_moved for one in changes)},
            "unchanged": len(quiet),
            "with_all": with_all,
        },
    )


def _chosen(versions: list[DocumentVersion], wanted: str | None, otherwise: DocumentVersion) -> DocumentVersion:
    return next((one for one in versions if str(one.number) == wanted), otherwise)


# --- Parts of the pages of a process ----------------------------------------------------------------------------------


def part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The texts that can be read and remarked on; drafts for who writes."""
    return _part(request, process, "participation/texts/_list.html")


def staff_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The same for staff, with drafts and how many remarks wait for an answer."""
    return _part(request, process, "participation/texts/_staff_list.html")


def _part(request: HttpRequest, process: Process, template: str) -> dict[str, Any]:
    groups, for_all = queries.groups_to_write_for(request.user, process)
    own = {group.pk for group in groups}
    found = queries.documents_of(process)
    for item in found:
        item["may_write"] = for_all or item["document"].group_id in own
    shown = [item for item in found if item["newest"] or item["may_write"]]
    return {"template": template, "texts": shown, "may_begin": for_all or bool(groups)}
