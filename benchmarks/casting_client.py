"""Voters for ``benchmarks.casting``: one process, some keep-alive connections, each request another voter.

Reads one JSON object from standard input (see ``Order``) and prints one. It shares the machine with the server that it
measures, so it does as little as it can: requests are made before the clock starts, and an answer is looked at when the
clock has stopped; in between it only sends, waits and reads up to the length that the answer gives.
"""

from __future__ import annotations

import gc
import json
import re
import secrets
import select
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_CODE = re.compile(rb">([0-9A-Z]{4})-([0-9A-Z]{4})-([0-9A-Z]{4})<")
_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Order:
    """``head`` holds the request line and headers with two holes: the cookies and the length of the body."""

    port: int
    head: str
    body: str  # with one hole: the form token
    voters: str  # a file with one Cookie header a line
    first: int
    last: int
    connections: int
    seconds: float
    per_second: float = 0.0  # 0: as fast as the answers come


class _Line:
    """A connection and the answer that is under way on it."""

    __slots__ = ("answer", "due", "socket", "wanted")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(None)  # so that reading is one call to the kernel; epoll says when
        self.due = 0.0
        self.answer = b""
        self.wanted = 0

    def finished(self) -> bool:
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("the server hung up in the middle of an answer")
        self.answer = self.answer + data if self.answer else data
        if not self.wanted:
            head = self.answer.find(b"\r\n\r\n")
            if head < 0:
                return False
            at = self.answer.find(_LENGTH, 0, head)
            if at < 0:
                raise SystemExit(f"an answer without a length: {self.answer[:200]!r}")
            end = self.answer.find(b"\r", at)
            self.wanted = head + 4 + int(self.answer[at + len(_LENGTH) : end])
        return len(self.answer) >= self.wanted


def run(order: Order) -> dict[str, object]:
    """Cast until the time is over or the voters are, then wait for the last answers.

    Returns ``codes`` (receipts), ``refused`` (status and the beginning of each other answer), ``times`` in milliseconds
    from the moment each request was due, ``seconds`` that it took, ``cpu`` seconds of this process.
    """
    cookies = Path(order.voters).read_text().splitlines()[order.first : order.last]
    requests = [_request(order, cookie) for cookie in reversed(cookies)]
    lines = [_Line(order.port) for _number in range(order.connections)]
    by_number = {line.socket.fileno(): line for line in lines}
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    gc.disable()
    free, answers, times = lines.copy(), [], []
    clock = time.perf_counter
    spent = time.process_time()
    begin = due = clock()
    end = begin + order.seconds
    step = 1 / order.per_second if order.per_second else 0.0
    while True:
        now = clock()
        more = now < end and bool(requests)
        while more and free and due <= now:
            line = free.pop()
            line.due = due if step else now
            line.answer, line.wanted = b"", 0
            line.socket.sendall(requests.pop())
            due += step
            more = bool(requests)
        if not more and len(free) == len(lines):
            break
        for number, _event in poll.poll(max(0.0, min(due - clock(), 0.2)) if step and more and free else 0.2):
            line = by_number[number]
            if line.finished():
                times.append(1000 * (clock() - line.due))
                answers.append(line.answer)
                free.append(line)
    taken, spent = clock() - begin, time.process_time() - spent
    codes: list[str] = []
    refused: list[str] = []
    for answer in answers:
        _sort(answer, codes, refused)
    return {"codes": codes, "refused": refused, "times": times, "seconds": taken, "cpu": spent}


def _request(order: Order, cookie: str) -> bytes:
    body = order.body % secrets.token_urlsafe(24)
    return (order.head % (cookie, len(body)) + body).encode()


def _sort(answer: bytes, codes: list[str], refused: list[str]) -> None:
    found = _CODE.search(answer) if answer[9:12] == b"200" and b"</html>" in answer[-20:] else None
    if found:
        codes.append(b"".join(found.groups()).decode())
    else:
        refused.append(answer[9:300].decode(errors="replace"))


if __name__ == "__main__":
    json.dump(run(Order(**json.load(sys.stdin))), sys.stdout)
