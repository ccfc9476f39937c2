"""Personal links in mails: signed, so that nobody can make one; they name a row, never a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.urls import reverse

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)


class BadLink(Exception):
    """Not one of our links, a changed one, or one that holds no longer."""


class SignedLinks(Generic[Row]):
    """The links of one kind of invitation, to the page ``page``, which takes the token.

    Args:
        salt: sets them apart from other signed things; links that were sent hold as long as it stays the same.
        page: name of the URL; its one argument is the token.
        rows: where to look up the row of a link.
        holds: what must still be so for the link to work, such as ``{"to": row.email}``. Signed along and compared:
            a link to an address that was corrected does not work any more.
    """

    def __init__(
        self,
        salt: str,
        *,
        page: str,
        rows: Callable[[], QuerySet[Row]],
        holds: Callable[[Row], dict[str, str]],
    ) -> None:
        self.salt, self.page, self._rows, self._holds = salt, page, rows, holds

    def token_of(self, row: Row) -> str:
        """The signed part of the address."""
        return self._signer().sign_object(self._told(row))

    def address_of(self, row: Row) -> str:
        """The path of the page behind the link."""
        return reverse(self.page, args=[self.token_of(row)])

    def read(self, token: str) -> Row:
        """The row whose link this is.

        Raises:
            BadLink: we did not make it, or what it holds on to has changed since.
        """
        try:
            told = self._signer().unsign_object(token)
            row = self._rows().get(pk=told["id"])
        except (signing.BadSignature, ObjectDoesNotExist, KeyError, TypeError, ValueError) as error:
            raise BadLink from error
        if self._told(row) != told:
            raise BadLink
        return row

    def _told(self, row: Row) -> dict[str, Any]:
        return {"id": row.pk, **self._holds(row)}

    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=self.salt, sep="~")
