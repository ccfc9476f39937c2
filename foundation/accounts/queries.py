"""Reads over accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.accounts.models import User


def has_two_factor(user: User) -> bool:
    """Whether the user has set up a second factor (TOTP or passkey); recovery codes alone do not count."""
    kept: bool | None = user.__dict__.get("_has_two_factor")
    if kept is None:
        kept = user.authenticator_set.exclude(type="recovery_codes").exists()  # type: ignore[attr-defined]
        user.__dict__["_has_two_factor"] = kept
    return kept
