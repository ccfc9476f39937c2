"""Makes `golden/*.json`: winners by pabutools of the real elections, for the tests that cannot wait for it.

Run by hand: `python -m tests.voting.counting.make_golden [FILE.pb ...]`. Holds ids and totals only, no data of the files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from foundation.voting.counting import BallotType, make_settings, pabulib

from . import oracle

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"
TIES = ("cost", "votes", "lot")
SEED = "golden"


def increment_of(file: pabulib.PabulibFile) -> str:
    """One unit of currency; a thousand forint, of which a unit would take 42,000 runs."""
    return "1000" if file.get("currency") == "HUF" else "1"


def questions(file: pabulib.PabulibFile) -> dict[str, tuple[str, dict[str, object]]]:
    """What is asked of every election: a name, the rule and its settings."""
    base = {"ties": TIES, "lot_seed": SEED}
    asked: dict[str, tuple[str, dict[str, object]]] = {
        "greedy": ("greedy", {**base, "ties": ("votes", "cost", "lot")}),
        "greedy per cost": ("greedy", {**base, "order": "votes_per_cost"}),
        "equal shares": ("equal_shares", {**base, "completion": "none"}),
        "equal shares, one each": ("equal_shares", {**base, "completion": "none", "utility": "one"}),
        "add1": ("equal_shares", {**base, "increment": increment_of(file)}),
    }
    if file.profile().ballot_type is BallotType.POINTS:
        asked["equal shares, points"] = ("equal_shares", {**base, "completion": "none", "utility": "points"})
        asked["add1, points"] = ("equal_shares", {**base, "utility": "points"})
    return asked


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or sorted((ROOT.parent / "shared/data/pabulib").glob("*.pb"))
    GOLDEN.mkdir(exist_ok=True)
    for path in paths:
        file = pabulib.read(path)
        profile = file.profile()
        if profile.ballot_type is BallotType.RANKING:
            continue
        answers = {}
        for name, (rule, data) in questions(file).items():
            settings = make_settings(rule, data)
            answers[name] = (oracle.greedy if rule == "greedy" else oracle.equal_shares)(profile, settings)
        text = json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=True)
        (GOLDEN / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
