"""The recruitment board: moving, two leads at once, filters, files, who may, and what 342 municipalities cost."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.models import AuditEvent
from learning_network.enums import STAGE_TRANSITIONS, ProgrammeRoleKind, Stage
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Enrolment, Programme
from learning_network.queries import board
from learning_network.services import enrolments, programmes
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db

PAGES = ("board", "board_table", "board_map", "board_readiness", "board_money", "board_letters", "board_add")


@pytest.fixture(autouse=True)
def _single_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture
def boss() -> User:
    return lead()


@pytest.fixture
def programme(boss: User) -> Programme:
    return running(by=boss)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(name: str, programme: Programme, *args: Any) -> str:
    return reverse(f"learning_network:{name}", args=[programme.slug, *args])


def post_move(client: Client, programme: Programme, cards: list[Enrolment], stage: str, **more: Any) -> Any:
    keys = [f"{card.pk}:{card.version}" for card in cards]
    return client.post(page("board_move", programme), {"kaart": keys, "stage": stage, **more}, follow=True)


@pytest.mark.parametrize(("old", "new"), list(product(Stage, Stage)))
def test_a_card_goes_where_the_table_of_stages_says(boss: User, programme: Programme, old: Stage, new: Stage) -> None:
    card = enrolment(programme, stage=old)
    if new in STAGE_TRANSITIONS.table[old]:
        moved = enrolments.move(enrolment=card, stage=new, reason="Geen tijd", by=boss)
        assert (moved.stage, moved.stage_reason, moved.version) == (new, "Geen tijd", 2)
    else:
        with pytest.raises(WrongMoment):
            enrolments.move(enrolment=card, stage=new, reason="Geen tijd", by=boss)
        card.refresh_from_db()
        assert (card.stage, card.version) == (old, 1)


def test_the_page_moves_every_card_as_the_table_says(boss: User, programme: Programme) -> None:
    client = as_(boss)
    for old, new in product(Stage, Stage):
        card = enrolment(programme, stage=old)
        post_move(client, programme, [card], new, reason="Geen tijd")
        card.refresh_from_db()
        assert card.stage == (new if new in STAGE_TRANSITIONS.table[old] else old), (old, new)


def test_who_stops_is_asked_why_first_and_the_reason_is_kept(boss: User, programme: Programme) -> None:
    cards = [enrolment(programme, stage=Stage.IN_TALKS), enrolment(programme, stage=Stage.INVITED)]
    client = as_(boss)
    asked = post_move(client, programme, cards, Stage.STOPPED)
    assert asked.status_code == 200
    assert cards[0].municipality.name in asked.content.decode()
    assert not Enrolment.objects.filter(stage=Stage.STOPPED).exists()
    assert post_move(client, programme, cards, Stage.STOPPED, reason=" ").status_code == 422
    post_move(client, programme, cards, Stage.STOPPED, reason="De raad wil niet")
    assert list(Enrolment.objects.values_list("stage", "stage_reason")) == [("stopped", "De raad wil niet")] * 2
    assert AuditEvent.objects.filter(verb="learning_network.stage_moved").count() == 2
    with pytest.raises(NetworkError):
        enrolments.move(enrolment=enrolment(programme, stage=Stage.INVITED), stage=Stage.STOPPED, by=boss)


def test_of_two_leads_the_second_hears_that_the_card_moved(boss: User, programme: Programme) -> None:
    other = UserFactory()
    programmes.give_role(programme=programme, user=other, kind=ProgrammeRoleKind.LEAD, by=boss)
    card, quiet = enrolment(programme, stage=Stage.INVITED), enrolment(programme, stage=Stage.INVITED)
    enrolments.move(enrolment=card, stage=Stage.IN_TALKS, by=boss)  # while the other has the board open
    answer = post_move(as_(other), programme, [card, quiet], Stage.NEARLY_AGREED)
    card.refresh_from_db()
    quiet.refresh_from_db()
    assert (card.stage, quiet.stage) == (Stage.IN_TALKS, Stage.NEARLY_AGREED)
    told = answer.content.decode()
    assert (
        f"{card.municipality.name}: Iemand anders heeft deze kaart net gewijzigd. Hij staat nu op ‘in gesprek’." in told
    )
    with pytest.raises(Stale):
        enrolments.move(enrolment=card, stage=Stage.NEARLY_AGREED, by=other, version=1)


def test_a_form_of_a_card_that_somebody_else_saved_shows_what_they_wrote(boss: User, programme: Programme) -> None:
    card = enrolment(programme, stage=Stage.INVITED)
    enrolments.change(enrolment=card, by=boss, notes="Belt terug", contact_name="Ans")
    answer = as_(boss).post(
        page("card_change", programme, card.municipality_id),
        {"notes": "Mail sturen", "contact_name": "Ans", "version": 1},
    )
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "Belt terug" in told
    assert "Mail sturen" in told
    card.refresh_from_db()
    assert card.notes == "Belt terug"


def test_a_programme_that_ended_leaves_its_board_as_it_is(boss: User, programme: Programme) -> None:
    card = enrolment(programme, stage=Stage.IN_TALKS)
    programmes.finish(programme=programme, by=boss)
    with pytest.raises(WrongMoment):
        enrolments.move(enrolment=card, stage=Stage.NEARLY_AGREED, by=boss)
    with pytest.raises(WrongMoment):
        enrolments.add(programme=programme, municipalities=[OfficialFactory()], by=boss)


def test_several_municipalities_come_on_the_board_at_once_and_each_only_once(boss: User, programme: Programme) -> None:
    new, there = (
        OfficialFactory(name="Aalburg", province="Utrecht"),
        OfficialFactory(name="Zandstad", province="Drenthe"),
    )
    gone = OfficialFactory(name="Oudstad", ended_in=2024)
    enrolment(programme, stage=Stage.IN_TALKS, municipality=there)
    client = as_(boss)
    shown = client.get(page("board_add", programme)).content.decode()
    assert f'value="{new.pk}"' in shown
    assert f'value="{there.pk}"' not in shown
    assert "Op het bord: in gesprek" in shown
    assert "Oudstad" not in shown
    assert "Aalburg" not in client.get(page("board_add", programme), {"provincie": "Drenthe"}).content.decode()
    assert "Zandstad" not in client.get(page("board_add", programme), {"q": "aalb"}).content.decode()
    client.post(page("board_add", programme), {"gemeente": [new.pk, there.pk, gone.pk, "nooit!"]})
    stages = dict(programme.enrolments.values_list("municipality_id", "stage"))
    assert stages == {new.pk: Stage.INVITED, there.pk: Stage.IN_TALKS}


def test_the_board_marks_late_steps_and_says_how_long_a_card_has_stood(boss: User, programme: Programme) -> None:
    today = clock.today()
    late = enrolment(
        programme, stage=Stage.IN_TALKS, next_step="Bellen", next_step_on=today - timedelta(days=1), contact_name="Ans"
    )
    Enrolment.objects.filter(pk=late.pk).update(stage_since=clock.now() - timedelta(days=12))
    enrolment(programme, stage=Stage.STOPPED, next_step_on=today - timedelta(days=1))
    soon = enrolment(programme, stage=Stage.IN_TALKS, next_step_on=today)
    late.refresh_from_db()
    cards = {card.row.pk: card for card in board.cards(programme, programme.enrolments.all(), today)}
    assert [card.late for card in cards.values()].count(True) == 1
    assert cards[late.pk].since == "12 dagen in deze fase"
    assert list(board.filtered(programme, {"wacht": True}, today)) == [late]
    found = board.filtered(programme, {"q": "ans"}, today)
    assert late in found
    assert soon not in found
    text = as_(boss).get(page("board", programme)).content.decode()
    assert "12 dagen in deze fase" in text
    assert "te laat" in text


def test_the_order_and_the_stage_of_the_table_are_chosen(boss: User, programme: Programme) -> None:
    big = enrolment(programme, municipality=OfficialFactory(name="Zandstad", population=90_000), stage=Stage.INVITED)
    small = enrolment(programme, municipality=OfficialFactory(name="Aalburg", population=9_000), stage=Stage.IN_TALKS)
    today = clock.today()
    assert list(board.filtered(programme, {}, today)) == [small, big]
    assert list(board.filtered(programme, {"volgorde": "inwoners"}, today)) == [big, small]
    assert list(board.filtered(programme, {"fase": "invited"}, today)) == [big]


def test_a_cell_of_the_files_never_becomes_a_formula(boss: User, programme: Programme) -> None:
    place = OfficialFactory(name="Aalburg")
    enrolment(programme, municipality=place, contact_name="=HYPERLINK(1)", notes="+31 6", stage=Stage.INVITED)
    client = as_(boss)
    text = client.get(page("board_export", programme, "csv")).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'+31 6" in text
    assert client.get(page("board_export", programme, "xlsx")).content.startswith(b"PK")
    assert client.get(page("board_export", programme, "exe")).status_code == 404


def test_342_municipalities_cost_as_many_queries_as_one(boss: User, programme: Programme) -> None:
    client = as_(boss)
    costs: list[list[int]] = []
    for more in (1, 2, 339):
        places = [OfficialFactory() for _n in range(more)]
        Enrolment.objects.bulk_create(
            Enrolment(programme=programme, municipality=place, stage=Stage.INVITED, contact_email="a@b.example")
            for place in places
        )
        client.get(page("board", programme))
        cost = []
        for name in PAGES:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(page(name, programme)).status_code == 200
            cost.append(len(asked))
        costs.append(cost)
    assert programme.enrolments.count() == 342
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) < 30


def people(programme: Programme, boss: User) -> dict[str, User]:
    facilitator = UserFactory()
    programmes.give_role(programme=programme, user=facilitator, kind=ProgrammeRoleKind.FACILITATOR, by=boss)
    inside = enrolment(programme, stage=Stage.TAKING_PART)
    return {
        "lead": boss,
        "facilitator": facilitator,
        "participant": participant(inside),
        "member": member(),
        "stranger": UserFactory(),
        "lead of another": running(title="Ander programma").roles.get().user,
    }


def test_only_the_leads_of_a_programme_see_and_change_its_board(boss: User, programme: Programme) -> None:
    cast = people(programme, boss)
    card = enrolment(programme, stage=Stage.INVITED, contact_email="ans@aalburg.example")
    code = card.municipality_id
    reads = [
        *(page(name, programme) for name in PAGES),
        *(page(name, programme, "csv") for name in ("board_export", "board_money_file")),
        *(page(name, programme, code) for name in ("card", "card_change", "card_money")),
        page("letter_words", programme, "invitation"),
    ]
    for who, user in cast.items():
        # To strangers these pages don't exist.
        client, status = as_(user), {"lead": 200, "stranger": 404}.get(who, 403)
        for address in reads:
            assert client.get(address).status_code == status, (who, address)
        if who != "lead":
            for address in (
                page("board_move", programme),
                page("board_add", programme),
                page("board_ask", programme),
                page("card_ask", programme, code),
                page("letters_sent", programme, "invitation"),
            ):
                assert client.post(address, {"kaart": f"{card.pk}:1", "stage": "in_talks"}).status_code == status
            with pytest.raises(PermissionDenied):
                enrolments.move_several(programme=programme, cards=[(card.pk, 1)], stage=Stage.IN_TALKS, by=user)
    for address in reads:
        assert Client().get(address).status_code == 302
    card.refresh_from_db()
    assert (card.stage, card.version) == (Stage.INVITED, 1)


def test_cards_of_another_programme_are_not_moved(boss: User, programme: Programme) -> None:
    elsewhere = enrolment(running(title="Ander programma"), stage=Stage.INVITED)
    post_move(as_(boss), programme, [elsewhere], Stage.IN_TALKS)
    elsewhere.refresh_from_db()
    assert elsewhere.stage == Stage.INVITED
    assert as_(boss).get(page("card", programme, elsewhere.municipality_id)).status_code == 404
