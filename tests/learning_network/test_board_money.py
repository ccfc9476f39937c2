"""What municipalities owe and have paid: totals always agree with the lines."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.core import clock
from learning_network.enums import INSIDE, Stage
from learning_network.models import Enrolment
from learning_network.queries import money
from tests.factories.learning_network import OfficialFactory, enrolment, lead, running

TODAY = date(2026, 11, 22)
CENTS = st.integers(0, 10_000_000)


@st.composite
def enrolments(draw: Any) -> Enrolment:
    fee = draw(CENTS)
    return Enrolment(
        municipality_id="GM8001",
        stage=draw(st.sampled_from(Stage.values)),
        fee_cents=fee,
        reduction_cents=draw(st.integers(0, fee)),
        received_cents=draw(CENTS),
        invoiced_on=draw(st.none() | st.dates(TODAY - timedelta(days=90), TODAY)),
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no failure
@given(st.lists(enrolments(), max_size=12))
def test_totals_are_the_sums_of_their_lines_to_the_cent(rows: list[Enrolment]) -> None:
    found = money.overview(rows, TODAY)
    for lines, total in ((found.owing, found.total), (found.possible, found.possible_total)):
        assert total.fee == sum(line.row.fee_cents for line in lines)
        assert total.received == sum(line.row.received_cents for line in lines)
        assert total.net == total.fee - total.reduction == sum(line.sums.net for line in lines)
        assert total.open == total.net - total.received == sum(line.row.owed_cents for line in lines)
        assert (
            total.overdue == sum(line.sums.overdue for line in lines) <= sum(max(line.sums.open, 0) for line in lines)
        )
        assert total.invoiced == sum(line.sums.net for line in lines if line.row.invoiced_on)
    told = {id(line.row) for line in (*found.owing, *found.possible)}
    assert len(told) == len(found.owing) + len(found.possible)
    # Every cent that came in is counted, and nobody who is in is forgotten.
    assert found.total.received == sum(row.received_cents for row in rows)
    assert all(id(row) in told for row in rows if row.stage in INSIDE)


@pytest.mark.parametrize(
    ("days", "received", "state"),
    [(30, 0, "gefactureerd"), (31, 0, "te laat"), (31, 90_000, "betaald"), (31, 95_000, "te veel betaald")],
)
def test_an_invoice_is_late_after_thirty_days(days: int, received: int, state: str) -> None:
    row = Enrolment(
        fee_cents=100_000, reduction_cents=10_000, received_cents=received, invoiced_on=TODAY - timedelta(days=days)
    )
    assert money.line(row, TODAY).state == state


@pytest.mark.django_db
def test_the_file_ends_with_the_total_and_holds_no_formula(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    programme = running(by=boss)
    for number, name in enumerate(("Aalburg", "Zandstad"), 1):
        enrolment(
            programme,
            municipality=OfficialFactory(name=name),
            fee_cents=250_050 * number,
            reduction_cents=50_000,
            reduction_reason="=1+1",
            received_cents=100_000,
            invoiced_on=clock.today() - timedelta(days=40),
        )
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("learning_network:board_money_file", args=[programme.slug, "csv"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[-1][1] == "Totaal"
    assert (rows[-1][3], rows[-1][6], rows[-1][10]) == ("7501,5", "6501,5", "4501,5")
    assert rows[1][5] == "'=1+1"
    shown = client.get(reverse("learning_network:board_money", args=[programme.slug])).content.decode()
    assert "€\xa04.501,50" in shown
    assert "Te laat" in shown


@pytest.mark.django_db
def test_a_reduction_needs_a_reason_and_is_at_most_the_contribution(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    card = enrolment(running(by=boss), fee_cents=100_000)
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("learning_network:card_money", args=[card.programme.slug, card.municipality_id])
    for typed in (
        {"fee_cents": "1000", "reduction_cents": "1001", "reduction_reason": "Klein"},
        {"fee_cents": "1000", "reduction_cents": "100"},
    ):
        assert client.post(address, {**typed, "version": 1}).status_code == 422
    good = {"fee_cents": "1.000", "reduction_cents": "100,50", "reduction_reason": "Kleine gemeente", "version": 1}
    assert client.post(address, good).status_code == 302
    card.refresh_from_db()
    assert (card.fee_cents, card.reduction_cents, card.received_cents) == (100_000, 10_050, 0)
