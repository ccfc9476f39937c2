"""The embedded servers for a test run, and what every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

# One set of servers per run: the first process starts them, xdist's workers find their addresses in the environment.
_OWN_SERVERS: list[object] = []


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _own_redis_database() -> None:
    """Each xdist worker empties its own numbered Redis database, never its neighbour's."""
    from config import embedded

    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{embedded.redis_url()}?db={int(worker) + 1}"


def _start_servers() -> None:
    if os.environ.get("AANZET_TEST_SERVERS"):
        return
    base = os.environ.get("AANZET_VAR") or str(ROOT / "var" / "test")
    os.environ["AANZET_VAR"] = base
    (Path(base) / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
    from config import embedded

    database = embedded.Postgres(
        options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB"}
    )
    redis = embedded.Redis()
    database.start()
    redis.start()
    _OWN_SERVERS.extend([redis, database])
    os.environ["AANZET_TEST_SERVERS"] = "1"


_start_servers()
_own_redis_database()


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in _OWN_SERVERS:
        server.stop()  # type: ignore[attr-defined]
    _OWN_SERVERS.clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input beside the checkout; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data on this machine")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _quick_and_own_settings(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    # Argon2 is slow on purpose; tests make hundreds of people. What production hashes with is tested by itself.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = Path(tempfile.gettempdir()) / "aanzet-test-media"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sessions and rate limits of one test are not seen by the next."""
    from django.core.cache import cache

    yield
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        cache.clear()
