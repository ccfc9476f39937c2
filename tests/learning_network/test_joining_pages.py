"""From the link in the mail to the page of one's municipality, and everything that can be wrong with a link."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.notifications.models import Message
from learning_network import links
from learning_network.enums import Stage
from learning_network.errors import NetworkError
from learning_network.models import Acceptance, Enrolment, Participant, Programme
from learning_network.services import enrolments, participants, programmes
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, participant, running

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def seen_by(user: Any) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def own_page(programme: Programme) -> str:
    return reverse("learning_network:municipality", args=[programme.slug])


@pytest.fixture
def boss() -> User:
    return lead()


@pytest.fixture
def enrolled(boss: User) -> Enrolment:
    programme = running(by=boss)
    return enrolment(programme, municipality=OfficialFactory(name="Kadewoude"), stage=Stage.COMMITTED)


def asked(enrolled: Enrolment, boss: User, email: str = "ina@kadewoude.example") -> Participant:
    return participants.invite(enrolment=enrolled, email=email, by=boss)


def yes(rules: int, **more: str) -> dict[str, str]:
    return {"rules": str(rules), "accept": "on", "function": "Wijkmanager", **more}


def test_the_link_shows_the_programme_and_comes_back_after_logging_in(enrolled: Enrolment, boss: User) -> None:
    enrolment(enrolled.programme, municipality=OfficialFactory(name="Zandmeer"))
    link = links.address_of(asked(enrolled, boss))
    stranger = Client()
    page = stranger.get(link)
    shown = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    assert "Zandmeer" in shown
    assert "Kadewoude" in shown
    assert f"/account/login/?next={link}".replace("~", "%7E") in shown.replace("~", "%7E")
    ina = UserFactory(email="ina@kadewoude.example")
    client = seen_by(ina)
    rules = participants.newest_rules(enrolled.programme)
    done = client.post(link, yes(rules.pk))
    assert done.headers["Location"].startswith(own_page(enrolled.programme))
    me = Participant.objects.get(user=ina)
    assert (me.function, me.acceptances.get().rules) == ("Wijkmanager", rules)
    enrolled.refresh_from_db()
    assert enrolled.stage == Stage.TAKING_PART
    assert client.get(link).status_code == 302  # a second time leads on


def test_the_rules_must_be_accepted_and_be_the_newest(enrolled: Enrolment, boss: User) -> None:
    link = links.address_of(asked(enrolled, boss))
    client = seen_by(UserFactory(email="ina@kadewoude.example"))
    old = participants.newest_rules(enrolled.programme)
    assert client.post(link, {"rules": old.pk}).status_code == 200
    participants.publish_rules(programme=enrolled.programme, text="- Anders", by=boss)
    again = client.post(link, yes(old.pk))
    newest = participants.newest_rules(enrolled.programme)
    assert again.status_code == 200
    assert f'value="{newest.pk}"' in again.content.decode()
    assert not Acceptance.objects.exists()
    assert client.post(link, yes(newest.pk)).status_code == 302


def test_another_account_says_first_that_it_is_theirs(enrolled: Enrolment, boss: User) -> None:
    link = links.address_of(asked(enrolled, boss))
    client = seen_by(UserFactory(email="ina@thuis.example"))
    rules = participants.newest_rules(enrolled.programme)
    assert client.post(link, yes(rules.pk)).status_code == 200
    assert client.post(link, yes(rules.pk, other_address="on")).status_code == 302


def test_links_that_lead_nowhere_say_why(enrolled: Enrolment, boss: User) -> None:
    first = asked(enrolled, boss)
    link = links.address_of(first)
    assert Client().get(link[:-4] + "xyz/").status_code == 410
    ina = participant(enrolled, UserFactory(email="an@kadewoude.example"))
    assert seen_by(ina).get(link).status_code == 302  # takes part already: to her own page
    rules = participants.newest_rules(enrolled.programme)
    participants.accept(participant=first, rules=rules, by=UserFactory())
    assert "Log in" in Client().get(link).content.decode()
    assert seen_by(UserFactory()).get(link).status_code == 200
    second = asked(enrolled, boss, "bo@kadewoude.example")
    participants.leave(participant=second, by=boss)
    assert Client().get(links.address_of(second)).status_code == 410
    third = links.address_of(asked(enrolled, boss, "cas@kadewoude.example"))
    enrolled.refresh_from_db()
    enrolments.move(enrolment=enrolled, stage=Stage.STOPPED, reason="Geen geld", by=boss)
    assert "Kadewoude" in Client().get(third).content.decode()
    assert Client().get(third).status_code == 410
    programmes.finish(programme=enrolled.programme, by=boss)
    assert Client().post(third, yes(rules.pk)).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_of_two_people_on_one_link_at_once_one_is_in(boss: User, enrolled: Enrolment) -> None:
    first = asked(enrolled, boss)
    rules = participants.newest_rules(enrolled.programme)
    people = [UserFactory(), UserFactory()]
    together = threading.Barrier(2)
    refused: list[NetworkError] = []

    def press(user: User) -> None:
        together.wait()
        try:
            participants.accept(participant=first, rules=rules, by=user)
        except NetworkError as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[one]) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 1
    assert Acceptance.objects.count() == 1
    assert Participant.objects.filter(joined_at__isnull=False).count() == 1


def test_a_colleague_is_invited_asked_again_and_taken_off(enrolled: Enrolment) -> None:
    ina = participant(enrolled)
    programme = enrolled.programme
    client = seen_by(ina)
    told = {"email": "Bo@kadewoude.example", "name": "Bo", "role": "client"}
    assert client.post(own_page(programme), told).status_code == 302
    assert client.post(own_page(programme), told).status_code == 200  # is on the list already
    bo = Participant.objects.get(email="bo@kadewoude.example")
    client.post(own_page(programme), {"person": bo.pk, "what": "again"})
    assert Message.objects.filter(address="bo@kadewoude.example").count() == 2
    client.post(own_page(programme), {"person": bo.pk, "what": "off"})
    bo.refresh_from_db()
    assert bo.left_at is not None
    leave = reverse("learning_network:leave", args=[programme.slug])
    assert client.get(leave).status_code == 200
    client.post(leave)
    assert client.get(own_page(programme)).status_code == 403


def test_new_rules_are_asked_on_the_page_of_the_programme_until_they_are_accepted(
    enrolled: Enrolment, boss: User
) -> None:
    ina = participant(enrolled)
    programme = enrolled.programme
    rules_page = reverse("learning_network:rules", args=[programme.slug])
    client = seen_by(ina)
    assert 'name="accept"' not in client.get(rules_page).content.decode()
    participants.publish_rules(programme=programme, text="- Nieuw", by=boss)
    newest = participants.newest_rules(programme)
    assert rules_page in client.get(programme.get_absolute_url()).content.decode()
    assert 'name="accept"' in client.get(rules_page).content.decode()
    assert client.post(rules_page, {"rules": newest.pk, "accept": "on"}).status_code == 302
    assert Acceptance.objects.filter(participant__user=ina).count() == 2
    assert 'name="accept"' not in client.get(rules_page).content.decode()


def test_who_opens_the_page_of_a_municipality(enrolled: Enrolment, boss: User) -> None:
    ina = participant(enrolled)
    page = own_page(enrolled.programme)
    assert seen_by(ina).get(page).status_code == 200
    assert seen_by(boss).get(page).status_code == 403  # leads it, is of no municipality
    assert seen_by(UserFactory()).get(page).status_code == 403
    assert "/account/login/" in Client().get(page).headers["Location"]
    other = participant(enrolment(enrolled.programme, municipality=OfficialFactory(name="Zandmeer")))
    peek = seen_by(other).get(page, {"gemeente": enrolled.municipality_id})
    assert "<h1>Zandmeer</h1>" in peek.content.decode()  # never somebody else's
    mine = Participant.objects.get(user=ina)
    assert seen_by(other).post(page, {"person": mine.pk, "what": "off"}).status_code == 404


def test_the_page_of_a_municipality_costs_the_same_with_more_people(enrolled: Enrolment) -> None:
    ina = participant(enrolled)
    counts = []
    for more in (1, 3):
        for _number in range(more):
            participant(enrolled)
        client = seen_by(ina)
        client.get(own_page(enrolled.programme))
        with CaptureQueriesContext(connection) as seen:
            client.get(own_page(enrolled.programme))
        counts.append(len(seen))
    assert counts[0] == counts[1]
