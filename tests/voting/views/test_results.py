from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from foundation.voting.counting import CODES, Story, pabulib, recount
from foundation.voting.models import Ballot, Vote, VoterRecord
from foundation.voting.queries.results import why
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ballot() -> Ballot:
    return voting.published(votes=[(1, 2), (1,), (3,), ()], title="Buurtbudget Crabbehof")


def get(client: Client, ballot: Ballot, path: str) -> Any:
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        return client.get(ballot.get_absolute_url() + path)


def test_the_result_page_tells_who_won_why_and_how_to_count_again(client: Client, ballot: Ballot) -> None:
    page = get(client, ballot, "uitslag/").content.decode()
    for words in (
        "2 projecten gaan door",
        "Bankjes in het park",
        "2 voorstanders betaalden",
        "De voorstanders hadden samen",
    ):
        assert words in page
    assert ballot.rules_sha256 in page
    assert "recount" in page


def test_the_published_file_counts_to_the_same_result(client: Client, ballot: Ballot, tmp_path: Path) -> None:
    text = get(client, ballot, "uitslag/stemmen.pb").content.decode()
    file = pabulib.read(text.encode())
    again = recount.recount(file)
    assert again.agrees
    assert again.outcome.winners == ("1", "2")
    path = tmp_path / "stemmen.pb"
    path.write_text(text)
    assert recount.main([str(path)]) == recount.SAME
    changed = tmp_path / "anders.pb"
    changed.write_text(text.replace(";1;2;", ";1;0;").replace(";3;", ";1;", 1))
    assert recount.main([str(changed)]) != recount.SAME


def test_the_published_file_holds_codes_and_nothing_of_voters(client: Client, ballot: Ballot) -> None:
    text = get(client, ballot, "uitslag/stemmen.pb").content.decode()
    file = pabulib.read(text.encode())
    assert file.vote_columns == ("voter_id", "vote", "nonce")
    codes = [row[0] for row in file.votes]
    assert codes == sorted(Vote.objects.values_list("code", flat=True))
    for key in VoterRecord.objects.values_list("voter_key", flat=True):
        assert bytes(key).hex() not in text


def test_the_record_holds_every_step(client: Client, ballot: Ballot) -> None:
    record = get(client, ballot, "uitslag/uitslag.json").json()
    assert record["outcome"]["winners"] == ["1", "2"]
    assert (record["votes_cast"], record["blank"]) == (4, 1)
    assert record["rules_sha256"] == ballot.rules_sha256


# What the two rules that a ballot can have now may say; more rules come with their own pages.
BUDGET_CODES = (
    "chosen_by_votes",
    "chosen_by_shares",
    "chosen_by_fill",
    "does_not_fit",
    "stopped",
    "below_threshold",
    "no_votes",
    "supporters_short",
)


@pytest.mark.parametrize("code", BUDGET_CODES)
def test_every_story_has_a_sentence(code: str) -> None:
    data = dict.fromkeys(CODES[code], 300) | ({"after": "1"} if code == "stopped" else {})
    sentence = why(Story(option="2", cost=500, votes=3, support=3, code=code, data=data), {"1": "Een", "2": "Twee"})
    assert sentence.endswith(".")
    assert "%" not in sentence
