"""Sessions for who runs a programme: planning them, one session, who comes, running it in the room."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.errors import Refused
from foundation.core.refused import saved_meanwhile, tell
from foundation.meetings.errors import MeetingError
from foundation.meetings.queries import pages as meeting_pages
from foundation.meetings.services import invitations
from learning_network.enums import INSIDE
from learning_network.forms.sessions import ChangeForm, DatesForm, OneForm, SeriesForm
from learning_network.models import Programme, Session
from learning_network.queries import sessions as queries
from learning_network.services import nudges
from learning_network.services import sessions as services
from learning_network.views._shared import for_programme, lead_menu

FAILURES = (Refused, MeetingError, ValidationError)
View = Callable[..., HttpResponse]


def session_or_404(programme: Programme, number: int) -> Session:
    """A session of this programme.

    Raises:
        Http404: there is none with this number.
    """
    rows = Session.objects.filter(programme=programme).select_related(
        *("meeting__series__municipality", "meeting__chair", "meeting__note_taker", "host__municipality")
    )
    found: Session | None = rows.filter(pk=number).first()
    if found is None:
        raise Http404
    found.programme = programme
    return found


def for_session(permission: str) -> Callable[[View], View]:
    """As ``for_programme``; the view gets the session too."""

    def decorate(view: View) -> View:
        @for_programme(permission)
        @wraps(view)
        def door(request: HttpRequest, programme: Programme, session_id: int, **kwargs: Any) -> HttpResponse:
            return view(request, programme, session_or_404(programme, session_id), **kwargs)

        return door

    return decorate


def refuse(form: Any, error: Exception) -> bool:
    """Say on the form what was refused; whether somebody else was first."""
    if isinstance(error, MeetingError):
        form.add_error(None, str(error))
        return False
    assert isinstance(error, Refused | ValidationError)
    return tell(form, error)


@require_safe
@for_programme("learning_network.facilitate")
def index(request: PersonRequest, programme: Programme) -> HttpResponse:
    """All sessions: what is to come, who came, what was promised."""
    now = clock.now()
    rows = queries.rows_of(programme, AnonymousUser(), now)  # what the reader is to each is no news here
    return render(
        request,
        "learning_network/sessions/staff_index.html",
        {
            "programme": programme,
            "menu": lead_menu(programme, "sessies", request.user),
            "coming": [row for row in rows if not row.is_over],
            "past": [row for row in rows if row.is_over],
            "attendance": queries.attendance(programme, rows, now),
            "points": queries.open_points(programme),
            "series": programme.series,
        },
    )


def _invited(programme: Programme) -> str:
    """That everybody is invited, or is being invited: of a long list a worker does it (``invitations.invite_members``)."""
    programme.refresh_from_db(fields=["series"])
    if programme.series is not None and invitations.waiting(programme.series):
        return _("Everybody in the programme gets an invitation in the next minutes; the lists fill by themselves.")
    return _("Everybody in the programme is invited.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def plan(request: PersonRequest, programme: Programme) -> HttpResponse:
    """A whole series in one go: first the rhythm, then all sessions to check, then they are planned."""
    back = reverse("learning_network:sessions_staff", args=[programme.slug])
    form = SeriesForm(request.POST or None, cancel_url=back)
    context: dict[str, Any] = {
        "programme": programme,
        "menu": lead_menu(programme, "sessies", request.user),
        "form": form,
    }
    if request.method != "POST" or not form.is_valid() or request.POST.get("stap") == "terug":
        context |= {
            "title": _("Plan a series of sessions"),
            "lead": _("Nobody is told before you have seen all dates."),
        }
        return render(request, "learning_network/staff/form.html", context)
    data = form.cleaned_data
    again = request.POST.get("stap") == "data"
    dates = DatesForm(
        *([request.POST] if again else []),
        programme=programme,
        days=form.days(),
        begin=data["begin"],
        end=data["end"],
    )
    if again and dates.is_valid():
        try:
            made = services.plan(
                programme=programme,
                outlines_=[one.with_link(data["link"]) for one in dates.outlines],
                by=request.user,
                usual_programme=data["usual"],
            )
        except FAILURES as error:
            refuse(dates, error)
        else:
            text = ngettext("%(n)d session is planned.", "%(n)d sessions are planned.", len(made)) % {"n": len(made)}
            messages.success(request, text + " " + _invited(programme))
            return redirect(back)
    context["dates"] = dates
    context["typed"] = [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "stap", "submit") and name not in dates.fields
        for value in request.POST.getlist(name)
    ]
    return render(request, "learning_network/sessions/dates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def new(request: PersonRequest, programme: Programme) -> HttpResponse:
    """One more session."""
    back = reverse("learning_network:sessions_staff", args=[programme.slug])
    form = OneForm(request.POST or None, programme=programme, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            [made] = services.plan(
                programme=programme,
                outlines_=[form.outline()],
                by=request.user,
                usual_programme=form.cleaned_data["usual"],
            )
        except FAILURES as error:
            refuse(form, error)
        else:
            messages.success(request, _("The session is planned.") + " " + _invited(programme))
            return redirect("learning_network:session_staff", programme.slug, made.pk)
    context = {
        "programme": programme,
        "menu": lead_menu(programme, "sessies", request.user),
        "form": form,
        "title": _("Plan one more session"),
    }
    return render(request, "learning_network/staff/form.html", context)


@require_safe
@for_session("learning_network.facilitate")
def detail(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """One session for who runs the programme: who comes per municipality, and what can be done now."""
    now = clock.now()
    lines, others = queries.everybody(session)
    return render(
        request,
        "learning_network/sessions/staff_detail.html",
        {
            "programme": programme,
            "session": session,
            "meeting": session.meeting,
            "row": queries.row_of(session, request.user, now),
            "menu": lead_menu(programme, "sessies", request.user),
            "questions": list(session.questions.all()),
            "lines": lines,
            "others": others,
            "empty": [line for line in lines if line.is_empty],
            "agenda": meeting_pages.programme_of(session.meeting),
            "may_nudge": session.meeting.is_standing and session.meeting.starts_at > now,
            "begun": session.meeting.starts_at <= now,
            "today": clock.today(),
            "host_gone": session.host is not None
            and session.host.stage not in INSIDE
            and session.meeting.is_standing
            and session.meeting.ends_at > now,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_session("learning_network.facilitate")
def change(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """Change what a session is about and where it is."""
    back = reverse("learning_network:session_staff", args=[programme.slug, session.pk])
    form = ChangeForm(request.POST or None, session=session, cancel_url=back)
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                session=session,
                by=request.user,  # type: ignore[arg-type]
                version=form.cleaned_data["version"],
                **form.values(),
            )
        except FAILURES as error:
            if refuse(form, error):
                theirs = saved_meanwhile(form)
        else:
            messages.success(request, _("The session is saved."))
            return redirect(back)
    context = {
        "programme": programme,
        "menu": lead_menu(programme, "sessies", request.user),
        "form": form,
        "theirs": theirs,
        "title": _("Change the session"),
        "lead": _("Who comes is told of another theme, place or link."),
    }
    return render(request, "learning_network/staff/form.html", context)


@require_POST
@for_session("learning_network.facilitate")
def nudge(request: HttpRequest, programme: Programme, session: Session) -> HttpResponse:
    """Ask one municipality, or all without anybody, to send somebody."""
    chosen = request.POST.get("gemeente", "")
    enrolments = None
    if chosen:
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 12):
            raise Http404
        enrolments = list(programme.enrolments.filter(pk=chosen))
    try:
        asked = nudges.nudge(session=session, by=request.user, enrolments=enrolments)  # type: ignore[arg-type]
    except Refused as error:
        messages.error(request, str(error))
    else:
        if asked:
            text = ngettext("%(n)d municipality is asked.", "%(n)d municipalities are asked.", asked) % {"n": asked}
            messages.success(request, text)
        else:
            messages.info(request, _("They were asked today already, or somebody comes by now."))
    return redirect(reverse("learning_network:session_staff", args=[programme.slug, session.pk]) + "#wie-komt")


def need_to_run(request: HttpRequest, session: Session) -> None:
    """For who runs the programme, and who chairs or minutes this session.

    Raises:
        PermissionDenied
    """
    if not request.user.has_perm("learning_network.run_session", session):
        raise PermissionDenied(_("This page is for who runs this session."))
