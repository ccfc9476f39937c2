"""Options of the frozen rules as the counting code and the published file know them."""

from __future__ import annotations

from typing import Any

from foundation.voting import counting


def counting_option(option: dict[str, Any]) -> counting.Option:
    """One option of ``Ballot.frozen``; theme and area go along for the published file."""
    extra = tuple(
        (column, option[key]) for column, key in (("category", "category"), ("neighborhood", "area")) if option[key]
    )
    return counting.Option(str(option["number"]), option["title"], option["cost_cents"], extra)
