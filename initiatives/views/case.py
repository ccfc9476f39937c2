"""One initiative at the town hall: everything on one page, and a short form for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock, pdf
from foundation.core.refused import tell
from foundation.core.text import render_markdown
from foundation.municipalities.models import ByLaw
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from initiatives import slots
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.errors import InitiativeError
from initiatives.forms.desk import (
    AdditionsForm,
    DecisionForm,
    ExtendForm,
    ForwardForm,
    HideForm,
    KindTermForm,
    ReconsiderForm,
    ShowForm,
    StepForm,
)
from initiatives.models import Initiative, KindTerm, Letter
from initiatives.queries import case as queries
from initiatives.queries import terms
from initiatives.queries.todo import next_case
from initiatives.services import desk, initiatives, term_settings, visibility
from initiatives.views._staff import staff_initiative


@require_safe
@permission_required("initiatives.see_work")
def case(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """All there is about one initiative, and what can be done now."""
    initiative = staff_initiative(request, slug)
    today = clock.today()
    return render(
        request,
        "initiatives/staff/case.html",
        {
            "initiative": initiative,
            "story": render_markdown(initiative.story),
            "overview": queries.overview(initiative, request.user, today),
            "parts": slots.staff_parts(request, initiative),
            "today": today,
            "next": next_case(initiative, request.user),
            "may_hide": request.user.has_perm("initiatives.handle", request.municipality),
        },
    )


@require_POST
@permission_required("initiatives.handle")
def take_up(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """It is complete: go on to assess it."""
    initiative = staff_initiative(request, slug)
    try:
        desk.take_up(initiative=initiative, by=request.user, version=_version(request))
    except InitiativeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The plan is being assessed now. The initiators know."))
    return _back(request, initiative)


@require_POST
@permission_required("initiatives.handle")
def go_on(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Say in the place of the initiators that the work has begun, or is done."""
    initiative = staff_initiative(request, slug)
    steps = {
        "begonnen": (initiatives.start, _("The plan is being carried out now. The initiators know.")),
        "klaar": (initiatives.finish, _("The plan is finished now. The initiators know.")),
    }
    service, told = steps.get(request.POST.get("stap", ""), (None, ""))
    if service is None:
        messages.error(request, _("This step does not exist."))
        return _back(request, initiative)
    try:
        service(initiative=initiative, by=request.user, version=_version(request))
    except InitiativeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return _back(request, initiative)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def additions(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Ask the initiators for what is missing."""
    return _step(
        request,
        slug,
        AdditionsForm,
        title=_("Ask for additions"),
        lead=_("The initiators get a message and a letter. Until their answer the term stands still."),
        states=(InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT),
        act=lambda initiative, data: desk.ask_additions(
            initiative=initiative,
            reason=data["reason"],
            until=data["until"],
            by=request.user,
            version=data["version"],
        ),
        told=_("You have asked for additions. The term stands still."),
        in_a_row=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def extend(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Take more time, with notice."""
    initiative = staff_initiative(request, slug)
    most = terms.weeks_left(initiative)
    if most == 0:
        messages.error(request, _("The term has been extended as far as the by-law allows."))
        return _back(request, initiative)
    return _step(
        request,
        slug,
        ExtendForm,
        title=_("Take more time to decide"),
        lead=_("The initiators get a message and a letter with the new last day (article 4:14 Awb)."),
        states=(InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT),
        act=lambda row, data: desk.extend(
            initiative=row, weeks=data["weeks"], reason=data["reason"], by=request.user, version=data["version"]
        ),
        told=_("The term is longer now. The initiators know."),
        in_a_row=True,
        most=most,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def forward(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Say that another body decides."""
    return _step(
        request,
        slug,
        ForwardForm,
        title=_("Send the plan on to who decides"),
        lead=_("The executive receives every plan. Sometimes the council or the mayor decides."),
        states=queries.UNDECIDED,
        act=lambda initiative, data: desk.forward(
            initiative=initiative, body=data["body"], reason=data["reason"], by=request.user, version=data["version"]
        ),
        told=_("The plan has been sent on. The initiators know."),
        in_a_row=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.decide")
def decide(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Record the decision of the competent body."""
    initiative = staff_initiative(request, slug)
    by_law = ByLaw.objects.filter(municipality=request.municipality).first()
    return _step(
        request,
        slug,
        DecisionForm,
        title=_("Record the decision"),
        lead=_("%(body)s decides. The initiators get a message and a letter that says how to object.")
        % {"body": _capital(initiative.get_competent_body_display())},
        states=(InitiativeState.IN_ASSESSMENT, InitiativeState.INCOMPLETE),
        act=lambda row, data: desk.decide(
            initiative=row,
            outcome=data["outcome"],
            reasons=data["reasons"],
            conditions=data.get("conditions", ""),
            grounds=data["grounds"],
            decided_on=data["decided_on"],
            notified_on=data["notified_on"],
            by=request.user,
            version=data["version"],
        ),
        told=_("The decision is recorded. The initiators have a letter."),
        in_a_row=True,
        grounds=list(by_law.refusal_grounds) if by_law and initiative.kind == InitiativeKind.CHALLENGE else [],
        untreated=initiative.state == InitiativeState.INCOMPLETE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.decide")
def reconsider(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Look at a refusal again."""
    return _step(
        request,
        slug,
        ReconsiderForm,
        title=_("Look at the decision again"),
        lead=_("A new term of six weeks begins (article 7:10 Awb)."),
        states=(InitiativeState.REFUSED,),
        act=lambda initiative, data: desk.reconsider(
            initiative=initiative, reason=data["reason"], by=request.user, version=data["version"]
        ),
        told=_("The plan is being assessed again. The initiators know."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def hide(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Take it off the site."""
    return _step(
        request,
        slug,
        HideForm,
        title=_("Take this plan off the site"),
        lead=_("Residents can't find or open it any more. Its team still sees it, gets your reason and can change it."),
        states=tuple(InitiativeState),
        act=lambda initiative, data: visibility.hide(
            initiative=initiative, reason=data["reason"], by=request.user, version=data["version"]
        ),
        told=_("The plan is off the site. The initiators know."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.handle")
def show(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Put it back on the site."""
    return _step(
        request,
        slug,
        ShowForm,
        title=_("Put this plan back on the site"),
        lead=_("Everybody can read it again, with its questions and its support."),
        states=tuple(InitiativeState),
        act=lambda initiative, data: visibility.show(
            initiative=initiative, reason=data["reason"], by=request.user, version=data["version"]
        ),
        told=_("The plan is back on the site. The initiators know."),
    )


@require_safe
def letter(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """A letter as accessible PDF: for the team and for who works on it; for others it does not exist."""
    found = (
        Letter.objects.select_related("initiative__municipality")
        .filter(pk=number, initiative__slug=slug, initiative__municipality=request.municipality)
        .first()
    )
    user = request.user
    if found is None or not (
        user.has_perm("initiatives.edit", found.initiative)
        or user.has_perm("initiatives.read_inside", request.municipality)
    ):
        raise Http404
    response = HttpResponse(pdf.render("letter", queries.letter_context(found)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="brief-{found.reference}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("initiatives.set_up")
def term_setup(request: MunicipalityRequest) -> HttpResponse:
    """The weeks per kind of initiative, where they differ from the by-law."""
    rows = {row.kind: row for row in KindTerm.objects.filter(municipality=request.municipality)}
    forms = {}
    for kind in InitiativeKind:
        row = rows.get(kind)
        initial = {"decision": row.decision_weeks, "extension": row.extension_weeks} if row else {}
        forms[kind] = KindTermForm(
            request.POST if request.method == "POST" else None, prefix=kind.value, initial=initial
        )
    valid = [form.is_valid() for form in forms.values()]  # each, so that every mistake is shown at once
    if request.method == "POST" and all(valid):
        for kind, form in forms.items():
            term_settings.set_weeks(
                municipality=request.municipality,
                kind=kind,
                decision=form.cleaned_data["decision"],
                extension=form.cleaned_data["extension"] or 0,
                by=request.user,
            )
        messages.success(request, _("The terms are saved. They hold for plans that come in from now on."))
        return redirect("initiatives:term_setup", request.municipality.slug)
    by_law = ByLaw.objects.filter(municipality=request.municipality).first()
    return render(
        request,
        "initiatives/staff/terms.html",
        {
            "forms": [(kind.label, form) for kind, form in forms.items()],
            "decision": by_law.decision_weeks if by_law else terms.AWB_WEEKS,
            "extension": by_law.extension_weeks if by_law else terms.AWB_EXTENSION_WEEKS,
        },
        status=422 if request.method == "POST" else 200,
    )


def _step(
    request: MunicipalityRequest,
    slug: str,
    form_class: type[StepForm],
    *,
    title: str,
    lead: str,
    states: tuple[str, ...],
    act: Callable[[Initiative, dict[str, Any]], Any],
    told: str,
    in_a_row: bool = False,
    **more: Any,
) -> HttpResponse:
    """One short form that takes one step. What was typed stays when the step is refused.

    Args:
        in_a_row: offer to go on with the next plan that waits, for who works through a pile.
    """
    initiative = staff_initiative(request, slug)
    following = next_case(initiative, request.user) if in_a_row else None
    if request.method != "POST" and initiative.state not in states:
        messages.error(
            request,
            _("This can't be done now: the initiative is “%(state)s”.") % {"state": initiative.get_state_display()},
        )
        return _back(request, initiative)
    back = reverse("initiatives:case", args=[request.municipality.slug, initiative.slug])
    form = form_class(request.POST or None, initiative=initiative, cancel_url=back, **more)
    if following is not None:
        form.offer_next()
    changed = False
    if request.method == "POST" and form.is_valid():
        try:
            act(initiative, form.cleaned_data)
        except (InitiativeError, ValidationError) as error:
            changed = tell(form, error)  # the newest line of the timeline stands above the form then
        else:
            if following is not None and "volgende" in request.POST:
                messages.success(request, f"{initiative.title}: {told}")
                return _back(request, following)
            messages.success(request, told)
            return _back(request, initiative)
    return render(
        request,
        "initiatives/staff/step.html",
        {
            "initiative": initiative,
            "form": form,
            "title": title,
            "lead": lead,
            "back": back,
            "latest": queries.latest(initiative) if changed else None,
        },
        status=422 if form.is_bound else 200,
    )


def _back(request: MunicipalityRequest, initiative: Initiative) -> HttpResponse:
    return redirect("initiatives:case", request.municipality.slug, initiative.slug)


def _version(request: MunicipalityRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
