"""What can go wrong in words for people; views show ``str(error)``."""

from __future__ import annotations

from foundation.core import errors


class InitiativeError(errors.Refused):
    """Refused, with the reason in words."""


class WrongMoment(InitiativeError):
    """The state of the initiative does not allow it (any more)."""


class Stale(InitiativeError, errors.Stale):
    """Somebody else changed it since this person opened it; nothing was overwritten."""
