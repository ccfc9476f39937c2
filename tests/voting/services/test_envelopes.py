"""Letting envelopes in: one person, one vote, on paper or online; and no envelope that can be followed to a pile."""

from __future__ import annotations

import secrets
import threading
from datetime import date
from typing import Any

import pytest
from django.db import connections

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import Assurance
from foundation.voting.errors import AlreadyVoted, NotEligible, VotingError, WrongMoment
from foundation.voting.models import Ballot, PaperTally, VoterRecord
from foundation.voting.queries import codes as code_queries
from foundation.voting.queries import paper as paper_queries
from foundation.voting.queries.turnout import turnout
from foundation.voting.services import casting, envelopes
from foundation.voting.services import codes as code_service
from tests.factories import voting
from tests.factories.municipalities import NeighbourhoodFactory, civil_servant
from tests.factories.voting_codes import with_codes
from tests.factories.voting_paper import person, takes_paper, token

pytestmark = pytest.mark.django_db


def coded(size: int) -> tuple[Ballot, list[str], Any]:
    ballot, codes = with_codes(takes_paper(electorate="codes"), size=size)
    return ballot, codes, civil_servant(ballot.municipality)


def online(ballot: Ballot, code: str) -> casting.Receipt:
    ballot = Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)
    return casting.cast(
        ballot=ballot,
        by=code_queries.voter_with(ballot, code),
        choices=(1,),
        form_token=secrets.token_urlsafe(24),
        now=clock.now(),
    )


def test_a_code_on_an_envelope_is_used_and_can_not_vote_online_any_more() -> None:
    ballot, (code, other), by = coded(2)
    answer = envelopes.let_in_code(ballot=ballot, code=code, form_token=token(), by=by)
    assert (answer.admitted, answer.number) == (True, 1)
    with pytest.raises(AlreadyVoted):
        online(ballot, code)
    online(ballot, other)
    assert (turnout(ballot), paper_queries.envelopes(ballot)) == (2, 1)


def test_an_envelope_whose_code_was_used_online_is_set_aside_with_the_reason() -> None:
    ballot, (code,), by = coded(1)
    online(ballot, code)
    answer = envelopes.let_in_code(ballot=ballot, code=code, form_token=token(), by=by)
    assert not answer.admitted
    assert answer.reason
    assert (turnout(ballot), paper_queries.envelopes(ballot)) == (1, 0)
    tally = PaperTally.objects.get()
    assert (tally.envelopes, tally.set_aside) == (0, 1)
    event = AuditEvent.objects.get(verb="voting.envelope_set_aside")
    assert event.reason == answer.reason
    assert code not in str(event.__dict__)


def test_dead_and_unknown_codes_and_codes_of_another_vote_are_not_let_in() -> None:
    ballot, (code,), by = coded(1)
    _elsewhere, (foreign,), _by = coded(1)
    batch = ballot.code_batches.get()
    code_service.block(batch=batch, by=by, reason="kwijt")
    assert not envelopes.let_in_code(ballot=ballot, code=code, form_token=token(), by=by).admitted
    with pytest.raises(NotEligible):
        envelopes.let_in_code(ballot=ballot, code=foreign, form_token=token(), by=by)
    assert turnout(ballot) == 0


def test_a_form_that_is_sent_twice_lets_one_envelope_in_and_says_so_twice() -> None:
    ballot, (code, other), by = coded(2)
    form = token()
    first = envelopes.let_in_code(ballot=ballot, code=code, form_token=form, by=by)
    assert envelopes.let_in_code(ballot=ballot, code=code, form_token=form, by=by) == first
    envelopes.let_in_code(ballot=ballot, code=other, form_token=token(), by=by)
    assert (turnout(ballot), paper_queries.envelopes(ballot)) == (2, 2)
    with pytest.raises(VotingError):
        envelopes.let_in_code(ballot=ballot, code=code, form_token="kort", by=by)


@pytest.mark.django_db(transaction=True)
def test_a_code_that_is_used_online_and_at_the_desk_at_once_counts_once() -> None:
    ballot, codes, by = coded(8)
    came: list[str] = []

    def run(work: Any, name: str) -> None:
        try:
            came.append(f"{name} {work()}")
        except AlreadyVoted:
            came.append(f"{name} refused")
        finally:
            connections.close_all()

    threads = []
    for code in codes:
        desk = lambda code=code: envelopes.let_in_code(ballot=ballot, code=code, form_token=token(), by=by).admitted  # noqa: E731
        threads += [
            threading.Thread(target=run, args=(desk, "desk")),
            threading.Thread(target=run, args=(lambda code=code: bool(online(ballot, code)), "online")),
        ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(came) == 16
    assert turnout(ballot) == 8
    let_in = paper_queries.envelopes(ballot)
    assert (came.count("desk True"), came.count("desk False")) == (let_in, 8 - let_in)
    assert came.count("online True") == 8 - let_in


def test_an_account_votes_on_paper_or_online_never_both() -> None:
    ballot = takes_paper()
    by = civil_servant(ballot.municipality)
    anna, bilal = voting.resident(ballot.municipality), voting.resident(ballot.municipality)
    assert envelopes.let_in_account(ballot=ballot, email=anna.email.upper(), form_token=token(), by=by).admitted
    with pytest.raises(AlreadyVoted):
        voting.vote(ballot, 1, by=anna)
    voting.vote(ballot, 1, by=bilal)
    assert not envelopes.let_in_account(ballot=ballot, email=bilal.email, form_token=token(), by=by).admitted
    assert turnout(ballot) == 2
    for email in (voting.stranger().email, "niemand@voorbeeld.example"):
        with pytest.raises(NotEligible):
            envelopes.let_in_account(ballot=ballot, email=email, form_token=token(), by=by)


def test_the_desk_stands_in_for_the_assurance_but_not_for_age_or_place() -> None:
    area = NeighbourhoodFactory()
    ballot = takes_paper(
        area.municipality, areas=[area], minimum_age=16, required_assurance=Assurance.DESK, is_binding=False
    )
    by = civil_servant(ballot.municipality)
    old = voting.resident(ballot.municipality, area, birth_year=1950)
    young = voting.resident(ballot.municipality, area, birth_year=clock.today().year - 9)
    elsewhere = voting.resident(ballot.municipality, birth_year=1950)
    assert envelopes.let_in_account(ballot=ballot, email=old.email, form_token=token(), by=by).admitted
    assert VoterRecord.objects.get().area == area
    for user in (young, elsewhere):
        with pytest.raises(NotEligible):
            envelopes.let_in_account(ballot=ballot, email=user.email, form_token=token(), by=by)


def test_somebody_without_an_account_is_let_in_once_however_the_name_is_typed() -> None:
    ballot = takes_paper()
    by, colleague = civil_servant(ballot.municipality), civil_servant(ballot.municipality)
    assert person(ballot, by, "Zoë-Anne").admitted
    assert not person(ballot, colleague, " zoe anne ", postcode="3311ab").admitted
    assert person(ballot, colleague, "Zoë-Anne", house_number="12a").admitted
    assert turnout(ballot) == 2
    told = str([list(model.objects.values()) for model in (PaperTally, VoterRecord, AuditEvent)]).casefold()
    assert not [mark for mark in ("zoe", "zoë", "1950-05-04", "3311") if mark in told]


def test_the_age_and_neighbourhood_of_somebody_without_an_account_are_asked() -> None:
    area = NeighbourhoodFactory()
    other = NeighbourhoodFactory(municipality=area.municipality)
    ballot = takes_paper(area.municipality, areas=[area], minimum_age=16)
    by = civil_servant(ballot.municipality)
    for wrong in (
        {"area": other},
        {"area": None},
        {"area": NeighbourhoodFactory()},
        {"area": area, "born": date(clock.today().year - 10, 1, 1)},
        {"area": area, "born": date(clock.today().year + 1, 1, 1)},
        {"area": area, "born": date(1850, 1, 1)},
    ):
        with pytest.raises(NotEligible):
            person(ballot, by, "Bo", **wrong)
    assert person(ballot, by, "Bo", area=area).admitted
    assert VoterRecord.objects.get().area == area


def test_each_electorate_has_its_own_door() -> None:
    residents, (by_code, codes, by) = takes_paper(), coded(1)
    resident = voting.resident(residents.municipality)
    with pytest.raises(NotEligible):
        envelopes.let_in_code(
            ballot=residents, code=codes[0], form_token=token(), by=civil_servant(residents.municipality)
        )
    with pytest.raises(NotEligible):
        envelopes.let_in_account(ballot=by_code, email=resident.email, form_token=token(), by=by)
    with pytest.raises(NotEligible):
        person(by_code, by, "Bo")


def test_envelopes_come_in_from_the_opening_until_all_paper_is_in() -> None:
    by_now = voting.announced(takes_paper=True, limit_kind="none")
    by = civil_servant(by_now.municipality)
    with pytest.raises(WrongMoment):
        person(by_now, by, "Bo")
    ballot = voting.close(takes_paper())
    by = civil_servant(ballot.municipality)
    envelopes.close(ballot=ballot, by=by)
    with pytest.raises(WrongMoment):
        person(ballot, by, "Bo")
