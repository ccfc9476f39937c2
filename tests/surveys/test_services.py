"""Building, opening, answering and counting surveys."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.surveys import sealing
from foundation.surveys.enums import Audience, Phase
from foundation.surveys.errors import AlreadyAnswered, Incomplete, SurveyError, WrongMoment
from foundation.surveys.models import Draft, Invitation, OpenAnswer, Question, SealedSheet, Sheet, Tally
from foundation.surveys.queries.state import newest
from foundation.surveys.services import answering, box, open_answers, questionnaires, surveys
from tests.factories import surveys as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError, ProgrammingError)


def test_a_used_version_is_frozen_and_changes_make_the_next_one_with_the_same_keys() -> None:
    survey = make.opened()
    by = survey.created_by
    questionnaire = survey.version.questionnaire
    first = survey.version.questions.order_by("position").first()
    with pytest.raises(REFUSED, match="frozen_version"), transaction.atomic():
        Question.objects.filter(pk=first.pk).update(text="Stiekem anders")
    fields = {"text": "Welk rapportcijfer?", "low": 1, "high": 10, "is_required": True}
    questionnaires.change_question(questionnaire=questionnaire, key=first.key, by=by, fields=fields)
    assert newest(questionnaire).number == 2
    assert newest(questionnaire).questions.get(key=first.key).text == "Welk rapportcijfer?"
    assert survey.version.questions.get(key=first.key).text == "Welk cijfer?"
    # Another scale is another question: its scores do not compare.
    changed = questionnaires.change_question(
        questionnaire=questionnaire, key=first.key, by=by, fields={**fields, "high": 5}
    )
    assert changed.key != first.key


def test_questions_move_and_go() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    questionnaire = make.questionnaire(by, municipality)
    order = [one.text for one in newest(questionnaire).questions.order_by("position")]
    second = newest(questionnaire).questions.order_by("position")[1]
    questionnaires.move_question(questionnaire=questionnaire, key=second.key, by=by, up=True)
    moved = [one.text for one in newest(questionnaire).questions.order_by("position")]
    assert moved == [order[1], order[0], *order[2:]]
    questionnaires.move_question(questionnaire=questionnaire, key=second.key, by=by, up=True)  # at the top already
    questionnaires.remove_question(questionnaire=questionnaire, key=second.key, by=by)
    assert [one.text for one in newest(questionnaire).questions.order_by("position")] == [order[0], *order[2:]]


def test_a_copy_of_a_standard_keeps_lineage_and_keys() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    one = questionnaires.from_standard(municipality=municipality, code="deelnemers", by=by)
    two = questionnaires.copy(questionnaire=one, municipality=municipality, title="Kopie", by=by)
    keys = [[question.key for question in newest(row).questions.order_by("position")] for row in (one, two)]
    assert (one.lineage, keys[0]) == (two.lineage, keys[1])
    assert len(keys[0]) == 13


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "single", "text": "Kies", "options": ["Ja"]}, "options"),
        ({"kind": "multiple", "text": "Kies", "options": ["Ja", "Ja"]}, "options"),
        ({"kind": "scale", "text": "Cijfer", "low": 1, "high": 20}, "high"),
        ({"kind": "open", "text": ""}, "text"),
    ],
)
def test_a_question_that_nobody_can_answer_is_refused(fields: dict[str, object], wrong: str) -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    questionnaire = questionnaires.create(municipality=municipality, title="Leeg", by=by)
    with pytest.raises(ValidationError) as refused:
        questionnaires.add_question(questionnaire=questionnaire, by=by, fields=fields)
    assert wrong in refused.value.message_dict


def test_a_draft_is_published_when_complete_and_opens_and_closes_by_the_clock() -> None:
    now = clock.now()
    survey = make.draft(opens_at=now + timedelta(days=1), closes_at=None)
    with pytest.raises(SurveyError, match="sluit"):
        surveys.publish(survey=survey, by=survey.created_by)
    surveys.change(survey=survey, by=survey.created_by, closes_at=now + timedelta(days=9))
    survey = surveys.publish(survey=survey, by=survey.created_by)
    assert [survey.phase(now + timedelta(days=days)) for days in (0, 2, 10)] == [
        Phase.PLANNED,
        Phase.OPEN,
        Phase.CLOSED,
    ]
    with pytest.raises(WrongMoment):
        surveys.change(survey=survey, by=survey.created_by, audiences=[Audience.MEMBERS])
    with pytest.raises(REFUSED), transaction.atomic():
        type(survey).objects.filter(pk=survey.pk).update(is_anonymous=False, audiences=["members"])


def test_a_survey_for_anyone_is_anonymous() -> None:
    with pytest.raises(ValidationError, match="anoniem"):
        make.draft(is_anonymous=False)


def test_strangers_and_staff_elsewhere_may_not_make_or_change() -> None:
    survey = make.draft()
    for stranger in (UserFactory(), civil_servant(MunicipalityFactory())):
        with pytest.raises(PermissionDenied):
            surveys.publish(survey=survey, by=stranger)
        with pytest.raises(PermissionDenied):
            questionnaires.create(municipality=survey.municipality, title="X", by=stranger)
    other = MunicipalityFactory()
    by, questions = civil_servant(other), survey.version.questionnaire
    with pytest.raises(SurveyError, match="andere gemeente"):
        surveys.open_survey(questionnaire=questions, title="X", municipality=other, by=by)


def test_answers_are_sealed_until_closing_and_counted_once() -> None:
    survey = make.opened()
    for grade in (6, 7, 8, 9, 10):
        make.answer(
            survey, scale=grade, single="Ja", multiple=["Online", "Bijeenkomst"], number="2,5", open=f"Nr {grade}"
        )
    assert (SealedSheet.objects.count(), Tally.objects.count(), OpenAnswer.objects.count()) == (5, 0, 0)
    survey = make.counted(survey)
    assert (SealedSheet.objects.count(), Draft.objects.count(), survey.responses) == (0, 0, 5)
    scale = survey.version.questions.get(kind="scale")
    counts = dict(Tally.objects.filter(question_key=scale.key).values_list("value", "count"))
    assert counts == {"": 5, "6": 1, "7": 1, "8": 1, "9": 1, "10": 1}
    assert sorted(OpenAnswer.objects.values_list("text", flat=True)) == sorted(f"Nr {n}" for n in range(6, 11))
    assert not box.count(survey_id=survey.pk, now=clock.now())
    assert AuditEvent.objects.filter(verb="surveys.survey_counted").count() == 1


def test_fewer_than_five_anonymous_answers_stay_sealed_and_are_destroyed_after_a_month() -> None:
    survey = make.opened()
    for _n in range(4):
        make.answer(survey, open="Geheim")
    surveys.close_now(survey=survey, by=survey.created_by)
    now = clock.now()
    assert not box.count(survey_id=survey.pk, now=now)
    # The survey can be opened longer: with a fifth answer there are results.
    assert SealedSheet.objects.filter(survey=survey).count() == 4
    assert box.count(survey_id=survey.pk, now=now + timedelta(days=31))
    assert (SealedSheet.objects.count(), Tally.objects.count(), OpenAnswer.objects.count()) == (0, 0, 0)


def test_after_a_change_of_the_secret_key_nothing_is_lost(settings: object) -> None:
    survey = make.opened()
    for _n in range(5):
        make.answer(survey)
    surveys.close_now(survey=survey, by=survey.created_by)
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of at least fifty characters, made for a test", []  # type: ignore[attr-defined]
    assert not box.count(survey_id=survey.pk, now=clock.now())
    assert SealedSheet.objects.count() == 5
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]
    assert box.count(survey_id=survey.pk, now=clock.now())


def test_one_invitation_answers_once_and_a_form_sent_twice_counts_once() -> None:
    survey = make.opened(audiences=["participants", "anyone"])
    invitation = make.invited(survey)
    make.answer(survey, invitation)
    with pytest.raises(AlreadyAnswered):
        make.answer(survey, invitation)
    secret = sealing.new_secret()
    now = clock.now()
    answering.save_draft(survey=survey, secret=secret, typed=make.answers(survey), now=now)
    answering.send_in(survey=survey, secret=secret)
    with pytest.raises(AlreadyAnswered):
        answering.send_in(survey=survey, secret=secret)
    assert SealedSheet.objects.count() == 2


def test_incomplete_answers_change_nothing_and_say_where() -> None:
    survey = make.opened(audiences=["participants"])
    invitation = make.invited(survey)
    secret = sealing.new_secret()
    typed = make.answers(survey, number="veel")
    answering.save_draft(survey=survey, secret=secret, typed=typed, now=clock.now())
    with pytest.raises(Incomplete) as refused:
        answering.send_in(survey=survey, secret=secret, invitation=invitation)
    assert refused.value.page == 2
    invitation.refresh_from_db()
    assert not invitation.has_answered
    assert answering.read_draft(survey=survey, secret=secret) == typed


def test_nobody_answers_before_opening_after_closing_or_uninvited() -> None:
    survey = make.opened(audiences=["participants"])
    with pytest.raises(SurveyError, match="uitgenodigd"):
        make.answer(survey)
    invitation = make.invited(survey)
    with time_machine.travel(clock.now() + timedelta(days=11)), pytest.raises(WrongMoment):
        make.answer(survey, invitation)
    foreign = make.invited(make.opened(audiences=["participants"]))
    with pytest.raises(AlreadyAnswered):
        make.answer(survey, foreign)


def test_the_database_keeps_no_anonymous_answer_with_an_invitation() -> None:
    survey = make.opened(audiences=["participants"])
    invitation = make.invited(survey)
    with pytest.raises(REFUSED, match="named_only"), transaction.atomic():
        Sheet.objects.create(survey=survey, invitation=invitation, audience="participants")
    make.answer(survey, invitation)
    with pytest.raises(REFUSED), transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(has_answered=False)


def test_cancelling_destroys_the_answers() -> None:
    survey = make.opened()
    make.answer(survey)
    surveys.cancel(survey=survey, by=survey.created_by, reason="Verkeerde vragen")
    assert SealedSheet.objects.count() == 0
    survey.refresh_from_db()
    assert survey.phase(clock.now()) == Phase.CANCELLED


def test_an_open_answer_is_hidden_with_a_reason_and_shown_again() -> None:
    survey = make.opened()
    for n in range(5):
        make.answer(survey, open=f"Tekst {n}")
    survey = make.counted(survey)
    found = OpenAnswer.objects.first()
    with pytest.raises(SurveyError, match="waarom"):
        open_answers.hide(answer=found, by=survey.created_by, reason=" ")
    open_answers.hide(answer=found, by=survey.created_by, reason="Noemt een buurvrouw")
    found.refresh_from_db()
    assert found.hidden_reason == "Noemt een buurvrouw"
    with pytest.raises(REFUSED), transaction.atomic():
        OpenAnswer.objects.filter(pk=found.pk).update(text="Iets anders")
    open_answers.show(answer=found, by=survey.created_by)
    found.refresh_from_db()
    assert found.hidden_reason == ""


def test_forgotten_drafts_go_after_a_month() -> None:
    survey = make.opened()
    answering.save_draft(survey=survey, secret=sealing.new_secret(), typed={"x": "1"}, now=clock.now())
    assert box.forget_old_drafts(today=clock.today()) == 0
    assert box.forget_old_drafts(today=clock.today() + timedelta(days=31)) == 1
