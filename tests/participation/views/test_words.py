"""What the pages of the back office say where there is nothing to choose or to tell yet, in words people use."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from foundation.core.clock import AMSTERDAM
from participation.enums import PhaseKind
from participation.queries.openness import why_closed
from tests.factories.municipalities import civil_servant
from tests.factories.participation import PhaseFactory, running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings: LazySettings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.mark.parametrize("page", ["choice_new", "plan", "decision_new"])
def test_no_list_begins_with_a_row_of_dashes(client: Client, page: str) -> None:
    process = running(kind=PhaseKind.DECISION)
    here = process.municipality
    client.force_login(civil_servant(here))
    args = [here.slug] if page == "choice_new" else [here.slug, process.slug]
    shown = client.get(reverse(f"participation:{page}", args=args)).content.decode()
    assert "<select" in shown
    assert "-----" not in shown


def test_a_process_in_which_nothing_came_in_does_not_boast_of_its_answers(client: Client) -> None:
    process = running(kind=PhaseKind.DECISION)
    here = process.municipality
    client.force_login(civil_servant(here))
    shown = client.get(reverse("participation:staff", args=[here.slug, process.slug])).content.decode()
    assert "Er is nog niets ingebracht." in shown
    assert "Elke bijdrage heeft antwoord." not in shown


def test_a_vote_that_fills_whole_days_is_proposed_to_end_in_the_last_minute_of_one(client: Client) -> None:
    opens = datetime(2030, 1, 7, tzinfo=AMSTERDAM)
    process = running()
    PhaseFactory(process=process, kind=PhaseKind.VOTE, opens_at=opens, closes_at=opens + timedelta(days=14))
    here = process.municipality
    client.force_login(civil_servant(here))
    form = client.get(reverse("participation:vote_new", args=[here.slug, process.slug])).context["form"]
    assert form.initial["opens_at"] == opens
    assert form.initial["closes_at"] == datetime(2030, 1, 20, 23, 59, tzinfo=AMSTERDAM)


def test_a_phase_that_opens_at_midnight_opens_on_a_day() -> None:
    process = running()
    opens = datetime(2030, 1, 7, tzinfo=AMSTERDAM)
    phase = PhaseFactory(process=process, kind=PhaseKind.VOTE, opens_at=opens, closes_at=opens + timedelta(days=7))
    assert why_closed(process, PhaseKind.VOTE) == "Dit kan vanaf maandag 7 januari 2030."
    phase.opens_at = opens + timedelta(hours=9)
    phase.save()
    assert why_closed(process, PhaseKind.VOTE) == "Dit kan vanaf maandag 7 januari 2030, 09.00 uur."
