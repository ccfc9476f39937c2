"""Piles of papers: two people, differences, acceptance; and what an attacker or a hasty click tries."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from foundation.core.models import AuditEvent
from foundation.voting.enums import BallotState
from foundation.voting.enums_paper import PaperBatchState
from foundation.voting.errors import VotingError, WrongMoment
from foundation.voting.models import Ballot, InletVote, PaperBatch, PaperEntry, PaperTally, Result, Vote, VoterRecord
from foundation.voting.queries import bundle
from foundation.voting.queries import paper as paper_queries
from foundation.voting.services import ballots, counting, envelopes, mixing, paper
from foundation.voting.verifier import recount
from tests.factories import voting
from tests.factories.municipalities import RoleFactory
from tests.factories.voting_paper import accepted, let_in, pile, takes_paper, two, type_by

pytestmark = pytest.mark.django_db

TEN = ["1", "1,3", "2", "b", "3", "1", "x2", "2,3", "1,2,3", "1"]


def closed(**fields: Any) -> Ballot:
    return voting.close(takes_paper(**fields))


def verified(ballot: Ballot) -> list[str]:
    said: list[str] = []
    recount.verify(recount.read_zip(bundle.bundle(ballot)), lambda code, **_data: said.append(code))
    return said


# --- The whole way --------------------------------------------------------------------------------------------------------

LINES = {
    "approval": ["1,3", "2", "b"],
    "single": ["3", "1", "x2"],
    "points": ["1:6,2:4", "3:1", "b"],
    "ranking": ["3,1,2", "2", "x1"],
    "scale": ["1:3,2:1", "3:2", "b"],
}


@pytest.mark.parametrize("kind", ["budget", *LINES])
def test_papers_of_every_type_are_counted_with_the_votes_online_and_the_bundle_is_right(kind: str) -> None:
    online: dict[str, Any] = {"points": {1: 5}, "scale": {1: 2}}
    fields = voting.PAPERS[kind] if kind != "budget" else {}
    ballot = takes_paper(**fields)
    voting.vote(ballot, online.get(kind, 1))
    lines = LINES.get(kind, LINES["approval"])
    voting.close(ballot)
    accepted(ballot, lines)
    envelopes.close(ballot=ballot, by=two(ballot)[0])
    assert counting.count_ballot(ballot_id=ballot.pk) is not None
    ballot.refresh_from_db()
    blank = sum(line[0] in "bx" for line in lines)
    result = Result.objects.get(count__ballot=ballot)
    assert (result.cast, result.blank) == (4, blank)
    assert VoterRecord.objects.filter(ballot=ballot).count() == Vote.objects.filter(ballot=ballot).count() == 4
    assert "ok_paper" in verified(ballot)
    totals = paper_queries.paper_totals(ballot)
    assert totals is not None
    assert (totals["envelopes"], totals["votes"]) == (3, 3)
    assert totals["invalid"] == {line: 1 for line in lines if line.startswith("x")}


def test_a_statement_about_paper_that_does_not_fit_is_refused_by_the_verifier() -> None:
    paper_ = {"envelopes": 3, "votes": 3, "invalid": {"x1": 1}, "set_aside": 0}
    statement = {"votes": 5, "blank": 1, "paper": paper_}
    recount.check_paper({"paper": True}, statement, lambda *_a, **_k: None)
    for wrong in ({"envelopes": 4}, {"votes": 6, "envelopes": 6}, {"invalid": {"x1": 2}}, {"set_aside": -1}):
        with pytest.raises(recount.Wrong):
            recount.check_paper({"paper": True}, {**statement, "paper": {**paper_, **wrong}}, lambda *_a, **_k: None)
    for rules, told in (({}, statement), ({"paper": True}, {"votes": 5, "blank": 1})):
        with pytest.raises(recount.Wrong):
            recount.check_paper(rules, told, lambda *_a, **_k: None)


def test_the_count_waits_until_staff_says_that_all_paper_is_in() -> None:
    ballot = takes_paper()
    voting.vote(ballot, 1)
    one, _other = two(ballot)
    with pytest.raises(WrongMoment):
        envelopes.close(ballot=ballot, by=one)  # still open
    voting.close(ballot)
    assert counting.count_ballot(ballot_id=ballot.pk) is None
    assert InletVote.objects.count() == 1  # the last votes wait for the paper, to be mixed with it
    assert list(paper_queries.waits_for_paper([ballot])) == [ballot.pk]
    let_in(ballot, 2, one)
    with pytest.raises(VotingError):
        envelopes.close(ballot=ballot, by=one)
    batch = paper.make_batch(ballot=ballot, size=2, by=one)
    with pytest.raises(VotingError):
        envelopes.close(ballot=ballot, by=one)
    assert counting.count_ballot(ballot_id=ballot.pk) is None
    paper.withdraw(batch=batch, reason="verkeerd geteld", by=one)
    accepted_ = paper.make_batch(ballot=ballot, size=2, by=one)
    for by in two(ballot):
        type_by(accepted_, by, ["1", "2"])
    paper.accept(batch=accepted_, by=one)
    desk = envelopes.close(ballot=ballot, by=one)
    assert envelopes.close(ballot=ballot, by=one) == desk  # a double click
    assert not paper_queries.waits_for_paper([ballot])
    assert counting.count_ballot(ballot_id=ballot.pk) is not None


def test_a_ballot_without_paper_is_counted_as_before_and_says_nothing_of_paper() -> None:
    ballot = voting.counted()
    assert "paper" not in ballot.frozen
    assert paper_queries.paper_totals(ballot) is None
    assert "ok_paper" not in verified(ballot)
    with pytest.raises(WrongMoment):
        pile(ballot, 1)


def test_the_setting_is_frozen_at_the_opening_and_stands_in_the_rules() -> None:
    ballot = takes_paper()
    assert ballot.frozen["paper"] is True
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(takes_paper=False)


# --- Two people -----------------------------------------------------------------------------------------------------------


def test_nobody_types_a_pile_twice() -> None:
    ballot = closed()
    one, other = two(ballot)
    batch = pile(ballot, 10, one)
    first = paper.begin_entry(batch=batch, by=one)
    assert paper.begin_entry(batch=batch, by=one) == first  # resumed, not a second turn
    paper.hand_in(batch=batch, lines=TEN, by=one)
    assert paper.begin_entry(batch=batch, by=one).turn == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.create(batch=batch, turn=2, by=one)
    paper.begin_entry(batch=batch, by=other)
    third = two(ballot)[0]
    with pytest.raises(WrongMoment):
        paper.begin_entry(batch=batch, by=third)
    with pytest.raises(WrongMoment):
        paper.save_draft(batch=batch, lines=["3"], by=third)


def test_only_civil_servants_and_administrators_of_the_municipality_touch_paper() -> None:
    ballot = closed()
    batch = pile(ballot, 2)
    for by in (
        voting.resident(ballot.municipality),
        RoleFactory(municipality=ballot.municipality, kind="alderman").user,
        RoleFactory(municipality=ballot.municipality, kind="council_member").user,
        two(voting.draft())[0],
    ):
        for attempt in (
            lambda by=by: paper.begin_entry(batch=batch, by=by),
            lambda by=by: paper.make_batch(ballot=ballot, size=1, by=by),
            lambda by=by: paper.accept(batch=batch, by=by),
            lambda by=by: paper.withdraw(batch=batch, reason="x", by=by),
            lambda by=by: envelopes.close(ballot=ballot, by=by),
            lambda by=by: let_in(ballot, 1, by),
        ):
            with pytest.raises(PermissionDenied):
                attempt()


def test_a_draft_is_kept_right_or_wrong_and_handing_in_names_each_bad_line() -> None:
    ballot = closed()
    one, _other = two(ballot)
    batch = pile(ballot, 3, one)
    paper.begin_entry(batch=batch, by=one)
    paper.save_draft(batch=batch, lines=["1", "99"], by=one)
    assert PaperEntry.objects.get(batch=batch).lines == ["1", "99"]
    with pytest.raises(paper.LinesWrong) as told:
        paper.hand_in(batch=batch, lines=["1", "99", ""], by=one)
    assert sorted(told.value.problems) == [2, 3]
    assert PaperEntry.objects.get(batch=batch).lines == ["1", "99", ""]
    paper.hand_in(batch=batch, lines=["1", "3", "b"], by=one)
    paper.hand_in(batch=batch, lines=["2", "2", "2"], by=one)  # a second click changes nothing
    assert PaperEntry.objects.get(batch=batch).lines == ["1", "3", "b"]
    with pytest.raises(WrongMoment):
        paper.save_draft(batch=batch, lines=["2"], by=one)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperEntry.objects.filter(batch=batch).update(lines=["2", "2", "2"])


@pytest.mark.parametrize("lines", [[], ["1"], ["1", "2", "3"]])
def test_a_pile_has_as_many_lines_as_envelopes(lines: list[str]) -> None:
    ballot = closed()
    one, _other = two(ballot)
    batch = pile(ballot, 2, one)
    paper.begin_entry(batch=batch, by=one)
    with pytest.raises(VotingError):
        paper.hand_in(batch=batch, lines=lines, by=one)
    assert not PaperEntry.objects.filter(handed_in_at__isnull=False).exists()


# --- Settling -------------------------------------------------------------------------------------------------------------


def different(ballot: Ballot) -> tuple[PaperBatch, Any, Any]:
    one, other = two(ballot)
    batch = pile(ballot, 10, one)
    type_by(batch, one, TEN)
    # The same papers in another order would be the same heap: they are compared place by place.
    batch = type_by(batch, other, [*TEN[:7], TEN[8], TEN[7], TEN[9]])
    return batch, one, other


def test_differences_are_found_paper_by_paper_settled_with_a_reason_and_told_without_the_choice() -> None:
    ballot = closed()
    batch, one, other = different(ballot)
    assert batch.state == PaperBatchState.DIFFERENT
    assert paper_queries.differences(batch) == [8, 9]
    with pytest.raises(WrongMoment):
        paper.accept(batch=batch, by=one)
    for found in ({8: "1"}, {8: "1", 9: "1", 1: "3"}, {}):
        with pytest.raises(VotingError):
            paper.settle(batch=batch, found=found, why="samen bekeken", by=one)
    with pytest.raises(VotingError):
        paper.settle(batch=batch, found={8: "1", 9: "1"}, why=" ", by=one)
    with pytest.raises(paper.LinesWrong) as told:
        paper.settle(batch=batch, found={8: "2,3", 9: "77"}, why="samen bekeken", by=one)
    assert list(told.value.problems) == [9]
    batch = paper.settle(batch=batch, found={8: "2,3", 9: "1 2 3"}, why="samen bekeken", by=other)
    event = AuditEvent.objects.get(verb="voting.paper_settled")
    assert (event.actor_id, event.reason) == (other.pk, "samen bekeken")
    assert event.new == {"batch": batch.number, "papers": "8, 9"}
    paper.accept(batch=batch, by=one)
    assert sorted(InletVote.objects.values_list("choices", flat=True)) == sorted(
        "" if line[0] in "bx" else line for line in TEN
    )


def test_the_second_of_two_who_settle_hears_that_it_is_done() -> None:
    ballot = closed()
    batch, one, other = different(ballot)
    paper.settle(batch=batch, found={8: "1", 9: "2"}, why="eerst", by=one)
    with pytest.raises(WrongMoment):
        paper.settle(batch=batch, found={8: "3", 9: "3"}, why="later", by=other)
    assert PaperBatch.objects.get(pk=batch.pk).settled == {"8": "1", "9": "2"}


def test_typing_anew_wipes_and_takes_the_turns_back_and_an_accepted_pile_stays() -> None:
    ballot = closed()
    batch, one, other = different(ballot)
    with pytest.raises(VotingError):
        paper.start_over(batch=batch, reason="", by=one)
    paper.start_over(batch=batch, turn=2, reason="verkeerde volgorde", by=one)
    assert [entry.by for entry in PaperEntry.objects.filter(batch=batch)] == [one]
    with pytest.raises(WrongMoment):
        paper.hand_in(batch=batch, lines=TEN, by=other)  # the turn is gone until begun again
    type_by(batch, other, TEN)
    paper.accept(batch=batch, by=other)
    for undo in (paper.start_over, paper.withdraw):
        with pytest.raises(WrongMoment):
            undo(batch=batch, reason="toch niet", by=one)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBatch.objects.filter(pk=batch.pk).update(state="entering")


# --- Acceptance -----------------------------------------------------------------------------------------------------------


def test_accepting_wipes_what_was_typed_and_a_second_click_adds_nothing() -> None:
    ballot = closed()
    batch = accepted(ballot, TEN)
    one, _other = two(ballot)
    assert paper.accept(batch=batch, by=one).state == PaperBatchState.ACCEPTED
    assert InletVote.objects.count() == 10
    batch = PaperBatch.objects.get(pk=batch.pk)
    assert (batch.settled, batch.invalid) == ({}, {"x2": 1})
    assert [entry.lines for entry in batch.entries.all()] == [[], []]
    told = str(list(AuditEvent.objects.values()))
    assert "1,2,3" not in told


def test_a_pile_typed_by_one_person_only_can_not_be_accepted() -> None:
    ballot = closed()
    one, _other = two(ballot)
    batch = pile(ballot, 10, one)
    type_by(batch, one, TEN)
    with pytest.raises(WrongMoment):
        paper.accept(batch=batch, by=one)
    assert not InletVote.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_accept_once() -> None:
    ballot = closed()
    one, other = two(ballot)
    batch = pile(ballot, 10, one)
    for by in (one, other):
        type_by(batch, by, TEN)
    failures: list[Exception] = []

    def click() -> None:
        try:
            paper.accept(batch=PaperBatch.objects.select_related("ballot__municipality").get(pk=batch.pk), by=one)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _click in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failures
    assert InletVote.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_after_acceptance_and_mixing_nothing_in_the_database_holds_the_lines_or_their_order() -> None:
    ballot = closed()
    lines = [",".join(map(str, sorted({1 + n % 3, 1 + n % 2}))) for n in range(20)]
    accepted(ballot, lines)
    mixing.empty_inlet(ballot_id=ballot.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT choices FROM voting_vote ORDER BY ctid")
        in_box = [row[0] for row in cursor.fetchall()]
        assert sorted(in_box) == sorted(lines)
        assert in_box != lines
        cursor.execute("SELECT count(*) FROM voting_voterrecord r JOIN voting_vote v ON r.xmin = v.xmin")
        assert cursor.fetchone() == (0,)
        for table in ("voting_paperbatch", "voting_paperentry", "voting_papertally"):
            cursor.execute(f"SELECT count(*) FROM {table} t JOIN voting_vote v ON t.xmin = v.xmin")
            assert cursor.fetchone() == (0,), table
            cursor.execute(f"SELECT count(*) FROM {table} t JOIN voting_voterrecord r ON t.xmin = r.xmin")
            assert cursor.fetchone()[0] <= 1, table  # the tally knows who was let in last, no more


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_accepting_nothing_is_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = closed()
    one, other = two(ballot)
    batch = pile(ballot, 10, one)
    for by in (one, other):
        type_by(batch, by, TEN)

    def dies(_batch: PaperBatch) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(paper, "_wipe", dies)
        with pytest.raises(KeyboardInterrupt):
            paper.accept(batch=batch, by=one)
    assert not InletVote.objects.exists()
    assert PaperBatch.objects.get(pk=batch.pk).state == PaperBatchState.AGREED
    paper.accept(batch=batch, by=one)
    assert InletVote.objects.count() == 10


def test_a_cancelled_ballot_keeps_nothing_that_was_typed() -> None:
    ballot = closed()
    batch, one, _other = different(ballot)
    ballots.cancel(ballot=ballot, by=one, reason="er ging iets mis")
    batch = PaperBatch.objects.get(pk=batch.pk)
    assert (batch.state, batch.settled) == (PaperBatchState.WITHDRAWN, {})
    assert all(entry.lines == [] for entry in batch.entries.all())
    for attempt in (paper.accept, paper.begin_entry):
        with pytest.raises(WrongMoment):
            attempt(batch=batch, by=one)
    with pytest.raises(WrongMoment):
        let_in(ballot, 1, one)


# --- Sizes ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("let_in_", "size", "state", "goes"),
    [
        (30, 10, "open", True),
        (30, 20, "open", True),
        (30, 21, "open", False),  # nine stay behind
        (30, 9, "open", False),
        (12, 12, "open", False),
        (12, 12, "closed", True),
        (3, 3, "closed", True),  # all there is
        (12, 3, "closed", False),
        (12, 11, "closed", False),
        (20, 10, "closed", True),
        (3, 4, "closed", False),
        (3, 0, "closed", False),
    ],
)
def test_a_pile_is_never_so_small_that_a_hand_is_known(let_in_: int, size: int, state: str, goes: bool) -> None:
    ballot = takes_paper()
    one, _other = two(ballot)
    PaperTally.objects.create(ballot=ballot, by=one, envelopes=let_in_)
    if state == BallotState.CLOSED:
        voting.close(ballot)
    if goes:
        assert paper.make_batch(ballot=ballot, size=size, by=one).size == size
    else:
        with pytest.raises(VotingError):
            paper.make_batch(ballot=ballot, size=size, by=one)


def test_the_database_refuses_an_empty_pile() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.create(ballot=takes_paper(), number=1, size=0)
