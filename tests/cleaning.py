"""Waiting for a cleaning that another process put off."""

from __future__ import annotations

import time
from collections.abc import Callable


def in_the_end(clean: Callable[[], object], holds: Callable[[], bool]) -> bool:
    """Whether it holds after cleaning again for some seconds.

    PostgreSQL keeps rows that were just removed as long as a process that is starting, whatever its database, might still
    see them; beside other test runs that happens. The next cleaning takes them, as the next one in production does.
    """
    for _attempt in range(60):
        if holds():
            return True
        time.sleep(0.25)
        clean()
    return holds()
