"""What everybody may read: the list of processes, one process, one of its phases; and following it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.core import clock
from foundation.core.drawings import fingerprint
from foundation.core.text import render_markdown
from foundation.municipalities.queries import inhabited_neighbourhoods
from foundation.municipalities.tenancy import MunicipalityRequest
from participation import slots
from participation.enums import Level, PhaseMoment
from participation.queries import processes as queries
from participation.queries import versions
from participation.services import people
from participation.views._known import known
from participation.views._shared import phase_or_404, process_or_404

PER_PAGE = 24


@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """All processes, what runs now first."""
    now = clock.now()
    wish = queries.Wish.of(request.GET)
    page = Paginator(queries.with_phases(queries.find(request.municipality, wish, now)), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "participation/index.html",
        {
            "wish": wish,
            "page": page,
            "cards": [queries.card(process, now) for process in page],
            "levels": Level.choices,
            "whens": [
                (queries.NOW, _("Open now")),
                (queries.COMING, _("Still to come")),
                (queries.PAST, _("Finished")),
            ],
            "areas": list(inhabited_neighbourhoods(request.municipality).values("code", "name")),
        },
    )


@require_safe
def detail(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """One process: where it stands, what it is about, its frame, what one can do now."""
    version = known(request, versions.of_process, slug)
    process = process_or_404(request, slug)
    now = clock.now()
    phases = list(process.phases.all())
    for phase in phases:
        phase.process = process
    open_now = queries.current(phases, now)
    counted = partial(versions.number_of, version, versions.WHOLE)
    return render(
        request,
        "participation/detail.html",
        {
            "process": process,
            "move": queries.move_of(process, phases, now),
            "path": queries.path_of(process, phases, now),
            "open_now": [(phase, slots.parts(request, process, phase)) for phase in open_now],
            "drawn": fingerprint(version[:5] if version else None, process.pk, request.get_host()),
            "drawn_story": fingerprint(versions.only(version, "story"), process.pk),
            "drawn_people": fingerprint(versions.only(version, "people"), process.pk),
            "why": render_markdown(process.why),
            # Only asked where it is drawn anew.
            "timeline": SimpleLazyObject(lambda: queries.timeline_of(process)) if counted("event") != 0 else [],
            "people": SimpleLazyObject(lambda: queries.people_of(process)) if counted("role") != 0 else [],
            "parts": slots.aside(request, process, empty=[name for name in ("series", "choice") if counted(name) == 0]),
        },
    )


@require_safe
def phase(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """One phase: what one can do in it, until when, and what comes of it."""
    known(request, versions.of_process, slug)
    process = process_or_404(request, slug)
    there = phase_or_404(process, number)
    now = clock.now()
    phases = list(process.phases.all())
    for other in phases:
        other.process = process
    return render(
        request,
        "participation/phase.html",
        {
            "process": process,
            "phase": there,
            "moment": there.moment(now),
            "is_open": there.moment(now) == PhaseMoment.OPEN and process.state == "published",
            "is_coming": there.moment(now) == PhaseMoment.UPCOMING,
            "path": queries.path_of(process, phases, now, there),
            "parts": slots.parts(request, process, there),
        },
    )


@require_POST
def follow(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Follow it, or stop following."""
    process = process_or_404(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(process.get_absolute_url())
    if "niet" in request.POST:
        people.unfollow(process=process, by=request.user)
        messages.success(request, _("You no longer follow this process."))
    else:
        people.follow(process=process, by=request.user)
        messages.success(request, _("You follow this process. You hear of it when a phase opens or something changes."))
    return redirect(process)
