"""How much the processors worked for a request, whatever else the machine is doing."""

from __future__ import annotations

import contextlib
from pathlib import Path

PROC = Path("/proc")


def family(*roots: int) -> list[int]:
    """These processes and all that they started, and those started."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, at_hand = [], list(roots)
    while at_hand:
        one = at_hand.pop()
        found.append(one)
        at_hand += parents.get(one, [])
    return found


def seconds(processes: list[int]) -> float:
    """What all threads of these processes have worked so far, by Linux's own clock of nanoseconds; 0 where there is none."""
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            for thread in (PROC / str(process) / "task").iterdir():
                with contextlib.suppress(OSError):
                    total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9
