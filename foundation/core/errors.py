"""What services refuse, in words for people. Each app has its own refusals; these are what pages know of all of them."""

from __future__ import annotations


class Refused(Exception):
    """Refused, with the reason in words: ``str(error)`` may be shown."""


class Stale(Refused):
    """Somebody else changed it since this person opened it; nothing was overwritten."""
