"""One line of work on "Vandaag"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """What, why now, and where to do it. ``late``: it waits longer than it should."""

    title: str
    text: str
    url: str
    badge: str = ""
    kind: str = ""
    late: bool = False
