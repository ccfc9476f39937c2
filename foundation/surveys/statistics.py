"""Mean, median and classes from counts per value. Pure Python."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Counts = dict[str, int]


def mean(counts: Mapping[str, int]) -> float | None:
    """The mean of values (numbers as text) with their counts; None of nothing."""
    total = sum(counts.values())
    return sum(float(value) * count for value, count in counts.items()) / total if total else None


def median(counts: Mapping[str, int]) -> float | None:
    """The middle value, or halfway between the two in the middle; None of nothing."""
    total = sum(counts.values())
    if not total:
        return None
    ordered = sorted((float(value), count) for value, count in counts.items())
    return (_at(ordered, (total - 1) // 2) + _at(ordered, total // 2)) / 2


def _at(ordered: Sequence[tuple[float, int]], place: int) -> float:
    for value, count in ordered:
        if place < count:
            return value
        place -= count
    raise IndexError(place)


def middle(values: Sequence[float]) -> float | None:
    """The median of some scores."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def bins(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """Numbers as at most ``most`` classes with their counts; each value by itself where there are few."""
    ordered = sorted((float(value), count) for value, count in counts.items())
    if len(ordered) <= most:
        return [(number_text(value), count) for value, count in ordered]
    low, high = math.floor(ordered[0][0]), ordered[-1][0]
    rough = (high - low) / (most - 2)
    power = 10 ** math.floor(math.log10(rough)) if rough > 0 else 1
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
    start = math.floor(low / width) * width
    found: dict[int, int] = {}
    for value, count in ordered:
        place = int((value - start) // width)
        found[place] = found.get(place, 0) + count
    return [
        (f"{number_text(start + place * width)} – <{number_text(start + (place + 1) * width)}", found.get(place, 0))
        for place in range(max(found) + 1)
    ]


def number_text(value: float) -> str:
    """A number as people write it in Dutch: at most two decimals, a comma."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def score_text(value: float | None) -> str:
    """A score with one decimal, as in school; "–" for none."""
    return "–" if value is None else f"{value:.1f}".replace(".", ",")
