"""Waiting for a cleaning that another process put off."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from django.db import connection

PATIENCE = 60.0  # seconds


def in_the_end(clean: Callable[[], object], holds: Callable[[], bool]) -> bool:
    """Whether it holds after cleaning again for some time.

    PostgreSQL keeps rows that were just removed as long as a process that is starting, whatever its database, might still
    see them; beside other test runs that happens. The next cleaning takes them, as the next one in production does.

    Raises:
        AssertionError: it does not, with who may still see what was removed.
    """
    gc.collect()  # connections of threads that ended
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid, datname, state, backend_type, backend_xmin::text, left(query, 80) FROM pg_stat_activity"
                    " WHERE backend_xmin IS NOT NULL OR backend_xid IS NOT NULL"
                )
                raise AssertionError(f"these may still see what was removed: {cursor.fetchall()}")
        time.sleep(0.25)
        clean()
    return True
