"""The town hall's own pages of an initiative. For staff; an alderman reads and answers what was laid before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.core.refused import saved_meanwhile, tell
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives.errors import InitiativeError
from initiatives.forms.townhall import AnswerForm, AskForm, EscalateForm, NoteForm, RiskForm, ValueForm, ViewForm
from initiatives.models import AddedValue, Escalation, Initiative, Risk, SectorView
from initiatives.queries import townhall as queries
from initiatives.queries import value as value_queries
from initiatives.services import townhall, value
from initiatives.views._staff import staff_initiative


@require_safe
@permission_required("initiatives.talk_inside")
def page(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The sum on one page."""
    initiative = staff_initiative(request, slug)
    lines = value_queries.lines(initiative)
    return render(
        request,
        "initiatives/staff/town_hall.html",
        {
            "initiative": initiative,
            "hall": queries.town_hall(initiative, request.user, clock.today()),
            "lines": lines,
            "chart": value_queries.chart(lines),
            "per_portfolio": value_queries.portfolios(lines),
            "note_form": NoteForm(action=reverse("initiatives:note", args=[request.municipality.slug, slug])),
            "may_handle": request.user.has_perm("initiatives.handle", request.municipality),
            "today": clock.today(),
        },
    )


def summary(request: MunicipalityRequest, initiative: Initiative) -> dict[str, Any]:
    """The part on the page of the case: the sum in a few lines, and the way in."""
    return {
        "template": "initiatives/staff/part_town_hall.html",
        "hall": queries.town_hall(initiative, request.user, clock.today()),
    }


def public_desks(request: MunicipalityRequest, initiative: Initiative) -> dict[str, Any] | None:
    """The part on the public page: which desk has it and since when."""
    desks = queries.desks(initiative)
    return {"template": "initiatives/public/desks.html", "desks": desks} if desks else None


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def ask(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Ask sectors for their view."""
    initiative = staff_initiative(request, slug)
    form = AskForm(request.POST or None, initiative=initiative, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("Ask sectors for their view"),
        act=lambda data: townhall.ask_sectors(
            initiative=initiative,
            sectors=data["sectors"],
            answer_by=data["answer_by"],
            question=data["question"],
            by=request.user,
        ),
        told=_("The sectors have been asked."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.see_work")
def view(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Give the view of one's sector."""
    initiative = staff_initiative(request, slug)
    row = get_object_or_404(
        SectorView.objects.select_related("initiative__municipality", "sector"), pk=number, initiative=initiative
    )
    if not townhall.may_answer(request.user, row):
        raise PermissionDenied(_("Only people of this sector give its view."))
    form = ViewForm(request.POST or None, instance=row, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("The view of %(sector)s") % {"sector": row.sector.name},
        lead=row.question,
        act=lambda data: townhall.answer(
            view=row,
            stance=data["stance"],
            text=data["text"],
            condition=data["condition"],
            benefit=data["benefit"],
            risk=data["risk"],
            version=data["version"],
            by=request.user,
        ),
        told=_("Your view is in. The contact of this plan knows."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def risk(request: MunicipalityRequest, slug: str, number: int | None = None) -> HttpResponse:
    """A new risk, or one from the register."""
    initiative = staff_initiative(request, slug)
    row = get_object_or_404(Risk, pk=number, initiative=initiative) if number is not None else None
    form = RiskForm(request.POST or None, instance=row, initiative=initiative, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("A risk"),
        act=lambda data: townhall.save_risk(
            initiative=initiative,
            risk=row,
            title=data["title"],
            likelihood=data["likelihood"],
            impact=data["impact"],
            owners=data["owners"],
            measure=data["measure"],
            state=data["state"],
            version=data["version"],
            by=request.user,
        ),
        told=_("The risk is in the register."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def escalate(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Lay a knot before a director or alderman."""
    initiative = staff_initiative(request, slug)
    form = EscalateForm(request.POST or None, initiative=initiative, cancel_url=_url(initiative))

    def act(data: dict[str, Any]) -> None:
        to, person = form.people[data["person"]]
        townhall.escalate(initiative=initiative, to=to, recipient=person, question=data["question"], by=request.user)

    return _save(
        request,
        initiative,
        form,
        title=_("One step up"),
        lead=_("Do you not get further together? Let a director or alderman decide."),
        act=act,
        told=_("The question has been asked."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.talk_inside")
def answer(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Answer what was laid before oneself; for others it does not exist."""
    initiative = staff_initiative(request, slug)
    row = Escalation.objects.filter(pk=number, initiative=initiative, recipient=request.user).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST or None, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("Your answer is asked"),
        lead=row.question,
        act=lambda data: townhall.answer_escalation(escalation=row, answer=data["answer"], by=request.user),
        told=_("Your answer is given."),
    )


@require_POST
@permission_required("initiatives.see_work")
def note(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Write something down for colleagues."""
    initiative = staff_initiative(request, slug)
    form = NoteForm(request.POST)
    return _save(
        request,
        initiative,
        form,
        title=_("Note for colleagues"),
        act=lambda data: townhall.add_note(initiative=initiative, text=data["text"], by=request.user),
        told=_("The note is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def score(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Score one of the five values."""
    initiative = staff_initiative(request, slug)
    form = ValueForm(request.POST or None, initiative=initiative, cancel_url=_url(initiative))
    return _save(
        request,
        initiative,
        form,
        title=_("Added value"),
        act=lambda data: value.score(
            initiative=initiative,
            value=data["value"],
            sector=data["sector"],
            score=data["score"],
            reasoning=data["reasoning"],
            cents_per_year=form.cents,
            by=request.user,
        ),
        told=_("The score is saved."),
    )


@require_POST
@permission_required("initiatives.handle")
def unscore(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Take a score away."""
    initiative = staff_initiative(request, slug)
    value.remove(added=get_object_or_404(AddedValue, pk=number, initiative=initiative), by=request.user)
    messages.success(request, _("The score is gone."))
    return redirect(_url(initiative))


@require_safe
@permission_required("initiatives.see_figures")
def values(request: MunicipalityRequest) -> HttpResponse:
    """What all initiatives together add to the five values."""
    totals = value_queries.totals(request.municipality)
    return render(request, "initiatives/staff/values.html", {"totals": totals})


def _url(initiative: Initiative) -> str:
    return reverse("initiatives:town_hall", args=[initiative.municipality.slug, initiative.slug])


def _save(
    request: MunicipalityRequest,
    initiative: Initiative,
    form: forms.BaseForm,
    *,
    title: str,
    act: Callable[[dict[str, Any]], Any],
    told: str,
    lead: str = "",
) -> HttpResponse:
    """One form, one service; what was typed stays when it is refused."""
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except (InitiativeError, ValidationError) as error:
            theirs = saved_meanwhile(form) if tell(form, error) else []
        else:
            messages.success(request, told)
            return redirect(_url(initiative))
    return render(
        request,
        "initiatives/staff/step.html",
        {
            "initiative": initiative,
            "form": form,
            "title": title,
            "lead": lead,
            "back": _url(initiative),
            "latest": None,
            "theirs": theirs,
        },
        status=422 if form.is_bound else 200,
    )
