"""The back office of surveys: the list, one survey with its steps, inviting and reminding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys import standards
from foundation.surveys.addresses import address
from foundation.surveys.enums import Audience, Phase
from foundation.surveys.errors import SurveyError
from foundation.surveys.forms import InviteForm, ReasonForm, ReminderForm, SurveyForm
from foundation.surveys.models import Mailing, Questionnaire, Survey
from foundation.surveys.queries import access
from foundation.surveys.queries import staff as staff_queries
from foundation.surveys.services import invitations, questionnaires, surveys
from foundation.surveys.views._shared import library_page, survey_page

PER_PAGE = 25


@library_page(manage=False)
@require_safe
def index(request: MunicipalityRequest) -> HttpResponse:
    """All surveys here."""
    now = clock.now()
    rows = staff_queries.surveys(request.municipality)
    search = request.GET.get("q", "")[:80].strip()
    if search:
        rows = rows.filter(title__icontains=search)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "survey": survey,
            "url": survey.address("staff_detail"),
            "phase": survey.phase(now),
            "answered": staff_queries.answered_text(
                survey, getattr(survey, "answered_now", 0) if survey.responses is None else survey.responses
            ),
        }
        for survey in page
    ]
    context = {
        "lines": lines,
        "page": page,
        "search": search,
        "may_manage": access.may_manage_here(request.user, request.municipality),
    }
    return render(request, "surveys/staff/index.html", _with_links(request, context))


@library_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MunicipalityRequest) -> HttpResponse:
    """A new survey, from an own questionnaire or one that comes with the portal."""
    here = request.municipality
    own = staff_queries.questionnaires(here)
    choices = [(f"s-{one.code}", one.title) for one in standards.all_standards()]
    choices = [(str(row.pk), row.title) for row in own] + choices
    draft = Survey(municipality=here, audiences=[Audience.PARTICIPANTS])
    initial = {"questionnaire": request.GET.get("vragenlijst", "")}
    form = SurveyForm(
        request.POST or None,
        instance=draft,
        initial=initial,
        questionnaires=choices,
        cancel_url=address(here, "staff_index"),
    )
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        chosen = fields.pop("questionnaire")
        try:
            questionnaire = _questionnaire(request, chosen)
            survey = surveys.open_survey(questionnaire=questionnaire, municipality=here, by=request.user, **fields)
        except SurveyError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            _tell(form, error)
        else:
            return redirect(survey.address("staff_detail"))
    context = {"form": form, "survey": None}
    return render(request, "surveys/staff/edit.html", _with_links(request, context), status=422 if form.errors else 200)


def _questionnaire(request: MunicipalityRequest, chosen: str) -> Questionnaire:
    if chosen.startswith("s-"):
        return questionnaires.from_standard(
            municipality=request.municipality, code=chosen.removeprefix("s-"), by=request.user
        )
    return get_object_or_404(Questionnaire.objects.for_municipality(request.municipality), pk=chosen)


@survey_page(manage=False)
@require_safe
def detail(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Where one survey stands and what can be done now."""
    now = clock.now()
    phase = survey.phase(now)
    context = {
        "survey": survey,
        "phase": phase.value,
        "phase_label": Phase(phase).label,
        "overview": staff_queries.overview(survey, now),
        "may_manage": access.may_manage(request.user, survey),
        "own_questionnaire": survey.version.questionnaire.municipality_id == survey.municipality_id
        and access.may_manage_here(request.user, survey.municipality),
        "builder_url": address(survey.municipality, "builder", survey.version.questionnaire_id),
        "public_url": request.build_absolute_uri(survey.get_absolute_url()),
    }
    return render(request, "surveys/staff/detail.html", _with_links(request, context))


@survey_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """For whom, when, and the words around it."""
    back = survey.address("staff_detail")
    form = SurveyForm(request.POST or None, instance=survey, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            surveys.change(survey=survey, by=request.user, **form.cleaned_data)
        except SurveyError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The survey is saved."))
            return redirect(back)
    context = {"form": form, "survey": survey}
    return render(request, "surveys/staff/edit.html", _with_links(request, context), status=422 if form.errors else 200)


@survey_page(manage=True)
@require_POST
def step(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Publish or close; the service checks whether it may now."""
    done: dict[str, tuple[Any, str]] = {
        "publiceren": (surveys.publish, _("The survey is published. It opens and closes by itself.")),
        "sluiten": (surveys.close_now, _("The survey is closed. The answers are counted within a minute.")),
    }
    action = done.get(request.POST.get("stap", ""))
    if action is None:
        messages.error(request, _("This step does not exist."))
    else:
        try:
            action[0](survey=survey, by=request.user)
        except SurveyError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, action[1])
    return redirect(survey.address("staff_detail"))


@survey_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Stop it; what was answered is destroyed unread."""
    back = survey.address("staff_detail")
    told = _("What people answered is destroyed, and nobody has seen it. This can't be undone.")
    form = ReasonForm(request.POST or None, submit=_("Cancel this survey"), cancel_url=back, help_text=told)
    if request.method == "POST" and form.is_valid():
        try:
            surveys.cancel(survey=survey, by=request.user, reason=form.cleaned_data["reason"])
        except SurveyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The survey is cancelled."))
            return redirect(back)
    context = {"form": form, "survey": survey, "heading": _("Cancel this survey")}
    return render(request, "surveys/staff/form.html", context, status=422 if form.errors else 200)


@survey_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Invite by address, or everybody whom the app above counts as an audience."""
    named = [audience for audience in survey.audiences if audience != Audience.ANYONE]
    everybody = request.POST.get("allen", "")
    form = InviteForm(None if everybody else request.POST or None, survey=survey)
    here = redirect(survey.address("invite"))
    if request.method == "POST" and (everybody or form.is_valid()):
        try:
            if everybody:
                new = invitations.invite_members(survey=survey, audience=everybody, by=request.user)
            else:
                new = invitations.invite(
                    survey=survey,
                    audience=form.cleaned_data["audience"],
                    emails=form.cleaned_data["addresses"],
                    by=request.user,
                )
        except SurveyError as error:
            if everybody:
                messages.error(request, str(error))
                return here
            form.add_error(None, str(error))
        else:
            told = ngettext("%(n)d person is on the list now.", "%(n)d people were added to the list.", new)
            messages.success(request, told % {"n": new})
            return here
    context = {
        "survey": survey,
        "form": form,
        "overview": staff_queries.overview(survey, clock.now()),
        "hosted": [(one, Audience(one).label) for one in named] if survey.host else [],
        "phase": survey.phase(clock.now()).value,
    }
    return render(request, "surveys/staff/invite.html", context, status=422 if form.errors else 200)


@survey_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: MunicipalityRequest, survey: Survey) -> HttpResponse:
    """Planned and sent mailings; reminding those who have not answered without learning who they are."""
    here = redirect(survey.address("reminders"))
    if request.method == "POST" and (number := request.POST.get("weg", "")):
        row = get_object_or_404(Mailing, survey=survey, pk=number if number.isdecimal() else 0)
        try:
            invitations.withdraw(mailing=row, by=request.user)
        except SurveyError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is taken away."))
        return here
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitations.plan_reminder(survey=survey, due_at=form.cleaned_data["due_at"], by=request.user)
        except SurveyError as error:
            form.add_error("due_at", str(error))
        else:
            messages.success(request, _("The reminder is planned."))
            return here
    context = {
        "survey": survey,
        "form": form,
        "mailings": survey.mailings.all(),
        "may_plan": survey.phase(clock.now()) in (Phase.PLANNED, Phase.OPEN),
    }
    return render(request, "surveys/staff/reminders.html", context, status=422 if form.errors else 200)


def _with_links(request: MunicipalityRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Addresses of the pages about all surveys here."""
    here = request.municipality
    return context | {
        "index_url": address(here, "staff_index"),
        "new_url": address(here, "new"),
        "library_url": address(here, "library"),
    }


def _tell(form: Any, error: ValidationError) -> None:
    """Show what the model says: at a field that is on the page, else above the form."""
    if hasattr(error, "error_dict"):
        for name, problems in error.message_dict.items():
            form.add_error(name if name in form.fields else None, problems)
    else:
        form.add_error(None, error.messages)
