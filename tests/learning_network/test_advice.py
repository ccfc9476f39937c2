from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import Message
from learning_network.enums import AdviceOutcome, Visibility
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import AdviceRequest, Programme
from learning_network.services import advice, circles
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db
TEXTS = {
    "title": "Hoe krijgen we de raad mee?",
    "situation": "De raad wil eerst cijfers zien.",
    "wants": "Welke cijfers overtuigden jullie raad?",
    "theme": "support",
}


def in_programme(programme: Programme, name: str = "") -> User:
    user = UserFactory(name=name) if name else UserFactory()
    return participant(enrolment(programme), user)


def question(by: User, programme: Programme, **fields: Any) -> AdviceRequest:
    place = by.participations.get(enrolment__programme=programme).enrolment.municipality
    values = TEXTS | {"until": clock.today() + timedelta(days=10), "visibility": Visibility.LAB} | fields
    return advice.ask(by=by, programme=programme, municipality=place, **values)


def told(user: User, kind: str) -> int:
    return Message.objects.filter(recipient=user, kind=f"learning_network.{kind}").count()


def test_a_question_goes_from_asking_to_what_was_done_and_everybody_hears_their_part_once() -> None:
    boss = lead()
    programme = running(by=boss)
    ina, bert, cor = (in_programme(programme) for _number in range(3))
    row = question(ina, programme)
    assert [told(one, "advice_asked") for one in (ina, bert, cor, boss)] == [0, 1, 1, 1]
    used = advice.give(request=row, text="Laat de wijk zelf vertellen.", by=bert)
    other = advice.give(request=row, text="Reken het voor.", by=cor)
    assert used.municipality == bert.participations.get().enrolment.municipality
    assert told(ina, "advice_given") == 2
    with pytest.raises(PermissionDenied):
        advice.give(request=row, text="Ik weet het zelf.", by=ina)
    advice.thank(advice=used, by=ina)
    advice.thank(advice=used, by=ina)
    assert told(bert, "advice_thanked") == 1
    with pytest.raises(ValidationError) as refused:
        advice.close(request=row, closing="Gelukt.", outcomes={used.pk: (AdviceOutcome.NOT_USED, " ")}, by=ina)
    assert set(refused.value.message_dict) == {f"reason-{used.pk}", f"outcome-{other.pk}"}
    closed = advice.close(
        request=row,
        closing="De wijk sprak in. De raad zei ja.",
        outcomes={used.pk: (AdviceOutcome.USED, ""), other.pk: (AdviceOutcome.NOT_USED, "Te duur")},
        by=ina,
    )
    assert closed.closed_at is not None
    assert [told(one, "advice_closed") for one in (bert, cor, ina)] == [1, 1, 0]
    with pytest.raises(WrongMoment):
        advice.give(request=row, text="Te laat", by=bert)
    with pytest.raises(WrongMoment):
        advice.change_advice(advice=used, text="Anders", by=bert)


def test_an_advice_is_changed_by_who_wrote_it_and_not_over_a_newer_text() -> None:
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    given = advice.give(request=question(ina, programme), text="Eerst", by=bert)
    advice.change_advice(advice=given, text="Daarna", by=bert, version=1)
    with pytest.raises(Stale):
        advice.change_advice(advice=given, text="Te laat", by=bert, version=1)
    with pytest.raises(PermissionDenied):
        advice.change_advice(advice=given, text="Van een ander", by=ina)


def test_readers_are_not_made_more_after_the_first_advice() -> None:
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    row = question(ina, programme, visibility=Visibility.NETWORK)
    row = advice.change(request=row, by=ina, visibility=Visibility.EVERYONE)
    row = advice.change(request=row, by=ina, visibility=Visibility.NETWORK)
    advice.give(request=row, text="Alleen voor leden", by=bert)
    with pytest.raises(NetworkError):
        advice.change(request=row, by=ina, visibility=Visibility.EVERYONE)
    assert advice.change(request=row, by=ina, visibility=Visibility.LAB).visibility == Visibility.LAB


def test_the_asker_is_reminded_once_of_a_day_that_passed_and_once_of_advice_that_lies(time_machine: Any) -> None:
    time_machine.move_to("2026-03-02T09:00:00+01:00", tick=False)
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    row = question(ina, programme, until=clock.today() + timedelta(days=40))
    advice.give(request=row, text="Zo", by=bert)
    assert advice.remind() == 0
    time_machine.move_to("2026-03-17T09:00:00+01:00", tick=False)
    assert [advice.remind(), advice.remind()] == [1, 0]
    assert told(ina, "advice_unused") == 1
    time_machine.move_to("2026-04-12T09:00:00+02:00", tick=False)
    assert [advice.remind(), advice.remind()] == [1, 0]
    assert told(ina, "advice_day_passed") == 1
    advice.change(request=row, by=ina, until=clock.today() + timedelta(days=5))
    assert advice.remind() == 0
    advice.close(request=row, closing="Klaar", outcomes={row.advices.get().pk: ("used", "")}, by=ina)
    time_machine.move_to("2026-05-12T09:00:00+02:00", tick=False)
    assert advice.remind() == 0


# What each person may do with a question in a programme: read it, advise, change it, take it away.
MATRIX = {
    "stranger": ("-", "-", "-", "-"),
    "resident": ("-", "-", "-", "-"),
    "member": ("-", "-", "-", "-"),
    "elsewhere": ("-", "-", "-", "-"),
    "asker": ("read", "-", "edit", "-"),
    "colleague": ("read", "-", "edit", "-"),
    "other": ("read", "advise", "-", "-"),
    "lead": ("read", "advise", "-", "take_away"),
}


@pytest.fixture
def cast() -> dict[str, Any]:
    boss = lead()
    programme = running(by=boss)
    ina = in_programme(programme)
    people: dict[str, Any] = {
        "stranger": AnonymousUser(),
        "resident": UserFactory(),
        "member": member(),
        "elsewhere": in_programme(running()),
        "asker": ina,
        "colleague": participant(ina.participations.get().enrolment),
        "other": in_programme(programme),
        "lead": boss,
    }
    return {"people": people, "question": question(ina, programme), "programme": programme}


@pytest.mark.parametrize("who", MATRIX)
def test_of_a_question_for_one_programme_each_person_may_do_their_part(who: str, cast: dict[str, Any]) -> None:
    user, row = cast["people"][who], cast["question"]
    asked = ("read", "advise", "edit", "take_away")
    found = tuple(name if user.has_perm(f"learning_network.{name}", row) else "-" for name in asked)
    assert found == MATRIX[who]
    assert AdviceRequest.objects.visible_to(user).filter(pk=row.pk).exists() == (MATRIX[who][0] == "read")


def test_nobody_advises_on_what_was_taken_back(cast: dict[str, Any]) -> None:
    row, people = cast["question"], cast["people"]
    circles.take_back(item=row, by=people["asker"])
    with pytest.raises(WrongMoment):
        advice.give(request=row, text="Toch", by=people["other"])
    advice.share(request=row, by=people["colleague"])
    assert told(people["other"], "advice_asked") == 1


def test_pages_show_a_public_question_without_names_of_persons(client: Client) -> None:
    programme = running()
    ina, bert = in_programme(programme, "Ina de Vries"), in_programme(programme, "Bert Jansen")
    row = question(ina, programme, visibility=Visibility.EVERYONE)
    advice.give(request=row, text="Zo deden wij het.", by=bert)
    page = client.get(row.get_absolute_url())
    text = page.content.decode()
    assert "Zo deden wij het." in text
    assert "Ina de Vries" not in text
    assert "Bert Jansen" not in text
    assert not page.cookies
    client.force_login(bert)
    assert "Ina de Vries" in client.get(row.get_absolute_url()).content.decode()


def test_what_was_typed_survives_a_log_out(client: Client) -> None:
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    row = question(ina, programme, visibility=Visibility.EVERYONE)
    kept = client.post(row.get_absolute_url(), {"text": "Half getypt"})
    assert kept.status_code == 302
    client.force_login(bert)
    assert "Half getypt" in client.get(row.get_absolute_url()).content.decode()


def test_asking_advising_and_closing_on_the_pages(client: Client) -> None:
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    client.force_login(ina)
    place = f"{programme.pk}:{ina.participations.get().enrolment.municipality_id}"
    day = clock.today() + timedelta(days=7)
    data = TEXTS | {"tried": "", "until": day.isoformat(), "place": place, "visibility": "lab"}
    url = reverse("learning_network:advice_new")
    refused = client.post(url, data | {"until": "2020-01-01"})
    assert refused.status_code == 422
    assert client.post(url, data).status_code == 302
    row = AdviceRequest.objects.get()
    client.force_login(bert)
    assert client.post(row.get_absolute_url(), {"text": ""}).status_code == 422
    assert client.post(row.get_absolute_url(), {"text": "Begin klein."}).status_code == 302
    given = row.advices.get()
    client.force_login(ina)
    close_url = reverse("learning_network:advice_close", args=[row.pk])
    assert "Begin klein." in client.get(close_url).content.decode()
    assert client.post(close_url, {"closing": "Gedaan", f"outcome-{given.pk}": "not_used"}).status_code == 422
    assert client.post(close_url, {"closing": "Gedaan", f"outcome-{given.pk}": "used"}).status_code == 302
    given.refresh_from_db()
    assert given.outcome == AdviceOutcome.USED


def test_the_list_costs_the_same_with_one_question_and_with_three(client: Client) -> None:
    programme = running()
    ina, bert = in_programme(programme), in_programme(programme)
    client.force_login(bert)
    url = reverse("learning_network:advice")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert client.get(url).status_code == 200
        return len(spent)

    question(ina, programme)
    cost()
    one = cost()
    for _number in range(2):
        advice.give(request=question(ina, programme), text="Ja", by=bert)
    assert cost() == one


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"staat": "afgerond"}, 0),
        ({"van": "van-mij"}, 1),
        ({"van": "geadviseerd"}, 0),
        ({"zoek": "cijfer"}, 1),
        ({"zoek": "fietspad"}, 0),
        ({"thema": "role"}, 0),
        ({"staat": "\x00"}, 1),
    ],
)
def test_filters_of_the_list(client: Client, asked: dict[str, str], found: int) -> None:
    programme = running()
    ina = in_programme(programme)
    question(ina, programme)
    client.force_login(ina)
    page = client.get(reverse("learning_network:advice"), asked)
    assert page.context["page"].paginator.count == found
