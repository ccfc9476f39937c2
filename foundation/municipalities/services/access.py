"""Who may call a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality


def require(by: User | None, permission: str, municipality: Municipality | None) -> None:
    """Refuse whoever lacks the permission. ``None`` is the clock or the command line, which may do everything.

    Raises:
        PermissionDenied: with a sentence for the person.
    """
    if by is not None and not by.has_perm(permission, municipality):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))
