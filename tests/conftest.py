"""What every test may ask for. The servers are started by tests/servers.py."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_collection_finish() -> None:
    """Everything that was imported and collected stays until the end: the collector needn't walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()  # tests/servers.py switched it off


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input beside the checkout; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no ../shared/data on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is a copy of a migrated one: ``tests/template.py``."""
    from django.db import connection

    from tests import template

    connection.settings_dict["TEST"]["TEMPLATE"] = template.ready()


@pytest.fixture(autouse=True, scope="session")
def _quick_emptying() -> Iterator[None]:
    """Only tables that hold something are emptied after a test: ``tests/emptying.py``."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    from tests import emptying

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", staticmethod(emptying.sql_flush))
        patch.setattr(flush, "emit_post_migrate_signal", emptying.nothing)
        yield


@pytest.fixture(autouse=True, scope="session")
def _style_files_listed_once() -> Iterator[None]:
    """WhiteNoise lists and stats all style files for each handler, so for each test client; they don't change meanwhile."""
    from django.conf import settings
    from whitenoise.middleware import WhiteNoiseMiddleware

    known: dict[tuple[str, ...], dict[str, object]] = {}
    list_files = WhiteNoiseMiddleware.add_files_from_finders

    def from_finders(self: WhiteNoiseMiddleware) -> None:
        key = (settings.STATIC_URL, str(settings.STATIC_ROOT), *map(str, settings.STATICFILES_DIRS))
        if key not in known:
            list_files(self)
            known[key] = dict(self.files)
        self.files.update(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", from_finders)
        yield


@pytest.fixture(autouse=True)
def _quick_and_own_settings(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    # Argon2 is slow on purpose; tests make hundreds of people. What production hashes with is tested by itself.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = Path(tempfile.gettempdir()) / "aanzet-test-media"  # type: ignore[attr-defined]
    settings.PRIVATE_ROOT = Path(tempfile.gettempdir()) / f"aanzet-test-private-{os.getpid()}"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _no_own_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of own host names is asked again every half minute: in a test that counts queries, never by chance."""
    from foundation.municipalities import tenancy

    monkeypatch.setattr(tenancy, "_hosts", (float("inf"), {}))


@pytest.fixture(autouse=True)
def _clean_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sessions and rate limits of one test are not seen by the next."""
    from django.core.cache import cache

    yield
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        cache.clear()
