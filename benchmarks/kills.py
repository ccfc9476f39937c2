"""Nothing lost, nothing double: `bin/bench kills --rounds 200 [--seed N]`.

Voters vote over HTTP, half of them by the pages and half of them by sending the form at once, and send the same form again as
long as nobody has answered. Meanwhile a web process, the whole web server, the worker, Redis or PostgreSQL gets kill -9, at a random moment of
each round. Afterwards the box must hold every acknowledged vote once and nothing else, the roll as many voters, and the count
the outcome of an offline count of the acknowledged votes. The seed fixes whom and in which order; the moments are those of the machine.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.kills import Storm, reckon, run_rounds
from tests.faults.portal import Portal


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--votes", type=int, default=15, help="receipts between two kills, at least")
    parser.add_argument("--minutes", type=float, default=600, help="begin no new round after this time")
    given = parser.parse_args()
    begin = time.monotonic()

    def tell(number: int, victim: str, seconds: float) -> None:
        print(
            f"{number:4}  {victim:17} {len(storm.acknowledged):6} receipts  {time.monotonic() - begin:6.0f} s",
            flush=True,
        )

    with tempfile.TemporaryDirectory(prefix="aanzet-kills-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        portal = Portal(Path(folder))
        try:
            portal.start()
            voters = given.rounds * (given.votes + 250) + 1_000  # others vote while something is being killed
            with Storm(portal, voters=voters, chance=random.Random(given.seed)) as storm:
                killed = run_rounds(storm, given.rounds, per_round=given.votes, seconds=given.minutes * 60, tell=tell)
                storm.end()
                try:
                    figures = reckon(storm)
                except AssertionError as error:
                    print(f"WRONG: {error}\n{storm.problems[:5]}")
                    return 1
        finally:
            portal.stop()
    print(f"killed: {dict(killed)}")
    print(f"voters met: {dict(storm.seen)}; longest without a receipt {storm.silence:.1f} s")
    print(f"agrees: {figures}; {time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
