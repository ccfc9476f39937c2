"""Proposals as everybody reads them: the list, one proposal, its history, its picture; and supporting it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.core import clock
from foundation.core.drawings import fingerprint
from foundation.core.text import render_markdown
from foundation.discussion.queries import thread_page
from foundation.discussion.queries.history import compare
from foundation.municipalities.models import Municipality
from foundation.municipalities.queries import inhabited_neighbourhoods
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.enums import PhaseKind
from participation.enums_proposals import ProposalState
from participation.errors import ParticipationError
from participation.models import Process, Proposal
from participation.queries import openness, places, versions
from participation.queries import proposals as queries
from participation.services import proposals
from participation.views._known import known
from participation.views._shared import process_or_404
from participation.views._typed import log_in_first

PER_PAGE = 24
_COUNTED = ("proposal", "verdict", "proposalversion")
KEPT_SECONDS, SHORTLY_KEPT_SECONDS = 600, 20


@require_safe
def index(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All proposals of a process, as cards."""
    version = known(request, versions.of_proposals, slug)
    process = process_or_404(request, slug)
    wish = queries.Wish.of(request.GET)
    overview = SimpleLazyObject(lambda: queries.overview(process, wish))

    def page_asked() -> Page[Any]:
        pages = Paginator(queries.find(process, wish), PER_PAGE)
        if overview.total is not None:
            vars(pages)["count"] = overview.total  # a cached property: it need not be asked
        return pages.get_page(request.GET.get("page"))

    page = SimpleLazyObject(page_asked)
    is_open = openness.is_open(process, PhaseKind.PROPOSALS, clock.now())
    areas_version = version[4] if version else ""
    return render(
        request,
        "participation/proposals/index.html",
        {
            "process": process,
            "wish": wish,
            "page": page,
            # What is drawn is kept under the version of what it shows; only where it is drawn anew the rest is asked.
            "cards": SimpleLazyObject(lambda: queries.cards(page.object_list, process)),
            "is_open": is_open,
            "stages": [(code, label) for code, (label, _rule) in queries.STAGES.items()],
            "sorts": queries.SORTS.items(),
            "themes": SimpleLazyObject(lambda: overview.themes),
            "areas": SimpleLazyObject(lambda: neighbourhoods(request.municipality)),
            "areas_drawn": fingerprint(process.municipality_id, areas_version, wish.area),
            "drawn": fingerprint(
                request.get_full_path(), request.get_host(), versions.only(version, "proposals"), is_open, process.slug
            ),
            # Addresses that anybody can think up are kept shortly, or they would fill the memory that sessions live in.
            "kept_seconds": SHORTLY_KEPT_SECONDS if request.GET else KEPT_SECONDS,
        },
    )


def neighbourhoods(municipality: Municipality) -> list[Any]:
    """Code and name of those that one can choose from in a filter."""
    return list(inhabited_neighbourhoods(municipality).order_by("name").values("code", "name"))


@require_safe
def detail(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """One proposal: its text, its check, its support, what became of it, and the arguments."""
    version = known(request, versions.of_proposal, slug, str(pk))
    process = process_or_404(request, slug)
    proposal = proposal_or_404(request, process, pk)
    now = clock.now()
    # What the version has counted need not be asked again.
    there = {table: versions.number_of(version, versions.PROPOSAL, table) for table in _COUNTED}
    makers = queries.makers_of(proposal)
    mine = request.user.is_authenticated and request.user.has_perm("participation.make", proposal)
    staff = request.user.is_authenticated and request.user.has_perm("participation.run", request.municipality)
    verdict = proposal.verdicts.first() if there["verdict"] != 0 else None
    talk = None
    if proposal.thread is not None and (proposal.is_public or staff):
        talk = thread_page(
            proposal.thread,
            request.user,
            page=request.GET.get("gesprek", "1"),
            sort=request.GET.get("volgorde", ""),
            side=request.GET.get("kant", ""),
            now=now,
        )
    words, look, icon = queries.badge(proposal)
    return render(
        request,
        "participation/proposals/detail.html",
        {
            "process": process,
            "proposal": proposal,
            "text": render_markdown(proposal.text),
            "badge_words": words,
            "badge_look": look,
            "badge_icon": icon,
            "names": [maker.user.name for maker in makers if maker.is_public and maker.user.name],
            "hidden_makers": sum(1 for maker in makers if not (maker.is_public and maker.user.name)),
            "is_mine": mine,
            "why_fixed": proposals.why_fixed(proposal) if mine else "",
            "may_check": staff,
            "verdict": verdict,
            "reasons": render_markdown(verdict.reasons) if verdict else "",
            "answer": render_markdown(proposal.answer),
            "answered_as_verdict": verdict is not None and proposal.answer == verdict.reasons,
            "takes_support": proposal.is_living
            and openness.one_is_open(process, proposals.SUPPORTED_IN, now)
            and proposal.state != ProposalState.NOT_FEASIBLE,
            "picture_url": queries.picture_url(proposal),
            "merged_from": queries.merged_from(proposal) if there["proposal"] != 1 else [],
            "mergers": queries.mergers_for(request.user, process.pk) if mine else [],
            "has_history": (proposal.versions.count() if there["proposalversion"] is None else there["proposalversion"])
            > 1,
            "map": places.place_map(request.municipality, proposal.neighbourhood, proposal.lon, proposal.lat),
            "talk": talk,
        },
    )


@require_safe
def history(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """What the proposal said before: each change beside what was there."""
    process = process_or_404(request, slug)
    proposal = proposal_or_404(request, process, pk)
    versions = list(proposal.versions.all()[:50])
    steps = []
    for after, before in pairwise(versions):
        old, new = compare(before.text, after.text)
        steps.append({"after": after, "before": before, "old": old, "new": new, "same": before.text == after.text})
    return render(
        request,
        "participation/proposals/history.html",
        {"process": process, "proposal": proposal, "versions": versions, "steps": steps},
    )


@require_POST
def support(request: MunicipalityRequest, slug: str, pk: int) -> HttpResponse:
    """Support a proposal, or take that back."""
    process = process_or_404(request, slug)
    proposal = proposal_or_404(request, process, pk)
    back = f"{proposal.get_absolute_url()}#steun"
    if not request.user.is_authenticated:
        return log_in_first(request, back)
    service = proposals.take_back if request.POST.get("doe") == "terug" else proposals.support
    try:
        service(proposal=proposal, by=request.user)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        if service is proposals.support:
            messages.success(request, _("You support this proposal."))
    return redirect(back)


@require_safe
def picture(request: MunicipalityRequest, slug: str, pk: int, name: str) -> FileResponse:
    """The picture of a proposal, for who may read the proposal."""
    process = process_or_404(request, slug)
    proposal = proposal_or_404(request, process, pk)
    path = f"proposals/{name}"
    if not re.fullmatch(r"[\w-]{1,120}\.(png|jpg)", name) or proposal.picture.name != path:
        raise Http404
    if not default_storage.exists(path):
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    response = FileResponse(default_storage.open(path), content_type=kind)
    # Names are random, but a proposal may be taken off the site: an hour at most.
    response["Cache-Control"] = "public, max-age=3600" if proposal.is_public else "private, no-store"
    return response


def proposal_or_404(request: MunicipalityRequest, process: Process, pk: int) -> Proposal:
    """The proposal that this visitor may read.

    Raises:
        Http404: there is none here, or it is a draft or off the site and not theirs to know.
    """
    found = queries.one(process, pk, request.user)
    if found is None:
        raise Http404
    found.process = process
    return found
