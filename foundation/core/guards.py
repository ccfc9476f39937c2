"""What services of every app refuse in the same way: who may not, and who was not first."""

from __future__ import annotations

from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.core.errors import Stale


class Versioned(Protocol):
    version: int


def need(permission: str, by: Any, about: Any) -> None:
    """Refuse who may not do this.

    Args:
        about: what the permission takes besides the person: a municipality, or the thing itself.

    Raises:
        PermissionDenied: ``by`` lacks the permission.
    """
    if by is None or not by.has_perm(permission, about):
        raise PermissionDenied(_("You can't do this here: it asks for another role."))


def same_version(row: Versioned, version: int | None, stale: type[Stale] = Stale) -> None:
    """Refuse a change made on an older text.

    Args:
        row: anything that counts its versions, locked.
        version: its version when the person opened the form; None where no text is overwritten.
        stale: the refusal of the app that asks.

    Raises:
        Stale: somebody saved in between.
    """
    if version is not None and version != row.version:
        raise stale(
            _("Somebody else changed this while you were working on it. Look at what changed, then save again.")
        )
