"""How often the initiatives of a municipality changed: what lets a drawn page be kept without ever being old."""

from __future__ import annotations

import pgtrigger
from django.db import models

from foundation.municipalities.models import Municipality

# A new row per change instead of one number that is raised: writers of one municipality never wait for each other, and who
# reads the sum sees exactly the changes that he sees in the initiatives. Now and then the rows become one again; whoever
# is at it leaves what another one holds.
_NOTE = """
    INSERT INTO initiatives_change (municipality_id, number) SELECT DISTINCT municipality_id, 1 FROM {rows};
    IF random() < 0.02 THEN
        WITH gone AS (
            DELETE FROM initiatives_change WHERE id IN (
                SELECT id FROM initiatives_change
                WHERE municipality_id IN (SELECT municipality_id FROM {rows})
                FOR UPDATE SKIP LOCKED
            ) RETURNING municipality_id, number
        )
        INSERT INTO initiatives_change (municipality_id, number)
        SELECT municipality_id, SUM(number) FROM gone GROUP BY municipality_id;
    END IF;
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
            func=_NOTE.format(rows=rows),
        )
        for name, operation, referencing, rows in kinds
    ]
