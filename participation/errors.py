"""What can go wrong in words for people; views show ``str(error)``."""

from __future__ import annotations

from foundation.core import errors


class ParticipationError(errors.Refused):
    """Refused, with the reason in words."""


class WrongMoment(ParticipationError):
    """The state of the process, or the clock, does not allow it (any more)."""


class Stale(ParticipationError, errors.Stale):
    """Somebody else changed it since this person opened it; nothing was overwritten."""
