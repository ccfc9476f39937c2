"""Where pages of meetings lie: under their municipality, else under ``/agenda/`` of the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from foundation.meetings.models import Series


def address(name: str, series: Series, *args: Any) -> str:
    """The path of a page of this series or of a meeting in it.

    Args:
        name: as in ``urls.py``, without namespace.
        series: fetched with its ``municipality``.
        args: what the pattern asks besides the municipality.
    """
    if series.municipality_id is None:
        return reverse(f"meetings_installation:{name}", args=args)
    assert series.municipality is not None
    return reverse(f"meetings:{name}", args=[series.municipality.slug, *args])
