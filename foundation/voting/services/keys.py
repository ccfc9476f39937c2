"""Destroyed keys leave the files of the database too.

A deleted row stays in the pages of its table until something overwrites it, also after a plain VACUUM: whoever gets the files
could read the key of the roll there. Rewriting the (tiny) table leaves nothing. What the write-ahead log and backups still
hold is within the trust boundary of the operator: keep them no longer than needed.
"""

from __future__ import annotations

import logging

from django.db import OperationalError, connection

from foundation.voting.models import BallotSecret, CodeSecret

log = logging.getLogger(__name__)
MOST_WAITING = "2s"  # rewriting locks the table for a moment; votes of other ballots read it


def wipe_destroyed() -> bool:
    """Rewrite the tables of keys. Call it outside a transaction; inside one nothing happens. Returns whether it was done.

    When the table is busy it is left for the next time: the rows are gone, only their traces wait.
    """
    if connection.in_atomic_block:
        log.info("the tables of keys are not rewritten inside a transaction")
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [MOST_WAITING])
        try:
            for model in (BallotSecret, CodeSecret):
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
        except OperationalError as error:
            log.warning("traces of destroyed keys are not wiped yet: %s", error)
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    return True
