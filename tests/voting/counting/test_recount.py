from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from foundation.voting.counting import Option, Profile, count, make_settings, pabulib, recount

from .elections import FILES, REAL

ROOT = Path(__file__).resolve().parents[3]


def export(tmp_path: Path, **changes: object) -> Path:
    """A vote of ours, counted and exported as the portal does it."""
    options = [Option("a", "Bank", 60_000), Option("b", "Boom", 50_025), Option("c", "Heg", 30_000)]
    votes = [["a", "b"], ["a", "b"], ["a"], ["c"], []]
    settings = make_settings("equal_shares", {"lot_seed": "lot;2026"})
    outcome = count(Profile.approval(options, votes, budget=100_000, units=100), "equal_shares", settings)
    file = pabulib.build(
        meta={
            "description": "Buurtbudget",
            "currency": "EUR",
            **pabulib.meta_of_rule("equal_shares", settings, outcome=outcome),
        },
        options=options,
        votes=[(f"code{number}", vote) for number, vote in enumerate(votes)],
        budget=100_000,
        selected=outcome.winners,
    )
    text = pabulib.write(file)
    for old, new in changes.get("replace", {}).items():  # type: ignore[attr-defined]
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "vote.pb"
    path.write_text(text, encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = recount.main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_our_own_export_is_counted_the_same_to_the_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(tmp_path)
    code, out, _ = run(capsys, path)
    assert code == 0
    assert "GELIJK" in out
    assert "lot_seed=lot;2026" in out
    assert not recount.recount(pabulib.read(path)).other_record


def test_the_report_tells_the_story_of_every_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, dutch, _ = run(capsys, export(tmp_path))
    assert code == 0
    assert "Methode van Gelijke Delen: 5 stemmen, waarvan 1 blanco; budget € 1.000." in dutch
    assert "1. a  Bank" in dutch
    assert "De voorstanders hadden samen nog" in dutch
    _, english, _ = run(capsys, export(tmp_path), "--lang", "en")
    assert "SAME" in english
    assert "€ 500.25" in english


def test_with_points_as_utility_the_report_tells_the_price_of_a_point(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "points.pb"
    path.write_text(
        "META\nkey;value\nbudget;20\nvote_type;cumulative\nPROJECTS\nproject_id;cost\n1;8\n"
        "VOTES\nvoter_id;vote;points\na;1;3\nb;1;1\n"
    )
    code, out, _ = run(capsys, path, "--rule", "equal_shares", "--setting", "utility=points")
    assert code == 0
    assert "Prijs per punt € 2." in out


def test_a_reader_that_has_seen_enough_gets_no_traceback() -> None:
    path = FILES / "Netherlands_Assen_2024.pb"
    if not path.exists():
        pytest.skip("no ../shared/data/pabulib on this machine")
    command = f"{sys.executable} -m foundation.voting.counting.recount {path} --json | head -c 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code3;c\n": "code3;b\n"}, "verslag"),  # a vote changed
        ({"code4;\n": ""}, "verslag"),  # a vote dropped: blank, so the winners stay, the record does not
        ({"a;600;3;Bank;1": "a;600;3;Bank;0"}, "niet in het bestand, wel in deze telling: a"),
        ({"b;500.25;2;Boom;0": "b;500.25;2;Boom;1"}, "wel in het bestand, niet in deze telling: b"),
        ({"lot;2026": "lot;2027"}, "verslag"),  # another rule
    ],
)
def test_any_change_of_votes_rule_or_outcome_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], says: str
) -> None:
    code, out, _ = run(capsys, export(tmp_path, replace=change))
    assert code == 1
    assert "ANDERS" in out
    assert says in out


def test_another_rule_or_setting_can_be_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(tmp_path)
    _, out, _ = run(capsys, path, "--rule", "greedy", "--json")
    assert json.loads(out)["rule"] == "greedy"
    _, out, _ = run(capsys, path, "--setting", "completion=none", "--setting", 'ties=["listed"]', "--json")
    assert json.loads(out)["settings"]["completion"] == "none"
    assert json.loads(out)["settings"]["lot_seed"] == "lot;2026"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--setting", "completion=always"], "none, add1"),
        (["--setting", "completion"], "NAME=VALUE"),
        (["--setting", "speed=9"], "Unknown setting 'speed'"),
    ],
)
def test_a_question_that_makes_no_sense_gives_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = run(capsys, export(tmp_path), *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_a_bad_file_gives_exit_code_2_and_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, export(tmp_path, replace={"code3;c": "code3;x"}))
    assert code == 2
    assert err.startswith("Kan niet tellen: Regel ")
    assert "deze stem noemt project 'x'" in err
    assert run(capsys, tmp_path / "none.pb")[0] == 2


def test_a_file_without_a_known_rule_asks_for_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.pb"
    path.write_text(
        "META\nkey;value\nbudget;3\nvote_type;approval\nrule;unknown\nPROJECTS\nproject_id;cost\n1;2\nVOTES\nvoter_id;vote\na;1\n"
    )
    code, _, err = run(capsys, path)
    assert code == 2
    assert "--rule" in err
    code, out, _ = run(capsys, path, "--rule", "greedy")
    assert code == 0
    assert "niets te vergelijken" in out


@pytest.mark.skipif(not REAL, reason="no ../shared/data/pabulib on this machine")
def test_the_module_runs_by_itself_on_a_real_file_without_django() -> None:
    program = (
        "import sys; from foundation.voting.counting import recount;"
        "code = recount.main(sys.argv[1:]); assert 'django' not in sys.modules; sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(FILES / "Netherlands_Assen_2024.pb"), "--lang", "en"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "SAME" in done.stdout


def test_the_command_says_the_same_and_touches_no_database(tmp_path: Path) -> None:
    # No django_db mark: pytest-django makes any query fail.
    out = io.StringIO()
    call_command("recount", str(export(tmp_path)), stdout=out)
    assert "GELIJK" in out.getvalue()
    err = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("recount", str(tmp_path / "none.pb"), stderr=err, stdout=out)
    assert caught.value.code == 2
    assert "Kan niet tellen" in err.getvalue()
