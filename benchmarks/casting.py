"""How many votes a second the real page takes, beside ``pgbench`` doing the same two inserts: ``bin/bench casting``.

Starts PostgreSQL (fsync and synchronous_commit on), Redis and the real web server (granian) in a folder of its own.
Distinct voters, logged in or with the code of a letter, post the real form with session and CSRF and get the real receipt
page. Windows of pgbench (two inserts, one transaction, prepared) and of casting take turns, so that a busy moment of the
machine hits both; load generator, web server and database share its cores. Read the ratio, not the votes per second.

Afterwards the roll, the box and the receipts must tell the same story. Fails when they don't, when the median ratio is under
``--least``, or when the 99th percentile at 70 % of the load found is over 250 ms.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._portal import portal  # noqa: E402
from benchmarks.casting_client import Order  # noqa: E402

LIMIT_P99_MS = 250.0
WARM_SECONDS, CALM = 2.0, 0.7  # before the first round; the part of the load at which waiting is measured
FASTEST = 4_500  # votes a second for which voters are made: more than was ever seen on two cores
# The secret of the cookie as a form holds it: 32 letters of mask, and the secret moved by them.
TOKEN = "bcdefghijklmnopqrstuvwxyzABCDEFGbcdefghijklmnopqrstuvwxyzABCDEFG"
_PGBENCH = """
BEGIN;
INSERT INTO voting_voterrecord (ballot_id, voter_key, area_id)
VALUES ({other}, sha256(uuid_send(gen_random_uuid())), {area});
INSERT INTO voting_inletvote (id, ballot_id, code, choices, nonce, commitment)
VALUES (gen_random_uuid(), {other}, upper(substr(gen_random_uuid()::text, 25)), '1,2,3',
        uuid_send(gen_random_uuid()), sha256(uuid_send(gen_random_uuid())));
COMMIT;
"""
_SAME = """
    SELECT (SELECT count(*) FROM voting_voterrecord WHERE ballot_id = %(ballot)s),
           array(SELECT code FROM voting_inletvote WHERE ballot_id = %(ballot)s
                 UNION ALL SELECT code FROM voting_vote WHERE ballot_id = %(ballot)s)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one window (4)")
    parser.add_argument("--rounds", type=int, default=3, help="windows of each (3)")
    parser.add_argument(
        "--voters", type=int, help="as many distinct voters of each kind (as many as the rounds may need)"
    )
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--least", type=float, default=0.25, help="the ratio that must be reached (0.25)")
    arguments = parser.parse_args()
    if arguments.voters is None:
        arguments.voters = round(FASTEST * (WARM_SECONDS + arguments.seconds * (arguments.rounds + CALM)))
    with portal(settings="config.settings", postgres={"shared_buffers": "256MB"}) as house:
        from benchmarks import casting_voters

        made = casting_voters.make(arguments.voters, house.var)
        port = house.serve(workers=arguments.workers, threads=arguments.threads)
        parts = {"web": house.server, "PostgreSQL": house.database.process, "Redis": house.redis.process}
        meter = Meter({name: psutil.Process(process.pid) for name, process in parts.items() if process is not None})
        return _measure(arguments, house.var, made, port, meter)


class Meter:
    """Processor time of the servers: what a vote costs does not hang on who else uses the machine as the speed does."""

    def __init__(self, parts: dict[str, psutil.Process]) -> None:
        self.parts, self.before = parts, dict[str, float]()

    def start(self) -> None:
        self.before = self._now()

    def each(self, count: int) -> dict[str, float]:
        """Microseconds since ``start`` for each of ``count`` votes, by part."""
        return {name: 1e6 * (spent - self.before[name]) / count for name, spent in self._now().items()}

    def _now(self) -> dict[str, float]:
        found = {}
        for name, parent in self.parts.items():
            times = [parent.cpu_times()]
            for child in parent.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    times.append(child.cpu_times())
            found[name] = sum(t.user + t.system for t in times) + times[0].children_user + times[0].children_system
        return found


class Casting:
    """Hands out windows of voters of one kind ("accounts" or "codes"), and keeps every receipt."""

    def __init__(self, kind: str, arguments: argparse.Namespace, var: Path, made: dict[str, Any], port: int) -> None:
        self.kind, self.arguments, self.var, self.made, self.port = kind, arguments, var, made, port
        self.next, self.codes = 0, set[str]()
        self.rows: list[tuple[float, float]] = []
        self.costs: list[dict[str, float]] = []

    def window(self, seconds: float, per_second: float = 0.0) -> dict[str, Any]:
        most = int(seconds * (per_second or 8000)) + 100
        order = Order(
            port=self.port,
            head=(
                f"POST {self.made['path'][self.kind]} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: %s\r\n"
                "Accept: text/html\r\nAccept-Language: nl\r\nUser-Agent: bench\r\n"
                f"Origin: http://127.0.0.1:{self.port}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
            ),
            body=f"csrfmiddlewaretoken={TOKEN}&formulier=%s&toeval={'b' * 32}&keuze=1&keuze=2&keuze=3",
            voters=str(self.var / self.kind),
            first=self.next,
            last=min(self.next + most, self.arguments.voters),
            connections=self.arguments.connections,
            seconds=seconds,
            per_second=per_second,
        )
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.casting_client"],
            input=json.dumps(asdict(order)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=ROOT,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        self.next += len(found["times"])
        self.codes |= set(found["codes"])
        if self.next >= self.arguments.voters:
            raise SystemExit(
                f"All {self.arguments.voters} voters ({self.kind}) have voted: ask for more with --voters."
            )
        if found["refused"]:
            raise SystemExit(f"{len(found['refused'])} refused; the first: {found['refused'][0]}")
        return found


def _measure(arguments: argparse.Namespace, var: Path, made: dict[str, Any], port: int, meter: Meter) -> int:
    script = var / "two-inserts.sql"
    script.write_text(_PGBENCH.format(**made))
    script.chmod(0o644)
    kinds = [Casting(kind, arguments, var, made, port) for kind in ("accounts", "codes")]
    for casting in kinds:
        casting.window(WARM_SECONDS)  # what is compiled, connected and prepared at first use
    print(f"{arguments.workers} workers x {arguments.threads} threads, {arguments.connections} connections")
    plain_costs = list[float]()
    for turn in range(arguments.rounds):
        for casting in kinds:
            meter.start()
            plain = _pgbench(script, arguments.seconds, arguments.connections)
            plain_costs.append(meter.each(round(plain * arguments.seconds))["PostgreSQL"])
            meter.start()
            last = casting.window(arguments.seconds)
            count = len(last["codes"])
            casting.costs.append({**meter.each(count), "load generator": 1e6 * last["cpu"] / count})
            speed = count / last["seconds"]
            casting.rows.append((speed, speed / plain))
            p50, p99 = _percentiles(last["times"])
            print(
                f"  round {turn + 1} {casting.kind:8}: pgbench {plain:6.0f}/s  casts {speed:6.0f}/s  "
                f"ratio {speed / plain:.3f}  p50 {p50:.0f} ms  p99 {p99:.0f} ms",
                flush=True,
            )
    print(f"PostgreSQL spends {statistics.median(plain_costs):.0f} microseconds on a transaction of pgbench")
    right = True
    for casting in kinds:
        ratio = statistics.median(row[1] for row in casting.rows)
        load = CALM * statistics.median(row[0] for row in casting.rows)
        calm = casting.window(arguments.seconds, per_second=load)
        p50, p99 = _percentiles(calm["times"])
        right &= _same_story(made["ballot"][casting.kind], casting.codes)
        right &= ratio >= arguments.least and p99 <= LIMIT_P99_MS
        print(
            f"{casting.kind}: median ratio {ratio:.3f} (at least {arguments.least}); at 70 % load ({load:.0f}/s) "
            f"p50 {p50:.0f} ms, p99 {p99:.0f} ms (at most {LIMIT_P99_MS:.0f})",
            flush=True,
        )
        spent = {name: statistics.median(cost[name] for cost in casting.costs) for name in casting.costs[0]}
        parts = ", ".join(f"{name} {cost:.0f}" for name, cost in spent.items())
        print(f"  processor time of a vote: {sum(spent.values()):.0f} microseconds ({parts})", flush=True)
    return 0 if right else 1


def _percentiles(times: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98]


def _pgbench(script: Path, seconds: float, clients: int) -> float:
    """Transactions per second, without the time of connecting."""
    from config import embedded

    postgres = embedded.Postgres()
    done = subprocess.run(
        [
            *[postgres._programs() / "pgbench", "-n", "-M", "prepared", "-f", script, "-c", str(clients), "-j", "1"],
            *["-T", str(max(1, round(seconds))), "-h", postgres.layout.sockets, "-U", "postgres", embedded.DATABASE],
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    return float(found[1])


def _same_story(ballot: int, codes: set[str]) -> bool:
    import psycopg

    from config import embedded

    with psycopg.connect(embedded.database_url()) as connection:
        roll, box = connection.execute(_SAME, {"ballot": ballot}).fetchone() or (0, [])
        fsync = connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
    same = roll == len(box) == len(codes) and set(box) == codes
    print(
        f"  roll {roll}, box {len(box)}, receipts {len(codes)}: {'the same' if same else 'NOT the same'}; "
        f"fsync, synchronous_commit: {fsync}"
    )
    return same


if __name__ == "__main__":
    sys.exit(main())
