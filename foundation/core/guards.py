"""What services of every app refuse in the same way: who may not, and who was not first."""

from __future__ import annotations

from typing import Any, NoReturn, Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from foundation.core.errors import Stale


class Versioned(Protocol):
    """A row whose ``version`` goes up with each change."""

    version: Any


def refuse() -> NoReturn:
    """Say no to somebody whose role does not allow it.

    Raises:
        PermissionDenied: always.
    """
    raise PermissionDenied(_("You can't do this here: it asks for another role."))


def need(permission: str, by: Any, about: Any) -> None:
    """Refuse who may not do this.

    Args:
        about: what the permission takes besides the person: a municipality, or the thing itself.

    Raises:
        PermissionDenied: ``by`` lacks the permission.
    """
    if by is None or not by.has_perm(permission, about):
        refuse()


def same_version(
    row: Versioned | None, version: int | None, stale: type[Stale] = Stale, *, strict: bool = False
) -> None:
    """Refuse a change made on an older text.

    Args:
        row: anything that counts its versions, locked; None where it is gone.
        version: its version when the person opened the form; None where no text is overwritten.
        stale: the refusal of the app that asks.
        strict: the form always knows a version, so none is an older one too.

    Raises:
        Stale: somebody saved in between, or the row is gone.
    """
    if row is None or ((strict or version is not None) and version != row.version):
        raise stale(
            _("Somebody else changed this while you were working on it. Look at what changed, then save again.")
        )
