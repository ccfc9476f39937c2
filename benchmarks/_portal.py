"""The portal as benchmarks measure it: PostgreSQL, Redis and the real web server in a folder that is thrown away."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EMPTY = "empty view"


@dataclass
class Portal:
    """A running database and Redis; ``serve`` adds the web server once the content is made."""

    var: Path
    database: Any
    redis: Any
    server: subprocess.Popen[bytes] | None = field(default=None)

    def serve(self, *, workers: int = 1, threads: int = 2) -> int:
        """Start granian on 127.0.0.1.

        Returns:
            its port.
        """
        from config.run import web

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = web(host="127.0.0.1", port=port, workers=workers, threads=threads)
        self.server = subprocess.Popen(command, cwd=ROOT, env=os.environ)
        for _attempt in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return port
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the web server did not start within thirty seconds")


@contextmanager
def portal(*, settings: str = "benchmarks.settings", postgres: Mapping[str, str] | None = None) -> Iterator[Portal]:
    """A portal of one's own; everything is stopped and thrown away afterwards.

    Args:
        settings: the Django settings of this process and of the web server.
        postgres: options of the database server.
    """
    var = Path(tempfile.mkdtemp(prefix="aanzet-bench-"))
    var.chmod(0o755)  # PostgreSQL runs as somebody else when we are root
    os.environ |= {"AANZET_VAR": str(var), "DJANGO_SETTINGS_MODULE": settings}
    (var / "static").mkdir()
    from config import embedded

    made = Portal(var, embedded.Postgres(options=dict(postgres)) if postgres else embedded.Postgres(), embedded.Redis())
    try:
        made.database.start()
        made.redis.start()
        yield made
    finally:
        if made.server is not None:
            made.server.terminate()
            made.server.wait(timeout=10)
        made.redis.stop()
        made.database.stop()
        shutil.rmtree(var, ignore_errors=True)


@dataclass(frozen=True)
class Page:
    """A page that is measured.

    ``every``: ask it once in so many rounds. ``limited``: whether the limit holds for it. ``word``: what a right answer holds.
    ``before``: what happens before each request, outside the time that is measured.
    """

    name: str
    path: str
    cookie: str = ""
    word: bytes = b""
    every: int = 1
    limited: bool = True
    before: Callable[[], object] | None = None


def compare(port: int, pages: Sequence[Page], *, rounds: int, warmup: int, limit: float) -> int:
    """Ask all pages in turn, beside an empty Django view; print medians and their ratio to it.

    Returns:
        0 where the limited pages keep to ``limit`` times the empty view, else 1.
    """
    every = [Page(EMPTY, "/leeg/", limited=False), *pages]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: dict[str, list[float]] = {page.name: [] for page in every}
    for turn in range(rounds + warmup):
        for page in every:
            if turn % page.every:
                continue
            if page.before is not None:
                page.before()
            begin = time.perf_counter()
            connection.request("GET", page.path, headers={"Cookie": page.cookie} if page.cookie else {})
            answer = connection.getresponse()
            body = answer.read()
            taken = time.perf_counter() - begin
            if answer.status != 200 or page.word not in body:
                raise SystemExit(f"{page.path} answered {answer.status}")
            if turn >= warmup:
                times[page.name].append(taken)
    empty = statistics.median(times[EMPTY])
    worst = 0.0
    print(f"medians of {rounds} requests")
    for page in every:
        median = statistics.median(times[page.name])
        print(f"  {page.name:42} {median * 1000:7.2f} ms  {median / empty:5.1f} x")
        if page.limited:
            worst = max(worst, median / empty)
    print(f"limit {limit} x: {'kept' if worst <= limit else 'NOT kept'}")
    return 0 if worst <= limit else 1
