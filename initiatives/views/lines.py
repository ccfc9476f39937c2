"""The parts of its page that a team fills row by row: news, pictures, documents, budget, planning.

One view for all: a table of what is there, a form for one more, and the same form for changing a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from foundation.core.refused import saved_meanwhile, tell
from foundation.core.wording import euro, short_day
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.cards import picture_url
from initiatives.errors import InitiativeError
from initiatives.forms.page import BudgetForm, DocumentForm, LineForm, MilestoneForm, NewsForm, PictureForm
from initiatives.models import BudgetLine, Document, Initiative, Milestone, News, Picture
from initiatives.queries import extras
from initiatives.services import lines as services
from initiatives.views._shared import for_team, give_back, team_menu


@dataclass(frozen=True)
class Section:
    """One part of the page: its words, its rows and what may be done with them."""

    title: Any
    intro: Any
    empty: Any
    form: type[LineForm]
    model: type[Any]
    add: Callable[..., Any]
    facts: Callable[[Any], str]
    saved: Any


SECTIONS: dict[str, Section] = {
    "nieuws": Section(
        gettext_lazy("News"),
        gettext_lazy("Tell how it goes. Your followers read it in their daily overview."),
        gettext_lazy("There is no news yet."),
        NewsForm,
        News,
        services.add_news,
        lambda row: short_day(row.created_at),
        gettext_lazy("The news is published."),
    ),
    "fotos": Section(
        gettext_lazy("Pictures"),
        gettext_lazy("The first picture stands on the card of your plan. Where a photo was taken is left out."),
        gettext_lazy("There are no pictures yet."),
        PictureForm,
        Picture,
        services.add_picture,
        lambda row: "",
        gettext_lazy("The picture is on your page."),
    ),
    "documenten": Section(
        gettext_lazy("Documents"),
        gettext_lazy("Drawings, letters or offers that belong to your plan."),
        gettext_lazy("There are no documents yet."),
        DocumentForm,
        Document,
        services.add_document,
        lambda row: _("For everybody") if row.is_public else _("Only for the team and the municipality"),
        gettext_lazy("The document is saved."),
    ),
    "begroting": Section(
        gettext_lazy("Budget"),
        gettext_lazy("What does it cost, and where does the money come from? A rough amount is enough to begin with."),
        gettext_lazy("There is no budget yet."),
        BudgetForm,
        BudgetLine,
        services.add_budget_line,
        lambda row: f"{str(row.get_kind_display()).capitalize()} · {euro(row.amount_cents)}",
        gettext_lazy("The line is saved."),
    ),
    "planning": Section(
        gettext_lazy("Planning"),
        gettext_lazy("The steps of your plan, each with the day by which you want it done."),
        gettext_lazy("There is no planning yet."),
        MilestoneForm,
        Milestone,
        services.add_milestone,
        lambda row: (
            _("Done on %(day)s") % {"day": short_day(row.done_on)}
            if row.done_on
            else _("Ready by %(day)s") % {"day": short_day(row.day)}
        ),
        gettext_lazy("The step is saved."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_team()
def lines(request: MunicipalityRequest, initiative: Initiative, section: str) -> HttpResponse:
    """The rows of one part, and the form for a new or a changed one."""
    known = SECTIONS.get(section)
    if known is None:
        raise Http404
    here = reverse("initiatives:lines", args=[request.municipality.slug, initiative.slug, section])
    if request.method == "POST" and "doe" in request.POST:
        return _act(request, initiative, known, here)
    line = _line(initiative, known, request.GET.get("regel"))
    bound = request.method == "POST"
    form = known.form(request.POST if bound else None, request.FILES if bound else None, line=line, cancel_url=here)
    theirs: list[dict[str, Any]] = []
    if bound and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            if line is None:
                known.add(initiative=initiative, by=request.user, **fields)
            else:
                services.change(line=line, by=request.user, version=form.cleaned_data["version"] or 0, **_given(fields))
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, str(known.saved))
            return redirect(here)
    give_back(request, form)
    rows = list(known.model.objects.filter(initiative=initiative))
    return render(
        request,
        "initiatives/edit/lines.html",
        {
            "initiative": initiative,
            "menu": team_menu(initiative, section),
            "section": section,
            "known": known,
            "rows": [
                (row, known.facts(row), picture_url(initiative, row.image.name) if known.model is Picture else "")
                for row in rows
            ],
            "form": form,
            "line": line,
            "theirs": theirs,
            "budget": extras.budget(initiative) if section == "begroting" else None,
        },
    )


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """An empty file field means: keep the picture that is there."""
    return {name: value for name, value in fields.items() if not (name == "picture" and not value)}


def _line(initiative: Initiative, known: Section, number: str | None) -> Any:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    found = known.model.objects.filter(initiative=initiative, pk=int(number)).first()
    if found is None:
        raise Http404
    return found


def _act(request: MunicipalityRequest, initiative: Initiative, known: Section, here: str) -> HttpResponse:
    """A button of a row."""
    line = _line(initiative, known, request.POST.get("regel") or "0")
    action = request.POST["doe"]
    try:
        if action == "weg":
            services.remove(line=line, by=request.user)
            messages.success(request, _("It is taken off your page."))
        elif action in ("op", "neer") and isinstance(line, Picture):
            services.move_picture(picture=line, by=request.user, up=action == "op")
        elif action in ("klaar", "open") and isinstance(line, Milestone):
            services.set_done(milestone=line, by=request.user, done=action == "klaar")
        else:
            raise Http404
    except InitiativeError as error:
        messages.error(request, str(error))
    return redirect(here)
