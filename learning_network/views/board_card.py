"""One municipality on the recruitment board: its card, its contact and next step, its money, its readiness."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, send
from learning_network import notifications_letters
from learning_network.enums import STAGE_TRANSITIONS, LetterKind, Stage
from learning_network.forms.board import CardForm, MoneyForm
from learning_network.models import Enrolment, Programme
from learning_network.queries import board as queries
from learning_network.queries import money, readiness
from learning_network.services import enrolments as services
from learning_network.services import readiness as readiness_services
from learning_network.views._shared import for_programme
from learning_network.views.board import frame


def enrolment_or_404(programme: Programme, code: str) -> Enrolment:
    """The municipality on the board of this programme.

    Raises:
        Http404
    """
    found = programme.enrolments.select_related("municipality").filter(municipality=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
@for_programme("learning_network.lead")
def card(request: PersonRequest, programme: Programme, code: str) -> HttpResponse:
    """Everything about one municipality on its way."""
    row, today = enrolment_or_404(programme, code), clock.today()
    [shown] = queries.cards(programme, [row], today)
    sent: list[Any] = list(row.sent_letters.all())
    fared = notifications_letters.fared(sent)
    for letter in sent:
        letter.delivery = fared.get(letter.pk)
    context = {
        **frame(programme, "bord"),
        "card": shown,
        "row": row,
        "line": money.line(row, today),
        "picture": readiness.pictures([row.pk], words=True).get(row.pk),
        "next_stages": [Stage(stage) for stage in STAGE_TRANSITIONS.table[row.stage]],
        "letters": [{"kind": kind, "sent": [one for one in sent if one.kind == kind]} for kind in LetterKind],
        "today": today,
    }
    return render(request, "learning_network/board/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def change(request: PersonRequest, programme: Programme, code: str) -> HttpResponse:
    """Change contact, next step and notes."""
    return _form(request, programme, code, CardForm, _("Contact, next step and notes"), _("The card is saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.lead")
def pay(request: PersonRequest, programme: Programme, code: str) -> HttpResponse:
    """Change what it owes and has paid."""
    return _form(request, programme, code, MoneyForm, _("Contribution"), _("The amounts are saved."))


def _form(request: HttpRequest, programme: Programme, code: str, kind: Any, title: str, told: str) -> HttpResponse:
    row = enrolment_or_404(programme, code)
    home = reverse("learning_network:card", args=[programme.slug, code])
    form = kind(request.POST or None, instance=row, cancel_url=home)
    sent = send(
        request,
        form,
        lambda: services.change(
            enrolment=row,
            by=request.user,  # type: ignore[arg-type]
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=told,
    )
    if sent.done:
        return redirect(home)
    context = {
        **frame(programme, "bord"),
        "title": title,
        "form": form,
        "theirs": sent.theirs,
        "home": home,
        "municipality": row.municipality,
    }
    return render(
        request, "learning_network/board/form.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
@for_programme("learning_network.lead")
def ask(request: PersonRequest, programme: Programme, code: str) -> HttpResponse:
    """Send the survey on readiness to the contact."""
    row = enrolment_or_404(programme, code)
    done(
        request,
        lambda: readiness_services.send(enrolment=row, by=request.user),
        told=_("The survey goes to %(address)s.") % {"address": row.contact_email},
    )
    return redirect("learning_network:card", programme.slug, code)
