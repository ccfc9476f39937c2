"""Batches, letters, blocking, replacing, and voting with a code."""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from foundation.core import clock
from foundation.core.models import AuditEvent, Trace
from foundation.voting import codes, letters
from foundation.voting.enums import BatchState, CodeState
from foundation.voting.errors import AlreadyVoted, NotEligible, VotingError, WrongMoment
from foundation.voting.models import (
    Ballot,
    CodeBatch,
    CodeSecret,
    InletVote,
    LetterPart,
    VoterRecord,
    VotingCode,
)
from foundation.voting.models.codes import SILENT_AFTER
from foundation.voting.queries import codes as code_queries
from foundation.voting.queries import eligibility
from foundation.voting.services import ballots, casting, mixing
from foundation.voting.services import codes as service
from foundation.voting.services.traces import wipe
from tests.cleaning import in_the_end
from tests.factories import voting
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import NeighbourhoodFactory
from tests.factories.voting_codes import batch_of, with_codes

pytestmark = pytest.mark.django_db


def cast(ballot: Ballot, code: str, *choices: int, token: str = "") -> casting.Receipt:
    ballot = Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)
    person = code_queries.voter_with(ballot, code)
    assert person is not None
    return casting.cast(
        ballot=ballot, by=person, choices=choices, form_token=token or secrets.token_urlsafe(24), now=clock.now()
    )


def clear_codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker has in memory while it makes letters; a test may look, the program keeps nothing."""
    seen: list[str] = []
    real = codes.new_code

    def remembered() -> str:
        seen.append(real())
        return seen[-1]

    monkeypatch.setattr(codes, "new_code", remembered)
    return seen


# --- Making ---------------------------------------------------------------------------------------------------------------


def test_a_batch_gets_as_many_codes_and_letters_as_asked(settings: Any) -> None:
    ballot = voting.opened(electorate="codes")
    batch = batch_of(ballot, size=service.PART + 3)
    assert batch.state == BatchState.MADE
    assert batch.done == batch.codes.count() == service.PART + 3
    parts = list(batch.parts.all())
    assert [(part.first_letter, part.last_letter) for part in parts] == [(1, 250), (251, 253)]
    assert all(part.path.stat().st_mode & 0o077 == 0 for part in parts)
    assert Path(settings.MEDIA_ROOT) not in parts[0].path.parents


def test_letters_are_tagged_pdf_with_a_page_for_each() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=3, language="en")
    pdf = service.download(part=batch.parts.get(), by=batch.made_by)
    assert pdf.startswith(b"%PDF")
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    pages = re.search(rb"/Type\s*/Pages[^>]*?/Count (\d+)|/Count (\d+)[^>]*?/Type\s*/Pages", pdf)
    assert pages is not None
    assert int(pages[1] or pages[2]) == 3


@pytest.mark.parametrize(("language", "words"), [("nl", "Je stemcode"), ("en", "Your voting code")])
def test_a_letter_says_address_code_and_number_in_its_language(language: str, words: str) -> None:
    ballot = voting.opened(electorate="codes")
    batch = CodeBatch(ballot=ballot, number=3, name="Zuid", language=language, size=1)
    code = codes.new_code()
    made = letters.context(batch, [(147, code)])
    assert words in made["title"]
    assert made["letters"][0]["number"] == "3-00147"
    assert codes.parse(made["letters"][0]["code"]) == code
    assert made["address"]["url"].endswith(ballot.get_absolute_url() + "code/")
    address, _, behind = letters.qr_text(ballot, code).partition("#")
    assert address == made["address"]["url"]  # the server never gets the part behind #
    assert codes.parse(behind) == code


@pytest.mark.parametrize("size", [0, 50_001])
def test_the_number_of_letters_has_bounds(size: int) -> None:
    ballot = voting.draft(electorate="codes")
    with pytest.raises(VotingError):
        service.ask_for_batch(ballot=ballot, name="x", size=size, language="nl", area=None, by=ballot.created_by)


def test_only_who_manages_ballots_makes_codes() -> None:
    ballot = voting.draft(electorate="codes")
    with pytest.raises(PermissionDenied):
        service.ask_for_batch(ballot=ballot, name="x", size=1, language="nl", area=None, by=UserFactory())


def test_a_ballot_for_residents_takes_no_codes() -> None:
    ballot = voting.draft()
    with pytest.raises(WrongMoment):
        service.ask_for_batch(ballot=ballot, name="x", size=1, language="nl", area=None, by=ballot.created_by)


def test_a_killed_worker_is_taken_over_and_no_letter_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART", 2)
    ballot = voting.opened(electorate="codes")
    batch = batch_of(ballot, size=5, make=False)

    class Killed(BaseException):
        pass

    def die(done: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        service.make_letters(batch_id=batch.pk, after_part=die)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.MAKING, 4)
    before = set(batch.codes.values_list("pk", flat=True))
    assert service.make_letters(batch_id=batch.pk) is None  # it may still live
    CodeBatch.objects.filter(pk=batch.pk).update(heartbeat_at=clock.now() - 2 * SILENT_AFTER)
    assert service.make_letters(batch_id=batch.pk) is not None
    batch.refresh_from_db()
    assert (batch.state, batch.codes.count(), batch.parts.count()) == (BatchState.MADE, 5, 3)
    assert before < set(batch.codes.values_list("pk", flat=True))


def test_who_lost_the_batch_writes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART", 2)
    batch = batch_of(voting.opened(electorate="codes"), size=4, make=False)

    def overtaken(done: int) -> None:
        CodeBatch.objects.filter(pk=batch.pk).update(attempt=9)

    assert service.make_letters(batch_id=batch.pk, after_part=overtaken) is None
    assert batch.codes.count() == 2
    kept = set(LetterPart.objects.values_list("file_name", flat=True))
    assert {path.name for path in batch.parts.get().path.parent.glob("*.pdf")} & kept == kept


# --- The letters go -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_printed_letters_are_destroyed() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=2)
    part = batch.parts.get()
    path = part.path
    assert path.is_file()
    service.hand_out(batch=batch, by=batch.made_by)
    assert not path.exists()
    with pytest.raises(WrongMoment):
        service.download(part=part, by=batch.made_by)


def test_downloads_are_counted_told_and_limited() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=1)
    for _ in range(service.MOST_DOWNLOADS):
        service.download(part=batch.parts.get(), by=batch.made_by)
    with pytest.raises(WrongMoment):
        service.download(part=batch.parts.get(), by=batch.made_by)
    assert AuditEvent.objects.filter(verb="voting.letters_downloaded").count() == service.MOST_DOWNLOADS


@pytest.mark.django_db(transaction=True)
def test_old_letters_and_files_that_nobody_knows_are_destroyed() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=1)
    path = batch.parts.get().path
    stray = path.with_name("stray.pdf")
    stray.write_bytes(b"%PDF")
    hour_ago = time.time() - 3600
    os.utime(stray, (hour_ago, hour_ago))
    service.destroy_old()
    assert path.is_file()
    assert not stray.exists()
    CodeBatch.objects.update(finished_at=clock.now() - service.KEPT - timedelta(hours=1))
    service.destroy_old()
    assert not path.exists()
    assert batch.parts.get().destroyed_at is not None


# --- Voting ---------------------------------------------------------------------------------------------------------------


def test_a_code_votes_once_and_counts_in_its_area() -> None:
    municipality_ballot = voting.opened(electorate="codes")
    area = NeighbourhoodFactory(municipality=municipality_ballot.municipality)
    ballot, (code, *_rest) = with_codes(municipality_ballot, size=2, area=area)
    cast(ballot, code, 1, 2)
    assert InletVote.objects.get().choices == "1,2"
    assert VoterRecord.objects.get().area_id == area.pk
    with pytest.raises(AlreadyVoted):
        cast(ballot, code, 3)
    assert InletVote.objects.count() == 1


def test_the_same_form_gives_the_same_receipt() -> None:
    ballot, (code,) = with_codes(size=1)
    assert cast(ballot, code, 1, token="f" * 32).code == cast(ballot, code, 1, token="f" * 32).code
    assert InletVote.objects.count() == 1


def test_a_code_of_another_ballot_is_no_code_here() -> None:
    ballot, _codes = with_codes(size=1)
    _other, (code,) = with_codes(size=1)
    assert code_queries.voter_with(ballot, code) is None


def test_an_account_is_no_code() -> None:
    ballot, _codes = with_codes(size=1)
    anna = voting.resident(ballot.municipality)
    assert eligibility.check(ballot, anna, clock.now()).action == "code"
    with pytest.raises(NotEligible):
        voting.vote(ballot, 1, by=anna)


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_eight_times_at_once_votes_once() -> None:
    ballot, (code,) = with_codes(size=1)
    start = threading.Barrier(8)
    outcomes: list[str] = []

    def send(number: int) -> None:
        start.wait()
        try:
            cast(ballot, code, 1 + number % 3)
            outcomes.append("voted")
        except AlreadyVoted:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["voted"]
    assert InletVote.objects.count() == VoterRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_code_is_never_both_replaced_and_used() -> None:
    for _round in range(6):
        ballot, (code,) = with_codes(size=1)
        start = threading.Barrier(2)
        outcomes: list[str] = []

        def vote(ballot: Ballot = ballot, code: str = code, start: Any = start, outcomes: list[str] = outcomes) -> None:
            start.wait()
            try:
                cast(ballot, code, 1)
                outcomes.append("voted")
            except NotEligible:
                outcomes.append("dead")
            finally:
                connection.close()

        def renew(ballot: Ballot = ballot, start: Any = start, outcomes: list[str] = outcomes) -> None:
            start.wait()
            try:
                service.replace(ballot=ballot, letter=(1, 1), by=ballot.created_by)
                outcomes.append("replaced")
            except AlreadyVoted:
                outcomes.append("used")
            finally:
                connection.close()

        threads = [threading.Thread(target=vote), threading.Thread(target=renew)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) in (["dead", "replaced"], ["used", "voted"])
        assert VoterRecord.objects.filter(ballot=ballot).count() == outcomes.count("voted")


# --- Blocking and replacing -----------------------------------------------------------------------------------------------


def test_blocked_codes_do_not_vote_and_cast_votes_stay() -> None:
    ballot, (used, unused) = with_codes(size=2)
    cast(ballot, used, 1)
    batch = ballot.code_batches.get()
    assert service.block(batch=batch, by=batch.made_by, reason="Doos kwijt") == 2
    with pytest.raises(NotEligible):
        cast(ballot, unused, 1)
    assert InletVote.objects.count() == 1
    person = code_queries.voter_with(ballot, unused)
    assert eligibility.check(ballot, person, clock.now()).code == "dead_code"


def test_blocking_asks_a_reason_and_is_for_good() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=1)
    with pytest.raises(VotingError):
        service.block(batch=batch, by=batch.made_by, reason="  ")
    service.block(batch=batch, by=batch.made_by, reason="Kwijt")
    with pytest.raises(WrongMoment):
        service.block(batch=batch, by=batch.made_by, reason="Kwijt")
    with pytest.raises(DatabaseError, match="only_dies"), transaction.atomic():
        VotingCode.objects.update(state=CodeState.ACTIVE)


def test_a_new_code_at_the_desk_kills_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ballot, (lost,) = with_codes(size=1)
    seen = clear_codes(monkeypatch)
    fresh, pdf = service.replace(ballot=ballot, letter=(1, 1), by=ballot.created_by)
    assert pdf.startswith(b"%PDF")
    assert fresh.replaces is not None
    assert fresh.replaces.state == CodeState.REPLACED
    with pytest.raises(NotEligible):
        cast(ballot, lost, 1)
    cast(ballot, seen[-1], 1)
    assert VoterRecord.objects.count() == 1
    event = AuditEvent.objects.get(verb="voting.code_replaced")
    assert (event.old, event.new) == ({"letter": "1-00001"}, {"letter": "1-00002"})


@pytest.mark.parametrize("letter", [(1, 9), (9, 1)])
def test_an_unknown_letter_is_not_replaced(letter: tuple[int, int]) -> None:
    ballot, _codes = with_codes(size=1)
    with pytest.raises(VotingError):
        service.replace(ballot=ballot, letter=letter, by=ballot.created_by)


def test_a_used_or_dead_code_is_not_replaced() -> None:
    ballot, (used, _lost) = with_codes(size=2)
    cast(ballot, used, 1)
    with pytest.raises(AlreadyVoted):
        service.replace(ballot=ballot, letter=(1, 1), by=ballot.created_by)
    service.replace(ballot=ballot, letter=(1, 2), by=ballot.created_by)
    with pytest.raises(VotingError):
        service.replace(ballot=ballot, letter=(1, 2), by=ballot.created_by)


# --- Figures and keys -----------------------------------------------------------------------------------------------------


def test_small_figures_per_batch_are_hidden_and_can_not_be_worked_out() -> None:
    ballot = voting.opened(electorate="codes")
    used: list[list[str]] = []
    for size, voters in ((12, 11), (12, 10), (3, 1)):
        ballot, made = with_codes(ballot, size=size)
        used.append(made[:voters])
    for code in [code for part in used for code in part]:
        cast(ballot, code, 1)
    figures = code_queries.figures(ballot)
    assert (figures.made, figures.used) == (27, 22)
    # Only the third is small; the second is hidden with it, else it would follow from the total.
    assert [row.used for row in figures.batches] == [11, None, None]


def test_the_key_of_the_codes_is_destroyed_with_the_others() -> None:
    ballot, (code,) = with_codes(size=1)
    assert CodeSecret.objects.filter(ballot=ballot).exists()
    ballots.cancel(ballot=ballot, by=ballot.created_by, reason="Toch niet")
    assert not CodeSecret.objects.filter(ballot=ballot).exists()
    assert code_queries.voter_with(ballot, code) is None


@pytest.mark.django_db(transaction=True)
def test_no_table_cache_or_log_holds_a_code_in_clear(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    seen = clear_codes(monkeypatch)
    with caplog.at_level("DEBUG"):
        ballot = voting.opened(electorate="codes")
        batch_of(ballot, size=2)
        cast(ballot, seen[0], 1)
        service.replace(ballot=ballot, letter=(1, 2), by=ballot.created_by)
        code_queries.figures(ballot)
    marks = [mark for code in seen for mark in (code, codes.readable(code), code.lower())]
    told = "".join(str(list(model._base_manager.values())) for model in apps.get_models()) + caplog.text
    kept = redis.Redis.from_url(settings.REDIS_URL)
    for key in kept.scan_iter():
        told += str(key) + str(kept.dump(key))
    assert len(seen) == 3
    assert not [mark for mark in marks if mark in told]


def test_a_thousand_letters_take_a_reasonable_time() -> None:
    batch = batch_of(voting.opened(electorate="codes"), size=1000, make=False)
    begin = time.process_time()
    service.make_letters(batch_id=batch.pk)
    spent = time.process_time() - begin
    batch.refresh_from_db()
    assert batch.codes.count() == 1000
    assert spent < 60


@pytest.mark.django_db(transaction=True)
def test_after_mixing_no_code_tells_that_it_voted() -> None:
    ballot, made = with_codes(size=30)
    for code in made[:20]:
        cast(ballot, code, 1)
    traces = "SELECT count(*) FROM voting_votingcode c JOIN voting_voterrecord r ON c.xmax = r.xmin"
    with connection.cursor() as cursor:
        cursor.execute(traces)
        assert cursor.fetchone()[0] == 20  # before mixing a reader of the database sees which letters voted
        mixing.empty_inlet(ballot_id=ballot.pk)
        assert in_the_end(wipe, lambda: not Trace.objects.exists())
        cursor.execute(traces)
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM voting_votingcode WHERE xmax::text <> '0'")
        assert cursor.fetchone()[0] == 0
