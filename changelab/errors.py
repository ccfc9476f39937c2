"""What can go wrong in words for people; views show ``str(error)``."""

from __future__ import annotations

from foundation.core import errors


class ChangelabError(errors.Refused):
    """Refused, with the reason in words."""


class WrongMoment(ChangelabError):
    """The state of the cohort, the lab or the plan does not allow it (any more)."""


class Stale(ChangelabError, errors.Stale):
    """Somebody else changed it since this person opened it; nothing was overwritten."""
