"""The recount of files with rankings, and of `.pb` files by rules that spend nothing."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from foundation.voting.counting import CODES, RULES, Option, Outcome, blt, count, make_settings, pabulib, recount
from foundation.voting.counting.profile import Profile
from foundation.voting.counting.recount_text import TEXTS

from .rankings import RANKED, REAL_RANKED

BALLOTS = ["123", "123", "132", "21", "3", ""]


def export(tmp_path: Path, rule: str = "stv", **replaced: str) -> Path:
    """A ranking of ours, counted and exported as BLT with its rule and outcome in comments."""
    options = [Option(str(number), name) for number, name in enumerate(["Anna", "Bo", "Cees"], start=1)]
    settings = make_settings(rule, {"lot_seed": "lot;2026", **({"seats": 2} if rule != "instant_runoff" else {})})
    outcome = count(Profile.ranked(options, BALLOTS), rule, settings)
    file = blt.build(
        title="Bewonersraad",
        seats=2,
        options=options,
        ballots=[(1, ballot) for ballot in BALLOTS],
        meta=pabulib.meta_of_rule(rule, settings, units=1, outcome=outcome),
        outcome=outcome,
    )
    text = blt.write(file)
    for old, new in replaced.items():
        text = text.replace(old, new)
    path = tmp_path / "ranking.blt"
    path.write_text(text, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = recount.main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("rule", ["stv", "schulze", "instant_runoff"])
def test_our_own_export_is_counted_the_same_to_the_byte(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str
) -> None:
    path = export(tmp_path, rule)
    done = recount.recount(recount.read(path))
    assert not done.other_record
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "GELIJK" in out
    assert "lot_seed=lot;2026" in out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\n1 3 0\n", "\n1 2 0\n", "verslag"),  # a vote changed
        ("\n1 0\n", "\n", "verslag"),  # a blank vote dropped
        ("aanzet_winners: 1 2", "aanzet_winners: 1 3", "wel in het bestand, niet in deze telling: 3"),
        ("lot;2026", "lot;2027", "verslag"),
    ],
)
def test_any_change_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    assert old in export(tmp_path).read_text()
    code, out, _ = run(capsys, export(tmp_path, **{old: new}))
    assert code == 1
    assert says in out


def test_a_file_from_elsewhere_needs_a_rule_and_tells_its_own_seats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.blt"
    path.write_text('3 2\n3 1 2 0\n2 2 0\n1 3 0\n0\n"a"\n"b"\n"c"\n"t"\n')
    code, _, err = run(capsys, path)
    assert code == 2
    assert "--rule" in err
    code, out, _ = run(capsys, path, "--rule", "stv")
    assert code == 0
    assert "niets te vergelijken" in out
    assert "Gekozen, op volgorde: 1, 2." in out
    _, out, _ = run(capsys, path, "--rule", "stv", "--seats", 1, "--json")
    assert json.loads(out)["winners"] == ["1"]
    _, out, _ = run(capsys, path, "--rule", "instant_runoff", "--lang", "en")
    assert "Chosen, in order: 1." in out
    assert run(capsys, path, "--rule", "instant_runoff", "--seats", 2)[0] == 2
    assert run(capsys, path, "--rule", "median_grade")[0] == 2
    assert run(capsys, path, "--rule", "greedy")[0] == 2


def test_a_bad_file_is_refused_in_dutch_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(tmp_path, **{"\n1 3 0\n": "\n1 9 0\n"})
    code, _, err = run(capsys, path)
    assert code == 2
    assert err.startswith("Kan niet tellen: Regel ")


def test_a_pb_file_can_be_counted_without_its_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "points.pb"
    path.write_text(
        "META\nkey;value\nbudget;20\nvote_type;cumulative\nPROJECTS\nproject_id;cost\n1;8\n2;5\n"
        "VOTES\nvoter_id;vote;points\na;1,2;3,1\nb;2;1\n"
    )
    code, out, _ = run(capsys, path, "--rule", "points_sum")
    assert code == 0
    assert "3 punten van 1 kiezers. Gekozen op plaats 1, 1 meer" in out


def test_the_report_has_a_table_of_rounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, export(tmp_path))
    assert "Wie 2 stemmen haalt, is gekozen." in out
    assert "  2. het overschot van 1 Anna gaat door" in out
    assert "1,66666" in out
    assert "weg door afronden 0,00001" in out


@pytest.mark.parametrize("language", TEXTS)
def test_every_rule_code_criterion_and_phase_has_words(language: str) -> None:
    words = TEXTS[language]
    assert set(words.rules) == set(RULES)
    assert set(words.stories) == set(CODES)
    assert set(words.criteria) == {"votes", "cost", "lot", "listed", "earlier_stages"}
    for code, keys in CODES.items():
        assert words.stories[code].format(**dict.fromkeys(keys, "x"))
    assert set(words.verdict) == {"reached", "no_votes", "turnout", "share"}


@pytest.mark.skipif(not REAL_RANKED, reason="no ../shared/data/ranked on this machine")
def test_the_command_counts_a_real_ward() -> None:
    out = io.StringIO()
    path = RANKED / "north_lanarkshire_2022_ward18.blt"
    call_command("recount", str(path), "--rule", "stv", "--seats", "4", "--json", stdout=out)
    outcome = Outcome.from_dict(json.loads(out.getvalue()))
    assert set(outcome.winners) == {"2", "3", "5", "6"}
