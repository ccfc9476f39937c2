"""Who reads a practice or a lesson: sharing it, another circle, taking it back; taking it away by a lead."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.requests import PersonRequest
from foundation.core.errors import Refused
from foundation.core.refused import done, send, tell
from learning_network.enums import SharedState, Visibility
from learning_network.fitting import WIDTH
from learning_network.forms.practices import CircleForm, WhyForm
from learning_network.models import Lesson, Practice
from learning_network.queries.readers import all_readers
from learning_network.services import circles
from learning_network.views._network import readable_or_404
from learning_network.views._shared import APP, for_network
from learning_network.views.practices import need_edit

KINDS: dict[str, type[Practice] | type[Lesson]] = {"praktijken": Practice, "lessen": Lesson}


def _row(request: HttpRequest, what: str, number: int) -> Practice | Lesson:
    if what not in KINDS:
        raise Http404
    return readable_or_404(request, KINDS[what], number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def share(request: PersonRequest, what: str, number: int) -> HttpResponse:
    """Choose who reads it. What becomes readable for more people is confirmed on a page that says who they are."""
    row = _row(request, what, number)
    need_edit(request, row)
    readers = all_readers(row.programme)
    form = CircleForm(request.POST or None, item=row, readers=readers, cancel_url=row.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        circle, version = form.cleaned_data["visibility"], form.cleaned_data["version"]
        shared = row.state == SharedState.SHARED
        wider = not shared or WIDTH[Visibility(circle)] > WIDTH[Visibility(row.visibility)]
        if wider and "sure" not in request.POST:
            return _ask(request, row, circle, version, readers[circle])
        act = circles.set_visibility if shared else circles.share
        try:
            act(item=row, visibility=circle, by=request.user, version=version)
        except (Refused, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, _("From now on this is read by: %(readers)s") % {"readers": readers[circle]})
            return redirect(row)
    context = {"row": row, "form": form, "is_shared": row.state == SharedState.SHARED}
    return render(request, "learning_network/practices/share.html", context)


def _ask(request: HttpRequest, row: Any, circle: str, version: int, readers: str) -> HttpResponse:
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Share “%(title)s”?") % {"title": row},
            "text": _("These people can read it from now on:"),
            "points": [
                readers,
                _(
                    "You can choose fewer readers, or take it back, at any time. It is then gone at once, also from documents."
                ),
            ],
            "submit": _("Yes, share it"),
            "cancel_url": reverse(f"{APP}:share", args=[_kind_of(row), row.pk]),
            "hidden": {"visibility": circle, "version": version, "sure": "ja"},
        },
    )


def _kind_of(row: Practice | Lesson) -> str:
    return "praktijken" if isinstance(row, Practice) else "lessen"


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def take_back(request: PersonRequest, what: str, number: int) -> HttpResponse:
    """Take it back; a draft is thrown away."""
    row = _row(request, what, number)
    need_edit(request, row)
    is_draft = row.state == SharedState.DRAFT
    if request.method == "POST":
        act = circles.throw_away if is_draft else circles.take_back
        told = (
            _("The draft is gone.") if is_draft else _("Only you and your colleagues in the programme read this now.")
        )
        worked = done(request, lambda: act(item=row, by=request.user), told=told)  # type: ignore[arg-type, operator]
        if worked and is_draft:
            return redirect(f"{reverse(f'{APP}:practices' if what == 'praktijken' else f'{APP}:lessons')}?van=mij")
        return redirect(row)
    context = {
        "title": _("Throw the draft away?") if is_draft else _("Take “%(title)s” back?") % {"title": row},
        "text": _("This can't be undone.")
        if is_draft
        else _("It disappears at once from pages, search, feeds and documents. You can share it again later."),
        "submit": _("Yes, throw it away") if is_draft else _("Yes, take it back"),
        "cancel_url": row.get_absolute_url(),
        "danger": True,
    }
    return render(request, "components/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def take_away(request: PersonRequest, what: str, number: int) -> HttpResponse:
    """For who leads the programme: off the pages with a reason, or back on them."""
    row = _row(request, what, number)
    if not request.user.has_perm("learning_network.take_away", row):
        raise PermissionDenied(_("Only who leads the programme takes texts away."))
    title = _("Put it back on the pages") if row.hidden_at else _("Take it off the pages")
    form = WhyForm(request.POST or None, submit=title, cancel_url=row.get_absolute_url())
    if row.hidden_at is not None and request.method == "POST":
        done(request, lambda: circles.give_back(item=row, by=request.user), told=_("It is back."))
        return redirect(row)
    sent = send(
        request,
        form,
        lambda: circles.take_away(item=row, reason=form.cleaned_data["reason"], by=request.user),
        told=_("Nobody but its author and who leads the programme reads this now."),
    )
    if sent.done:
        return redirect(row)
    if row.hidden_at is not None:
        context = {"title": title, "text": "", "submit": title, "cancel_url": row.get_absolute_url()}
        return render(request, "components/confirm.html", context)
    lead = _("Its author still reads it, and is not able to share it again by themselves.")
    return render(
        request, "learning_network/practices/form.html", {"title": title, "form": form, "row": row, "lead": lead}
    )
