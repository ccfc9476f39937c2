"""Advice: the list, asking, advising, thanking, and saying what was done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.core import clock, typed
from foundation.core.errors import Refused
from foundation.core.refused import done, tell
from foundation.core.text import render_markdown
from learning_network import visibility
from learning_network.enums import QuestionTheme
from learning_network.forms.advice import AskForm, CloseForm, GiveForm
from learning_network.models import Advice, AdviceRequest
from learning_network.queries import advice as queries
from learning_network.queries.places import places
from learning_network.services import advice as services
from learning_network.services import circles
from learning_network.views._network import ON_A_PAGE, form_page, network_menu, readable_or_404, words
from learning_network.views._shared import APP, for_network


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The questions that this person may read."""
    mine = queries.programmes_of(request.user)
    is_member = visibility.in_network(request.user)
    whose = [(queries.MINE, _("Mine and my colleagues’")), (queries.ADVISED, _("On which I gave advice"))]
    whose += [(one.slug, one.title) for one in mine]
    states = [(queries.OPEN, _("Open")), (queries.CLOSED, _("Closed")), (queries.ALL, _("All"))]
    wish = queries.Wish(
        state=_known(request.GET.get("staat"), [code for code, _label in states], queries.OPEN),
        whose=_known(request.GET.get("van"), [code for code, _label in whose], "") if is_member else "",
        theme=_known(request.GET.get("thema"), QuestionTheme.values, ""),
        text=words(request),
    )
    page = Paginator(queries.listed(request.user, wish), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "learning_network/advice/index.html",
        {
            "menu": network_menu(request, "advies"),
            "page": page,
            "wish": wish,
            "states": states,
            "whose": whose if is_member else [],
            "themes": QuestionTheme.choices,
            "is_member": is_member,
            "today": clock.today(),
        },
    )


def _known(value: str | None, values: list[str], default: str) -> str:
    return value if value in values else default  # type: ignore[return-value]


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def ask(request: PersonRequest) -> HttpResponse:
    """Ask a question."""
    offered = places(request.user)
    slug = request.GET.get("programma", "")
    wanted = next((one.key for one in offered if one.programme and one.programme.slug == slug), "")
    form = AskForm(
        request.POST or None,
        places=offered,
        initial={"place": wanted},
        cancel_url=reverse("learning_network:advice"),
    )
    return form_page(
        request,
        form,
        lambda: services.ask(
            by=request.user,
            programme=form.cleaned_data["place"].programme,
            municipality=form.cleaned_data["place"].municipality,
            **form.values(),
        ),
        told=_("Your question is asked. You hear it as soon as somebody advises."),
        here="advies",
        title=_("Ask for advice"),
        lead=_("Others have stood where you stand. Tell what it is about, and what you want to know."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, number: int) -> HttpResponse:
    """One question with its advice; who may advise does so below it."""
    found = readable_or_404(request, AdviceRequest, number)
    form = None
    if request.user.has_perm("learning_network.advise", found):
        form = GiveForm(request.POST or None)
        typed.give_back(request, form, APP, _("What you typed before you logged in stands here again."))
        if request.method == "POST" and form.is_valid():
            try:
                made = services.give(request=found, text=form.cleaned_data["text"], by=request.user)  # type: ignore[arg-type]
            except (Refused, ValidationError) as error:
                tell(form, error)
            else:
                messages.success(request, _("Your advice is given. You hear what was done with it."))
                return redirect(f"{found.get_absolute_url()}#advies-{made.pk}")
    elif request.method == "POST":
        if not request.user.is_authenticated:  # logged out meanwhile: what was typed stands here again after the log-in
            typed.keep(request, APP)
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied(_("You can't give advice on this question: it is closed, or it is your own."))
    may_take_away = request.user.has_perm("learning_network.take_away", found)
    advices = queries.advices_of(found, request.user, with_hidden=may_take_away)
    is_member = visibility.in_network(request.user)
    return render(
        request,
        "learning_network/advice/detail.html",
        {
            "menu": network_menu(request, "advies"),
            "question": found,
            "situation": render_markdown(found.situation),
            "tried": render_markdown(found.tried),
            "closing": render_markdown(found.closing),
            "advices": [_shown(request, one, found) for one in advices],
            "form": form,
            "is_member": is_member,
            "is_late": found.is_late(clock.today()),
            "may_edit": request.user.has_perm("learning_network.edit", found),
            "may_take_away": may_take_away,
            "take_away_url": reverse("learning_network:advice_take_away", args=[found.pk]),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _shown(request: HttpRequest, advice: Advice, question: AdviceRequest) -> dict[str, Any]:
    mine = request.user.is_authenticated and advice.author_id == request.user.pk
    return {
        "row": advice,
        "text": render_markdown(advice.text),
        "mine": mine,
        "may_thank": not mine and visibility.in_network(request.user),
        "may_change": mine and question.is_open,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def change(request: PersonRequest, number: int) -> HttpResponse:
    """Change a question."""
    found = _own(request, number)
    form = AskForm(request.POST or None, instance=found, cancel_url=found.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change(
            request=_own(request, number),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("Your question is saved."),
        here="advies",
        title=_("Change your question"),
        back=found.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def close(request: PersonRequest, number: int) -> HttpResponse:
    """Say what was done with the advice."""
    found = _own(request, number)
    if not found.is_open:
        messages.info(request, _("This question is not open (any more)."))
        return redirect(found)
    advices = queries.advices_of(found, request.user, with_hidden=False)
    advices = [one for one in advices if one.hidden_at is None]
    form = CloseForm(request.POST or None, advices=advices, cancel_url=found.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.close(
            request=found,
            closing=form.cleaned_data["closing"],
            outcomes=form.outcomes(),
            by=request.user,
        ),
        told=_("The question is closed. Your advisers hear what you did with it."),
        here="advies",
        title=_("What did you do with the advice?"),
        lead=_("Be honest, also when you did something else. Others learn from it."),
        texts=[(one, render_markdown(one.text)) for one in advices],
        about=found,
        back=found.get_absolute_url(),
    )


@require_POST
@for_network()
def share(request: PersonRequest, number: int) -> HttpResponse:
    """Take it back, or share it (again)."""
    found = _own(request, number)
    if request.POST.get("doe") == "terug":
        done(
            request,
            lambda: circles.take_back(item=found, by=request.user),
            told=_("Your question is taken back. Only you and your colleagues see it now."),
        )
    else:
        done(
            request,
            lambda: services.share(request=found, by=request.user),
            told=_("Your question is shared again."),
        )
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_network()
def change_advice(request: PersonRequest, number: int, advice: int) -> HttpResponse:
    """Write one's own advice anew."""
    found = readable_or_404(request, AdviceRequest, number)
    row = get_object_or_404(found.advices.select_related("request", "author"), pk=advice)
    if not request.user.has_perm("learning_network.write_advice", row):
        raise PermissionDenied(_("Only who wrote this advice changes it."))
    form = GiveForm(request.POST or None, instance=row, cancel_url=found.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change_advice(
            advice=get_object_or_404(found.advices.select_related("request"), pk=advice),
            text=form.cleaned_data["text"],
            by=request.user,
            version=form.cleaned_data["version"],
        ),
        told=_("Your advice is saved."),
        here="advies",
        title=_("Change your advice"),
        back=f"{found.get_absolute_url()}#advies-{row.pk}",
    )


@require_POST
@for_network()
def thank(request: PersonRequest, number: int, advice: int) -> HttpResponse:
    """Thank for an advice, or take that back."""
    found = readable_or_404(request, AdviceRequest, number)
    row = get_object_or_404(found.advices, pk=advice)
    if request.POST.get("doe") == "terug":
        services.take_thanks_back(advice=row, by=request.user)
    else:
        done(request, lambda: services.thank(advice=row, by=request.user), told="")
    return redirect(f"{found.get_absolute_url()}#advies-{row.pk}")


@require_POST
@for_network()
def take_away(request: PersonRequest, number: int) -> HttpResponse:
    """A lead takes the question, or one advice, away or puts it back."""
    found = readable_or_404(request, AdviceRequest, number)
    reason = request.POST.get("reden", "").replace("\x00", "")[:1000]
    by: Any = request.user
    if wanted := request.POST.get("advies", ""):
        row = get_object_or_404(found.advices, pk=wanted if wanted.isdecimal() and len(wanted) < 13 else 0)
        told = _("The advice stands again.") if row.hidden_at else _("The advice is taken away.")
        done(request, lambda: services.hide(advice=row, reason=reason, by=by), told=told)
    elif found.hidden_at is not None:
        done(request, lambda: circles.give_back(item=found, by=by), told=_("The question stands again."))
    else:
        done(
            request, lambda: circles.take_away(item=found, reason=reason, by=by), told=_("The question is taken away.")
        )
    return redirect(found)


def _own(request: HttpRequest, number: int) -> AdviceRequest:
    found = readable_or_404(request, AdviceRequest, number)
    if not request.user.has_perm("learning_network.edit", found):
        raise PermissionDenied(_("Only who asked this question, and colleagues, change it."))
    return found
