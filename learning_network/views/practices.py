"""Practices and lessons: looking for them, reading them, writing them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import typed
from foundation.core.refused import send
from foundation.core.text import render_markdown
from learning_network import limits, visibility
from learning_network.enums import Outcome, QuestionTheme, SharedState
from learning_network.forms.practices import LessonForm, PracticeForm
from learning_network.models import Lesson, Practice, Shared
from learning_network.queries import practices as queries
from learning_network.queries.comparing import MONEY
from learning_network.queries.places import places
from learning_network.services import practices as services
from learning_network.views._network import network_menu, readable_or_404
from learning_network.views._shared import APP, for_network

ON_A_PAGE = 20
# Headings of a practice, in the order of the form; the same on the page, beside each other and in documents.
PARTS = ("about", "handed_over", "took_part", "role", "support", "obstacles", "result", "again")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who has done this before, and what went wrong: practices with their lessons."""
    wish = queries.Wish.of(request.GET)
    page = Paginator(queries.practices(request.user, wish), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "hits": queries.practice_hits(request.user, page.object_list, wish.text),  # type: ignore[arg-type]
        "lessons_found": queries.lessons(request.user, wish).count() if wish.text else 0,
        **_list_context(request, wish, Practice),
    }
    return render(request, "learning_network/practices/index.html", context)


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """What worked and what went wrong."""
    wish = queries.Wish.of(request.GET)
    page = Paginator(queries.lessons(request.user, wish), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "hits": queries.lesson_hits(page.object_list, wish.text),  # type: ignore[arg-type]
        "outcomes": Outcome.choices,
        **_list_context(request, wish, Lesson),
    }
    return render(request, "learning_network/practices/lessons.html", context)


def _list_context(request: HttpRequest, wish: queries.Wish, model: type[Practice] | type[Lesson]) -> dict[str, Any]:
    return {
        "wish": wish,
        "themes": QuestionTheme.choices,
        "choices": queries.choices(request.user, model),
        "may_write": visibility.in_network(request.user),
        "menu": network_menu(request, "praktijken"),
    }


@require_safe
def practice(request: HttpRequest, number: int) -> HttpResponse:
    """One practice, with its lessons."""
    row = readable_or_404(request, Practice, number)
    learned = Lesson.objects.visible_to(request.user).filter(practice=row, state=SharedState.SHARED, hidden_at=None)
    parts = [(_label(row, name), render_markdown(getattr(row, name))) for name in PARTS if getattr(row, name)]
    context = {
        **_item_context(request, row),
        "parts": parts,
        "money": [(told, getattr(row, name)) for name, told in MONEY if getattr(row, name) is not None],
        "lessons": [
            {"row": one, "text": render_markdown(one.learned or one.happened)}
            for one in queries.failures_first(learned)
        ],
    }
    return render(request, "learning_network/practices/practice.html", context)


@require_safe
def lesson(request: HttpRequest, number: int) -> HttpResponse:
    """One lesson."""
    row = readable_or_404(request, Lesson, number)
    found = Practice.objects.visible_to(request.user).filter(pk=row.practice_id).first() if row.practice_id else None
    parts = [
        (_label(row, name), render_markdown(getattr(row, name)))
        for name in ("happened", "learned", "advice")
        if getattr(row, name)
    ]
    asked = row.questions.select_related("programme") if visibility.in_network(request.user) else ()
    context = {
        **_item_context(request, row),
        "parts": parts,
        "practice": found,
        "questions": [one for one in asked if one.programme.is_public],
    }
    return render(request, "learning_network/practices/lesson.html", context)


def _label(row: Practice | Lesson, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _item_context(request: HttpRequest, row: Practice | Lesson) -> dict[str, Any]:
    kind = "praktijken" if isinstance(row, Practice) else "lessen"
    return {
        "row": row,
        "kind": kind,
        "credit": queries.credit_of(row),
        "links": queries.links_of(request.user, row),
        "may_edit": visibility.may_edit(request.user, row),
        "notes": limits.notes(row, request.user),
        "may_take_away": row.state == SharedState.SHARED and request.user.has_perm("learning_network.take_away", row),
        "menu": network_menu(request, "praktijken"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def new_practice(request: PersonRequest) -> HttpResponse:
    """Write a practice; it is kept as a draft."""
    return _new(request, PracticeForm, services.begin, title=_("Describe a practice"), home="practices")


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def new_lesson(request: PersonRequest) -> HttpResponse:
    """Write a lesson, perhaps of a practice (``?praktijk=12``); it is kept as a draft."""
    start: dict[str, Any] = {}
    if request.GET.get("praktijk", "").isdecimal():
        of = Practice.objects.visible_to(request.user).filter(pk=int(request.GET["praktijk"][:12])).first()
        if of is not None:
            start = {"practice": of, "where": f"{of.programme_id or ''}:{of.municipality_id or ''}"}
    return _new(
        request, LessonForm, services.begin_lesson, title=_("Write down a lesson"), home="lessons", initial=start
    )


def _new(request: HttpRequest, kind: Any, begin: Any, *, title: str, home: str, **extra: Any) -> HttpResponse:
    mine = places(request.user)
    form = kind(
        request.POST or None,
        user=request.user,
        places=mine,
        cancel_url=reverse(f"{APP}:{home}"),
        **extra,
    )
    typed.give_back(request, form, APP, _("What you typed before you logged in is here again."))
    sent = send(
        request,
        form,
        lambda: begin(
            by=request.user, programme=form.place.programme, municipality=form.place.municipality, **form.values()
        ),
        told=_("The draft is kept. Read it once more, then choose who may read it."),
    )
    if sent.done:
        return redirect(sent.made)
    lead = _("It is a draft until you share it. You choose who may read it.")
    return render(request, "learning_network/practices/form.html", {"title": title, "form": form, "lead": lead})


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def edit_practice(request: PersonRequest, number: int) -> HttpResponse:
    """Change a practice."""
    return _edit(request, readable_or_404(request, Practice, number), PracticeForm, services.change, "practice")


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def edit_lesson(request: PersonRequest, number: int) -> HttpResponse:
    """Change a lesson."""
    return _edit(request, readable_or_404(request, Lesson, number), LessonForm, services.change_lesson, "lesson")


def _edit(request: HttpRequest, row: Any, kind: Any, change: Any, name: str) -> HttpResponse:
    need_edit(request, row)
    form = kind(request.POST or None, instance=row, user=request.user, places=[], cancel_url=row.get_absolute_url())
    typed.give_back(request, form, APP, _("What you typed before you logged in is here again."))
    sent = send(
        request,
        form,
        lambda: change(**{name: row}, by=request.user, version=form.cleaned_data["version"], **form.values()),
        told=_("Saved."),
    )
    if sent.done:
        return redirect(row)
    context = {"title": _("Change “%(title)s”") % {"title": row}, "form": form, "theirs": sent.theirs, "row": row}
    return render(request, "learning_network/practices/form.html", context)


def need_edit(request: HttpRequest, row: Shared) -> None:
    """Refuse who reads this, but may not change it.

    Raises:
        PermissionDenied
    """
    if not visibility.may_edit(request.user, row):
        raise PermissionDenied(_("Only its author, and colleagues of that municipality in the programme, change this."))
