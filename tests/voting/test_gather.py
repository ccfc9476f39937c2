"""What is asked together is worked on once, and nobody is left waiting or forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from foundation.voting.gather import Gather


class Asked:
    def __init__(self, number: int) -> None:
        self.number, self.times = number, 0


def at_once(gather: Gather[Asked], asked: Sequence[Asked]) -> None:
    threads = [threading.Thread(target=gather.ask, args=[one]) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()


def test_each_is_worked_on_once_never_too_many_at_a_time_and_never_two_batches_side_by_side() -> None:
    batches: list[int] = []
    alone = threading.Lock()

    def work(together: Sequence[Asked]) -> None:
        assert alone.acquire(blocking=False)
        batches.append(len(together))
        for one in together:
            one.times += 1
        time.sleep(0.001)
        alone.release()

    gather = Gather(work, most=8)
    for turn in range(5):
        asked = [Asked(number) for number in range(60)]
        at_once(gather, asked)
        assert [one.times for one in asked] == [1] * 60, turn
    assert sum(batches) == 300
    assert 1 < max(batches) <= 8


def test_who_comes_alone_does_not_wait_for_others() -> None:
    gather: Gather[Asked] = Gather(lambda together: None, most=8)
    gather.ask(Asked(1))
    start = time.perf_counter()
    for number in range(100):
        gather.ask(Asked(number))
    assert time.perf_counter() - start < 0.1  # a hundred times the patience would be twice that


def test_after_a_crowd_one_waits_but_in_vain_for_a_moment_only() -> None:
    def slow(together: Sequence[Asked]) -> None:
        time.sleep(0.02)

    gather = Gather(slow, most=32)
    at_once(gather, [Asked(number) for number in range(12)])
    start = time.perf_counter()
    gather.ask(Asked(1))
    assert time.perf_counter() - start < 2


def test_an_error_leaves_nobody_waiting() -> None:
    def broken(together: Sequence[Asked]) -> None:
        raise ValueError("no")

    gather = Gather(broken, most=4)
    asked = [Asked(number) for number in range(20)]
    at_once(gather, asked)
    assert not any(one.times for one in asked)
