"""The builder of questionnaires: everything by buttons and links, so that it works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys import standards
from foundation.surveys.addresses import address
from foundation.surveys.answers import pages
from foundation.surveys.enums import QuestionKind
from foundation.surveys.errors import SurveyError
from foundation.surveys.forms import QuestionForm, QuestionnaireForm
from foundation.surveys.forms_answer import AnswerForm
from foundation.surveys.models import Question, Survey
from foundation.surveys.queries import staff as staff_queries
from foundation.surveys.queries.state import newest
from foundation.surveys.services import questionnaires
from foundation.surveys.views._shared import library_page, questionnaire_of


@library_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: MunicipalityRequest) -> HttpResponse:
    """Own questionnaires, those that come with the portal, and a new one."""
    here = request.municipality
    form = QuestionnaireForm(request.POST or None, submit=_("Make a questionnaire"))
    if request.method == "POST" and (code := request.POST.get("standaard", "")):
        try:
            made = questionnaires.from_standard(municipality=here, code=code, by=request.user)
        except SurveyError as error:
            messages.error(request, str(error))
            return redirect(address(here, "library"))
        return redirect(address(here, "builder", made.pk))
    if request.method == "POST" and form.is_valid():
        made = questionnaires.create(municipality=here, by=request.user, **form.cleaned_data)
        return redirect(address(here, "builder", made.pk))
    context = {
        "own": [(row, address(here, "builder", row.pk)) for row in staff_queries.questionnaires(here)],
        "archived": [
            (row, address(here, "builder", row.pk)) for row in staff_queries.questionnaires(here, archived=True)
        ],
        "standards": standards.all_standards(),
        "form": form,
        "index_url": address(here, "staff_index"),
    }
    return render(request, "surveys/staff/library.html", context, status=422 if form.errors else 200)


@library_page(manage=True)
@require_safe
def builder(request: MunicipalityRequest, questionnaire_id: int) -> HttpResponse:
    """The questions in order, with what can be done with each."""
    questionnaire = questionnaire_of(request, questionnaire_id)
    version = newest(questionnaire)
    questions = list(version.questions.order_by("position"))
    here = request.municipality
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "questions": [
            (one, address(here, "question", questionnaire.pk, one.key), one.kind == QuestionKind.PAGE)
            for one in questions
        ],
        "kinds": QuestionKind.choices,
        "add_url": address(here, "question_new", questionnaire.pk),
        "act_url": address(here, "builder_act", questionnaire.pk),
        "preview_url": address(here, "preview", questionnaire.pk),
        "rename_url": address(here, "questionnaire_edit", questionnaire.pk),
        "library_url": address(here, "library"),
        "new_url": f"{address(here, 'new')}?vragenlijst={questionnaire.pk}",
    }
    return render(request, "surveys/staff/builder.html", context)


@library_page(manage=True)
@require_POST
def act(request: MunicipalityRequest, questionnaire_id: int) -> HttpResponse:
    """Move or remove a question; copy or archive the questionnaire."""
    questionnaire = questionnaire_of(request, questionnaire_id)
    here = request.municipality
    what, _mark, key = request.POST.get("doe", "").partition(":")
    anchor = f"#v-{key}" if key else ""
    back = address(here, "builder", questionnaire.pk)
    try:
        if what in ("omhoog", "omlaag"):
            questionnaires.move_question(questionnaire=questionnaire, key=key, by=request.user, up=what == "omhoog")
        elif what == "weg":
            questionnaires.remove_question(questionnaire=questionnaire, key=key, by=request.user)
            messages.success(request, _("The question is taken out."))
            anchor = ""
        elif what == "kopie":
            title = _("%(title)s (copy)") % {"title": questionnaire.title[:100]}
            made = questionnaires.copy(questionnaire=questionnaire, municipality=here, title=title, by=request.user)
            messages.success(request, _("This is the copy. Scores of both can be compared."))
            back = address(here, "builder", made.pk)
        elif what in ("archief", "terug"):
            questionnaires.archive(questionnaire=questionnaire, by=request.user, archived=what == "archief")
        else:
            messages.error(request, _("This step does not exist."))
    except SurveyError as error:
        messages.error(request, str(error))
    return redirect(f"{back}{anchor}")


@library_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_edit(request: MunicipalityRequest, questionnaire_id: int) -> HttpResponse:
    """Name and purpose."""
    questionnaire = questionnaire_of(request, questionnaire_id)
    back = address(request.municipality, "builder", questionnaire.pk)
    initial = {"title": questionnaire.title, "description": questionnaire.description}
    form = QuestionnaireForm(request.POST or None, initial=initial, submit=_("Save the name"), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        questionnaires.change(questionnaire=questionnaire, by=request.user, **form.cleaned_data)
        return redirect(back)
    context = {"form": form, "heading": _("Name and purpose"), "back": back, "back_label": questionnaire.title}
    return render(request, "surveys/staff/form.html", context, status=422 if form.errors else 200)


@library_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: MunicipalityRequest, questionnaire_id: int) -> HttpResponse:
    """Add a question of a kind."""
    kind = request.POST.get("soort") or request.GET.get("soort", "")
    if kind not in QuestionKind.values:
        kind = QuestionKind.SINGLE.value
    return _question(request, questionnaire_id, Question(kind=kind), kind)


@library_page(manage=True)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: MunicipalityRequest, questionnaire_id: int, key: str) -> HttpResponse:
    """Change a question."""
    found = newest(questionnaire_of(request, questionnaire_id)).questions.filter(key=key).first()
    if found is None:
        raise Http404
    return _question(request, questionnaire_id, found, found.kind)


def _question(request: MunicipalityRequest, questionnaire_id: int, shown: Question, kind: str) -> HttpResponse:
    questionnaire = questionnaire_of(request, questionnaire_id)
    back = address(request.municipality, "builder", questionnaire.pk)
    form = QuestionForm(request.POST or None, instance=shown, kind=kind, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = dict(form.cleaned_data)
        try:
            if shown.pk:
                saved = questionnaires.change_question(
                    questionnaire=questionnaire, key=shown.key, by=request.user, fields=fields
                )
            else:
                saved = questionnaires.add_question(
                    questionnaire=questionnaire, by=request.user, fields={"kind": kind, **fields}
                )
        except SurveyError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            for name, problems in error.message_dict.items():
                form.add_error(name if name in form.fields else None, problems)
        else:
            return redirect(f"{back}#v-{saved.key}")
    label = QuestionKind(kind).label
    context = {
        "form": form,
        "heading": _("Change this question") if shown.pk else _("New question: %(kind)s") % {"kind": label},
        "back": back,
        "back_label": questionnaire.title,
    }
    return render(request, "surveys/staff/form.html", context, status=422 if form.errors else 200)


@library_page(manage=True)
@require_safe
def preview(request: MunicipalityRequest, questionnaire_id: int) -> HttpResponse:
    """All pages as who answers sees them; nothing can be sent from here."""
    questionnaire = questionnaire_of(request, questionnaire_id)
    survey = Survey(municipality=request.municipality)
    shown = [
        (page, AnswerForm(survey=survey, page=page, is_last=False))
        for page in pages(newest(questionnaire).questions.order_by("position"))
    ]
    back = address(request.municipality, "builder", questionnaire.pk)
    return render(request, "surveys/staff/preview.html", {"questionnaire": questionnaire, "shown": shown, "back": back})
