"""A real portal of its own for each test that kills its parts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.portal import Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="aanzet-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        portal = Portal(Path(folder))
        try:
            portal.start()
            yield portal
        finally:
            portal.stop()
