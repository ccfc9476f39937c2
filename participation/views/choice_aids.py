"""Shaping the choice aid of a municipality, for its administrators."""

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

from foundation.core.refused import tell
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.choice import unanswered
from participation.choice_default import DEFAULT
from participation.enums import Level, Rung
from participation.enums_choice import ASKS, DemocraticValue
from participation.errors import ParticipationError
from participation.forms.choice_aids import AidFormForm, QuestionForm, RuleForm, ValuesForm
from participation.forms.choices import AnswersForm, UseForm
from participation.models import ChoiceAid
from participation.queries import choices as queries
from participation.services import choice_aids as services

MOVES: dict[str, Callable[..., ChoiceAid]] = {
    "vraag": services.move_question,
    "vorm": services.move_form,
    "regel": services.move_rule,
}
REMOVALS: dict[str, Callable[..., ChoiceAid]] = {"vraag": services.remove_question, "regel": services.remove_rule}


@require_safe
@permission_required("participation.set_up")
def overview(request: MunicipalityRequest) -> HttpResponse:
    """The whole aid: questions, forms, values, rules, and which version is used."""
    shaping = queries.shaping(request.municipality)
    aid = shaping.aid
    return render(
        request,
        "participation/choice/aid.html",
        {
            "shaping": shaping,
            "aid": aid,
            "lacks": services.lacks(aid) if shaping.prepared else [],
            "forms": [
                {"form": form, "level": Level(form.level).label, "rung": Rung(form.rung).label} for form in aid.forms
            ],
            "values": [
                {"label": value.label, "asks": ASKS[value], "weight": aid.values.get(value, 0)}
                for value in DemocraticValue
            ],
            "versions": queries.versions(request.municipality),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def question(request: MunicipalityRequest, key: str = "") -> HttpResponse:
    """Add or change a question with its answers and points."""
    shaping = queries.shaping(request.municipality)
    known = shaping.aid.question(key)
    if key and known is None:
        raise Http404
    form = QuestionForm(request.POST or None, aid=shaping.aid, question=known, initial={"version": shaping.version})
    if form.is_bound and form.is_valid() and _kept(request, form, services.put_question, "question"):
        messages.success(request, _("The question is saved in the version that you prepare."))
        return _back(request, "vragen")
    return render(
        request,
        "participation/choice/question.html",
        {"form": form, "known": known, "title": _("Change a question") if known else _("Add a question")},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def values(request: MunicipalityRequest) -> HttpResponse:
    """How heavily the five values weigh."""
    shaping = queries.shaping(request.municipality)
    form = ValuesForm(
        request.POST or None, aid=shaping.aid, cancel_url=_home(request), initial={"version": shaping.version}
    )
    if form.is_bound and form.is_valid() and _kept(request, form, services.set_values, "values"):
        messages.success(request, _("The weights are saved in the version that you prepare."))
        return _back(request, "waarden")
    return _form(
        request,
        form,
        _("How heavily do the values weigh?"),
        _("0: does not count. 5: counts most. Answers can make a value weigh more or less."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def form_of(request: MunicipalityRequest, key: str) -> HttpResponse:
    """Change a form."""
    shaping = queries.shaping(request.municipality)
    known = shaping.aid.form(key)
    if known is None:
        raise Http404
    form = AidFormForm(
        request.POST or None, form=known, cancel_url=_home(request), initial={"version": shaping.version}
    )
    if form.is_bound and form.is_valid() and _kept(request, form, services.put_form, "form"):
        messages.success(request, _("The form is saved in the version that you prepare."))
        return _back(request, "vormen")
    return _form(request, form, known.title[:1].upper() + known.title[1:], "")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def rule(request: MunicipalityRequest, key: str = "") -> HttpResponse:
    """Add or change a rule."""
    shaping = queries.shaping(request.municipality)
    known = shaping.aid.rule(key)
    if key and known is None:
        raise Http404
    form = RuleForm(
        request.POST or None,
        aid=shaping.aid,
        rule=known,
        cancel_url=_home(request),
        initial={"version": shaping.version},
    )
    if form.is_bound and form.is_valid() and _kept(request, form, services.put_rule, "rule"):
        messages.success(request, _("The rule is saved in the version that you prepare."))
        return _back(request, "regels")
    return _form(
        request,
        form,
        _("Change a rule") if known else _("Add a rule"),
        _("Rules go before points. Of two rules that collide the first one in the list holds."),
    )


@require_POST
@permission_required("participation.set_up")
def move(request: MunicipalityRequest, part: str, key: str, where: str) -> HttpResponse:
    """Put a question, form or rule one place up or down."""
    if part not in MOVES or where not in ("op", "neer"):
        raise Http404
    _done(request, MOVES[part], key=key, up=where == "op")
    return _back(request, {"vraag": "vragen", "vorm": "vormen", "regel": "regels"}[part])


@require_POST
@permission_required("participation.set_up")
def remove(request: MunicipalityRequest, part: str, key: str) -> HttpResponse:
    """Take a question or rule away; the version in use still has it."""
    if part not in REMOVALS:
        raise Http404
    if _done(request, REMOVALS[part], key=key):
        messages.success(request, _("It is gone from the version that you prepare. The version in use still has it."))
    return _back(request, {"vraag": "vragen", "regel": "regels"}[part])


@require_safe
@permission_required("participation.set_up")
def preview(request: MunicipalityRequest) -> HttpResponse:
    """Try the aid: answer and see the advice. Nothing is kept."""
    shaping = queries.shaping(request.municipality)
    asked = bool(request.GET)
    form = AnswersForm(request.GET if asked else None, aid=shaping.aid, partial=True, preview=True)
    found: dict[str, Any] = {}
    if asked and form.is_valid():
        found = queries.outcome(shaping.aid, form.answers)
        found["open"] = len(unanswered(shaping.aid, form.answers))
    return render(request, "participation/choice/preview.html", {"shaping": shaping, "questions": form, **found})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def use(request: MunicipalityRequest) -> HttpResponse:
    """Take the prepared version into use."""
    shaping = queries.shaping(request.municipality)
    if shaping.prepared is None:
        return _back(request, "")
    form = UseForm(request.POST or None, cancel_url=_home(request), initial={"version": shaping.version})
    if form.is_bound and form.is_valid():
        try:
            services.use(municipality=request.municipality, by=request.user, **form.cleaned_data)
        except (ParticipationError, ValidationError) as error:
            tell(form, error, renew=False)
        else:
            messages.success(request, _("The new version is in use. Choices that were made keep the version of then."))
            return _back(request, "")
    return _form(
        request,
        form,
        _("Take this version into use"),
        _("New choices use it from now on, and it never changes any more. Choices that were begun keep their version."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def default(request: MunicipalityRequest) -> HttpResponse:
    """Go back to the default."""
    return _confirmed(
        request,
        services.back_to_default,
        title=_("Go back to the default?"),
        points=[
            _("The version that you prepare becomes the default again; what you changed in it is gone."),
            _("The version in use stays until you take the new one into use."),
        ],
        submit=_("Yes, go back to the default"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def throw_away(request: MunicipalityRequest) -> HttpResponse:
    """Drop the version in preparation."""
    if request.method == "POST":
        services.throw_away(municipality=request.municipality, by=request.user)
        messages.success(request, _("The version that you prepared is gone. The version in use stays."))
        return _back(request, "")
    return _confirm(
        request,
        title=_("Throw the version in preparation away?"),
        points=[_("What you changed is gone. The version in use stays as it is.")],
        submit=_("Yes, throw it away"),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.set_up")
def version(request: MunicipalityRequest, number: int) -> HttpResponse:
    """An earlier version as it was; it can be the beginning of a new one. Number 0 is the default."""
    row = ChoiceAid.objects.for_municipality(request.municipality).in_use().filter(number=number).first()
    if row is None and number:
        raise Http404
    if request.method == "POST":
        if row is None:
            return _back(request, "")
        if _done(request, services.take_up, earlier=row):
            messages.success(request, _("You prepare a version that begins as this one was."))
        return _back(request, "")
    aid = row.aid if row else DEFAULT
    return render(
        request,
        "participation/choice/version.html",
        {"row": row, "aid": aid, "shaping": queries.shaping(request.municipality)},
    )


# --- Inside ----------------------------------------------------------------------------------------------------------------


def _kept(request: MunicipalityRequest, form: Any, service: Callable[..., ChoiceAid], name: str) -> bool:
    """Save what the form holds; a refusal is told on it. No second try over another's version: it may have other lines."""
    try:
        service(
            municipality=request.municipality,
            by=request.user,
            version=form.cleaned_data["version"],
            **{name: form.made()},
        )
    except (ParticipationError, ValidationError) as error:
        tell(form, error, renew=False)
        return False
    return True


def _done(request: MunicipalityRequest, service: Callable[..., ChoiceAid], **fields: Any) -> bool:
    """Do what a button asks; a refusal is told above the page."""
    try:
        asked = int(request.POST.get("version", ""))
    except ValueError:
        asked = -1
    try:
        service(municipality=request.municipality, by=request.user, version=asked, **fields)
    except ParticipationError as error:
        messages.error(request, str(error))
        return False
    return True


def _confirmed(
    request: MunicipalityRequest, service: Callable[..., ChoiceAid], *, title: str, points: list[str], submit: str
) -> HttpResponse:
    if request.method == "POST":
        _done(request, service)
        return _back(request, "")
    return _confirm(request, title=title, points=points, submit=submit)


def _confirm(request: MunicipalityRequest, **context: Any) -> HttpResponse:
    shaping = queries.shaping(request.municipality)
    return render(
        request,
        "components/confirm_staff.html",
        {"cancel_url": _home(request), "hidden": {"version": shaping.version}, **context},
    )


def _home(request: MunicipalityRequest) -> str:
    return reverse("participation:choice_aid", args=[request.municipality.slug])


def _back(request: MunicipalityRequest, anchor: str) -> HttpResponse:
    return redirect(_home(request) + (f"#{anchor}" if anchor else ""))


def _form(request: MunicipalityRequest, form: Any, title: str, lead: str) -> HttpResponse:
    return render(
        request,
        "participation/choice/form.html",
        {"form": form, "title": title, "lead": lead, "shaping_url": _home(request)},
        status=422 if form.is_bound else 200,
    )
