"""The pages on which a programme is prepared, one for each part of the plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.errors import Refused
from foundation.core.refused import done, tell
from learning_network.enums import QuestionTheme
from learning_network.forms.plan import (
    CostForm,
    PartnerForm,
    PhaseFormSet,
    QuestionForm,
    ShiftForm,
    phases_as_initial,
)
from learning_network.models import Programme
from learning_network.queries import plan as queries
from learning_network.services import plan as services
from learning_network.views._shared import for_programme, lead_menu

METHODS = ["GET", "HEAD", "POST"]


def context_of(request: HttpRequest, programme: Programme, here: str, **more: Any) -> dict[str, Any]:
    """What every page of the plan shows: the menu and the steps."""
    may_lead = request.user.has_perm("learning_network.lead", programme)
    return {
        "programme": programme,
        "menu": lead_menu(programme, "plan", request.user),
        "steps": queries.steps(programme, here, clock.today(), may_lead=may_lead),
        "may_lead": may_lead,
        **more,
    }


def to(name: str, programme: Programme) -> HttpResponse:
    return redirect(f"learning_network:{name}", programme.slug)


@require_http_methods(METHODS)
@for_programme("learning_network.lead")
def phases(request: PersonRequest, programme: Programme) -> HttpResponse:
    """All phases with their dates on one page; one more at the end; those that are ticked go."""
    rows = list(programme.phases.all())
    shift = ShiftForm()
    formset = PhaseFormSet(initial=phases_as_initial(rows))
    refused = ""
    if request.method == "POST" and "first" in request.POST:
        shift = ShiftForm(request.POST)
        if shift.is_valid() and done(
            request,
            lambda: services.shift_phases(programme=programme, first=shift.cleaned_data["first"], by=request.user),
            told=_("All phases have moved."),
        ):
            return to("phases", programme)
    elif request.method == "POST":
        formset = PhaseFormSet(request.POST, initial=phases_as_initial(rows))
        if formset.is_valid():
            version = request.POST.get("version", "")
            try:
                services.set_phases(
                    programme=programme,
                    phases=formset.told(),  # type: ignore[attr-defined]
                    by=request.user,
                    version=int(version) if version.isdecimal() and len(version) < 13 else None,
                )
            except (Refused, ValidationError) as error:
                refused = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            else:
                messages.success(request, _("The phases are saved."))
                return to("phases", programme)
    context = context_of(request, programme, "phases", formset=formset, shift=shift, refused=refused)
    return render(request, "learning_network/plan/phases.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.facilitate")
def questions(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The learning agenda: in its order, with a form for one more."""
    form = QuestionForm()
    number = request.POST.get("question", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 13:
        row = get_object_or_404(programme.questions, pk=int(number))
        what = request.POST.get("what", "")
        by: Any = request.user
        if what in ("up", "down"):
            services.move_question(question=row, up=what == "up", by=by)
        elif what == "remove":
            done(
                request,
                lambda: services.remove_question(question=row, by=by),
                told=_("The question is off the learning agenda."),
            )
        return redirect(reverse("learning_network:questions", args=[programme.slug]) + "#agenda")
    if request.method == "POST":
        form = QuestionForm(request.POST)
        if form.is_valid():
            services.add_question(programme=programme, by=request.user, **form.cleaned_data)
            messages.success(request, _("The question is on the learning agenda."))
            return to("questions", programme)
    rows = list(programme.questions.all())
    themes = [theme.label for theme in QuestionTheme if theme != "other" and theme not in {row.theme for row in rows}]
    context = context_of(request, programme, "questions", form=form, rows=rows, without=themes)
    return render(request, "learning_network/plan/questions.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.facilitate")
def question(request: PersonRequest, programme: Programme, question_id: int) -> HttpResponse:
    """Say a question in other words."""
    row = get_object_or_404(programme.questions, pk=question_id)
    back = reverse("learning_network:questions", args=[programme.slug])
    form = QuestionForm(
        request.POST or None,
        initial={"theme": row.theme, "text": row.text},
        submit=_("Save the question"),
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid():
        services.change_question(question=row, by=request.user, **form.cleaned_data)
        messages.success(request, _("The question is saved."))
        return redirect(back)
    context = {"title": _("Change a learning question"), "form": form, "programme": programme}
    return render(request, "learning_network/staff/form.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.lead")
def money(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Partners, subsidies and costs, and what remains."""
    what = request.POST.get("what", "")
    forms: dict[str, Any] = {"partner": PartnerForm(prefix="p"), "cost": CostForm(prefix="k")}
    if request.method == "POST" and what == "remove":
        rows: Any = programme.partners if request.POST.get("of") == "partner" else programme.costs
        number = request.POST.get("row", "")
        row = get_object_or_404(rows, pk=int(number) if number.isdecimal() and len(number) < 13 else 0)
        services.remove(row=row, by=request.user)
        messages.success(request, _("“%(name)s” is taken out.") % {"name": row.name})
        return to("money", programme)
    if request.method == "POST" and what in forms:
        form = forms[what] = type(forms[what])(request.POST, prefix=forms[what].prefix)
        if form.is_valid() and _save(request, programme, what, None, form):
            return to("money", programme)
    found = queries.money(programme)
    context = context_of(
        request,
        programme,
        "money",
        partner_form=forms["partner"],
        cost_form=forms["cost"],
        partners=list(programme.partners.all()),
        costs=list(programme.costs.all()),
        money=found,
        chart=queries.money_chart(found) if found.income or found.costs else None,
    )
    return render(request, "learning_network/plan/money.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.lead")
def money_row(request: PersonRequest, programme: Programme, kind: str, row_id: int) -> HttpResponse:
    """Change a partner or a cost."""
    rows: Any = programme.partners if kind == "partner" else programme.costs
    row = get_object_or_404(rows, pk=row_id)
    back = reverse("learning_network:money", args=[programme.slug])
    kinds: dict[str, Any] = {"partner": PartnerForm, "cost": CostForm}
    initial = {name: getattr(row, name) for name in kinds[kind].base_fields}
    form = kinds[kind](request.POST or None, initial=initial, submit=_("Save"), cancel_url=back)
    if request.method == "POST" and form.is_valid() and _save(request, programme, kind, row, form):
        return redirect(back)
    context = {"title": row.name, "form": form, "programme": programme}
    return render(request, "learning_network/staff/form.html", context)


def _save(request: HttpRequest, programme: Programme, kind: str, row: Any, form: Any) -> bool:
    by: Any = request.user
    try:
        if kind == "partner":
            services.save_partner(programme=programme, partner=row, by=by, **form.values())
        else:
            services.save_cost(programme=programme, cost=row, by=by, **form.values())
    except ValidationError as error:
        tell(form, error)
        return False
    messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
    return True
