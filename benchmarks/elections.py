"""Unseen real elections, held again: `bin/bench elections [--voters N] [FILE ...]`.

Each file of `../shared/data/pabulib` or `../shared/data/ranked` becomes a ballot by the services of staff; each of its papers (or N
drawn from them; 0: all) is posted by a voter of its own; then the worker closes and counts, a colleague establishes and publishes,
and the program and the bundle are downloaded from the result page and run in a Python with nothing installed. The winners are
compared with a count of the same papers straight from the file, in the same order.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.portal import Portal
from tests.faults.revote import revote

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# File, single choice instead of a budget, rule (of the file when empty): every kind of paper.
USUAL = [
    ("pabulib/Netherlands_Assen_2024.pb", False, ""),
    ("pabulib/Poland_Swiecie_2023.pb", False, ""),
    ("pabulib/Netherlands_Amsterdam_252.pb", False, "greedy"),
    ("pabulib/Netherlands_Amsterdam_643.pb", True, ""),
    ("pabulib/France_Toulouse_2019.pb", False, "equal_shares"),
    ("pabulib/Poland_Katowice_2023.pb", False, ""),
    ("pabulib/Poland_Krakow_2018.pb", False, "schulze"),
    ("ranked/aberdeenshire_2022_ward4.blt", False, ""),
    ("ranked/dumgal_2022_ward2.blt", False, ""),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--voters", type=int, default=1000, help="papers drawn from each file; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = [(path, False, "") for path in given.files] or [
        (DATA / name, single, rule) for name, single, rule in USUAL
    ]
    missing = [path for path, _, _ in wanted if not path.exists()]
    if missing:
        print(f"Nothing to do: {missing[0]} is not there.")
        return 0
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="aanzet-elections-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        portal = Portal(Path(folder))
        try:
            portal.start()
            for path, single, rule in wanted:
                done = revote(portal, path, voters=given.voters, seed=given.seed, single=single, rule=rule)
                wrong += not done.agrees
                print(
                    f"{path.stem[:36]:36} {done.voters:6} voters, {done.voters / done.seconds:4.0f} a second; {done.rule}:"
                    f" {len(done.winners)} chosen, {'as counted from the file' if done.agrees else 'WRONG'};"
                    f" recount.py: {done.recount.splitlines()[-1]}",
                    flush=True,
                )
                if not done.agrees:
                    print(done)
        finally:
            portal.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
