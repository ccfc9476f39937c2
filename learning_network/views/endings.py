"""What comes after a programme: intentions of municipalities, and what they go on doing together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.errors import Refused
from foundation.core.refused import done, saved_meanwhile, send, tell
from learning_network.enums import AgreementState, SharedState, Visibility
from learning_network.forms.endings import AgreementForm, IntentionForm, OutcomeForm, ShareForm
from learning_network.models import Agreement, Intention, Programme
from learning_network.queries import endings as queries
from learning_network.queries import programmes as programme_queries
from learning_network.services import endings as services
from learning_network.views._shared import for_programme, programme_or_404
from learning_network.views.municipality import METHODS, home_of, own_or_403


@require_safe
def endings(request: HttpRequest, slug: str) -> HttpResponse:
    """The intentions that this person may read; for who is in the programme also what was agreed."""
    programme = programme_or_404(request, slug)
    inside = request.user.has_perm("learning_network.take_part", programme)
    context = {
        "programme": programme,
        "intentions": queries.intentions(programme, request.user),
        "inside": inside,
        "without": queries.without(programme) if inside else [],
        "agreements": list(queries.agreements(programme)) if inside else [],
        "today": clock.today(),
        "open": programme.state in services.AT_THE_END,
    }
    return render(request, "learning_network/endings/index.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def intention(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Write the intention of one's municipality, share it, take it back."""
    enrolment = own_or_403(request, programme)
    here = f"{reverse('learning_network:intention', args=[programme.slug])}?gemeente={enrolment.municipality_id}"
    row = Intention.objects.filter(programme=programme, municipality=enrolment.municipality).first()
    by: Any = request.user
    what = request.POST.get("what_to_do", "save")
    share = ShareForm(initial=_share_initial(row))
    form = IntentionForm(instance=row, cancel_url=home_of(enrolment))
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and what == "back" and row is not None:
        told = _("Your intention is taken back. Only your municipality reads it now.")
        done(request, lambda: services.take_back_intention(intention=row, by=by), told=told)
        return redirect(here)
    if request.method == "POST" and what == "share" and row is not None:
        share = ShareForm(request.POST)
        if share.is_valid():
            told = _("Your intention is shared. Thank you: others learn from it.")
            seen = share.cleaned_data
            done(
                request,
                lambda: services.share_intention(
                    intention=row, visibility=seen["visibility"], version=seen["version"], by=by
                ),
                told=told,
            )
            return redirect(here)
    elif request.method == "POST":
        form = IntentionForm(request.POST, instance=row, cancel_url=home_of(enrolment))
        if form.is_valid():
            try:
                services.save_intention(
                    enrolment=enrolment, by=by, version=form.cleaned_data["version"], **form.values()
                )
            except (Refused, ValidationError) as error:
                fresh = Intention.objects.filter(programme=programme, municipality=enrolment.municipality).first()
                form = IntentionForm(request.POST, instance=fresh, cancel_url=home_of(enrolment))
                form.is_valid()
                if tell(form, error):
                    theirs = saved_meanwhile(form)
            else:
                messages.success(request, _("Your intention is saved."))
                return redirect(here)
    context = {
        "programme": programme,
        "enrolment": enrolment,
        "row": row,
        "is_shared": row is not None and row.state == SharedState.SHARED,
        "form": form,
        "share": share,
        "theirs": theirs,
        "here": here,
        "back_url": home_of(enrolment),
    }
    return render(request, "learning_network/endings/intention.html", context)


def _share_initial(row: Intention | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"version": row.version, "visibility": row.visibility or Visibility.LAB}


def _agreement(request: HttpRequest, programme: Programme, number: int) -> Agreement:
    return get_object_or_404(programme.agreements.select_related("programme"), pk=number)


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def agree(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Write down something that municipalities go on doing together."""
    back = reverse("learning_network:endings", args=[programme.slug])
    inside = programme_queries.inside(programme)
    form = AgreementForm(request.POST or None, inside=inside, cancel_url=back)
    sent = send(
        request,
        form,
        lambda: services.agree(programme=programme, parties=form.parties(), by=request.user, **form.values()),
        told=_("The agreement stands."),
    )
    if sent.done:
        return redirect(back + "#afspraken")
    context = {"title": _("New agreement"), "form": form, "programme": programme, "back_url": back}
    return render(request, "learning_network/endings/form.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def agreement(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """One agreement with how it went so far, and a form to say how it goes."""
    row = _agreement(request, programme, number)
    may_keep = request.user.has_perm("learning_network.keep_agreement", row)
    form = OutcomeForm(request.POST or None) if may_keep and row.state != AgreementState.ENDED else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(_("This is for the municipalities that made this agreement."))
        if form.is_valid():
            try:
                services.tell_agreement(agreement=row, by=request.user, **form.cleaned_data)
            except Refused as error:
                tell(form, error)
            else:
                messages.success(request, _("Thank you. It is written down."))
                return redirect("learning_network:agreement", programme.slug, row.pk)
    context = {
        "programme": programme,
        "row": row,
        "parties": row.parties.select_related("municipality").order_by("municipality__name"),
        "notes": row.notes.select_related("by"),
        "form": form,
        "may_keep": may_keep,
    }
    return render(request, "learning_network/endings/agreement.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.take_part")
def change_agreement(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Change what was agreed, with whom and until when."""
    row = _agreement(request, programme, number)
    if not request.user.has_perm("learning_network.keep_agreement", row):
        raise PermissionDenied(_("This is for the municipalities that made this agreement."))
    back = reverse("learning_network:agreement", args=[programme.slug, row.pk])
    form = AgreementForm(
        request.POST or None, instance=row, inside=programme_queries.inside(programme), cancel_url=back
    )
    sent = send(
        request,
        form,
        lambda: services.change_agreement(
            agreement=row,
            parties=form.parties(),
            version=form.cleaned_data["version"],
            by=request.user,
            **form.values(),
        ),
        told=_("What you agreed is saved."),
    )
    if sent.done:
        return redirect(back)
    context = {
        "title": _("Change what you agreed"),
        "form": form,
        "programme": programme,
        "theirs": sent.theirs,
        "back_url": back,
    }
    return render(request, "learning_network/endings/form.html", context)
