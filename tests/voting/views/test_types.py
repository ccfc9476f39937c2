"""Every type of paper through the pages, without JavaScript: cast, refused beside the field, counted, told."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.voting import counting, paper_types
from foundation.voting.counting import blt, pabulib, recount
from foundation.voting.counting.registry import rules_for
from foundation.voting.enums import BUDGET_RULES, PAIRS, BallotType
from foundation.voting.models import Ballot, InletVote, Result, VoterRecord
from foundation.voting.services.counting import final_seed
from tests.factories import voting

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAMES = [("Park", 0), ("Plein", 0), ("Pad", 0), ("Poort", 0)]


def opened(kind: str, **more: Any) -> Ballot:
    return voting.opened(projects=NAMES, **{**voting.PAPERS[kind], **more})


def voter(ballot: Ballot) -> Client:
    client = Client()
    client.force_login(voting.resident(ballot.municipality), BACKEND)
    return client


def fill(client: Client, ballot: Ballot, **fields: Any) -> Any:
    data = {"doe": "controleer", **{name.replace("_", "-"): value for name, value in fields.items()}}
    return client.post(ballot.get_absolute_url() + "stem/", data)


# What is filled in, the text that must lie in the inlet, what the check page says.
PAPERS: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "single": ({"getoond": [1, 2, 3, 4], "keuze": 3}, "3", ["Pad"]),
    "approval": ({"getoond": [1, 2, 3, 4], "keuze": [3, 1]}, "1,3", ["Pad", "Park"]),
    "points": ({"punten_2": "6", "punten_4": "3", "punten_1": "0"}, "2:6,4:3", ["6 punten", "3 punten"]),
    "ranking": ({"plaats_4": "1", "plaats_1": "2", "plaats_2": "5"}, "4,1,2", ["plaats 1", "plaats 3"]),
    "scale": ({"oordeel_1": "2", "oordeel_3": "0", "oordeel_2": ""}, "1:2,3:0", ["eens", "oneens"]),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_is_filled_in_checked_sent_and_kept_as_its_text(kind: str) -> None:
    ballot = opened(kind)
    client = voter(ballot)
    fields, text, words = PAPERS[kind]
    assert client.get(ballot.get_absolute_url() + "stem/").status_code == 200
    answer = fill(client, ballot, **fields)
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer.headers["Location"]).content.decode()
    for word in words:
        assert word in page
    hidden = dict.fromkeys(("formulier", "toeval", "blanco"))
    found = {name: re.findall(f'name="{name}" value="([^"]*)"', page) for name in (*hidden, "keuze")}
    receipt = client.post(answer.headers["Location"], {name: values for name, values in found.items() if values})
    assert receipt.status_code == 200
    assert "punten" not in receipt.content.decode()
    assert InletVote.objects.get().choices == text
    assert client.session.get(f"stembiljet-{ballot.pk}") is None


@pytest.mark.parametrize("kind", PAPERS)
def test_an_empty_paper_is_a_blank_vote_of_every_type(kind: str) -> None:
    ballot = opened(kind)
    client = voter(ballot)
    answer = fill(client, ballot, getoond=[1, 2, 3, 4])
    assert 'name="blanco"' in client.get(answer.headers["Location"]).content.decode()
    client.post(answer.headers["Location"], {"formulier": "f" * 32, "blanco": "ja"})
    assert InletVote.objects.get().choices == ""


WRONG = [
    ("points", {"punten_1": "7"}, "hoogstens 6 punten", 1),
    ("points", {"punten_1": "6", "punten_2": "5"}, "Haal er 1 weg", None),
    ("points", {"punten_3": "twee"}, "heel aantal punten", 3),
    ("points", {"punten_3": "-1"}, "heel aantal punten", 3),
    ("ranking", {"plaats_1": "1", "plaats_2": "1"}, "plaats 1 meer dan één keer", 1),
    ("ranking", {"plaats_2": "eerst"}, "nummer van een plaats", 2),
    ("scale", {"oordeel_1": "9"}, "Kies een van de antwoorden", 1),
]


@pytest.mark.parametrize(("kind", "fields", "words", "number"), WRONG)
def test_what_is_wrong_is_told_beside_the_field_and_kept(
    kind: str, fields: dict[str, str], words: str, number: int | None
) -> None:
    ballot = opened(kind)
    client = voter(ballot)
    page = fill(client, ballot, **fields).content.decode()
    assert words in page
    assert f'href="#{f"optie-{number}" if number else "opties"}"' in page
    if number:
        row = page.split(f'id="optie-{number}"')[1].split('id="optie-')[0]
        assert words in row
        assert "field__error" in row
    for name, value in fields.items():
        assert client.session[f"stembiljet-{ballot.pk}"][name.rpartition("_")[2]] == value
        if kind != "scale" and value.isdecimal():
            assert f'value="{value}"' in client.get(ballot.get_absolute_url() + "stem/").content.decode()
    assert client.get(ballot.get_absolute_url() + "stem/controleren/").status_code == 302
    assert not VoterRecord.objects.exists()


@pytest.mark.parametrize(
    ("kind", "marks"), [("single", ["1", "2"]), ("points", ["1:7"]), ("ranking", ["1", "1"]), ("scale", ["1:3"])]
)
def test_a_forged_paper_is_refused(kind: str, marks: list[str]) -> None:
    ballot = opened(kind)
    client = voter(ballot)
    answer = client.post(ballot.get_absolute_url() + "stem/controleren/", {"formulier": "f" * 32, "keuze": marks})
    assert answer.status_code == 302
    assert not VoterRecord.objects.exists()


def test_a_ranking_is_made_with_buttons_only() -> None:
    ballot = opened("ranking")
    client = voter(ballot)

    def order() -> list[int]:
        kept = client.session[f"stembiljet-{ballot.pk}"]
        return sorted(map(int, kept), key=lambda number: int(kept[str(number)]))

    def press(button: str) -> None:
        kept = client.session.get(f"stembiljet-{ballot.pk}", {})
        fill(client, ballot, doe=button, **{f"plaats_{number}": place for number, place in kept.items()})

    for number in (3, 1, 2):
        press(f"omhoog-{number}")
    assert order() == [3, 1, 2]
    press("omhoog-2")
    assert order() == [3, 2, 1]
    press("omlaag-3")
    assert order() == [2, 3, 1]
    press("omlaag-1")  # below the last place: out
    assert order() == [2, 3]
    press("omhoog-99")
    press("omlaag-4")
    assert order() == [2, 3]
    page = client.get(ballot.get_absolute_url() + "stem/").content.decode()
    assert page.index("Plein") < page.index("Pad")


# kind, settings, votes, winners
COUNTED: list[tuple[str, dict[str, Any], list[Any], list[str]]] = [
    ("single", {}, [(1,), (1,), (2,), ()], ["1"]),
    (
        "single",
        {"rule": "threshold", "rule_settings": {"share": "1/2", "turnout": "3/10", "electorate": 10}},
        [(1,), (1,), (2,), ()],
        ["1"],
    ),
    (
        "single",
        {"rule": "threshold", "rule_settings": {"share": "1/2", "turnout": "1/2", "electorate": 10}},
        [(1,), (1,), (2,), ()],
        [],
    ),
    ("approval", {"rule_settings": {"seats": 2}}, [(1, 2), (1, 3), (2,), (1,), ()], ["1", "2"]),
    ("points", {}, [({1: 6, 2: 4},), ({2: 6},), ({3: 1},)], ["2"]),
    ("ranking", {}, [(1, 2), (1,), (2, 1), (3, 2), (2, 3)], ["2"]),
    (
        "ranking",
        {"rule": "stv", "rule_settings": {"seats": 2}},
        [(1, 2), (1, 3), (2, 1), (3, 2), (1,), (2,)],
        ["1", "2"],
    ),
    ("ranking", {"rule": "schulze"}, [(1, 2), (1, 3), (2, 1), (3, 1, 2)], ["1"]),
    ("scale", {"rule_settings": {"seats": 4, "least_grade": 2}}, [({1: 2, 2: 0},), ({1: 2, 3: 1},)], ["1"]),
]


@pytest.mark.parametrize(("kind", "more", "votes", "winners"), COUNTED)
def test_the_count_equals_counting_directly_and_the_page_tells_it(
    client: Client, kind: str, more: dict[str, Any], votes: list[Any], winners: list[str]
) -> None:
    ballot = voting.published(votes=votes, projects=NAMES, **{**voting.PAPERS[kind], **more})
    result = Result.objects.select_related("count").get()
    paper = paper_types.of(ballot.frozen)
    texts: dict[str, int] = {}
    for vote in votes:
        text = paper.text(vote[0] if vote and isinstance(vote[0], dict) else vote)
        texts[text] = texts.get(text, 0) + 1
    options = [counting.Option(str(number), name) for number, (name, _cost) in enumerate(NAMES, start=1)]
    settings = {
        **ballot.frozen["rule"]["settings"],
        "lot_seed": final_seed(ballot.frozen["rule"]["settings"]["lot_seed"], result.count.box_hash),
    }
    again = counting.count(paper.profile(ballot.frozen, options, texts), ballot.rule, settings)
    assert result.outcome_sha256 == again.sha256()
    assert result.outcome["winners"] == winners
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        page = client.get(ballot.get_absolute_url() + "uitslag/").content.decode()
        record = client.get(ballot.get_absolute_url() + "uitslag/uitslag.json").json()
        table = client.get(ballot.get_absolute_url() + "uitslag/stemmen.csv").content.decode().splitlines()
    for name, _cost in NAMES:
        assert name in page
    assert record["outcome"]["winners"] == winners
    assert table[0] == "code;choices;nonce"
    assert sorted(line.split(";")[1] for line in table[1:]) == sorted(t for t, n in texts.items() for _ in range(n))
    assert "€" not in page
    assert {
        "instant_runoff": "Ronde 1",
        "stv": "Ronde 1",
        "schulze": "Allen tegen allen",
        "median_grade": "oneens",
    }.get(ballot.rule, "Gekozen" if winners else "niets beslist") in page


@pytest.mark.parametrize("rule", ["instant_runoff", "stv", "schulze"])
def test_the_published_rankings_count_to_the_same_result(client: Client, rule: str) -> None:
    votes = [(1, 2), (1,), (2, 1), (3, 2), (2, 3), ()]
    ballot = voting.published(votes=votes, projects=NAMES, **{**voting.PAPERS["ranking"], "rule": rule})
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        text = client.get(ballot.get_absolute_url() + "uitslag/stemmen.blt").content
        other = client.get(ballot.get_absolute_url() + "uitslag/stemmen.pb")
    assert other.status_code == 404
    assert recount.recount(blt.read(text)).agrees


@pytest.mark.parametrize("rule", BUDGET_RULES)
def test_points_can_divide_a_budget(client: Client, rule: str) -> None:
    settings = {"utility": "points"} if rule == "equal_shares" else {}
    fields = {**voting.PAPERS["points"], "rule": rule, "rule_settings": settings, "budget_cents": 1_000_000}
    ballot = voting.published(votes=[({1: 6, 2: 4},), ({2: 6},), ({3: 1},), ()], **fields)
    with time_machine.travel(ballot.closes_at.timestamp() + 60):
        page = client.get(ballot.get_absolute_url() + "uitslag/").content.decode()
        text = client.get(ballot.get_absolute_url() + "uitslag/stemmen.pb").content
    assert recount.recount(pabulib.read(text)).agrees
    assert "punten" in page


@pytest.mark.parametrize("kind", PAPERS)
def test_the_paper_costs_the_same_for_two_and_forty_options(kind: str) -> None:
    counts = []
    for size in (2, 40):
        ballot = voting.opened(projects=[(f"Optie {n}", 0) for n in range(size)], **voting.PAPERS[kind])
        client = voter(ballot)
        client.get(ballot.get_absolute_url() + "stem/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ballot.get_absolute_url() + "stem/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_pairs_are_those_of_the_counting_rules() -> None:
    for kind in BallotType.values:
        sensible = {rule for budget in (True, False) for rule in rules_for(kind, budget=budget)}
        assert set(PAIRS[kind]) == sensible - (set(BUDGET_RULES) if kind == "single" else set())
    assert set(paper_types.PAPER_TYPES) == set(BallotType.values)


@pytest.mark.parametrize("kind", PAPERS)
def test_a_text_that_this_paper_does_not_write_is_no_paper(kind: str) -> None:
    paper = paper_types.PAPER_TYPES[kind]
    text = PAPERS[kind][1]
    assert paper.text(paper.parse(text)) == text
    for wrong in (f"{text},", f" {text}", f"0{text}", "x", "1:x", "2:3,1:1" if ":" in text else "1:1"):
        with pytest.raises(ValueError, match="not the text"):
            paper.parse(wrong)


@pytest.mark.parametrize(
    ("kind", "first", "second", "text"),
    [
        ("points", {"punten_2": "6"}, {"punten_7": "3"}, "2:6,7:3"),
        ("ranking", {"plaats_2": "1"}, {"plaats_7": "2"}, "2,7"),
        ("scale", {"oordeel_2": "2"}, {"oordeel_7": "0"}, "2:2,7:0"),
    ],
)
def test_a_long_paper_is_searched_while_what_was_filled_in_elsewhere_is_kept(
    kind: str, first: dict[str, str], second: dict[str, str], text: str
) -> None:
    ballot = voting.opened(projects=[(f"Plan {name}", 0) for name in "abcdefgh"], **voting.PAPERS[kind])
    client = voter(ballot)
    answer = fill(client, ballot, doe="toon", zoek="plan g", **first)
    assert answer.headers["Location"].endswith("stem/?zoek=plan+g#opties")
    page = client.get(answer.headers["Location"]).content.decode()
    assert shown(page) == ["Plan g"]
    held = hidden(page)
    assert held == {name.replace("_", "-"): value for name, value in first.items()}
    # What is searched goes on while something is filled in, and the whole paper is one press away.
    answer = fill(client, ballot, doe="bereken", zoek="plan g", **{**held, **second})
    assert "zoek=plan+g" in answer.headers["Location"]
    page = client.get(answer.headers["Location"]).content.decode()
    answer = fill(client, ballot, doe="alles", zoek="plan g", **{**hidden(page), **second})
    assert answer.headers["Location"].endswith("stem/#opties")
    page = client.get(answer.headers["Location"]).content.decode()
    assert (len(shown(page)), hidden(page)) == (8, {})
    assert shown(client.get(ballot.get_absolute_url() + "stem/?alleen=gekozen").content.decode()) == [
        "Plan b",
        "Plan g",
    ]
    check = fill(client, ballot, **first, **second)
    token = re.search(r'name="formulier" value="([^"]+)"', client.get(check.headers["Location"]).content.decode())
    assert token
    marks = re.findall(r'name="keuze" value="([^"]+)"', client.get(check.headers["Location"]).content.decode())
    client.post(check.headers["Location"], {"formulier": token[1], "keuze": marks})
    assert InletVote.objects.get(ballot=ballot).choices == text


def test_a_mistake_outside_what_was_searched_for_is_shown() -> None:
    ballot = voting.opened(projects=[(f"Plan {name}", 0) for name in "abcdefgh"], **voting.PAPERS["points"])
    client = voter(ballot)
    data = {"doe": "controleer", "punten-2": "veel", "punten-7": "1"}
    page = client.post(ballot.get_absolute_url() + "stem/?zoek=plan+g", data).content.decode()
    assert sorted(shown(page)) == ["Plan b", "Plan g"]
    assert 'id="fout-2-1"' in page


def shown(page: str) -> list[str]:
    """The options on the paper, in alphabetical order."""
    return sorted(re.findall(r'<li class="mark[^>]*>.*?(?:<strong id="naam-\d+">|<legend>)([^<]+)<', page, re.DOTALL))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="((?:punten|plaats|oordeel)-\d+)" value="([^"]*)">', page))
