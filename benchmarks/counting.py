"""How fast counting is, beside pabutools in the same run: `python benchmarks/counting.py [--long] [--big] [FILE.pb ...]`.

Each count runs in a process of its own; reported are CPU seconds of the rule alone (the file is read before the clock starts,
on both sides) and peak memory of the whole process. pabutools counts twice: "plain" with the profile as its reader makes it,
"merged" with equal ballots made one (`as_multiprofile`), its fastest form. Read the ratios, not the seconds. `--long` adds
Łódź (90,494 ballots), on which pabutools needs minutes and gigabytes. `--big` instead counts made-up elections of 160 projects
by all rules for a budget, from reading the file to the record with its stories, and shows how time grows with ballots.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
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

    rule, settings = QUESTIONS[question]
    file = pabulib.read(path)
    spent = 0.0
    for _ in range(repeat):
        profile = file.profile()  # a new one each time: it remembers sums once asked for
        begin = time.process_time()
        outcome = count(profile, rule, settings)
        spent += time.process_time() - begin
    return {"rule": spent / repeat, "winners": list(outcome.winners), "voters": profile.cast}


def _theirs(path: Path, question: str, *, merged: bool) -> dict[str, object]:
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
    if merged:
        profile = profile.as_multiprofile()
    if rule == "greedy":
        found = greedy_utilitarian_welfare(instance, profile, Cost_Sat, tie_breaking=ties)
    else:
        step = 1 if question == "add1" else None
        found = method_of_equal_shares(instance, profile, Cost_Sat, tie_breaking=ties, voter_budget_increment=step)
    return {"rule": time.process_time() - begin, "winners": [project.name for project in found]}


def _child(side: str, path: str, question: str, repeat: int) -> None:
    if side == "ours":
        result = _ours(Path(path), question, repeat)
    elif side == "big":
        result = _all_rules(Path(path))
    else:
        result = _theirs(Path(path), question, merged=side == "merged")
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


def _made_up(path: Path, voters: int, chance: random.Random) -> None:
    """An election as large as a city's: 160 projects in districts; a voter ticks up to ten, mostly in his own."""
    districts = [range(first, first + 10) for first in range(0, 160, 10)]
    costs = [chance.randrange(5_000, 300_000, 500) for _ in range(160)]
    liked = [chance.random() ** 2 + 0.02 for _ in range(160)]
    with path.open("w", encoding="utf-8") as file:
        file.write(
            "META\nkey;value\ndescription;Made up\ncountry;Nederland\nunit;Grootstad\ninstance;1\nnum_projects;160\n"
        )
        file.write(
            f"num_votes;{voters}\nbudget;6000000\nrule;greedy\nvote_type;approval\nmin_length;1\nmax_length;10\n"
        )
        file.write("PROJECTS\nproject_id;cost;name\n")
        file.writelines(f"{number};{cost};Plan {number}\n" for number, cost in enumerate(costs))
        file.write("VOTES\nvoter_id;vote\n")
        for voter in range(voters):
            own = chance.choice(districts)
            ticked = {project for project in own if chance.random() < liked[project]}
            ticked |= set(chance.choices(range(160), liked, k=chance.randint(1, 4)))
            file.write(f"{voter};{','.join(map(str, sorted(ticked)))}\n")


def _all_rules(path: Path) -> dict[str, object]:
    from foundation.voting.counting import count, pabulib

    begin = time.process_time()
    profile = pabulib.read(path).profile()
    took = {"read": time.process_time() - begin}
    rules = {
        "greedy": ("greedy", {}),
        "per euro": ("greedy", {"order": "votes_per_cost"}),
        "shares": ("equal_shares", {"fill": "votes"}),
        "shares, one": ("equal_shares", {"utility": "one"}),
    }
    for name, (rule, settings) in rules.items():
        begin = time.process_time()
        count(profile, rule, settings).canonical()
        took[name] = time.process_time() - begin
    return {"took": took, "distinct": len(profile.ballots)}


def _big(sizes: list[int]) -> None:
    """Made-up elections: seconds by part, memory, and how much longer twice as many ballots take."""
    with tempfile.TemporaryDirectory() as folder:
        before = None
        for voters in sizes:
            path = Path(folder) / f"{voters}.pb"
            _made_up(path, voters, random.Random(voters))
            found = _measure("big", path, "greedy", 1)
            parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in found["took"].items())
            whole = sum(found["took"].values())
            growth = f"; {whole / before:.2f} times the one before" if before else ""
            print(f"{voters} ballots ({found['distinct']} different), 160 projects: {whole:.2f} s ({parts}),", end=" ")
            print(f"{found['memory']:.0f} MB{growth}", flush=True)
            before = whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="other .pb files with approval ballots")
    parser.add_argument("--long", action="store_true", help="also Łódź: minutes")
    parser.add_argument("--big", action="store_true", help="made-up elections of up to 90,000 ballots instead")
    parser.add_argument("--rules", nargs="+", choices=QUESTIONS, default=list(QUESTIONS))
    parser.add_argument("--repeat", type=int, default=5, help="runs of ours to average over")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        side, path, question, repeat = given.child
        _child(side, path, question, int(repeat))
        return 0
    if given.big:
        _big([11_250, 22_500, 45_000, 90_000])
        return 0
    paths = given.files or [FILES / f"{name}.pb" for name in USUAL + (LONG if given.long else [])]
    missing = [path for path in paths if not path.exists()]
    if missing:
        print(f"Nothing to measure: {missing[0]} is not there.")
        return 0
    print(f"{'election':34} {'rule':7} {'ours s':>9} {'plain s':>9} {'ratio':>6} {'merged s':>9} {'ratio':>6}", end="")
    print(f" {'ours MB':>8} {'plain':>6} {'merged':>6}  winners")
    wrong = 0
    for path in paths:
        for question in given.rules:
            ours = _measure("ours", path, question, given.repeat)
            plain, merged = (_measure(side, path, question, 1) for side in ("plain", "merged"))
            same = ours["winners"] == plain["winners"] == merged["winners"]
            wrong += not same
            print(
                f"{path.stem[:34]:34} {question:7} {ours['rule']:9.4f}"
                f" {plain['rule']:9.3f} {plain['rule'] / ours['rule']:5.0f}x"
                f" {merged['rule']:9.3f} {merged['rule'] / ours['rule']:5.0f}x"
                f" {ours['memory']:8.0f} {plain['memory']:6.0f} {merged['memory']:6.0f}"
                f"  {'same, same order' if same else 'DIFFERENT'}",
                flush=True,
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
