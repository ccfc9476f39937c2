"""Doing together what several threads ask for at once.

Who comes first works for all that wait by then, while the next ones gather behind it. Alone one is served at once; where
many came a moment ago, the next one to work waits some milliseconds until about as many are there again, so that a crowd is
served together instead of by twos and threes. No thread of its own: nothing to start, to stop or to find dead.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.002


class _Waiting(Generic[Asked]):
    """One who waits. Woken when it is done (``is_done``), and else to work for all."""

    __slots__ = ("asked", "is_done", "wake")

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.is_done = False
        self.wake = threading.Lock()
        self.wake.acquire()


class Gather(Generic[Asked]):
    """``ask`` returns when ``work`` has seen what was asked, alone or with others.

    Args:
        work: leaves its outcomes in what it is given. It should raise nothing; if it does, outcomes are as they stand.
        most: so many at once.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], None], most: int) -> None:
        self._work, self._most = work, most
        self._lock = threading.Lock()  # of all that follows
        self._waiting: deque[_Waiting[Asked]] = deque()  # whoever works or will work next stands in front
        self._is_busy = False
        self._expected = 1  # so many were there the last time
        self._patient: _Waiting[Asked] | None = None  # works next, and waits until as many are there

    def ask(self, asked: Asked) -> None:
        mine = _Waiting(asked)
        with self._lock:
            self._waiting.append(mine)
            is_first, self._is_busy = not self._is_busy, True
            if self._patient is not None and len(self._waiting) >= self._expected:
                self._patient.wake.release()
                self._patient = None
        if not is_first:
            mine.wake.acquire()
            if mine.is_done:
                return
        self._wait_for_others(mine)
        with self._lock:
            together = [self._waiting.popleft() for _number in range(min(self._most, len(self._waiting)))]
        try:
            self._work([one.asked for one in together])
        except Exception as error:
            log.warning("what was asked together failed: %s", error.__class__.__name__)
        finally:
            with self._lock:
                self._expected = min(self._most, len(together) + len(self._waiting))
                follower = self._waiting[0] if self._waiting else None
                self._is_busy = follower is not None
            for one in together:
                if one is not mine:
                    one.is_done = True
                    one.wake.release()
            if follower is not None:
                follower.wake.release()

    def _wait_for_others(self, mine: _Waiting[Asked]) -> None:
        with self._lock:
            if len(self._waiting) >= self._expected:
                return
            self._patient = mine
        if mine.wake.acquire(timeout=PATIENCE_SECONDS):
            return
        with self._lock:
            if self._patient is mine:
                self._patient = None
            else:  # woken between the end of patience and the lock
                mine.wake.acquire()
