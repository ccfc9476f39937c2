"""*Methode van Gelijke Delen*."""

from __future__ import annotations

from .outcome import Outcome
from .profile import Profile
from .settings import EqualSharesSettings


def count_equal_shares(profile: Profile, settings: EqualSharesSettings) -> Outcome:
    """Count by equal shares."""
    raise NotImplementedError
