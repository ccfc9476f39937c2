"""A published vote in which people changed their minds: the whole line is right, and every mutation of it is found."""

from __future__ import annotations

import hashlib
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.voting.models import Ballot, Vote
from foundation.voting.queries import bundle, exports
from foundation.voting.services import mixing
from foundation.voting.verifier import recount
from tests.factories import voting
from tests.voting.verifier.test_recount import FORGERIES, lines, nothing, reason, resummed

pytestmark = pytest.mark.django_db(transaction=True)


def changed_ballot() -> Ballot:
    """Seven voters: one changed in the inlet, one in the box, one three times over both; then published."""
    made = voting.opened(limit_kind="none", allow_change=True)
    people = [voting.resident(made.municipality) for _ in range(7)]
    codes = [voting.vote(made, 1 + place % 3, by=person).code for place, person in enumerate(people)]
    codes[0] = voting.change(made, codes[0], 3, by=people[0]).code
    codes[2] = voting.change(made, codes[2], 2, by=people[2]).code
    mixing.empty_inlet(ballot_id=made.pk, at_least=1)
    codes[1] = voting.change(made, codes[1], 1, 3, by=people[1]).code
    codes[2] = voting.change(made, codes[2], by=people[2]).code
    mixing.empty_inlet(ballot_id=made.pk, at_least=1)
    codes[2] = voting.change(made, codes[2], 2, by=people[2]).code
    return voting.finished(made)


@pytest.fixture
def files() -> dict[str, bytes]:
    return recount.read_zip(bundle.bundle(changed_ballot()))


def test_the_bundle_tells_replaced_votes_and_is_right() -> None:
    ballot = changed_ballot()
    files = recount.read_zip(bundle.bundle(ballot))
    told: dict[str, dict[str, object]] = {}
    recount.verify(files, lambda code, **data: told.update({code: data}))
    assert told["ok_votes"] == {"votes": 7, "entries": 12, "replaced": 5}
    assert json.loads(files["statement.json"])["replaced"] == 5
    published = files["votes.txt"].decode().splitlines()
    assert len([line for line in published if ";vervangen;" in line]) == 5
    assert exports.votes_csv(ballot).splitlines()[1:] == published
    assert "vervangen" not in exports.votes_pb(ballot)
    assert Vote.objects.filter(ballot=ballot).count() == 7
    assert [head["size"] for head in json.loads(files["heads.json"])] == [9, 11, 12]


@pytest.mark.parametrize("name", sorted(set(FORGERIES) - {"a vote called replaced", "another total"}))
def test_the_forgeries_are_found_here_too(files: dict[str, bytes], name: str) -> None:
    forge, _expected = FORGERIES[name]
    assert reason(resummed(forge(files)))


def parts(line: bytes) -> list[str]:
    return line.decode().strip().split(";")


def test_each_way_of_cheating_with_replaced_votes_is_found(files: dict[str, bytes]) -> None:
    whole = lines(files["votes.txt"])
    replaced = [line for line in whole if b";vervangen;" in line]
    votes = [line for line in whole if line not in replaced]
    one = parts(replaced[0])
    forgeries = {
        "one left out": (whole[:0] + [line for line in whole if line != replaced[0]], "commitment_without_vote"),
        "one twice": ([*whole, replaced[0]], "code_twice"),
        "one made up": ([*whole, f"000000000000;vervangen;{'0' * 64}\n".encode()], "vote_not_in_log"),
        "under the code of a vote": (
            [*(line for line in whole if line != replaced[0]), f"{parts(votes[0])[0]};vervangen;{one[2]}\n".encode()],
            "code_twice",
        ),
        "counted after all": (
            [*(line for line in whole if line != replaced[0]), f"{one[0]};1;{'0' * 32}\n".encode()],
            "vote_not_in_log",
        ),
    }
    for name, (made, expected) in forgeries.items():
        assert reason(resummed({**files, "votes.txt": b"".join(sorted(made))})) == expected, name
    assert reason(files) == ""


def test_a_vote_that_is_called_replaced_is_found_by_the_totals(files: dict[str, bytes]) -> None:
    whole = lines(files["votes.txt"])
    code, choices, nonce = next(parts(line) for line in whole if b";vervangen;" not in line)
    seal = hashlib.sha256(b"commit" + bytes.fromhex(nonce) + f"{code};{choices}".encode()).hexdigest()
    rest = [line for line in whole if not line.startswith(code.encode())]
    made = sorted([*rest, f"{code};vervangen;{seal}\n".encode()])
    assert reason(resummed({**files, "votes.txt": b"".join(made)})) == "totals_differ"


def test_any_mutation_of_lines_of_votes_or_log_is_found() -> None:
    whole = recount.read_zip(bundle.bundle(changed_ballot()))

    @given(
        st.sampled_from(["votes.txt", "log.txt"]),
        st.integers(0, 11),
        st.sampled_from(["drop", "copy", "swap", "edit"]),
        st.randoms(),
    )
    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def mutated(name: str, place: int, how: str, dice: random.Random) -> None:
        found = lines(whole[name])
        line = found[place]
        if how == "drop":
            made = found[:place] + found[place + 1 :]
        elif how == "copy":
            made = [*found[: place + 1], *found[place:]]
        elif how == "swap":
            made = [*found]
            other = dice.choice([n for n in range(12) if n != place])
            made[place], made[other] = made[other], made[place]
        else:
            at = dice.randrange(len(line) - 1)
            sign = dice.choice([c for c in b"0123456789abcdefABCXYZ;," if c != line[at]])
            made = [*found[:place], line[:at] + bytes([sign]) + line[at + 1 :], *found[place + 1 :]]
            if name == "votes.txt":
                made = sorted(made)
        with pytest.raises(recount.Wrong):
            recount.verify(resummed({**whole, name: b"".join(made)}), nothing)

    mutated()
