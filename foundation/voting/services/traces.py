"""What was removed from tables leaves their files too.

A removed row stays in the pages of its table until something overwrites it, also after a plain VACUUM, which only gives
its room free: whoever gets the files could read there a vote with the number of the transaction that its line in the roll
carries, or the key of the roll. Rewriting the table and its indexes leaves nothing. What the write-ahead log and backups
still hold is within the trust boundary of the operator: keep them no longer than needed.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict

from django.db import OperationalError, connection, models
from psycopg.errors import Diagnostic

from foundation.voting.enums import TraceOf
from foundation.voting.models import (
    BallotSecret,
    CodeSecret,
    InletVote,
    PaperBatch,
    PaperEntry,
    ReplacedVote,
    Trace,
    Vote,
    VotingCode,
)

log = logging.getLogger(__name__)
# Who casts waits for the rewriting of inlet and keys, which are small, and so long at most behind it when somebody else is in its way.
MOST_WAITING = "500ms"
TABLES: dict[str, tuple[type[models.Model], ...]] = {
    TraceOf.INLET: (InletVote,),
    TraceOf.BOX: (Vote, ReplacedVote),
    TraceOf.KEYS: (BallotSecret, CodeSecret),
    TraceOf.PAPER: (PaperEntry, PaperBatch),
}
_FIRST_NUMBER = re.compile(r"\d+")


def leave(*of: TraceOf) -> None:
    """Note that these tables must be rewritten. Call it in the transaction that removes the rows, and ``wipe`` after it."""
    Trace.objects.bulk_create(Trace(of=one) for one in of)


def wipe() -> bool:
    """Rewrite the tables from which rows were removed; whether nothing is left to be done.

    What is in somebody's way, or may still be seen by a transaction that began before the removal, is left for the next
    time: every mixing, and every five minutes. Outside a transaction only; inside one nothing happens.
    """
    if connection.in_atomic_block:
        log.info("tables are not rewritten inside a transaction")
        return False
    waiting: dict[str, list[int]] = defaultdict(list)
    for pk, of in Trace.objects.order_by("pk").values_list("pk", "of"):
        waiting[of].append(pk)
    done = [of for of in waiting if all(_rewrite(model) for model in TABLES[of])]
    if TraceOf.INLET in done:
        # Casting with a code locks the row of the code, and that leaves the number of the transaction on it: freezing wipes
        # it out, so that the letters tell neither which of them voted nor when.
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (FREEZE) {VotingCode._meta.db_table}")
    for of in done:
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
