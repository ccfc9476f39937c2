"""The desk of proposals: the worklist, giving them to colleagues, checking one, the points of the check."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.csvs import csv_response
from foundation.core.refused import tell
from foundation.core.sheets import xlsx_response
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.errors import ParticipationError
from participation.forms.checking import AssignForm, CheckForm, PointsForm, WorkFilter
from participation.models import Merger, Process, Proposal
from participation.queries import proposals as queries
from participation.services import feasibility, proposals
from participation.views._shared import staff_menu, staff_process

ON_A_PAGE = 50
FILTERS = ("zoek", "staat", "wie", "sector")


def _chosen(request: MunicipalityRequest, process: Process) -> tuple[WorkFilter, Any]:
    form = WorkFilter(request.GET, municipality=request.municipality)
    form.is_valid()
    return form, queries.work(process, form.cleaned_data, request.user)


def _query(asked: Any) -> str:
    """The filter as a query string, without page numbers and the like."""
    return urlencode({name: asked[name][:80] for name in FILTERS if asked.get(name)})


@require_safe
@permission_required("participation.see_work")
def work(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The proposals of a process as a list to work through."""
    process = staff_process(request, slug)
    form, rows = _chosen(request, process)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    lines: list[dict[str, Any]] = []
    today = clock.today()
    for row in page:
        words, look, icon = queries.badge(row)
        late = row.adapt_by is not None and row.adapt_by < today
        lines.append({"row": row, "words": words, "look": look, "icon": icon, "late": late})
    return render(
        request,
        "participation/checking/work.html",
        {
            "process": process,
            "menu": staff_menu(process, "voorstellen"),
            "form": form,
            "page": page,
            "lines": lines,
            "query": _query(request.GET),
            "totals": queries.totals(process),
            "assign": AssignForm(municipality=request.municipality),
            "mergers": Merger.objects.filter(process=process)
            .select_related("target", "result")
            .prefetch_related("sources", "consents")[:20],
            "may_run": request.user.has_perm("participation.run", request.municipality),
        },
    )


@require_safe
@permission_required("participation.see_work")
def export(request: MunicipalityRequest, slug: str, kind: str) -> HttpResponse:
    """The list as it stands, as CSV or Excel."""
    process = staff_process(request, slug)
    _form, rows = _chosen(request, process)
    name = f"voorstellen-{process.slug}-{clock.today()}"
    lines = queries.export_rows(rows, settings.SITE_URL)
    if kind == "xlsx":
        return xlsx_response(name, queries.export_head(), lines)
    return csv_response(name, queries.export_head(), lines)


@require_POST
@permission_required("participation.run")
def assign(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Give the ticked proposals to a colleague, a sector, or both."""
    process = staff_process(request, slug)
    query = _query(QueryDict(request.POST.get("terug", "")[:600]))
    back = reverse("participation:proposal_work", args=[request.municipality.slug, process.slug])
    back = f"{back}?{query}" if query else back
    ids = [int(text) for text in request.POST.getlist("id") if text.isdecimal() and len(text) < 16]
    form = AssignForm(request.POST, municipality=request.municipality)
    if not ids:
        messages.error(request, _("Tick at least one proposal first."))
        return redirect(back)
    if not form.is_valid():
        messages.error(request, _("Choose a colleague, a sector, or both."))
        return redirect(back)
    try:
        changed = feasibility.assign(process=process, ids=ids, by=request.user, **form.cleaned_data)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        words = ngettext("%(n)d proposal has changed.", "%(n)d proposals have changed.", changed)
        messages.success(request, words % {"n": changed})
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def check(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Check one proposal and give a verdict."""
    process = staff_process(request, slug)
    proposal = _proposal(process, pk)
    points, _version = queries.points_of(process)
    last = proposal.verdicts.first()
    initial: dict[str, Any] = {"version": proposal.version, "cost_cents": proposal.municipal_cost_cents}
    if last is not None:
        initial |= {"cost_text": last.cost_text, "verdict": last.state, "reasons": last.reasons}
        initial["adapt_by"] = last.adapt_by
        found = {mark["point"]: mark for mark in last.marks}
        for number, point in enumerate(points):
            if point in found:
                initial[f"mark_{number}"] = found[point]["mark"]
                initial[f"note_{number}"] = found[point]["note"]
    back = reverse("participation:proposal_work", args=[request.municipality.slug, process.slug])
    form = CheckForm(
        request.POST if request.method == "POST" else None, initial=initial, points=points, cancel_url=back
    )
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            feasibility.judge(
                proposal=proposal,
                by=request.user,
                verdict=cleaned["verdict"],
                reasons=cleaned["reasons"],
                version=cleaned["version"],
                marks=form.marks(),
                cost_cents=cleaned["cost_cents"],
                cost_text=cleaned["cost_text"],
                adapt_by=cleaned["adapt_by"],
            )
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("The verdict is given. The makers get a message."))
            return redirect(back)
    words, look, icon = queries.badge(proposal)
    return render(
        request,
        "participation/checking/check.html",
        {
            "process": process,
            "menu": staff_menu(process, "voorstellen"),
            "proposal": proposal,
            "text": render_markdown(proposal.text),
            "form": form,
            "words": words,
            "look": look,
            "icon": icon,
            "makers": [str(maker.user) for maker in queries.makers_of(proposal)],
            "verdicts": proposal.verdicts.select_related("by"),
        },
    )


@require_POST
@permission_required("participation.run")
def visibility(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Take a proposal off the site with its discussion, or put it back."""
    process = staff_process(request, slug)
    proposal = _proposal(process, pk)
    service = proposals.show if proposal.hidden_at else proposals.hide
    try:
        service(proposal=proposal, by=request.user, reason=request.POST.get("reden", "").replace("\x00", "")[:1000])
    except ParticipationError as error:
        messages.error(request, str(error))
    return redirect("participation:check", request.municipality.slug, process.slug, proposal.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def points(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """On which points proposals are checked."""
    process = staff_process(request, slug)
    listed, version = queries.points_of(process)
    back = reverse("participation:proposal_work", args=[request.municipality.slug, process.slug])
    form = PointsForm(
        request.POST if request.method == "POST" else None,
        initial={"points": "\n".join(listed), "version": version},
        cancel_url=back,
    )
    if form.is_bound and form.is_valid():
        try:
            feasibility.set_points(
                process=process,
                by=request.user,
                points=form.cleaned_data["points"].splitlines(),
                version=form.cleaned_data["version"],
            )
        except ParticipationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The points are saved."))
            return redirect(back)
    return render(
        request,
        "participation/staff/form.html",
        {
            "title": _("Points of the check"),
            "lead": "",
            "form": form,
            "process": process,
            "menu": staff_menu(process, "voorstellen"),
        },
    )


def _proposal(process: Process, pk: int) -> Proposal:
    rows = Proposal.objects.filter(process=process).exclude(submitted_at=None)
    found: Proposal | None = (
        rows.select_related("process__municipality", "neighbourhood", "handler", "sector", "thread")
        .defer("search", "neighbourhood__geometry")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found
