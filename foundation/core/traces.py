"""What was removed from tables for secrecy leaves their files too.

A removed row stays in the pages of its table until something overwrites it, also after a plain VACUUM, which only gives
its room free: whoever gets the files could read there a vote with the number of the transaction that its line in the roll
carries, answers beside an invitation, or a destroyed key. Rewriting the table and its indexes leaves nothing. What the
write-ahead log and backups still hold is within the trust boundary of the operator: keep them no longer than needed.

An app says once which tables lose rows together, in a module that its ``AppConfig.ready`` imports::

    INLET = register("voting.inlet", InletVote)

then calls ``leave(INLET)`` in the transaction that removes rows, and ``wipe()`` after it.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from dataclasses import dataclass

from django.db import OperationalError, connection, models
from psycopg.errors import Diagnostic

from foundation.core.models import Trace

log = logging.getLogger(__name__)
# Who writes in one of these tables, which are small, waits so long at most behind the rewriting when somebody else is in its way.
MOST_WAITING = "500ms"
_FIRST_NUMBER = re.compile(r"\d+")
_LONGEST = 40


@dataclass(frozen=True)
class Removal:
    """Tables that lose rows together. ``frozen``: tables whose rows must lose the number of who locked them as well."""

    tables: tuple[type[models.Model], ...]
    frozen: tuple[type[models.Model], ...] = ()


_known: dict[str, Removal] = {}


def register(code: str, *tables: type[models.Model], frozen: tuple[type[models.Model], ...] = ()) -> str:
    """Say which tables must be rewritten after a removal; returns ``code``.

    Args:
        code: ``app.what``, at most 40 letters; stored until the files are clean.
        frozen: tables that are only vacuumed with FREEZE: locking a row leaves the number of the transaction on it.

    Raises:
        ValueError: another removal has this code.
    """
    removal = Removal(tables, frozen)
    if len(code) > _LONGEST or _known.setdefault(code, removal) != removal:
        raise ValueError(f"{code!r} is too long, or the name of another removal")
    return code


def registered() -> dict[str, Removal]:
    """Every removal, by code."""
    return dict(_known)


def leave(*of: str) -> None:
    """Note that these tables must be rewritten. Call it in the transaction that removes the rows, and ``wipe`` after it.

    Raises:
        KeyError: of a code that nobody registered.
    """
    Trace.objects.bulk_create(Trace(of=code) for code in of if _known[code])


def wipe() -> bool:
    """Rewrite the tables from which rows were removed; whether nothing is left to be done.

    What is in somebody's way, or may still be seen by a transaction that began before the removal, is left for the next
    time: whatever app calls it next, and every five minutes. Outside a transaction only; inside one nothing happens.
    """
    if connection.in_atomic_block:
        log.info("tables are not rewritten inside a transaction")
        return False
    waiting: dict[str, list[int]] = defaultdict(list)
    for pk, of in Trace.objects.order_by("pk").values_list("pk", "of"):
        waiting[of].append(pk)
    done = [of for of in waiting if of in _known and all(_rewrite(model) for model in _known[of].tables)]
    for of in done:
        for model in _known[of].frozen:
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM (FREEZE) {connection.ops.quote_name(model._meta.db_table)}")
        Trace.objects.filter(pk__in=waiting[of]).delete()  # not what another process left meanwhile
    return len(done) == len(waiting)


def _rewrite(model: type[models.Model]) -> bool:
    """Write the table anew without removed rows; whether none of them had to be kept for a transaction that may see it."""
    table, kept = model._meta.db_table, list[int]()

    def listen(told: Diagnostic) -> None:
        # "3 dead row versions cannot be removed yet", in the language of the server.
        if table in (told.message_primary or "") and (found := _FIRST_NUMBER.search(told.message_detail or "")):
            kept.append(int(found[0]))

    with connection.cursor() as cursor:
        wire = connection.connection
        wire.add_notice_handler(listen)
        try:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [MOST_WAITING])
            cursor.execute(f"VACUUM (FULL, VERBOSE) {connection.ops.quote_name(table)}")
        except OperationalError as error:
            log.warning("%s is not rewritten yet: %s", table, error)
            return False
        finally:
            wire.remove_notice_handler(listen)
            cursor.execute("RESET lock_timeout")
    if not kept:  # PostgreSQL only warns a role that may not do it
        log.warning("%s is not rewritten: may this role vacuum it?", table)
        return False
    if any(kept):
        log.warning("%s still holds %s removed rows that an older transaction may see", table, sum(kept))
        return False
    return True
