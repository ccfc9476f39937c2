"""The pages of the network that everybody may open: its home, the programmes, one programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.text import render_markdown
from learning_network import visibility
from learning_network.enums import ProgrammeState
from learning_network.queries import advice as advice_queries
from learning_network.queries import answers as answer_queries
from learning_network.queries import endings as ending_queries
from learning_network.queries import innovation as innovation_queries
from learning_network.queries import municipality as municipality_queries
from learning_network.queries import plan as plan_queries
from learning_network.queries import practices as practice_queries
from learning_network.queries import programmes as queries
from learning_network.queries import sessions as session_queries
from learning_network.queries.members import is_new
from learning_network.views._network import network_menu
from learning_network.views._shared import programme_or_404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the network is, and its programmes; a new member sees the page for newcomers first, once."""
    if is_new(request.user):
        return redirect("learning_network:welcome")
    today = clock.today()
    mine = visibility.labs_of(request.user)
    rows = [
        {
            "programme": one,
            "now": queries.phase_now(list(one.phases.all()), today) if one.state == ProgrammeState.RUNNING else None,
            "number": one.inside_number,  # type: ignore[attr-defined]
            "mine": one.pk in mine,
            "kind": "open" if one.state == ProgrammeState.RUNNING else "",
        }
        for one in queries.listed(request.user)
    ]
    return render(
        request,
        "learning_network/home.html",
        {
            "rows": rows,
            "newest": practice_queries.newest(request.user),
            "menu": network_menu(request, "start"),
            "to_advise": advice_queries.to_advise(request.user, today),
            "today": today,
            "innovation": innovation_queries.concerns(request.user),
            "perms_work": request.user.has_perm("learning_network.see_work"),
            "perms_appoint": request.user.has_perm("learning_network.appoint_leads"),
        },
    )


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """What a programme is, and where it stands."""
    found = programme_or_404(request, slug)
    phases = list(found.phases.all())
    return render(
        request,
        "learning_network/programme.html",
        {
            "programme": found,
            "purpose": render_markdown(found.purpose),
            "steps": queries.path_of(phases, clock.today()),
            "is_over": found.state in (ProgrammeState.FINISHED, ProgrammeState.STOPPED),
            "municipalities": queries.inside(found),
            "agenda": answer_queries.agenda(found, request.user),
            "shared": queries.shared_in(found, request.user),
            "partners": plan_queries.public_partners(found),
            "open_questions": advice_queries.open_of(found, request.user),
            "today": clock.today(),
            "takes_part": request.user.has_perm("learning_network.take_part", found),
            "own": municipality_queries.part(found, request.user, clock.today()),
            "ending": ending_queries.part(found, request.user),
            "may_facilitate": request.user.has_perm("learning_network.facilitate", found),
            "sessions": session_queries.part(found, request.user, clock.now()),
        },
    )
