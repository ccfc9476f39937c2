"""bin/demo's inside: starts whole, says what is wrong, stops without leaving anything behind."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config import embedded
from tests import template
from tests.faults.portal import free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("demo")]

PATIENCE = 120  # seconds until something that should happen is missed


class Demo:
    """A demo in a folder and on a port of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"REDIS_URL", "DATABASE_URL", "AANZET_CACHE_PREFIX", "DJANGO_SETTINGS_MODULE"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.run", "demo", "--port", str(self.port), *arguments],
            env={**environment, "AANZET_VAR": str(self.var), "PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def read_until(self, words: str) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
        raise AssertionError("".join(lines))

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return int(answer.status)

    def left_behind(self) -> list[str]:
        """Processes that still work in our folder, also after those that were ending had the time to."""
        deadline = time.monotonic() + 15
        while (found := self._at_work()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def _at_work(self) -> list[str]:
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            command = " ".join(process.info["cmdline"] or [])
            environment = process.info["environ"] or {}
            if str(self.var) in command or environment.get("AANZET_VAR") == str(self.var):
                found.append(command)
        return found

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        output, _ = self.process.communicate(timeout=PATIENCE)
        assert "Everything is stopped." in output
        return self.process.returncode


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder whose database has everything that migrations make: those are run once for all tests, see tests/template.py."""
    with tempfile.TemporaryDirectory(prefix="aanzet-demo-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        template.copy_into(embedded.Postgres(Path(folder)))
        yield Path(folder)


@pytest.fixture
def demo(var: Path) -> Iterator[Demo]:
    demo = Demo(var)
    yield demo
    if demo.process is not None:
        if demo.process.poll() is None:
            demo.process.terminate()
        demo.process.communicate(timeout=PATIENCE)


def test_it_starts_serves_stops_and_starts_again_in_seconds(demo: Demo) -> None:
    demo.start()
    text = demo.read_until("Stop everything with Ctrl-C")
    assert f"http://127.0.0.1:{demo.port}/" in text
    assert "@" in text  # the log-ins are told
    assert demo.get("/") == 200
    assert demo.stop(signal.SIGINT) == 0
    assert demo.left_behind() == []

    begin = time.monotonic()
    demo.start()
    text = demo.read_until("Stop everything with Ctrl-C")
    assert "demo story" not in text  # the data were kept, nothing is told twice
    assert demo.get("/") == 200
    assert time.monotonic() - begin < 60

    second = Demo(demo.var)
    output, _ = second.start().communicate(timeout=PATIENCE)
    assert "already runs in" in output
    assert second.process is not None
    assert second.process.returncode == 1
    assert demo.get("/") == 200  # the first one was not disturbed

    assert demo.stop(signal.SIGTERM) == 0
    assert demo.left_behind() == []


def test_a_part_that_is_killed_comes_back(demo: Demo) -> None:
    demo.start()
    demo.read_until("Stop everything with Ctrl-C")
    web = next(
        process
        for process in psutil.Process(demo.process.pid).children()  # type: ignore[union-attr]
        if "granian" in " ".join(process.cmdline())
    )
    for child in [*web.children(recursive=True), web]:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    demo.read_until("web ended")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            assert demo.get("/") == 200
            break
        except OSError:
            time.sleep(0.2)
    else:
        pytest.fail("the web server did not come back")
    demo.stop()


def test_when_the_starter_is_killed_the_next_start_cleans_up(demo: Demo) -> None:
    demo.start()
    demo.read_until("Stop everything with Ctrl-C")
    assert demo.process is not None
    demo.process.kill()
    demo.process.communicate()
    demo.start()
    demo.read_until("Stop everything with Ctrl-C")
    assert demo.get("/") == 200
    demo.stop()
    assert demo.left_behind() == []


def test_a_taken_port_is_told_with_what_to_do(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        output, _ = demo.start().communicate(timeout=PATIENCE)
    assert f"Port {demo.port} can't be used" in output
    assert f"bin/demo --port {demo.port + 1}" in output
    assert demo.left_behind() == []


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="needs root to make a small disk")
def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="aanzet-full-") as folder:
        Path(folder).chmod(0o711)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m,mode=711", "tmpfs", folder], capture_output=True
        )
        if mounted.returncode != 0:
            pytest.skip("this machine does not let us make a small disk")
        try:
            demo = Demo(Path(folder) / "var")
            output, _ = demo.start().communicate(timeout=PATIENCE)
            assert "MB is free" in output or "disk is full" in output
            assert demo.process is not None
            assert demo.process.returncode == 1
            assert demo.left_behind() == []
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
