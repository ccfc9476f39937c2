"""A real portal in a folder of its own: PostgreSQL (fsync on), Redis, web and worker processes that may be killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import psutil
import psycopg

from config import embedded, run
from tests import template

ROOT = Path(__file__).resolve().parents[2]
CSRF = "a" * 32  # a cookie and a form field that agree
RECEIPT = re.compile(r"\b([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\b")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.database, self.redis = embedded.Postgres(var), embedded.Redis(var)
        clean = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DATABASE_URL", "AANZET_CACHE_PREFIX"}}
        self.environment = {**clean, "AANZET_VAR": str(var), "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.web = run.Part(
            "web",
            # As many threads as in production: votes of a process then travel together (foundation.voting.gather).
            run.web(host="127.0.0.1", port=self.port, workers=2, threads=8),
            self.environment,
            var / "web.log",
        )
        self.worker = run.Part("worker", run.worker(concurrency=1), self.environment, var / "worker.log")

    def start(self) -> None:
        copied = template.copy_into(self.database)
        self.database.start()
        self.redis.start()
        if not copied:
            self.python("manage.py", "migrate", "--no-input")
        self.web.start()
        self.worker.start()
        self.wait_for_web()

    def stop(self) -> None:
        """Its folder is thrown away: its parts needn't end in order, which takes them ten seconds; bin/demo's own test does."""
        for part in (self.worker, self.web):
            end_at_once(part)
        self.redis.stop()
        self.database.stop()

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def wait_for_web(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                status, _body = self.request("GET", "/robots.txt")
            except (OSError, http.client.HTTPException):
                status = 0
            if status == 200:
                return
            time.sleep(0.1)
        raise AssertionError("the web server does not answer")

    def request(
        self,
        method: str,
        path: str,
        cookies: dict[str, str] | None = None,
        data: list[tuple[str, str]] | None = None,
        seconds: float = 10,
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in (cookies or {}).items())} if cookies else {}
            body = None
            if data is not None:
                body = urlencode(data)
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(embedded.database_url(self.var), autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()

    # --- kill -9 ---------------------------------------------------------------------------------------------------

    def kill_web(self) -> None:
        """One web process, as the kernel would; the server or the starter makes a new one."""
        assert self.web.process is not None
        victims = psutil.Process(self.web.process.pid).children(recursive=True)
        _kill_each(victims[:1] or [psutil.Process(self.web.process.pid)])

    def kill_whole_web(self) -> None:
        """The server and all its processes; the starter makes new ones."""
        _kill_tree(self.web)
        self.web.start()

    def kill_redis(self) -> None:
        """Redis with everything in it: sessions, choices that were not sent, tasks that wait. It starts empty."""
        assert self.redis.process is not None
        self.redis.process.kill()
        self.redis.process.wait()
        self.redis.start()

    def kill_worker(self) -> None:
        _kill_tree(self.worker)
        self.worker.start()

    def kill_database(self) -> None:
        """The whole of PostgreSQL at once, then a start that recovers from its log."""
        assert self.database.process is not None
        tree = _tree(self.database.process.pid)
        _kill_each(tree)
        psutil.wait_procs(tree, timeout=10)
        self.database.process.wait()
        self.database.start()


def end_at_once(part: run.Part) -> None:
    """Kill -9 a part with all its children: each part is a session of its own."""
    if part.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()


def _kill_tree(part: run.Part) -> None:
    assert part.process is not None
    _kill_each(_tree(part.process.pid)[::-1])
    part.process.wait()


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _kill_each(tree: list[psutil.Process]) -> None:
    """Kill them in this order. One that ended by itself meanwhile, as connections of PostgreSQL do, is dead enough."""
    for process in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
