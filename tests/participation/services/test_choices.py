"""Choosing a form: kept halfway, made once, against the advice only with a reason, tied to a process and told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from foundation.core.audit_sentences import sentence_of
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import AddressForm
from foundation.notifications.models import Message
from participation import choice as computing
from participation import choice_data
from participation.choice import Form, Option, Question, Rule
from participation.choice_default import DEFAULT
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Choice, ChoiceAid, Process
from participation.services import choice_aids, choices, people, processes
from participation.timeline import say
from tests.factories.accounts import UserFactory
from tests.factories.choices import answered, answers, made
from tests.factories.municipalities import MunicipalityFactory, SectorFactory, administrator, civil_servant
from tests.factories.participation import ProcessFactory, running

pytestmark = pytest.mark.django_db


def test_half_the_answers_are_kept_and_unknown_ones_left_out() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    begun = choices.begin(municipality=municipality, by=by, subject="Het plein")
    kept = choices.answer(
        choice=begun, by=by, version=1, answers={"open": "much", "money": "none", "open2": "much", "time": "<b>"}
    )
    assert kept.answers == {"open": "much", "money": "none"}
    with pytest.raises(ParticipationError, match="12"):
        choices.make(choice=kept, by=by, version=kept.version, form="residents")
    with pytest.raises(Stale):
        choices.answer(choice=begun, by=by, version=1, answers={})
    assert Choice.objects.get().answers == kept.answers


def test_a_choice_against_the_advice_needs_a_reason_and_stands_as_it_was_made() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    choice = answered(municipality, by)
    with pytest.raises(ParticipationError, match="andere vorm"):
        choices.make(choice=choice, by=by, version=choice.version, form="panel", reason="  ")
    with pytest.raises(ParticipationError, match="aanbiedt"):
        choices.make(choice=choice, by=by, version=choice.version, form="lottery", reason="Zomaar")
    done = choices.make(choice=choice, by=by, version=choice.version, form="panel", reason="Er is haast")
    assert (done.advised_form, done.advised_level, done.form, done.level) == (
        "residents",
        "together",
        "panel",
        "together",
    )
    assert not done.follows_advice
    assert choice_data.advice_from(done.advice) == computing.advise(done.aid.aid, done.answers)
    assert choice_data.changes_from(done.changes) == computing.changes(done.aid.aid, done.answers)
    for change in (
        lambda: choices.make(choice=done, by=by, version=done.version, form="residents"),
        lambda: choices.answer(choice=done, by=by, version=done.version, answers={}),
        lambda: choices.throw_away(choice=done, by=by),
    ):
        with pytest.raises(WrongMoment):
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        Choice.objects.filter(pk=done.pk).update(reason="Toch anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        Choice.objects.filter(pk=done.pk).update(answers={})
    with pytest.raises(DatabaseError), transaction.atomic():
        done.delete()
    event = AuditEvent.objects.get(verb="participation.choice_made")
    assert "Er is haast" in sentence_of(event)


def test_people_who_go_take_their_name_off_a_made_choice_and_no_more() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    choice = made(municipality, by)
    Choice.objects.filter(pk=choice.pk).update(created_by=None)
    choice.refresh_from_db()
    assert choice.created_by is None
    assert choice.is_made


def test_the_default_becomes_a_version_in_the_address_form_of_the_municipality() -> None:
    municipality = MunicipalityFactory(address_form=AddressForm.U)
    choice = answered(municipality, civil_servant(municipality))
    other = answered(municipality, civil_servant(municipality))
    assert choice.aid == other.aid
    assert (choice.aid.number, choice.aid.in_use_since is None) == (1, False)
    assert choice.aid.aid.question("open").text != ""
    assert [question.key for question in choice.aid.aid.questions] == [question.key for question in DEFAULT.questions]


def test_a_process_begins_with_the_choice_and_has_its_form_level_and_sector() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    sector = SectorFactory(municipality=municipality)
    choice = made(municipality, by, form="government", reason="Bewoners doen het al", sector=sector)
    process = choices.begin_process(choice=choice, by=by, title="Het plein")
    assert (process.form, process.level, process.sector) == ("government", "letting_go", sector)
    tied = process.choices.get()
    assert (tied.choice, tied.number) == (choice, 1)
    assert list(process.events.all()) == []  # nobody outside sees a draft
    with pytest.raises(ParticipationError, match="hoort al"):
        choices.begin_process(choice=choice, by=by, title="Nog een plein")
    assert Process.objects.count() == 1


def test_choosing_anew_in_a_running_process_is_told_once_and_keeps_what_was_chosen_before() -> None:
    process = running()
    by = civil_servant(process.municipality)
    follower = UserFactory()
    people.follow(process=process, by=follower)
    made(process.municipality, by, process=process)
    made(process.municipality, by, process=process, form="panel", reason="Er is haast")
    process.refresh_from_db()
    assert (process.form, process.level) == ("panel", "together")
    assert [(row.number, row.choice.form) for row in process.choices.all()] == [(2, "panel"), (1, "residents")]
    events = list(process.events.exclude(verb="plan_changed").values_list("verb", "reason"))
    assert events == [("choice_told", ""), ("choice_renewed", "Er is haast")]
    facts = process.events.get(verb="choice_renewed").facts
    assert facts["form"] in say("choice_renewed", facts)
    assert Message.objects.filter(recipient=follower, kind="participation.news").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        process.choices.filter(number=1).update(number=9)


def test_a_thrown_away_preparation_frees_its_choice() -> None:
    municipality = MunicipalityFactory()
    by = civil_servant(municipality)
    choice = made(municipality, by)
    processes.throw_away(process=choices.begin_process(choice=choice, by=by, title="Het plein"), by=by)
    again = choices.begin_process(choice=Choice.objects.get(pk=choice.pk), by=by, title="Het plein")
    assert again.choices.get().choice == choice


def test_what_belongs_elsewhere_or_is_over_takes_no_choice() -> None:
    municipality, elsewhere = MunicipalityFactory(), MunicipalityFactory()
    by = civil_servant(municipality)
    choice = made(municipality, by)
    with pytest.raises(ParticipationError, match="andere gemeente"):
        choices.attach(choice=choice, process=ProcessFactory(municipality=elsewhere), by=by)
    with pytest.raises(ParticipationError, match="andere gemeente"):
        choices.begin(
            municipality=municipality, by=by, subject="Het plein", sector=SectorFactory(municipality=elsewhere)
        )
    over = processes.stop(process=running(municipality), by=by, reason="Klaar")
    with pytest.raises(WrongMoment):
        choices.attach(choice=choice, process=over, by=by)
    with pytest.raises(WrongMoment):
        choices.attach(choice=answered(municipality, by), process=running(municipality), by=by)


def test_strangers_and_staff_elsewhere_choose_and_shape_nothing() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    choice = answered(municipality, servant)
    for user in (UserFactory(), administrator(MunicipalityFactory())):
        with pytest.raises(PermissionDenied):
            choices.begin(municipality=municipality, by=user, subject="Het plein")
        with pytest.raises(PermissionDenied):
            choices.answer(choice=choice, by=user, version=None, answers=answers())
        with pytest.raises(PermissionDenied):
            choices.make(choice=choice, by=user, version=None, form="residents")
        with pytest.raises(PermissionDenied):
            choices.throw_away(choice=choice, by=user)
    for user in (UserFactory(), servant, administrator(MunicipalityFactory())):
        with pytest.raises(PermissionDenied):
            choice_aids.set_values(municipality=municipality, by=user, version=0, values={"inclusion": 2})
        with pytest.raises(PermissionDenied):
            choice_aids.use(municipality=municipality, by=user, version=1)
        with pytest.raises(PermissionDenied):
            choice_aids.throw_away(municipality=municipality, by=user)


# --- Shaping -----------------------------------------------------------------------------------------------------------


def test_a_changed_aid_is_a_new_version_and_choices_keep_theirs() -> None:
    municipality = MunicipalityFactory()
    boss = administrator(municipality)
    before = answered(municipality, boss)
    question = Question("", "Is het leuk?", "", (Option("a", "Ja", forms={"panel": 9}), Option("b", "Nee")))
    draft = choice_aids.put_question(municipality=municipality, by=boss, version=0, question=question)
    assert (draft.number, draft.in_use_since) == (2, None)
    assert answered(municipality, boss).aid == before.aid
    key = draft.aid.questions[-1].key
    draft = choice_aids.move_question(municipality=municipality, by=boss, version=draft.version, key=key, up=True)
    assert draft.aid.questions[-2].key == key
    used = choice_aids.use(municipality=municipality, by=boss, version=draft.version, note="Leuk erbij")
    after = choices.begin(municipality=municipality, by=boss, subject="Het park")
    assert (after.aid, before.aid.number, used.note) == (used, 1, "Leuk erbij")
    with pytest.raises(DatabaseError), transaction.atomic():
        ChoiceAid.objects.filter(pk=used.pk).update(content={})
    with pytest.raises(WrongMoment):
        choice_aids.use(municipality=municipality, by=boss, version=used.version)
    third = choice_aids.take_up(municipality=municipality, by=boss, version=0, earlier=before.aid)
    assert (third.number, third.content) == (3, before.aid.content)


def test_two_administrators_the_second_is_told() -> None:
    municipality = MunicipalityFactory()
    boss, other = administrator(municipality), administrator(municipality)
    values = dict.fromkeys(computing.VALUES, 2)
    choice_aids.set_values(municipality=municipality, by=boss, version=0, values=values)
    for version in (0, 7):
        with pytest.raises(Stale):
            choice_aids.set_values(municipality=municipality, by=other, version=version, values={})
    assert ChoiceAid.objects.get().aid.values == values
    with pytest.raises(Stale):
        choice_aids.use(municipality=municipality, by=other, version=0)


def test_the_default_that_is_used_while_a_first_version_is_prepared_does_not_stay_in_its_way() -> None:
    municipality = MunicipalityFactory()
    boss = administrator(municipality)
    draft = choice_aids.set_values(
        municipality=municipality, by=boss, version=0, values=dict.fromkeys(computing.VALUES, 3)
    )
    first = answered(municipality, boss).aid
    used = choice_aids.use(municipality=municipality, by=boss, version=draft.version)
    assert used.number > first.number
    assert answered(municipality, boss).aid == used


def test_an_aid_that_lacks_something_is_not_taken_into_use_and_says_what() -> None:
    municipality = MunicipalityFactory()
    boss = administrator(municipality)
    draft = choice_aids.remove_question(municipality=municipality, by=boss, version=0, key="law")
    with pytest.raises(ParticipationError, match="niet meer is"):
        choice_aids.use(municipality=municipality, by=boss, version=draft.version)
    draft = choice_aids.remove_rule(municipality=municipality, by=boss, version=draft.version, key="law")
    for form in DEFAULT.forms[1:]:
        off = Form(form.key, "x", "y", form.level, form.rung, form.serves, {}, offered=False)
        draft = choice_aids.put_form(municipality=municipality, by=boss, version=draft.version, form=off)
    with pytest.raises(ParticipationError, match="twee vormen"):
        choice_aids.use(municipality=municipality, by=boss, version=draft.version)
    back = choice_aids.back_to_default(municipality=municipality, by=boss, version=draft.version)
    assert choice_aids.use(municipality=municipality, by=boss, version=back.version).aid.question("law") is not None


def test_points_have_a_limit_and_rules_must_say_when_and_what() -> None:
    municipality = MunicipalityFactory()
    boss = administrator(municipality)
    wild = Question("", "Wat?", "", (Option("a", "Ja", forms={"panel": 99}), Option("b", "Nee")))
    with pytest.raises(ValidationError):
        choice_aids.put_question(municipality=municipality, by=boss, version=0, question=wild)
    with pytest.raises(ValidationError):
        choice_aids.set_values(municipality=municipality, by=boss, version=0, values={"inclusion": 6})
    for rule in (
        Rule("", "Zonder antwoord", {}, only=("panel",)),
        Rule("", "Onbekend antwoord", {"open": ("misschien",)}, only=("panel",)),
        Rule("", "Zonder gevolg", {"open": ("much",)}),
    ):
        with pytest.raises(ParticipationError, match="bij welke antwoorden"):
            choice_aids.put_rule(municipality=municipality, by=boss, version=0, rule=rule)
    assert not ChoiceAid.objects.exists()
    choice_aids.throw_away(municipality=municipality, by=boss)
    assert not AuditEvent.objects.filter(verb="participation.choice_aid_dropped").exists()
