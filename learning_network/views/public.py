"""The pages of the network that everybody may open: its home, the programmes, one programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.text import render_markdown
from learning_network.queries import programmes as queries
from learning_network.queries import sessions as session_queries
from learning_network.views._shared import programme_or_404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the network is, and its programmes."""
    today = clock.today()
    rows = [
        {"programme": one, "now": queries.phase_now(list(one.phases.all()), today)}
        for one in queries.listed(request.user)
    ]
    return render(request, "learning_network/home.html", {"rows": rows})


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
            "phases": phases,
            "now": queries.phase_now(phases, clock.today()),
            "municipalities": queries.inside(found),
            "questions": found.questions.all(),
            "partners": found.partners.all(),
            "may_facilitate": request.user.has_perm("learning_network.facilitate", found),
            "sessions": session_queries.part(found, request.user, clock.now()),
        },
    )
