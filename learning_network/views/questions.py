"""A learning question and its answers, that grow over the sessions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import typed
from foundation.core.refused import done, send
from foundation.core.text import render_markdown
from learning_network import visibility
from learning_network.enums import SharedState
from learning_network.forms.questions import AnswerForm
from learning_network.models import Answer, LearningQuestion, Programme
from learning_network.queries import answers as queries
from learning_network.queries.places import Place, places
from learning_network.queries.practices import credit_of
from learning_network.queries.readers import all_readers
from learning_network.services import answers as services
from learning_network.services import circles
from learning_network.views._network import readable_or_404
from learning_network.views._shared import APP, for_network, for_programme, programme_or_404
from learning_network.views.practices import need_edit


def _question(programme: Programme, number: int) -> LearningQuestion:
    found = programme.questions.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _places(request: HttpRequest, programme: Programme) -> list[Place]:
    """For whom this person can answer in this programme."""
    return [place for place in places(request.user) if place.programme == programme]


@require_safe
def question(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was found out until now, and what all answers together say."""
    programme = programme_or_404(request, slug)
    asked = _question(programme, number)
    found = queries.page(asked, request.user)
    mine = _places(request, programme)
    context = {
        "programme": programme,
        "question": asked,
        "summary": found.summary,
        "summary_text": render_markdown(found.summary.text) if found.summary else "",
        "answers": [
            {
                "row": one,
                "credit": credit_of(one),
                "text": render_markdown(one.text),
                "may_edit": visibility.may_edit(request.user, one),
            }
            for one in found.answers
        ],
        "lessons": found.lessons,
        "yields": found.yields,
        "may_answer": bool(mine),
        "may_summarise": programme.pk in visibility.run_by(request.user),
        "others": programme.questions.exclude(pk=asked.pk),
    }
    return render(request, "learning_network/questions/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.take_part")
def answer(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """Answer for a municipality, or for the programme as a whole."""
    asked = _question(programme, number)
    mine = _places(request, programme)
    if not mine:
        raise PermissionDenied(_("This page is for people of this programme."))
    form = _form(request, programme, asked, mine)
    typed.give_back(request, form, APP, _("What you typed before you logged in is here again."))
    sent = send(
        request,
        form,
        lambda: services.answer(
            question=asked,
            text=form.cleaned_data["text"],
            by=request.user,
            municipality=form.place.municipality,
            meeting=form.cleaned_data["meeting"],
            visibility=form.cleaned_data["visibility"],
        ),
        told=_("The answer is saved."),
    )
    if sent.done:
        return redirect(sent.made)
    return _page(
        request, form, title=asked.text, lead=_("Say what you found out. You can let it grow after each session.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def edit_answer(request: PersonRequest, number: int) -> HttpResponse:
    """Let an answer grow, or choose who reads it."""
    row = readable_or_404(request, Answer, number)
    if row.is_summary:
        raise Http404
    need_edit(request, row)
    asked = row.question
    form = _form(request, asked.programme, asked, [], answer=row)
    typed.give_back(request, form, APP, _("What you typed before you logged in is here again."))
    sent = send(
        request,
        form,
        lambda: services.change(answer=row, by=request.user, **form.cleaned_data),
        told=_("The answer is saved. What it said before is kept."),
    )
    if sent.done:
        return redirect(row)
    return _page(request, form, title=asked.text, theirs=sent.theirs)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def take_back_answer(request: PersonRequest, number: int) -> HttpResponse:
    """Take an answer back, or share it again."""
    row = readable_or_404(request, Answer, number)
    if row.is_summary:
        raise Http404
    need_edit(request, row)
    back = row.state == SharedState.WITHDRAWN
    if request.method == "POST":
        if back:
            done(
                request,
                lambda: circles.share(item=row, visibility=row.visibility, by=request.user),
                told=_("It is shared again."),
            )
        else:
            done(
                request,
                lambda: circles.take_back(item=row, by=request.user),
                told=_("Only you and your colleagues in the programme read this now."),
            )
        return redirect(row)
    context = {
        "title": _("Share this answer again?") if back else _("Take this answer back?"),
        "text": all_readers(row.programme).get(row.visibility, "")
        if back
        else _("It disappears at once from pages, search, feeds and documents. You can share it again later."),
        "submit": _("Yes, share it") if back else _("Yes, take it back"),
        "cancel_url": row.get_absolute_url(),
        "danger": not back,
    }
    return render(request, "components/confirm.html", context)


@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """What an answer or a summary said before; for who reads it now."""
    row = readable_or_404(request, Answer, number)
    context = {
        "row": row,
        "question": row.question,
        "credit": credit_of(row),
        "versions": [{"row": one, "text": render_markdown(one.text)} for one in row.versions.order_by("-number")],
    }
    return render(request, "learning_network/questions/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programme("learning_network.facilitate")
def summarise(request: PersonRequest, programme: Programme, number: int) -> HttpResponse:
    """What all answers together say, by who facilitates."""
    asked = _question(programme, number)
    there = Answer.objects.filter(question=asked, is_summary=True).first()
    form = _form(request, programme, asked, [], answer=there, summary=True)
    sent = send(
        request,
        form,
        lambda: services.summarise(
            question=asked,
            text=form.cleaned_data["text"],
            by=request.user,
            visibility=form.cleaned_data["visibility"],
            version=form.cleaned_data["version"] if there else None,
        ),
        told=_("The summary is saved. What it said before is kept."),
    )
    if sent.done:
        return redirect(sent.made)
    return _page(request, form, title=asked.text, lead=_("What do all answers together say?"), theirs=sent.theirs)


def _form(
    request: HttpRequest,
    programme: Programme,
    asked: LearningQuestion,
    mine: list[Place],
    *,
    answer: Answer | None = None,
    summary: bool = False,
) -> AnswerForm:
    return AnswerForm(
        request.POST or None,
        programme=programme,
        places=mine,
        readers=all_readers(programme),
        answer=answer,
        summary=summary,
        cancel_url=reverse(f"{APP}:question", args=[programme.slug, asked.number]),
    )


def _page(request: HttpRequest, form: AnswerForm, *, title: str, lead: str = "", theirs: Any = ()) -> HttpResponse:
    context = {"title": title, "form": form, "lead": lead, "theirs": theirs}
    return render(request, "learning_network/practices/form.html", context)
