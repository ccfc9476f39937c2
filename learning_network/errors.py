"""What can go wrong in words for people; views show ``str(error)``."""

from __future__ import annotations

from foundation.core import errors


class NetworkError(errors.Refused):
    """Refused, with the reason in words."""


class WrongMoment(NetworkError):
    """The state of the programme, or of what was shared, does not allow it (any more)."""


class Stale(NetworkError, errors.Stale):
    """Somebody else changed it since this person opened it; nothing was overwritten."""
