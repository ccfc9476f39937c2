import secrets
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.enums import Assurance
from foundation.notifications.models import Message
from foundation.voting import papers
from foundation.voting.errors import AlreadyVoted, BallotClosed, InvalidChoice, NotEligible
from foundation.voting.models import Ballot, InletVote, VoterRecord
from foundation.voting.services import ballots, casting, mixing
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

TOKEN = "t" * 32


def fresh(ballot: Ballot) -> Ballot:
    return Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)


def cast(ballot: Ballot, by: User, *choices: int, token: str = TOKEN, **more: object) -> casting.Receipt:
    values = {"now": clock.now(), **more}
    return casting.cast(ballot=fresh(ballot), by=by, choices=choices, form_token=token, **values)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_vote_lands_in_roll_and_inlet_with_a_commitment_that_opens() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    receipt = cast(ballot, anna, 2, 1)
    vote = InletVote.objects.get()
    assert (vote.code, vote.choices) == (receipt.code, "1,2")
    assert papers.commitment(bytes(vote.nonce), vote.code, vote.choices) == bytes(vote.commitment) == receipt.commitment
    line = VoterRecord.objects.get()
    assert bytes(line.voter_key) == papers.voter_key(bytes(ballot.secret.roll_key), anna.pk)
    assert line.area == anna.residencies.get().neighbourhood


@pytest.mark.django_db
def test_the_same_form_twice_gives_the_same_receipt_and_one_vote() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    first, second = cast(ballot, anna, 1), cast(ballot, anna, 2)
    assert (second.code, second.commitment, second.repeated) == (first.code, first.commitment, True)
    assert InletVote.objects.get().choices == "1"


@pytest.mark.django_db(transaction=True)
def test_the_same_form_gives_the_same_receipt_after_mixing() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    first = cast(ballot, anna, 1)
    mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    assert cast(ballot, anna, 1).code == first.code


@pytest.mark.django_db
def test_another_form_of_the_same_voter_is_refused() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    cast(ballot, anna, 1)
    with pytest.raises(AlreadyVoted):
        cast(ballot, anna, 2, token="u" * 32)
    assert (InletVote.objects.count(), VoterRecord.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_two_people_who_send_one_form_from_one_screen_both_vote() -> None:
    ballot = voting.opened()
    one, other = voting.resident(ballot.municipality), voting.resident(ballot.municipality)
    assert cast(ballot, one, 1).code != cast(ballot, other, 2).code
    assert VoterRecord.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "choices", "words"),
    [
        ({"limit_kind": "budget"}, (1, 2, 3), "6.000"),
        ({"limit_kind": "number", "max_choices": 1}, (1, 2), "1"),
        ({"limit_kind": "none"}, (1, 9), "ballot|stembiljet"),
    ],
)
def test_a_choice_outside_the_rules_is_refused_with_the_reason(limit: dict, choices: tuple, words: str) -> None:
    ballot = voting.opened(**limit)
    with pytest.raises(InvalidChoice, match=words):
        cast(ballot, voting.resident(ballot.municipality), *choices)
    assert not VoterRecord.objects.exists()


@pytest.mark.django_db
def test_a_blank_vote_counts() -> None:
    ballot = voting.opened()
    cast(ballot, voting.resident(ballot.municipality))
    assert InletVote.objects.get().choices == ""


@pytest.mark.django_db
def test_no_choice_of_a_stranger_enters() -> None:
    ballot = voting.opened()
    with pytest.raises(NotEligible):
        cast(ballot, voting.stranger(), 1)
    assert not VoterRecord.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "kort", "x" * 200])
def test_a_form_without_a_proper_token_is_refused(token: str) -> None:
    ballot = voting.opened()
    with pytest.raises(InvalidChoice):
        cast(ballot, voting.resident(ballot.municipality), 1, token=token)


@pytest.mark.django_db
def test_the_moment_of_arrival_decides() -> None:
    ballot = voting.opened()
    early, late = voting.resident(ballot.municipality), voting.resident(ballot.municipality)
    cast(ballot, early, 1, now=ballot.closes_at - timedelta(microseconds=1))
    with pytest.raises(BallotClosed):
        cast(ballot, late, 1, now=ballot.closes_at)
    assert VoterRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_vote_that_reaches_a_closed_ballot_is_refused_and_not_kept() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    stale = fresh(ballot)
    voting.close(ballot)
    with pytest.raises(BallotClosed):
        casting.cast(ballot=stale, by=anna, choices=[1], form_token=TOKEN, now=clock.now())
    assert not VoterRecord.objects.exists()


@pytest.mark.django_db
def test_a_message_says_that_not_what() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    receipt = cast(ballot, anna, 1, mail=True)
    message = Message.objects.get(kind="voting.vote_received")
    assert message.recipient == anna
    told = f"{message.subject} {message.context}"
    assert "Bankjes" not in told
    assert receipt.code not in told


@pytest.mark.django_db
def test_casting_costs_three_statements(django_assert_num_queries: Callable) -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    with django_assert_num_queries(3):  # ballot with keys; residency; the vote
        cast(ballot, anna, 1)


# --- Who may vote -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_district_holds_its_neighbourhoods() -> None:
    municipality = MunicipalityFactory()
    district = NeighbourhoodFactory(municipality=municipality, kind="district", code="WK100001")
    inside = NeighbourhoodFactory(municipality=municipality, parent=district)
    outside = NeighbourhoodFactory(municipality=municipality)
    ballot = voting.opened(municipality, areas=[district])
    cast(ballot, voting.resident(municipality, inside), 1)
    with pytest.raises(NotEligible, match=outside.name):
        cast(ballot, voting.resident(municipality, outside), 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("years", "may"), [(12, True), (11, False), (40, True)])
def test_the_year_of_birth_decides_on_age(years: int, may: bool) -> None:
    ballot = voting.opened(minimum_age=12)
    person = voting.resident(ballot.municipality, birth_year=clock.today(ballot.opens_at).year - years)
    if may:
        assert cast(ballot, person, 1).code
    else:
        with pytest.raises(NotEligible, match="12"):
            cast(ballot, person, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "may"), [(Assurance.DECLARED, False), (Assurance.POSTED_CODE, True), (Assurance.OPENID, True)]
)
def test_the_level_of_assurance_decides(level: int, may: bool) -> None:
    ballot = voting.opened(required_assurance=Assurance.POSTED_CODE)
    person = voting.resident(ballot.municipality, assurance=level)
    if may:
        assert cast(ballot, person, 1).code
    else:
        with pytest.raises(NotEligible):
            cast(ballot, person, 1)


@pytest.mark.django_db
def test_anyone_with_an_account_votes_where_the_vote_is_indicative() -> None:
    ballot = voting.opened(electorate="anyone", is_binding=False)
    assert cast(ballot, voting.stranger(), 1).code


# --- Many at once -----------------------------------------------------------------------------------------------------


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Run jobs in threads with connections of their own; what each returned or raised."""
    answers: list[object] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            answers[place] = jobs[place]()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


@pytest.mark.django_db(transaction=True)
def test_twenty_forms_of_one_voter_at_once_are_one_vote() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    answers = at_once([lambda n=n: cast(ballot, anna, 1, token=f"{n:032d}") for n in range(20)])  # type: ignore[misc]
    assert sum(isinstance(answer, casting.Receipt) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyVoted) for answer in answers) == 19
    assert (VoterRecord.objects.count(), InletVote.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twenty_times_at_once_gives_one_vote_and_one_receipt() -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    answers = at_once([lambda: cast(ballot, anna, 1)] * 20)
    codes = {answer.code for answer in answers if isinstance(answer, casting.Receipt)}
    assert len(codes) == 1
    assert sum(isinstance(answer, casting.Receipt) for answer in answers) == 20
    assert InletVote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_closing_amid_casting_keeps_every_acknowledged_vote() -> None:
    ballot = voting.opened()
    people = [voting.resident(ballot.municipality) for _ in range(12)]
    jobs: list[Callable[[], object]] = [
        lambda person=person: cast(ballot, person, 1, token=secrets.token_urlsafe(24)) for person in people
    ]
    late = ballot.closes_at + timedelta(seconds=10)
    jobs.insert(6, lambda: ballots.advance(ballot_id=ballot.pk, now=late))
    answers = at_once(jobs)
    receipts = {answer.code for answer in answers if isinstance(answer, casting.Receipt)}
    refused = [answer for answer in answers if isinstance(answer, BallotClosed)]
    assert len(receipts) + len(refused) == 12
    assert set(InletVote.objects.values_list("code", flat=True)) == receipts
    assert VoterRecord.objects.count() == len(receipts)
