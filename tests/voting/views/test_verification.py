"""The pages with which residents and observers check a vote."""

from __future__ import annotations

import io
import json
import re
import time
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.utils import ProgrammingError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.voting.models import Ballot, LogEntry, LogHead, Vote
from foundation.voting.services import mixing
from foundation.voting.verifier import recount
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ballot() -> Ballot:
    return voting.opened(limit_kind="none", title="Buurtbudget Crabbehof")


def get(client: Client, ballot: Ballot, path: str) -> Any:
    return client.get(ballot.get_absolute_url() + path)


def ask(client: Client, ballot: Ballot, code: str) -> str:
    return client.post(ballot.get_absolute_url() + "bewijs/", {"code": code}).content.decode()


def test_before_any_batch_the_log_is_empty_and_says_when_it_fills(client: Client, ballot: Ballot) -> None:
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk)  # one vote is no batch
    assert "Er zijn nog geen koppen" in get(client, ballot, "logboek/").content.decode()
    assert get(client, ballot, "logboek/koppen.json").json()["heads"] == []
    assert get(client, ballot, "logboek/regels.txt").content == b""


def test_a_batch_is_logged_sorted_and_its_head_is_shown_everywhere(client: Client, ballot: Ballot) -> None:
    for _voter in range(mixing.ENOUGH):
        voting.vote(ballot, 1)
    assert mixing.empty_inlet(ballot_id=ballot.pk) == mixing.ENOUGH
    entries = get(client, ballot, "logboek/regels.txt").content.decode().split()
    assert entries == sorted(entries)
    assert {bytes.fromhex(entry) for entry in entries} == {
        bytes(seal) for seal in Vote.objects.values_list("commitment", flat=True)
    }
    record = get(client, ballot, "logboek/koppen.json").json()
    (head,) = record["heads"]
    assert (head["number"], head["size"]) == (1, mixing.ENOUGH)
    assert head["root"] == recount.tree_root([bytes.fromhex(entry) for entry in entries])
    assert head["name"] in get(client, ballot, "logboek/").content.decode()
    feed = get(client, ballot, "logboek/koppen.rss")
    assert feed.headers["Content-Type"].startswith("application/rss+xml")
    item = ET.fromstring(feed.content).find("channel/item")
    assert item is not None
    assert item.findtext("guid") == head["name"]
    assert "00:00:00" in str(item.findtext("pubDate"))


def test_log_and_heads_are_never_changed(ballot: Ballot) -> None:
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    for table in (LogEntry, LogHead):
        with pytest.raises(ProgrammingError, match="Cannot update or delete"):
            table.objects.filter(ballot=ballot).delete()
        with pytest.raises(ProgrammingError, match="Cannot update or delete"):
            table.objects.filter(ballot=ballot).update(**{"position" if table is LogEntry else "size": 7})


def test_the_list_of_heads_asks_as_much_for_three_as_for_one(client: Client, ballot: Ballot) -> None:
    asked = []
    for _batch in range(3):
        voting.vote(ballot, 1)
        mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
        get(client, ballot, "logboek/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            get(client, ballot, "logboek/")
        asked.append(len(captured))
    assert asked[0] == asked[2]


def test_a_receipt_tells_before_closing_only_that_the_vote_is_there(client: Client, ballot: Ballot) -> None:
    receipt = voting.vote(ballot, 1, 2)
    page = ask(client, ballot, receipt.readable.lower())
    assert "wacht op meer stemmen" in page
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    page = ask(client, ballot, receipt.readable)
    assert "regel 1 van het openbare logboek" in page
    assert receipt.commitment.hex() in page
    assert "Bankjes" not in page
    assert f"{receipt.code};" not in page
    assert client.cookies == {}


@pytest.mark.parametrize("code", ["", "ABCD", "0000-0000-0000", "'; DROP TABLE", "☃" * 12])
def test_a_code_that_is_none_is_not_found(client: Client, ballot: Ballot, code: str) -> None:
    assert "geen stem met deze code" in ask(client, ballot, code)


def test_letters_that_look_alike_are_read_as_what_they_stand_for(client: Client, ballot: Ballot) -> None:
    receipt = next(
        found for found in (voting.vote(ballot, 1) for _try in range(60)) if "0" in found.code or "1" in found.code
    )
    typed = receipt.code.replace("0", "o").replace("1", "l")
    assert "Je stem is ontvangen" in ask(client, ballot, typed)


def test_after_publication_a_receipt_shows_the_line_as_it_was_counted(client: Client, ballot: Ballot) -> None:
    receipt, blank = voting.vote(ballot, 1, 2), voting.vote(ballot)
    ballot = voting.finished(ballot)
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        page = ask(client, ballot, receipt.code)
        assert f"{receipt.code};1,2" in page
        assert "Bankjes in het park" in page
        assert "Je stemde blanco" in ask(client, ballot, blank.code)


def test_the_bundle_is_there_after_publication_only_and_verifies(client: Client, ballot: Ballot, tmp_path: Any) -> None:
    for choices in ((1, 2), (1,), (3,), ()):
        voting.vote(ballot, *choices)
    assert get(client, ballot, "uitslag/bundel.zip").status_code == 404
    ballot = voting.finished(ballot)
    assert get(client, ballot, "uitslag/bundel.zip").status_code == 404, "before closing time by the clock"
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        answer = get(client, ballot, "uitslag/bundel.zip")
        assert answer.headers["Content-Type"] == "application/zip"
        path = tmp_path / "bundel.zip"
        path.write_bytes(answer.content)
        assert recount.main([str(path)]) == 0
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert set(names) == {*recount.FILES, recount.SUMS}
        page = get(client, ballot, "uitslag/").content.decode()
        for link in ("uitslag/bundel.zip", "uitslag/recount.py", "nagaan/"):
            assert ballot.get_absolute_url() + link in page


def test_the_verifier_that_is_downloaded_is_the_one_that_is_tested(client: Client, ballot: Ballot) -> None:
    answer = get(client, ballot, "uitslag/recount.py")
    assert answer.content.decode().startswith("#!/usr/bin/env python3")
    assert "attachment" in answer.headers["Content-Disposition"]
    compile(answer.content, "recount.py", "exec")


def test_an_older_ballot_without_a_log_still_shows_its_pages(client: Client) -> None:
    ballot = voting.announced()
    for path in ("logboek/", "logboek/koppen.json", "logboek/koppen.rss", "logboek/regels.txt", "nagaan/", "bewijs/"):
        assert get(client, ballot, path).status_code == 200, path


def test_heads_and_votes_tell_no_time_finer_than_a_day(client: Client, ballot: Ballot) -> None:
    voting.vote(ballot, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    text = json.dumps(get(client, ballot, "logboek/koppen.json").json())
    assert not re.search(r"\d\d:\d\d", text)
    assert str(int(time.time()))[:7] not in text
