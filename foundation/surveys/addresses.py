"""Addresses of pages that exist both under a municipality and above them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality


def address(municipality: Municipality | None, name: str, *args: object) -> str:
    """The path of a page of this app; without a municipality that of the installation."""
    if municipality is None:
        return reverse(f"surveys_installation:{name}", args=args)
    return reverse(f"surveys:{name}", args=[municipality.slug, *args])
