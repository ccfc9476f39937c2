"""The running text with which a final report begins: as a person would tell it, with the right days and the right sums."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from foundation.core.clock import AMSTERDAM
from participation.enums import PhaseKind
from participation.queries import report
from participation.queries.processes import last_day, until
from participation.queries.report_text import in_words, listed
from participation.services import answers, public_views
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant
from tests.factories.participation import running

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 12, 5, tzinfo=AMSTERDAM)


def test_numbers_and_lists_are_written_as_in_a_text() -> None:
    assert [in_words(number) for number in (0, 1, 12, 13, 1200)] == ["geen", "één", "twaalf", "13", "1.200"]
    assert listed(["a", "b", "c"]) == "a, b en c"
    assert listed(["a"]) == "a"


def test_the_last_day_is_the_one_before_the_midnight_on_which_a_phase_closes() -> None:
    process = running(kind=PhaseKind.VIEWS)
    phase = process.phases.get()
    midnight = timezone.localtime(phase.closes_at).replace(hour=0, minute=0, second=0, microsecond=0)
    phase.closes_at = midnight
    phase.save()
    assert until(midnight).startswith("t/m ")
    assert str((midnight - timedelta(days=1)).day) in until(midnight)
    assert until(midnight + timedelta(hours=17)).startswith("tot ")
    table = report.frame_chapter(process)["blocks"][1]
    assert table["rows"][0][2].startswith(f"{last_day(phase).day} ")


@pytest.mark.parametrize("mail", ["phase_opened", "phase_ends"])
def test_the_mails_of_a_phase_name_its_last_day(mail: str) -> None:
    context = {"phase": "Geef je mening", "title": "Het plein", "intro": "", "closes_at": MIDNIGHT}
    assert "t/m vrijdag 4 december 2026." in render_to_string(f"participation/mail/{mail}.txt", context)


def test_answers_are_told_in_words_that_add_up() -> None:
    process = running(kind=PhaseKind.VIEWS, fixed_text="Het aantal bomen.", money_cents=6_000_000)
    servant = civil_servant(process.municipality)
    given = [public_views.give(process=process, by=UserFactory(), text=f"Zienswijze {n}") for n in range(4)]
    for view, outcome in zip(given, ("adopted", "adopted", "noted"), strict=False):
        answers.answer(contribution=view, outcome=outcome, text="Dank u wel.", by=servant)
    text = report.draft(process)
    assert "# Wat bewoners inbrachten\n\nEr kwamen vier zienswijzen binnen." in text
    assert "Van de vier bijdragen hebben er drie antwoord: twee overgenomen en één" in text
    assert "Dit stond van tevoren vast. Het aantal bomen. Er was €\xa060.000 te besteden." in text
    # No heading stands alone, and what there is nothing to tell about has no heading.
    paragraphs = text.split("\n\n")
    assert not any(a.startswith("#") and b.startswith("#") for a, b in pairwise(paragraphs))
    assert "# Wat er is besloten" not in text
