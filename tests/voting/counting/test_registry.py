from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from foundation.voting.counting import (
    BallotType,
    CountingError,
    EqualSharesSettings,
    Option,
    Profile,
    SettingsError,
    count,
    rules_for,
)

from .elections import election


def test_which_rules_go_with_which_ballot() -> None:
    assert rules_for(BallotType.APPROVAL, budget=True) == ("greedy", "equal_shares")
    assert rules_for("points", budget=True) == ("greedy", "equal_shares")
    assert rules_for("ranking", budget=True) == ()
    assert rules_for("single", budget=False) == ("plurality", "threshold")
    assert rules_for("approval", budget=False) == ("most_votes",)
    assert rules_for("points", budget=False) == ("points_sum",)
    assert rules_for("ranking", budget=False) == ("schulze", "instant_runoff", "stv")
    assert rules_for("scale", budget=False) == ("median_grade",)


@pytest.mark.parametrize(
    ("profile", "rule", "given", "error", "says"),
    [
        (election(["a"], {"a": 1}, 1), "dice", None, CountingError, "Unknown counting rule 'dice'"),
        (Profile.ranked([Option("a")], [["a"]], budget=1), "greedy", None, CountingError, "ranking ballots"),
        (Profile.approval([Option("a")], [["a"]]), "greedy", None, CountingError, "needs a budget"),
        (election(["a"], {"a": 1}, 1), "greedy", EqualSharesSettings(), SettingsError, "another rule"),
        (election(["a"], {"a": 1}, 1), "equal_shares", {"utility": "points"}, SettingsError, "ballots with points"),
    ],
)
def test_what_does_not_go_together_is_refused(profile, rule, given, error, says: str) -> None:
    with pytest.raises(error, match=says):
        count(profile, rule, given)


def test_counting_needs_nothing_but_numpy() -> None:
    program = "import sys, foundation.voting.counting.recount; print('django' in sys.modules, 'celery' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False False\n"
