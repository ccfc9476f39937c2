"""The toolbox (*EHBO*): finding a tool, one tool with its experiences, and keeping it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock, typed
from foundation.core.errors import Refused
from foundation.core.refused import done, saved_meanwhile, tell
from foundation.core.text import render_markdown
from learning_network import finder, visibility
from learning_network.forms.tools import ExperienceForm, ToolForm
from learning_network.models import Practice, Tool
from learning_network.queries import tools as queries
from learning_network.queries.places import places
from learning_network.services import circles
from learning_network.services import tools as services
from learning_network.views._network import ON_A_PAGE, form_page, network_menu, readable_or_404, words
from learning_network.views._shared import APP, for_network


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Three questions, or words; then the tools that fit."""
    text = words(request)
    answers = {
        question.name: code
        for question in finder.QUESTIONS
        if (code := request.GET.get(question.name, "")) in dict(question.answers)
    }
    home = reverse("learning_network:toolbox")
    rows = queries.fitting(queries.in_toolbox(request.user), answers)
    open_question = next((one for one in finder.QUESTIONS if one.name not in answers), None)
    choices: list[dict[str, Any]] = []
    if open_question is not None and not text:
        numbers = queries.counts(rows, open_question)
        choices = [
            {
                "label": label,
                "count": numbers.get(code, 0),
                "url": f"{home}?{urlencode(answers | {open_question.name: code})}",
            }
            for code, label in open_question.answers
        ]
    given = [
        {
            "question": question.text,
            "answer": finder.words(question, answers[question.name]),
            "url": f"{home}?{urlencode({name: code for name, code in answers.items() if name != question.name})}",
        }
        for question in finder.QUESTIONS
        if question.name in answers
    ]
    page = Paginator(queries.listed(rows, text), ON_A_PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    return render(
        request,
        "learning_network/tools/index.html",
        {
            "menu": network_menu(request, "ehbo"),
            "text": text,
            "answers": answers,
            "given": given,
            "question": open_question if choices else None,
            "number": len(answers) + 1,
            "choices": choices,
            "page": page,
            "lines": [{"row": row, "is_stale": row.is_stale(now)} for row in page],
            "is_member": visibility.in_network(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def add(request: PersonRequest) -> HttpResponse:
    """Put a tool into the toolbox."""
    form = ToolForm(
        request.POST or None,
        user=request.user,
        places=places(request.user),
        cancel_url=reverse("learning_network:toolbox"),
    )
    return form_page(
        request,
        form,
        lambda: services.add(
            by=request.user,
            programme=form.cleaned_data["place"].programme,
            municipality=form.cleaned_data["place"].municipality,
            **form.values(),
        ),
        told=_("The tool is in the toolbox. Once a year we ask you whether it is still good."),
        here="ehbo",
        title=_("Put a tool into the toolbox"),
        lead=_("What helped you may help others. Write it so that a colleague can begin with it tomorrow."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One tool; who used it tells what happened below it."""
    tool = readable_or_404(request, Tool, number)
    may_use = request.user.has_perm("learning_network.use_tool", tool)
    may_take_away = request.user.has_perm("learning_network.take_away", tool)
    told = queries.experiences_of(tool, request.user, with_hidden=may_take_away)
    form = None
    theirs: list[dict[str, Any]] = []
    if may_use:
        mine = tool.experiences.filter(author=request.user.pk).first()
        form = ExperienceForm(request.POST or None, instance=mine)
        typed.give_back(request, form, APP, _("What you typed before you logged in stands here again."))
        if request.method == "POST" and form.is_valid():
            try:
                made = services.tell_experience(
                    tool=tool,
                    worked=form.cleaned_data["worked"],
                    text=form.cleaned_data["text"],
                    by=request.user,  # type: ignore[arg-type]
                    version=form.cleaned_data["version"],
                )
            except (Refused, ValidationError) as error:
                if tell(form, error):
                    theirs = saved_meanwhile(form)
            else:
                messages.success(request, _("Thank you. Others see what happened at your place."))
                return redirect(f"{tool.get_absolute_url()}#ervaring-{made.pk}")
    elif request.method == "POST":
        if not request.user.is_authenticated:  # logged out meanwhile: what was typed stands here again after the log-in
            typed.keep(request, APP)
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(_("This page is for members of the learning network."))
    return render(
        request,
        "learning_network/tools/detail.html",
        {
            "menu": network_menu(request, "ehbo"),
            "tool": tool,
            "situation": render_markdown(tool.situation),
            "steps": _lines(tool.steps),
            "needs": _lines(tool.needs),
            "matters": [finder.words(finder.QUESTIONS[0], code) for code in tool.matters],
            "practices": list(_practices(request, tool).select_related("municipality")),
            "told": told,
            "form": form,
            "theirs": theirs,
            "is_stale": tool.is_stale(clock.now()),
            "is_member": visibility.in_network(request.user),
            "may_edit": request.user.has_perm("learning_network.edit", tool),
            "may_confirm": request.user.has_perm("learning_network.confirm_tool", tool),
            "may_take_away": may_take_away,
            "take_away_url": reverse("learning_network:tool_take_away", args=[tool.pk]),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _lines(text: str) -> list[str]:
    return [line.strip().lstrip("-*• ") for line in text.splitlines() if line.strip()]


def _practices(request: HttpRequest, tool: Tool) -> Any:
    return Practice.objects.visible_to(request.user).filter(tools=tool)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def change(request: PersonRequest, number: int) -> HttpResponse:
    """Change a tool."""
    tool = _own(request, number)
    linked = list(_practices(request, tool))
    form = ToolForm(
        request.POST or None, instance=tool, user=request.user, linked=linked, cancel_url=tool.get_absolute_url()
    )
    return form_page(
        request,
        form,
        lambda: services.change(
            tool=_own(request, number),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The tool is saved."),
        here="ehbo",
        title=_("Change the tool"),
        back=tool.get_absolute_url(),
    )


@require_POST
@for_network()
def act(request: PersonRequest, number: int) -> HttpResponse:
    """Confirm it, take it back, or share it again."""
    tool = readable_or_404(request, Tool, number)
    by: Any = request.user
    wanted = request.POST.get("doe")
    if wanted == "bevestig":
        done(
            request, lambda: services.confirm(tool=tool, by=by), told=_("Thank you. The tool is confirmed for a year.")
        )
    elif wanted == "terug":
        done(request, lambda: circles.take_back(item=tool, by=by), told=_("The tool is out of the toolbox."))
    elif wanted == "deel":
        done(request, lambda: services.share(tool=tool, by=by), told=_("The tool is in the toolbox again."))
    return redirect(tool)


@require_POST
@for_network()
def take_away(request: PersonRequest, number: int) -> HttpResponse:
    """A lead takes the tool, or one experience, away or puts it back."""
    tool = readable_or_404(request, Tool, number)
    reason = request.POST.get("reden", "").replace("\x00", "")[:1000]
    by: Any = request.user
    if wanted := request.POST.get("ervaring", ""):
        row = get_object_or_404(tool.experiences, pk=wanted if wanted.isdecimal() and len(wanted) < 13 else 0)
        told = _("The experience stands again.") if row.hidden_at else _("The experience is taken away.")
        done(request, lambda: services.hide_experience(experience=row, reason=reason, by=by), told=told)
    elif tool.hidden_at is not None:
        done(request, lambda: circles.give_back(item=tool, by=by), told=_("The tool is in the toolbox again."))
    else:
        done(request, lambda: circles.take_away(item=tool, reason=reason, by=by), told=_("The tool is taken away."))
    return redirect(tool)


def _own(request: HttpRequest, number: int) -> Tool:
    found = readable_or_404(request, Tool, number)
    if not request.user.has_perm("learning_network.edit", found):
        raise PermissionDenied(_("Only who keeps this tool, and colleagues, change it."))
    return found
