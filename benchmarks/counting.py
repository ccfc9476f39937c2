"""How fast counting is, beside pabutools in the same run: `python benchmarks/counting.py [--long] [FILE.pb ...]`.

Each count runs in a process of its own; reported are CPU seconds and peak memory of the whole process (reading the file
included) and of the rule alone. Read the ratios, not the seconds. `--long` adds Łódź (90,494 ballots), on which pabutools
needs minutes and gigabytes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FILES = ROOT.parent / "shared" / "data" / "pabulib"
USUAL = ["Poland_Swiecie_2023", "Poland_Wieliczka_2023_Green_Budget"]
LONG = ["Poland_Lodz_2022"]
QUESTIONS = {
    "greedy": ("greedy", {}),
    "shares": ("equal_shares", {"completion": "none"}),
    "add1": ("equal_shares", {}),
}


def _ours(path: Path, question: str, repeat: int) -> dict[str, object]:
    from foundation.voting.counting import count, pabulib

    profile = pabulib.read(path).profile()
    rule, settings = QUESTIONS[question]
    begin = time.process_time()
    for _ in range(repeat):
        outcome = count(profile, rule, settings)
    return {"rule": (time.process_time() - begin) / repeat, "winners": list(outcome.winners), "voters": profile.cast}


def _theirs(path: Path, question: str, _repeat: int) -> dict[str, object]:
    warnings.simplefilter("ignore")
    from pabutools.election import Cost_Sat, parse_pabulib
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
    from pabutools.tiebreaking import TieBreakingRule

    from foundation.voting.counting import make_settings, pabulib
    from foundation.voting.counting.ties import TieBreaker

    rule, settings = QUESTIONS[question]
    ours = pabulib.read(path).profile()
    rank = dict(
        zip((option.id for option in ours.options), TieBreaker(ours, make_settings(rule, settings)).rank, strict=True)
    )
    ties = TieBreakingRule(lambda _instance, _profile, project: rank[project.name])
    instance, profile = parse_pabulib(str(path))
    begin = time.process_time()
    profile = profile.as_multiprofile()  # their fastest way
    if rule == "greedy":
        found = greedy_utilitarian_welfare(instance, profile, Cost_Sat, tie_breaking=ties)
    else:
        step = 1 if question == "add1" else None
        found = method_of_equal_shares(instance, profile, Cost_Sat, tie_breaking=ties, voter_budget_increment=step)
    return {"rule": time.process_time() - begin, "winners": [project.name for project in found]}


def _child(side: str, path: str, question: str, repeat: int) -> None:
    result = (_ours if side == "ours" else _theirs)(Path(path), question, repeat)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result["total"] = usage.ru_utime + usage.ru_stime
    result["memory"] = usage.ru_maxrss / 1024
    print(json.dumps(result))


def _measure(side: str, path: Path, question: str, repeat: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--child", side, str(path), question, str(repeat)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{side} {question} on {path.name} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="other .pb files with approval ballots")
    parser.add_argument("--long", action="store_true", help="also Łódź: minutes")
    parser.add_argument("--rules", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--repeat", type=int, default=5, help="runs of ours to average over")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        side, path, question, repeat = given.child
        _child(side, path, question, int(repeat))
        return 0
    paths = given.files or [FILES / f"{name}.pb" for name in USUAL + (LONG if given.long else [])]
    missing = [path for path in paths if not path.exists()]
    if missing:
        print(f"Nothing to measure: {missing[0]} is not there.")
        return 0
    print(
        f"{'election':34} {'rule':7} {'ours s':>9} {'theirs s':>9} {'ratio':>7} {'ours MB':>8} {'theirs':>7}  winners"
    )
    wrong = 0
    for path in paths:
        for question in given.rules:
            ours = _measure("ours", path, question, given.repeat)
            theirs = _measure("theirs", path, question, 1)
            same = ours["winners"] == theirs["winners"]
            wrong += not same
            print(
                f"{path.stem[:34]:34} {question:7} {ours['rule']:9.4f} {theirs['rule']:9.3f}"
                f" {theirs['rule'] / ours['rule']:6.0f}x {ours['memory']:8.0f} {theirs['memory']:7.0f}"
                f"  {'same, same order' if same else 'DIFFERENT'}",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
