"""Changing a vote in the browser, without JavaScript: the way there, the receipt, guessing, and what is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from foundation.accounts.models import User
from foundation.voting.models import Ballot, InletVote, ReplacedVote
from foundation.voting.services import guessing
from tests.factories import voting
from tests.factories.voting_codes import with_codes

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def ballot() -> Ballot:
    return voting.opened(allow_change=True, limit_kind="none")


@pytest.fixture
def anna(ballot: Ballot, client: Client) -> User:
    user = voting.resident(ballot.municipality)
    client.force_login(user, BACKEND)
    return user


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def here(ballot: Ballot, path: str = "") -> str:
    return ballot.get_absolute_url() + path


def change(client: Client, ballot: Ballot, code: str, *numbers: int, token: str = "n" * 32, **more: Any) -> Any:
    data = {"formulier": token, "bewijs": code, "keuze": list(numbers), **more}
    return client.post(here(ballot, "stem/wijzigen/"), data)


def test_the_whole_way_from_the_page_of_the_vote_to_the_new_receipt(client: Client, ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    assert here(ballot, "stem/wijzigen/") in text(client.get(here(ballot)))
    explained = text(client.get(here(ballot, "stem/wijzigen/")))
    assert "Ben je de code kwijt? Dan blijft je stem zoals hij is." in explained
    paper = client.get(here(ballot, "stem/"))
    assert "Je hebt al gestemd" in text(paper)
    answer = client.post(here(ballot, "stem/"), {"getoond": [1, 2, 3], "keuze": [2, 3], "doe": "controleer"})
    assert answer.headers["Location"] == here(ballot, "stem/controleren/")
    page = text(client.get(answer.headers["Location"]))
    assert f'action="{here(ballot, "stem/wijzigen/")}"' in page
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None
    receipt = change(client, ballot, old.readable, 2, 3, token=token[1])
    assert receipt.status_code == 200
    told = text(receipt)
    assert "Je stem is veranderd" in told
    assert old.readable not in told
    assert InletVote.objects.get().choices == "2,3"
    assert f"stembiljet-{ballot.pk}" not in client.session
    assert old.code not in str(dict(client.session))
    again = text(change(client, ballot, old.readable, 2, 3, token=token[1]))
    assert re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", again) == re.findall(
        r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", told
    )


def test_a_wrong_code_keeps_the_choice_and_says_that_the_vote_stands(
    client: Client, ballot: Ballot, anna: User
) -> None:
    voting.vote(ballot, 1, by=anna)
    answer = change(client, ballot, "0000-0000-0000", 2)
    assert answer.status_code == 422
    assert "de stem die je eerder instuurde blijft staan" in text(answer)
    assert 'name="keuze" value="2"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)
    assert not ReplacedVote.objects.exists()


def test_many_wrong_codes_are_slowed_and_a_right_one_still_passes(client: Client, ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    for place in range(guessing.PER_ADDRESS - 1):
        assert change(client, ballot, f"{place:012d}", 2).status_code == 422
    assert guessing.wrong_receipt(ballot=ballot, who=f"user:{anna.pk}") == 0
    assert guessing.wrong_receipt(ballot=ballot, who=f"user:{anna.pk}") > 0
    assert guessing.wrong_receipt(ballot=ballot, who="user:0") == 0  # somebody else is not held up
    right = change(client, ballot, old.code, 2)
    assert right.status_code == 200


def test_looking_up_receipts_is_slowed_too(client: Client, ballot: Ballot) -> None:
    receipt = voting.vote(ballot, 1)
    answers = [client.post(here(ballot, "bewijs/"), {"code": f"{n:012d}"}) for n in range(guessing.PER_ADDRESS + 1)]
    assert [answer.status_code for answer in answers] == [200] * guessing.PER_ADDRESS + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    right = client.post(here(ballot, "bewijs/"), {"code": receipt.code})
    assert (right.status_code, "Je stem is ontvangen" in text(right)) == (200, True)


def test_a_receipt_that_was_used_says_so(client: Client, ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    change(client, ballot, old.code, 2)
    answer = change(client, ballot, old.code, 3, token="m" * 32)
    assert answer.status_code == 409
    assert "al veranderd" in text(answer)
    found = text(client.post(here(ballot, "bewijs/"), {"code": old.code}))
    assert "Deze stem is vervangen" in found


def test_who_has_not_voted_votes_first(client: Client, ballot: Ballot, anna: User) -> None:
    found = voting.vote(ballot, 1)
    assert "nog niet gestemd" in text(client.get(here(ballot, "stem/wijzigen/")))
    assert change(client, ballot, found.code, 2).status_code == 409
    assert not ReplacedVote.objects.exists()


def test_who_is_not_logged_in_logs_in_first_and_reads_without_a_cookie(client: Client, ballot: Ballot) -> None:
    page = client.get(here(ballot, "stem/wijzigen/"))
    assert page.status_code == 200
    assert not page.cookies
    assert change(client, ballot, "0" * 12, 2).status_code == 302


def test_without_the_setting_there_is_no_such_page_and_the_vote_stands(client: Client) -> None:
    ballot = voting.opened()
    anna = voting.resident(ballot.municipality)
    client.force_login(anna, BACKEND)
    voting.vote(ballot, 1, by=anna)
    assert client.get(here(ballot, "stem/wijzigen/")).status_code == 404
    assert client.get(here(ballot, "stem/")).status_code == 302
    assert "Wat je instuurt blijft staan" in text(client.get(here(ballot)))


def test_a_changed_vote_can_be_blank_but_not_by_accident(client: Client, ballot: Ballot, anna: User) -> None:
    old = voting.vote(ballot, 1, by=anna)
    assert change(client, ballot, old.code).status_code == 302
    assert change(client, ballot, old.code, blanco="ja").status_code == 200
    assert InletVote.objects.get().choices == ""


@pytest.mark.parametrize("kind", ["points", "ranking", "scale"])
def test_papers_that_are_filled_in_change_too(client: Client, kind: str) -> None:
    ballot = voting.opened(**voting.PAPERS[kind], allow_change=True)
    anna = voting.resident(ballot.municipality)
    client.force_login(anna, BACKEND)
    old = voting.vote(ballot, *([{1: 2}] if kind != "ranking" else [1]), by=anna)
    assert "Je hebt al gestemd" in text(client.get(here(ballot, "stem/")))
    items = ["2:1"] if kind != "ranking" else ["2", "1"]
    answer = client.post(here(ballot, "stem/wijzigen/"), {"formulier": "n" * 32, "bewijs": old.code, "keuze": items})
    assert answer.status_code == 200, text(answer)[:3000]
    assert InletVote.objects.get().choices == ",".join(items)


def test_the_holder_of_a_code_changes_with_code_and_receipt(client: Client) -> None:
    ballot, (clear, _other) = with_codes(size=2, allow_change=True, limit_kind="none")
    enter = here(ballot, "code/")
    assert client.post(enter, {"code": clear}).status_code == 302
    sent = client.post(here(ballot, "stem/controleren/"), {"formulier": "f" * 32, "keuze": [1]})
    old = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text(sent))
    assert old is not None
    # Another day, another browser: the letter says who may, the receipt says which vote.
    later = Client()
    assert later.post(enter, {"code": clear}).headers["Location"] == here(ballot, "stem/wijzigen/")
    assert change(later, ballot, "0" * 12, 2).status_code == 422
    assert change(later, ballot, old[0], 2).status_code == 200
    assert InletVote.objects.get().choices == "2"
    assert change(Client(), ballot, old[0], 3).status_code == 302  # the receipt alone is not enough
