"""Merging: the chair or staff asks, each maker answers, everybody who is concerned sees how it stands."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.core.refused import tell
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.enums_proposals import MergerState
from participation.errors import ParticipationError
from participation.forms.checking import ConsentForm, MergerForm
from participation.models import Merger, Process
from participation.services import mergers
from participation.views._shared import process_or_404
from participation.views._typed import give_back, log_in_first


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Ask makers whether their proposals may become one."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    if not request.user.has_perm("participation.chair", process):
        raise PermissionDenied(_("Only the chair of this process and the municipality can do this."))
    back = reverse("participation:proposals", args=[request.municipality.slug, process.slug])
    chosen = [pk for pk in request.GET.getlist("voorstel") if pk.isdecimal() and len(pk) < 16]
    form = MergerForm(
        request.POST if request.method == "POST" else None,
        initial={"sources": chosen},
        process=process,
        cancel_url=back,
    )
    if form.is_bound and form.is_valid():
        try:
            made = mergers.propose(process=process, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("The makers are asked."))
            return redirect("participation:merger", request.municipality.slug, process.slug, made.pk)
    give_back(request, form)
    return render(
        request,
        "participation/mergers/new.html",
        {"process": process, "form": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """The plan, who said what, and one's own answer. For the makers, the chair and staff."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return log_in_first(request)
    merger = _merger_or_404(process, pk)
    consents = list(merger.consents.select_related("user").order_by("pk"))
    mine = next((consent for consent in consents if consent.user_id == request.user.pk), None)
    may_chair = request.user.has_perm("participation.chair", process)
    if mine is None and not may_chair:
        raise Http404
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        doing = request.POST.get("doe", "")
        try:
            if doing == "terug":
                mergers.cancel(merger=merger, by=request.user)
                messages.success(request, _("The plan is taken back."))
            elif doing in ("ja", "nee"):
                reason = form.cleaned_data["reason"] if doing == "nee" else ""
                done = mergers.respond(merger=merger, by=request.user, agrees=doing == "ja", reason=reason)
                if done.state == MergerState.DONE and done.result is not None:
                    messages.success(request, _("Everybody agreed: the proposals are one now."))
                    return redirect(done.result)
                messages.success(request, _("Thank you, your answer is kept."))
        except ParticipationError as error:
            if doing == "nee":
                tell(form, error)
            else:
                messages.error(request, str(error))
        if not form.errors:
            return redirect("participation:merger", request.municipality.slug, process.slug, merger.pk)
    sources = list(merger.sources.select_related("process__municipality").defer("search", "text").order_by("pk"))
    return render(
        request,
        "participation/mergers/detail.html",
        {
            "process": process,
            "merger": merger,
            "sources": sources,
            "text": render_markdown(merger.text),
            "consents": consents,
            "mine": mine,
            "may_chair": may_chair,
            "is_asked": merger.state == MergerState.ASKED,
            "form": form,
        },
    )


def _merger_or_404(process: Process, pk: int) -> Merger:
    rows = Merger.objects.filter(process=process).select_related(
        "target__process__municipality", "result__process__municipality"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.process = process
    return found
