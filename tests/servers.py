"""The embedded servers of a test run, as a pytest plugin (``-p tests.servers`` in pyproject.toml).

A plugin and not conftest.py, because pytest-django loads the settings before it reads any conftest, and the settings must
find these addresses. The first process starts the servers; xdist's workers find them in the environment and take a
numbered Redis database each, which they may empty without touching their neighbour's.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_OWN: list[object] = []


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    base = os.environ.setdefault("AANZET_VAR", str(ROOT / "var" / "test"))
    from config import embedded

    if not os.environ.get("AANZET_TEST_SERVERS"):
        (Path(base) / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
        database = embedded.Postgres(
            options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB"}
        )
        redis = embedded.Redis()
        database.start()
        redis.start()
        _OWN.extend([redis, database])
        os.environ["AANZET_TEST_SERVERS"] = "1"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{embedded.redis_url()}?db={int(worker) + 1}"


# Nearly all that is made until the tests are collected stays: there is nothing to look for. tests/conftest.py switches it on.
if "PYTEST_XDIST_WORKER" in os.environ:  # the process that only hands tests out collects none
    gc.disable()


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in _OWN:
        server.stop()  # type: ignore[attr-defined]
    _OWN.clear()


_start()
