from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from foundation.notifications.models import Message
from learning_network import links
from learning_network.enums import Stage
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Acceptance, Member
from learning_network.services import enrolments, participants
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, lead, running

pytestmark = pytest.mark.django_db


def test_a_municipality_comes_from_the_board_into_the_programme_with_its_first_person() -> None:
    boss = lead()
    programme = running(by=boss)
    [card] = enrolments.add(programme=programme, municipalities=[OfficialFactory()], by=boss)
    with pytest.raises(WrongMoment):
        participants.invite(enrolment=card, email="ina@utrecht.example", by=boss)
    for stage in (Stage.IN_TALKS, Stage.NEARLY_AGREED, Stage.COMMITTED):
        card = enrolments.move(enrolment=card, stage=stage, by=boss)
    asked = participants.invite(enrolment=card, email="Ina@Utrecht.example ", by=boss)
    assert Message.objects.filter(address="ina@utrecht.example").count() == 1
    ina = UserFactory()
    found = links.read(links.token_of(asked))
    participants.accept(participant=found, rules=participants.newest_rules(programme), by=ina)
    card.refresh_from_db()
    assert card.stage == Stage.TAKING_PART
    assert ina.has_perm("learning_network.take_part", programme)
    assert Acceptance.objects.filter(participant=asked).count() == 1
    assert Member.objects.get(user=ina).municipality == card.municipality
    other = UserFactory()
    with pytest.raises(NetworkError):
        participants.accept(participant=found, rules=participants.newest_rules(programme), by=other)
    card = enrolments.move(enrolment=card, stage=Stage.STOPPED, reason="Geen geld", by=boss)
    ina = type(ina).objects.get(pk=ina.pk)
    assert not ina.has_perm("learning_network.take_part", programme)
    assert ina.has_perm("learning_network.read_network")


def test_only_who_leads_moves_cards_and_a_full_programme_takes_no_more() -> None:
    boss = lead()
    programme = running(by=boss, places=1)
    cards = enrolments.add(programme=programme, municipalities=[OfficialFactory(), OfficialFactory()], by=boss)
    with pytest.raises(PermissionDenied):
        enrolments.move(enrolment=cards[0], stage=Stage.IN_TALKS, by=lead())
    for one in cards:
        enrolments.move(enrolment=one, stage=Stage.NEARLY_AGREED, by=boss)
    enrolments.move(enrolment=cards[0], stage=Stage.COMMITTED, by=boss)
    with pytest.raises(NetworkError):
        enrolments.move(enrolment=cards[1], stage=Stage.COMMITTED, by=boss)
