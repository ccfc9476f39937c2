"""Addresses made of the words of a title."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

if TYPE_CHECKING:
    from django.db.models import QuerySet


def words(title: str, *, otherwise: str, length: int = 60) -> str:
    """The words of a title as an address; ``otherwise`` where it has no letters or digits that can stand in one."""
    return slugify(title)[:length].strip("-") or otherwise


def free(title: str, rows: QuerySet[Any], *, otherwise: str, reserved: Collection[str] = (), length: int = 60) -> str:
    """An address that none of ``rows`` has: ``green``, ``green-2``, ``green-3``.

    Two in the same moment can get the same one; the constraint refuses the second.

    Args:
        reserved: words that lead to other pages.
    """
    wished = words(title, otherwise=otherwise, length=length)
    taken = {*rows.filter(slug__startswith=wished).values_list("slug", flat=True), *reserved}
    number, slug = 2, wished
    while slug in taken:
        slug, number = f"{wished}-{number}", number + 1
    return slug


def free_unnumbered(title: str, rows: QuerySet[Any], *, otherwise: str, reserved: Collection[str] = ()) -> str:
    """As ``free``, but ``green-3f9a1c``: it tells nobody how many of that title there are that they can't see."""
    wished = words(title, otherwise=otherwise)
    taken = wished in reserved or rows.filter(slug=wished).exists()
    return marked(wished) if taken else wished


def marked(slug: str) -> str:
    """With a mark behind it that no other has."""
    return f"{slug}-{secrets.token_hex(3)}"
