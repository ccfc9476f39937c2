"""The look back: surveys among participants and other stakeholders, reach, and the comparison with others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.refused import send
from foundation.core.wording import whole
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from foundation.surveys.enums import Audience
from participation.errors import ParticipationError
from participation.forms.evaluations import OpenSurveyForm
from participation.models import Phase, Process
from participation.queries import evaluations as queries
from participation.queries import reach
from participation.services import evaluations as services
from participation.views._shared import staff_menu, staff_process


@require_safe
@permission_required("participation.see_figures")
def overview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The surveys with their state, this process beside others, and whom it reached."""
    process = staff_process(request, slug)
    now = clock.now()
    return render(
        request,
        "participation/evaluation/staff.html",
        {
            "process": process,
            "menu": staff_menu(process, "evaluatie"),
            "lines": queries.staff_lines(process, now),
            "comparisons": queries.comparisons(process, now),
            "reach": reach.reach_of(process),
            "ages": queries.ages(process),
            "may_run": request.user.has_perm("participation.run", request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def open_survey(request: MunicipalityRequest, slug: str, group: str) -> HttpResponse:
    """Open a survey among one group with one press."""
    process = staff_process(request, slug)
    audience = queries.AUDIENCES.get(group)
    if audience is None or not process.is_public:
        raise Http404
    back = _home(process)
    among_participants = audience == Audience.PARTICIPANTS
    known = reach.participants(process).count() if among_participants else 0
    followers = 0 if among_participants else reach.followers(process).count()
    form = OpenSurveyForm(request.POST or None, audience=audience, followers=followers, cancel_url=back)
    sent = send(
        request,
        form,
        lambda: services.open_survey(process=process, audience=audience, by=request.user, **form.values()),
        told=_("The survey is open. The invitations go out now."),
    )
    if sent.done:
        return redirect(back)
    if among_participants:
        title = _("Ask the participants")
        lead = _("The survey goes to %(n)s people with an account who did something in this process.") % {
            "n": whole(known)
        }
    else:
        title = _("Ask other stakeholders")
        lead = _("Colleagues, organisations and businesses that had to do with the process.")
    menu = staff_menu(process, "evaluatie")
    context = {"title": title, "lead": lead, "form": form, "process": process, "menu": menu}
    return render(
        request, "participation/staff/form.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
@permission_required("participation.run")
def count_reach(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Count where the participants live."""
    process = staff_process(request, slug)
    try:
        services.count_reach(process=process, by=request.user)
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The reach is counted."))
    return redirect(_home(process))


# --- Parts of the pages of a process ----------------------------------------------------------------------------------


def part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any] | None:
    """The call to fill in, or what came out; and whom the process reached."""
    lines = queries.public_lines(process, request.user, clock.now())  # type: ignore[arg-type]
    reached = reach.reach_of(process)
    if not lines and reached is None:
        return None
    return {
        "template": "participation/evaluation/_part.html",
        "lines": lines,
        "reach": reached,
        "ages": queries.ages(process),
    }


def staff_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """Where each survey stands, with one press to open it."""
    return {
        "template": "participation/evaluation/_staff_part.html",
        "lines": queries.staff_lines(process, clock.now()),
        "url": _home(process),
    }


def _home(process: Process) -> str:
    return reverse("participation:evaluation", args=[process.municipality.slug, process.slug])
