"""Intentions, and what municipalities go on doing together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import Message
from learning_network import personal_data
from learning_network.enums import AGREEMENT_TRANSITIONS, AgreementState, SharedState, Stage, Visibility
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Agreement, AgreementNote, Enrolment, Intention
from learning_network.services import endings, enrolments
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def seen_by(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


@pytest.fixture
def boss() -> User:
    return lead()


@pytest.fixture
def enrolled(boss: User) -> Enrolment:
    return enrolment(running(by=boss))


def page(name: str, enrolled: Enrolment, *more: Any) -> str:
    return reverse(f"learning_network:{name}", args=[enrolled.programme.slug, *more])


def test_colleagues_write_one_intention_and_see_each_others_changes(enrolled: Enrolment) -> None:
    ina, bo = participant(enrolled), participant(enrolled)
    told = {"what": "Groenbeheer naar de wijk", "with_whom": "Bewoners", "when": "Vanaf mei", "needs": ""}
    assert seen_by(ina).post(page("intention", enrolled), told).status_code == 302
    row = Intention.objects.get()
    assert (row.state, row.version, row.visibility) == (SharedState.DRAFT, 1, Visibility.NETWORK)
    seen_by(bo).post(page("intention", enrolled), {**told, "what": "Ook het budget", "version": 1})
    clash = seen_by(ina).post(page("intention", enrolled), {**told, "what": "Iets anders", "version": 1})
    assert clash.status_code == 200
    assert "Ook het budget" in clash.content.decode()
    with pytest.raises(Stale):
        endings.save_intention(enrolment=enrolled, by=ina, what="x")  # began it, as if there were none
    with pytest.raises(PermissionDenied):
        endings.save_intention(enrolment=enrolled, by=UserFactory(), what="x", version=2)
    with pytest.raises(PermissionDenied):
        endings.save_intention(enrolment=enrolled, by=participant(enrolment(enrolled.programme)), what="x", version=2)


@pytest.mark.parametrize("visibility", Visibility.values)
def test_who_reads_a_shared_intention(visibility: str, enrolled: Enrolment, boss: User) -> None:
    ina = participant(enrolled)
    row = endings.save_intention(enrolment=enrolled, by=ina, what="Het buurthuis gaat over")
    in_lab = participant(enrolment(enrolled.programme))
    people = {"boss": boss, "lab": in_lab, "member": member(), "stranger": UserFactory(), "anonymous": None}
    address = page("endings", enrolled)

    def readers() -> set[str]:
        return {who for who, one in people.items() if "Het buurthuis" in seen_by(one).get(address).content.decode()}

    assert readers() == set()
    endings.share_intention(intention=row, visibility=visibility, by=ina, version=row.version)
    expected = {"boss", "lab"}
    expected |= {"member"} if visibility != Visibility.LAB else set()
    expected |= {"stranger", "anonymous"} if visibility == Visibility.EVERYONE else set()
    assert readers() == expected
    with pytest.raises(WrongMoment):
        endings.share_intention(intention=row, visibility=visibility, by=ina)
    endings.take_back_intention(intention=row, by=ina)
    assert readers() == set()


def test_an_intention_is_shared_and_taken_back_in_the_browser(enrolled: Enrolment) -> None:
    client = seen_by(participant(enrolled))
    address = page("intention", enrolled)
    client.post(address, {"what": "Groen", "with_whom": "", "when": "", "needs": ""})
    client.post(address, {"what_to_do": "share", "visibility": "everyone", "version": 1})
    assert Intention.objects.get().state == SharedState.SHARED
    assert "Groen" in Client().get(page("endings", enrolled)).content.decode()
    client.post(address, {"what_to_do": "back"})
    assert Intention.objects.get().state == SharedState.WITHDRAWN


def _agreed(enrolled: Enrolment, by: User, *others: Enrolment, **fields: Any) -> Agreement:
    fields = {"what": "Elk half jaar bij elkaar kijken", **fields}
    return endings.agree(programme=enrolled.programme, parties=[enrolled, *others], by=by, **fields)


@pytest.mark.parametrize("new", [one for one in AgreementState.values if one != AgreementState.STANDS])
@pytest.mark.parametrize("old", AgreementState.values)
def test_every_move_of_an_agreement(old: str, new: str, enrolled: Enrolment) -> None:
    ina = participant(enrolled)
    row = _agreed(enrolled, ina)
    if old != AgreementState.STANDS:
        endings.tell_agreement(agreement=row, state=old, by=ina, text="Zo ging het")
    allowed = new in AGREEMENT_TRANSITIONS.table[old] or (new == old != AgreementState.ENDED)
    if allowed:
        assert endings.tell_agreement(agreement=row, state=new, by=ina, text="En nu").state == new
    else:
        with pytest.raises(WrongMoment):
            endings.tell_agreement(agreement=row, state=new, by=ina, text="En nu")


def test_who_agrees_speaks_for_one_of_the_municipalities(enrolled: Enrolment, boss: User) -> None:
    other = enrolment(enrolled.programme)
    ina, bo = participant(enrolled), participant(other)
    with pytest.raises(NetworkError):
        endings.agree(programme=enrolled.programme, parties=[other], by=ina, what="Voor een ander")
    with pytest.raises(NetworkError):
        endings.agree(programme=enrolled.programme, parties=[], by=ina, what="Met niemand")
    elsewhere = enrolment(enrolled.programme, stage=Stage.IN_TALKS)
    with pytest.raises(NetworkError):
        endings.agree(programme=enrolled.programme, parties=[enrolled, elsewhere], by=ina, what="Met een gast")
    row = _agreed(enrolled, ina)
    with pytest.raises(PermissionDenied):
        endings.tell_agreement(agreement=row, state="kept", by=bo)
    endings.tell_agreement(agreement=row, state="kept", by=boss)
    with pytest.raises(NetworkError):
        endings.tell_agreement(agreement=row, state="ended", by=ina, text=" ")
    with pytest.raises(ValidationError):
        _agreed(enrolled, ina, until_on=date(2027, 1, 1), follow_up_on=date(2027, 2, 1))


def test_on_the_day_the_people_concerned_are_asked_once(enrolled: Enrolment, time_machine: Any) -> None:
    other = enrolment(enrolled.programme)
    ina, bo = participant(enrolled), participant(other)
    stopped = enrolment(enrolled.programme)
    gone = participant(stopped)
    participant(enrolment(enrolled.programme))  # agreed nothing
    day = clock.today() + timedelta(days=30)
    row = _agreed(enrolled, ina, other, stopped, follow_up_on=day)
    boss = enrolled.programme.roles.get().user
    enrolments.move(enrolment=stopped, stage=Stage.STOPPED, reason="Weg", by=boss)
    asked = Message.objects.filter(kind="learning_network.follow_up")
    assert endings.follow_up_due() == 0
    time_machine.move_to(clock.now() + timedelta(days=31))
    assert endings.follow_up_due() == 1
    assert endings.follow_up_due() == 0
    assert set(asked.values_list("recipient", flat=True)) == {ina.pk, bo.pk}
    assert gone.pk not in asked.values_list("recipient", flat=True)
    endings.tell_agreement(agreement=row, state="kept", by=bo, again_on=clock.today() + timedelta(days=90))
    assert endings.follow_up_due() == 0
    time_machine.move_to(clock.now() + timedelta(days=91))
    assert endings.follow_up_due() == 1
    assert asked.count() == 4
    endings.tell_agreement(agreement=row, state="ended", by=bo, text="Klaar")
    row.refresh_from_db()
    assert row.follow_up_on is None


def test_agreements_are_made_and_followed_up_in_the_browser(enrolled: Enrolment) -> None:
    client = seen_by(participant(enrolled))
    told = {"what": "Samen een gids", "parties": [enrolled.pk], "others": "", "until_on": "", "follow_up_on": ""}
    assert client.post(page("agree", enrolled), told).status_code == 302
    row = Agreement.objects.get()
    one = page("agreement", enrolled, row.pk)
    assert client.get(one).status_code == 200
    assert client.post(one, {"state": "changed", "text": "Nu een film", "again_on": ""}).status_code == 302
    assert AgreementNote.objects.get().text == "Nu een film"
    changed = {**told, "what": "Een film", "version": 2}
    assert client.post(page("agreement_change", enrolled, row.pk), changed).status_code == 302
    assert client.post(page("agreement_change", enrolled, row.pk), changed).status_code == 200  # stale
    colleague_elsewhere = seen_by(participant(enrolment(enrolled.programme)))
    assert colleague_elsewhere.get(one).status_code == 200
    assert colleague_elsewhere.post(one, {"state": "ended", "text": "x"}).status_code == 403
    assert seen_by(UserFactory()).get(one).status_code == 403


def test_the_overview_costs_the_same_with_more_rows(enrolled: Enrolment) -> None:
    ina = participant(enrolled)
    counts = []
    for more in (1, 3):
        for _number in range(more):
            other = enrolment(enrolled.programme)
            bo = participant(other)
            row = endings.save_intention(enrolment=other, by=bo, what="Iets")
            endings.share_intention(intention=row, visibility="lab", by=bo)
            _agreed(enrolled, ina, other)
        client = seen_by(ina)
        client.get(page("endings", enrolled))
        with CaptureQueriesContext(connection) as seen:
            client.get(page("endings", enrolled))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_export_tells_and_erasing_takes_the_name_off(enrolled: Enrolment) -> None:
    ina = participant(enrolled)
    endings.save_intention(enrolment=enrolled, by=ina, what="Het zwembad gaat over")
    row = _agreed(enrolled, ina)
    endings.tell_agreement(agreement=row, state="kept", by=ina, text="Goed gegaan")
    told = str(personal_data.export(ina))
    assert "Het zwembad gaat over" in told
    assert "Elk half jaar bij elkaar kijken" in told
    assert "Goed gegaan" in told
    personal_data.erase(ina)
    assert Intention.objects.get().author is None
    assert Agreement.objects.get().author is None
    assert AgreementNote.objects.get().by is None
