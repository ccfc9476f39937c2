"""Starts the parts of a portal.

``python -m config.run web|worker|beat`` becomes that one part: what containers and services run.
``python -m config.run servers`` keeps the embedded PostgreSQL and Redis up until it is stopped: for one small municipality.
``python -m config.run demo [--port N] [--fresh]`` starts all of them with embedded servers and the demo story, watches
them, and stops everything on Ctrl-C or SIGTERM. It is what ``bin/demo`` runs once the environment stands.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from config import embedded

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
DEMO_VAR = ROOT / "var" / "demo"


def web(*, host: str, port: int, workers: int, threads: int) -> list[str]:
    """The web server, as a command."""
    return [
        PYTHON,
        "-m",
        "granian",
        "--interface=wsgi",
        "--no-ws",
        "--http=1",  # a proxy speaks HTTP/1.1 to us; not looking for HTTP/2 and one reactor per worker: a tenth faster
        "--runtime-mode=st",
        f"--host={host}",
        f"--port={port}",
        f"--workers={workers}",
        f"--blocking-threads={threads}",
        "--respawn-failed-workers",
        "--log-level=warning",
        "config.wsgi:application",
    ]


def worker(*, concurrency: int) -> list[str]:
    """The Celery worker, as a command."""
    return [
        *[PYTHON, "-m", "celery", "--app=config", "worker", "--loglevel=WARNING"],
        *[f"--concurrency={concurrency}", "--without-gossip", "--without-mingle"],
    ]


def beat() -> list[str]:
    """Celery's clock, as a command. One of it; a second one does no harm: every task is safe to run twice."""
    return [PYTHON, "-m", "celery", "--app=config", "beat", "--loglevel=WARNING", "--pidfile="]


def _from_environment() -> dict[str, list[str]]:
    number = {
        name: int(os.environ.get(name, default))
        for name, default in [("PORT", "8000"), ("WEB_WORKERS", "2"), ("WEB_THREADS", "8"), ("WORKER_PROCESSES", "2")]
    }
    return {
        "web": web(
            host=os.environ.get("HOST", "127.0.0.1"),
            port=number["PORT"],
            workers=number["WEB_WORKERS"],
            threads=number["WEB_THREADS"],
        ),
        "worker": worker(concurrency=number["WORKER_PROCESSES"]),
        "beat": beat(),
    }


def _end_with_parent() -> None:
    """On Linux: when the starter is killed, its children get SIGTERM instead of staying behind."""
    pr_set_pdeathsig = 1
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Part:
    """One child process that is kept alive until it is stopped."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.environment = environment
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []

    def start(self) -> None:
        self.starts = [moment for moment in self.starts if time.monotonic() - moment < 60] + [time.monotonic()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C reaches us only; we stop the parts in order
                preexec_fn=_end_with_parent,
            )

    def watch(self) -> None:
        """Start again what ended by itself.

        Raises:
            ServiceError: when it ended four times within a minute.
        """
        if self.process is None or self.process.poll() is None:
            return
        if len(self.starts) >= 4:
            end = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
            raise embedded.ServiceError(f"{self.name} keeps ending. The end of {self.log}:\n{end}")
        print(f"  {self.name} ended (exit {self.process.returncode}); starting it again", flush=True)
        self.start()

    def stop(self, seconds: float = 15) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


def _stop_on_signals() -> None:
    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def _claim(var: Path) -> IO[str]:
    """Only one demo per folder: the lock goes with the process, so it can't be stale."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / "run.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise embedded.ServiceError(
            f"AanZet already runs in {var} ({lock.read().strip() or 'it is just starting'}). Stop it first with Ctrl-C there."
        ) from None
    return lock


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise embedded.ServiceError(
                f"Port {port} can't be used ({error.strerror}). Choose another one: bin/demo --port {port + 1}"
            ) from None


def _wait_for(address: str, parts: list[Part], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for part in parts:
            part.watch()
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise embedded.ServiceError(f"The web server did not answer at {address} within {seconds:.0f} seconds.")


def _timed(text: str, action: Callable[[], None]) -> None:
    start = time.monotonic()
    print(f"  {text} ...", flush=True)
    action()
    print(f"  {text}: done in {time.monotonic() - start:.1f} s", flush=True)


def _manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        end = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise embedded.ServiceError(f"manage.py {' '.join(arguments)} did not work:\n{end}")


def _sources_digest(patterns: list[str]) -> str:
    whole = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            whole.update(f"{path}:{path.stat().st_mtime_ns}".encode())
    return whole.hexdigest()


def _once(var: Path, name: str, digest: str, text: str, action: Callable[[], None]) -> None:
    """Do ``action`` unless it was done to its end for the same sources."""
    stamp = var / f"{name}.stamp"
    if stamp.exists() and stamp.read_text() == digest:
        return
    _timed(text, action)
    stamp.write_text(digest)


def demo(arguments: list[str]) -> int:
    """Start everything, watch it, stop everything. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="A whole portal with the demo story.")
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (8000)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    options = parser.parse_args(arguments)
    var = Path(os.environ.get("AANZET_VAR") or DEMO_VAR).resolve()
    os.environ["AANZET_VAR"] = str(var)
    parts: list[Part] = []
    database, redis = embedded.Postgres(var), embedded.Redis(var)
    lock = None
    try:
        _stop_on_signals()
        lock = _claim(var)
        _check_port(options.port)
        if options.fresh:
            _timed("Throwing the old data away", lambda: _forget(var, database, redis))
        address = f"http://127.0.0.1:{options.port}"
        lock.truncate(0)
        lock.write(f"{address}, process {os.getpid()}")
        lock.flush()
        _timed("Starting PostgreSQL", database.start)
        _timed("Starting Redis", redis.start)
        environment = {
            **os.environ,
            "AANZET_VAR": str(var),
            "AANZET_DEMO": "1",
            "AANZET_HASHED_STATIC": "1",
            "SITE_URL": address,
            "PYTHONUNBUFFERED": "1",
        }
        migrations = _sources_digest(["*/migrations/*.py", "*/*/migrations/*.py"])
        _once(
            var, "migrate", migrations, "Preparing the database", lambda: _manage(environment, "migrate", "--no-input")
        )
        static = _sources_digest(["static/**/*", "var/frontend/**/*"])
        _once(
            var,
            "static",
            static,
            "Collecting the style files",
            lambda: _manage(environment, "collectstatic", "--no-input", "--clear"),
        )
        story = _sources_digest(["portal/demo/**/*", "portal/management/commands/load_demo.py"])
        _once(var, "story", story, "Telling the demo story", lambda: _manage(environment, "load_demo"))
        commands = {
            "web": web(host="127.0.0.1", port=options.port, workers=2, threads=4),
            "worker": worker(concurrency=2),
            "beat": beat(),
        }
        parts = [Part(name, command, environment, var / f"{name}.log") for name, command in commands.items()]
        for part in parts:
            part.start()
        _timed("Starting web, worker and beat", lambda: _wait_for(address + "/", parts))
        _welcome(environment, address)
        while True:
            time.sleep(0.5)
            for part in parts:
                part.watch()
    except Stopped:
        print("\nStopping ...", flush=True)
        return 0
    except (embedded.ServiceError, OSError) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        if isinstance(error, OSError) and error.errno == 28:
            print("The disk is full: make room and run bin/demo again; nothing is lost.", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for part in reversed(parts):
            part.stop()
        if lock is not None:
            redis.stop()
            database.stop()
            lock.close()
            print("Everything is stopped.", flush=True)


def servers() -> int:
    """Start the embedded servers and keep them up until Ctrl-C or SIGTERM. Returns the exit code."""
    var = embedded.var_dir()
    database, redis = embedded.Postgres(var), embedded.Redis(var)
    lock = None
    try:
        _stop_on_signals()
        lock = _claim(var)
        database.start()
        redis.start()
        print("PostgreSQL and Redis are ready.", flush=True)
        while True:
            time.sleep(0.5)
            for server in (database, redis):
                if server.process is None or server.process.poll() is not None:
                    print(f"{type(server).__name__} ended by itself; starting it again.", flush=True)
                    server.start()
    except Stopped:
        return 0
    except (embedded.ServiceError, OSError) as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    finally:
        if lock is not None:
            redis.stop()
            database.stop()
            lock.close()


def _forget(var: Path, database: embedded.Postgres, redis: embedded.Redis) -> None:
    redis.stop()
    database.stop()
    shutil.rmtree(database.layout.pgdata, ignore_errors=True)
    for child in var.iterdir():
        if child.name == "run.lock":
            continue
        if child.is_dir():
            shutil.rmtree(child, ignore_errors=True)
        else:
            child.unlink()


def _welcome(environment: dict[str, str], address: str) -> None:
    done = subprocess.run(
        [PYTHON, "manage.py", "demo_logins"], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    print(f"\nAanZet runs at {address}/\n\n{done.stdout}\nStop everything with Ctrl-C.", flush=True)


def main() -> int:
    """Entry of ``python -m config.run``."""
    commands = _from_environment()
    if len(sys.argv) > 1 and sys.argv[1] == "demo":
        return demo(sys.argv[2:])
    if sys.argv[1:] == ["servers"]:
        return servers()
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        print(f"usage: python -m config.run demo|servers|{'|'.join(commands)}", file=sys.stderr)
        return 2
    command = commands[sys.argv[1]]
    os.execv(command[0], command)  # noqa: S606
    return 0


if __name__ == "__main__":
    sys.exit(main())
