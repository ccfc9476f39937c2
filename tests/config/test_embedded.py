"""The embedded servers: started, stopped, found half-made or left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from config import embedded


@pytest.fixture
def var() -> Iterator[Path]:
    # Not pytest's tmp_path: the unprivileged user that PostgreSQL runs as cannot enter it.
    with tempfile.TemporaryDirectory(prefix="aanzet-var-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def postgres(var: Path) -> Iterator[embedded.Postgres]:
    server = embedded.Postgres(var)
    yield server
    server.stop()


def select(var: Path, statement: str) -> object:
    with psycopg.connect(embedded.database_url(var), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_data_survive_a_stop_and_a_start(var: Path, postgres: embedded.Postgres) -> None:
    postgres.start()
    select(var, "CREATE TABLE kept (n int)")
    select(var, "INSERT INTO kept VALUES (7)")
    postgres.stop()
    postgres.start()
    assert select(var, "SELECT n FROM kept") == (7,)


def test_it_is_postgresql_18_and_listens_on_a_socket_only(var: Path, postgres: embedded.Postgres) -> None:
    postgres.start()
    assert str(select(var, "SHOW server_version")[0]).startswith("18.")  # type: ignore[index]
    assert select(var, "SHOW listen_addresses") == ("",)


def test_a_server_left_by_a_killed_run_is_ended_first(var: Path, postgres: embedded.Postgres) -> None:
    code = f"from config.embedded import Postgres; from pathlib import Path; Postgres(Path({str(var)!r})).start()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=embedded.BASE_DIR)
    left = int((var / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(left, 0)  # it lives
    postgres.start()
    assert postgres.process is not None
    assert postgres.process.pid != left
    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_a_stale_pid_file_of_another_program_harms_nobody(var: Path, postgres: embedded.Postgres) -> None:
    postgres.start()
    postgres.stop()
    bystander = subprocess.Popen(["sleep", "60"])
    (var / "postgres" / "postmaster.pid").write_text(f"{bystander.pid}\n")
    postgres.start()
    assert bystander.poll() is None
    bystander.terminate()
    bystander.wait()
    assert select(var, "SELECT 1") == (1,)


def test_a_half_made_data_folder_is_made_again(var: Path, postgres: embedded.Postgres) -> None:
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("18")
    postgres.start()
    assert select(var, "SELECT 1") == (1,)


def test_a_killed_server_recovers(var: Path, postgres: embedded.Postgres) -> None:
    postgres.start()
    select(var, "CREATE TABLE kept (n int)")
    select(var, "INSERT INTO kept VALUES (7)")
    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait()
    postgres.start()
    assert select(var, "SELECT n FROM kept") == (7,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_as_root_in_a_closed_folder_it_runs_where_the_other_user_can_come(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_open_to_all", lambda path: False)
    server = embedded.Postgres(var)
    try:
        server.start()
        assert server.layout.home.parent == Path("/var/lib/aanzet")
        assert str(select(var, "SHOW data_directory")[0]).startswith("/var/lib/aanzet")  # type: ignore[index]
    finally:
        server.stop()
        shutil.rmtree(server.layout.home)


def test_an_error_at_the_start_shows_the_log_and_what_to_do(var: Path) -> None:
    server = embedded.Postgres(var, {"no_such_setting": "1"})
    with pytest.raises(embedded.ServiceError, match="no_such_setting"):
        server.start()


def test_redis_starts_twice_and_leaves_nothing(var: Path) -> None:
    first, second = embedded.Redis(var), embedded.Redis(var)
    first.start()
    second.start()
    client = redis_client.Redis.from_url(embedded.redis_url(var))
    assert client.ping()
    client.close()
    second.stop()
    assert first.process is not None
    assert first.process.wait(5) is not None
    assert not (var / "redis.pid").exists()


def test_a_long_path_gets_a_socket_that_fits(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    assert len(str(embedded.Layout(deep).sockets)) <= embedded.SOCKET_PATH_LIMIT


def test_the_servers_of_a_small_municipality_come_back_and_stop_together(var: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DATABASE_URL"}}
    keeper = subprocess.Popen(
        [sys.executable, "-m", "config.run", "servers"],
        env={**clean, "AANZET_VAR": str(var)},
        cwd=embedded.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    assert "are ready" in keeper.stdout.readline()
    assert select(var, "SELECT 1") == (1,)
    first = int((var / "redis.pid").read_text())
    os.kill(first, signal.SIGKILL)
    assert "Redis ended by itself" in keeper.stdout.readline()
    deadline = time.monotonic() + 20
    while not (var / "redis.pid").exists() or int((var / "redis.pid").read_text() or first) == first:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    keeper.terminate()
    keeper.communicate(timeout=60)
    assert keeper.returncode == 0
    assert not (var / "redis.pid").exists()
    assert not (var / "postgres" / "postmaster.pid").exists()
