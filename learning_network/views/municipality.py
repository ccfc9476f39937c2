"""The page of a municipality in a programme: who comes, its case, what it still has to do; and the ground rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.core.refused import done, tell
from foundation.core.text import render_markdown
from learning_network.forms.joining import AcceptForm, InviteForm
from learning_network.models import Enrolment, Intention, Practice, Programme
from learning_network.queries import joining as joining_queries
from learning_network.queries import municipality as queries
from learning_network.queries import sessions as session_queries
from learning_network.services import participants as services
from learning_network.views import joining
from learning_network.views._shared import for_programme

METHODS = ["GET", "HEAD", "POST"]


def own_or_403(request: HttpRequest, programme: Programme) -> Enrolment:
    """The municipality for which this person is in the programme; ``?gemeente=`` chooses where there are several.

    Raises:
        PermissionDenied: they lead or facilitate it only.
    """
    rows = queries.own(request.user, programme)
    if not rows:
        raise PermissionDenied(_("This page is for people of a municipality in this programme."))
    wished = request.GET.get("gemeente", "")
    return next((row for row in rows if row.municipality_id == wished), rows[0])


def home_of(enrolment: Enrolment) -> str:
    """The address of its page."""
    page = reverse("learning_network:municipality", args=[enrolment.programme.slug])
    return f"{page}?gemeente={enrolment.municipality_id}"


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def municipality(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Who comes, with a form to invite a colleague; the case; what is next and what is still to do."""
    enrolment = own_or_403(request, programme)
    by: Any = request.user
    form = InviteForm()
    number = request.POST.get("person", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 13:
        person = get_object_or_404(enrolment.participants.filter(left_at__isnull=True), pk=int(number))
        if request.POST.get("what") == "again":
            done(
                request,
                lambda: services.invite_again(participant=person, by=by),
                told=_("The invitation is sent again."),
            )
        elif person.user_id == by.pk:
            return redirect(_leave_url(enrolment))
        else:
            told = _("%(name)s does not take part any more.") % {"name": person}
            done(request, lambda: services.leave(participant=person, by=by), told=told)
        return redirect(home_of(enrolment) + "#mensen")
    if request.method == "POST":
        form = InviteForm(request.POST)
        if form.is_valid() and _invite(request, enrolment, form):
            return redirect(home_of(enrolment) + "#mensen")
    today = clock.today()
    practices = Practice.objects.visible_to(by).filter(programme=programme, municipality=enrolment.municipality)
    context = {
        "programme": programme,
        "enrolment": enrolment,
        "others": [row for row in queries.own(by, programme) if row.pk != enrolment.pk],
        "people": queries.people(enrolment),
        "form": form,
        "tasks": queries.tasks(enrolment, by, today),
        "practices": list(practices.select_related("municipality")),
        "write_url": url_or_empty("learning_network:practice_new"),
        "intention": Intention.objects.filter(programme=programme, municipality=enrolment.municipality).first(),
        "is_ending": queries.is_ending(programme, today),
        "sessions": session_queries.part(programme, by, clock.now()),
        "leave_url": _leave_url(enrolment),
    }
    return render(request, "learning_network/municipality/home.html", context)


def _leave_url(enrolment: Enrolment) -> str:
    page = reverse("learning_network:leave", args=[enrolment.programme.slug])
    return f"{page}?gemeente={enrolment.municipality_id}"


def _invite(request: HttpRequest, enrolment: Enrolment, form: InviteForm) -> bool:
    told = form.cleaned_data
    try:
        sent = done(
            request,
            lambda: services.invite(enrolment=enrolment, by=request.user, **told),  # type: ignore[arg-type]
            told=_("%(email)s gets an invitation with a link of their own.") % {"email": told["email"]},
        )
    except ValidationError as error:
        tell(form, error)
        return False
    return sent


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def leave(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Take part no more: asked first."""
    enrolment = own_or_403(request, programme)
    person = get_object_or_404(enrolment.participants.filter(left_at__isnull=True), user=request.user)
    if request.method == "POST":
        told = _("You take part no more. You stay a member of the learning network.")
        done(request, lambda: services.leave(participant=person, by=request.user), told=told)
        return redirect(programme.get_absolute_url())
    context = {
        "title": _("Take part no more?"),
        "text": _("You don't come to “%(programme)s” for %(municipality)s any more.")
        % {"programme": programme.title, "municipality": enrolment.municipality.name},
        "points": [
            _("You get no messages of this programme any more."),
            _("You don't read any more what stays among its participants."),
            _("What you wrote stays: it is your municipality's."),
        ],
        "submit": _("Yes, I take part no more"),
        "cancel_url": home_of(enrolment),
        "danger": True,
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def rules(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The ground rules that hold now and before; who has not accepted the newest is asked to."""
    versions = list(programme.ground_rules.all())
    mine = joining_queries.part_of(request.user, programme)
    form = None
    if mine is not None and queries.rules_wait(mine.enrolment, request.user):
        form = AcceptForm(request.POST or None, rules=versions[0].pk, ask_function=False)
        if request.method == "POST" and form.is_valid():
            if joining.accept(request, mine, form):
                return redirect(home_of(mine.enrolment))
            form = AcceptForm(rules=versions[0].pk, ask_function=False)
            messages.error(request, _("The ground rules have just changed. Read them again, please."))
    accepted = set(mine.acceptances.values_list("rules_id", flat=True)) if mine else set()
    context = {
        "programme": programme,
        "versions": [
            {"rules": row, "html": render_markdown(row.text), "accepted": row.pk in accepted} for row in versions
        ],
        "form": form,
    }
    return render(request, "learning_network/municipality/rules.html", context)
