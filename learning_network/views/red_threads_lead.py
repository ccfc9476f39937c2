"""Composing red threads, by who facilitates the programme: choosing, ordering, words in between, publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, send
from learning_network.enums import SharedState
from learning_network.forms.red_threads import LineForm, ThreadForm, WordsForm
from learning_network.models import Programme, RedThread, RedThreadPiece, RedThreadVersion
from learning_network.queries import red_threads as queries
from learning_network.queries.practices import credit_of
from learning_network.queries.readers import readers
from learning_network.services import red_threads as services
from learning_network.views._shared import APP, for_programme, lead_menu
from learning_network.views.red_threads import thread_context

TAB = "rode-draden"


def _thread(programme: Programme, number: int) -> RedThread:
    rows = RedThread.objects.select_related("programme")
    found = rows.filter(programme=programme, pk=number, hidden_at__isnull=True).first()
    if found is None:
        raise Http404
    return found


def _bench(programme: Programme, thread: RedThread, where: str = "") -> str:
    return reverse(f"{APP}:red_thread_edit", args=[programme.slug, thread.pk]) + where


@require_safe
@for_programme("learning_network.facilitate")
def work(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The documents of this programme."""
    rows = RedThread.objects.filter(programme=programme, hidden_at__isnull=True).order_by("-created_at")
    context = {"programme": programme, "menu": lead_menu(programme, TAB), "rows": rows}
    return render(request, "learning_network/red_threads/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def new(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Begin a document."""
    form = ThreadForm(
        request.POST or None,
        programme=programme,
        cancel_url=reverse(f"{APP}:red_threads_work", args=[programme.slug]),
    )
    sent = send(
        request,
        form,
        lambda: services.begin(programme=programme, by=request.user, **form.values()),
        told=_("Now choose what comes in it."),
    )
    if sent.done:
        return redirect(_bench(programme, sent.made))
    return _form(request, programme, form, _("Begin red threads"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def change(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Title, introduction, and for whom it is."""
    row = _thread(programme, number)
    form = ThreadForm(request.POST or None, instance=row, programme=programme, cancel_url=_bench(programme, row))
    sent = send(
        request,
        form,
        lambda: services.change(thread=row, by=request.user, version=form.cleaned_data["version"], **form.values()),
        told=_("Saved. Readers get it when you publish."),
    )
    if sent.done:
        return redirect(_bench(programme, row))
    return _form(request, programme, form, _("Title, introduction and readers"), theirs=sent.theirs)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def edit(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """The bench: every part in its order, with whether readers get it; words are added here."""
    row = _thread(programme, number)
    form = WordsForm(request.POST or None)
    sent = send(request, form, lambda: services.add_words(thread=row, by=request.user, **form.cleaned_data))
    if sent.done:
        return redirect(_bench(programme, row, f"#deel-{sent.made.pk}"))
    pieces = queries.pieces_for_editors(row, request.user)
    last = queries.newest(row)
    context = {
        "programme": programme,
        "menu": lead_menu(programme, TAB),
        "row": row,
        "pieces": pieces,
        "dropped": sum(not piece["shown"] for piece in pieces),
        "last": last,
        "is_public": row.state == SharedState.SHARED,
        "has_changes": last is None or _differs(row, last),
        "words": form,
    }
    return render(request, "learning_network/red_threads/edit.html", context)


def _differs(row: RedThread, last: RedThreadVersion) -> bool:
    return (row.title, row.intro, queries.working(row)) != (last.title, last.intro, last.pieces)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def choose(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Practices and lessons that fit, ticked into the document."""
    row = _thread(programme, number)
    free = queries.to_choose(row, request.user)
    if request.method == "POST":
        ticked = set(request.POST.getlist("kies"))
        wanted = [
            item
            for kind, items in (("lesson", free["lessons"]), ("practice", free["practices"]))
            for item in items
            if f"{kind}-{item.pk}" in ticked
        ]
        added = sum(
            done(request, lambda item=item: services.add(thread=row, item=item, by=request.user), told="")  # type: ignore[misc, arg-type]
            for item in wanted
        )
        if added:
            told = ngettext("%(n)d part added at the end.", "%(n)d parts added at the end.", added) % {"n": added}
            messages.success(request, told)
            return redirect(_bench(programme, row))
        messages.error(request, _("Tick at least one practice or lesson."))
    context = {
        "programme": programme,
        "menu": lead_menu(programme, TAB),
        "row": row,
        "lessons": [{"row": one, "credit": credit_of(one)} for one in free["lessons"]],
        "practices": [{"row": one, "credit": credit_of(one)} for one in free["practices"]],
    }
    return render(request, "learning_network/red_threads/choose.html", context)


def _piece(thread: RedThread, piece: int) -> RedThreadPiece:
    return get_object_or_404(thread.pieces.select_related("thread", "practice", "lesson"), pk=piece)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def line(request: PersonRequest, programme: Programme, number: int, piece: int) -> HttpResponse:
    """The words of one part."""
    row = _thread(programme, number)
    part = _piece(row, piece)
    label = _("Text") if part.chosen is None else _("A line with it: why is this one here?")
    back = _bench(programme, row, f"#deel-{part.pk}")
    form = LineForm(request.POST or None, label=label, cancel_url=back, initial={"text": part.text})
    if send(request, form, lambda: services.write_line(piece=part, by=request.user, **form.cleaned_data)).done:
        return redirect(back)
    return _form(request, programme, form, label)


@require_POST
@for_programme("learning_network.facilitate")
def put(request: PersonRequest, programme: Programme, number: int, piece: int) -> HttpResponse:
    """Up, down, or to the number that was typed."""
    row = _thread(programme, number)
    part = _piece(row, piece)
    typed = request.POST.get("plaats", "")
    steps = {"op": part.place - 1, "neer": part.place + 1}
    place = steps.get(request.POST.get("richting", ""), int(typed) if typed.isdecimal() and len(typed) < 5 else 0)
    if place > 0:
        services.put(piece=part, place=place, by=request.user)
    return redirect(_bench(programme, row, f"#deel-{part.pk}"))


@require_POST
@for_programme("learning_network.facilitate")
def remove(request: PersonRequest, programme: Programme, number: int, piece: int) -> HttpResponse:
    """Out of the document; the practice or lesson itself stays where it is."""
    row = _thread(programme, number)
    services.remove(piece=_piece(row, piece), by=request.user)
    messages.success(request, _("It is out of the document."))
    return redirect(_bench(programme, row))


@require_safe
@for_programme("learning_network.facilitate")
def preview(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """As readers will get it."""
    row = _thread(programme, number)
    last = queries.newest(row)
    draft = RedThreadVersion(
        thread=row,
        number=last.number + 1 if last else 1,
        title=row.title,
        intro=row.intro,
        pieces=queries.working(row),
        published_at=clock.now(),
    )
    context = {**thread_context(request, row, draft), "is_preview": True, "programme": programme}
    return render(request, "learning_network/red_threads/thread.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def publish(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Publish what stands now, after saying who will read it."""
    row = _thread(programme, number)
    if request.method == "POST":
        version = request.POST.get("version", "")
        if done(
            request,
            lambda: services.publish(
                thread=row,
                by=request.user,
                version=int(version) if version.isdecimal() and len(version) < 10 else None,
            ),
            told=_("Published."),
        ):
            return redirect(row)
        return redirect(_bench(programme, row))
    context = {
        "title": _("Publish “%(title)s”?") % {"title": row.title},
        "text": _("These people can read it from now on:"),
        "points": [
            readers(programme, row.visibility),
            _("Whoever takes part in the programme gets a message the first time."),
        ],
        "submit": _("Yes, publish it"),
        "cancel_url": _bench(programme, row),
        "hidden": {"version": row.version},
    }
    return render(request, "components/confirm_staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def take_back(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Off the site, until it is published again."""
    row = _thread(programme, number)
    if request.method == "POST":
        done(request, lambda: services.take_back(thread=row, by=request.user), told=_("Nobody else reads it now."))
        return redirect(_bench(programme, row))
    context = {
        "title": _("Take “%(title)s” back?") % {"title": row.title},
        "text": _("Nobody but who runs the programme reads it then. You can publish it again."),
        "submit": _("Yes, take it back"),
        "cancel_url": _bench(programme, row),
        "danger": True,
    }
    return render(request, "components/confirm_staff.html", context)


def _form(
    request: HttpRequest, programme: Programme, form: Any, title: str, *, theirs: list[dict[str, Any]] | None = None
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "programme": programme,
        "menu": lead_menu(programme, TAB),
        "theirs": theirs or [],
    }
    return render(request, "learning_network/staff/form.html", context)
