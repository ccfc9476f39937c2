"""How often the initiatives of a municipality changed: what lets a drawn page be kept without ever being old."""

from __future__ import annotations

import pgtrigger
from django.db import models

from foundation.municipalities.models import Municipality

# A new row per change instead of one number that is raised: writers of one municipality never wait for each other, and who
# reads the sum sees exactly the changes that he sees in the initiatives. One row per transaction would do for others; a few
# more let a transaction see its own changes, and the limit keeps a large import from leaving a row for each line. Now and then
# the rows become one again; whoever is at it leaves what another one holds.
_NOTE = """
    FOR one IN SELECT DISTINCT municipality_id FROM {rows} LOOP
        noted := COALESCE(NULLIF(current_setting('aanzet.noted_' || one, true), ''), '0')::int;
        IF noted < 500 THEN
            INSERT INTO initiatives_change (municipality_id, number) VALUES (one, 1);
            PERFORM set_config('aanzet.noted_' || one, (noted + 1)::text, true);
        END IF;
        IF noted = 0 AND random() < 0.02 THEN
            WITH gone AS (
                DELETE FROM initiatives_change WHERE id IN (
                    SELECT id FROM initiatives_change WHERE municipality_id = one FOR UPDATE SKIP LOCKED
                ) RETURNING number
            )
            INSERT INTO initiatives_change (municipality_id, number) SELECT one, SUM(number) FROM gone HAVING COUNT(*) > 0;
        END IF;
    END LOOP;
    RETURN NULL;
"""


class Change(models.Model):
    """``number`` changes of initiatives in a municipality; only the sum over its rows means something."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="+", editable=False)
    number = models.BigIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.municipality_id}: {self.number}"


def notes() -> list[pgtrigger.Trigger]:
    """The triggers of a table with a column ``municipality_id``: each statement that changes its rows counts as one."""
    kinds = (
        ("note_new", pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), "new_rows"),
        ("note_changed", pgtrigger.Update, pgtrigger.Referencing(new="new_rows"), "new_rows"),
        ("note_gone", pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), "old_rows"),
    )
    return [
        pgtrigger.Trigger(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            declare=[("one", "BIGINT"), ("noted", "INT")],
            func=_NOTE.format(rows=rows),
        )
        for name, operation, referencing, rows in kinds
    ]
