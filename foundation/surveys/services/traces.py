"""The tables of answers that must be rewritten when rows are removed from them. How: ``foundation.core.traces``.

A sealed sheet carries the number of the transaction of its invitation. Its seal can be opened with the secret of the
installation, so what was counted must be in no file any more. Invitations stay; who answered last holds no lock on them.
"""

from __future__ import annotations

from foundation.core.traces import leave, register, wipe
from foundation.surveys.models import Draft, Invitation, SealedSheet, Sheet

__all__ = ["DRAFTS", "NAMED", "SEALED", "leave", "wipe"]

SEALED = register("surveys.sealed", SealedSheet, frozen=(Invitation,))
NAMED = register("surveys.named", Sheet)
DRAFTS = register("surveys.drafts", Draft)
