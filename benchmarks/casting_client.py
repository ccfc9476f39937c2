"""Voters for ``benchmarks.casting``: one process, some keep-alive connections, each request another logged-in voter.

Reads one JSON object from standard input (see ``Order``) and prints one. It shares the machine with the server that it
measures, so it does as little as it can: raw sockets, one ``select`` loop, no parsing beyond status, length and code.
"""

from __future__ import annotations

import json
import re
import secrets
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CODE = re.compile(rb"\b([0-9A-Z]{4})-([0-9A-Z]{4})-([0-9A-Z]{4})\b")


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


@dataclass
class _Line:
    socket: socket.socket
    sent_at: float = 0.0
    due_at: float = 0.0
    answer: bytes = b""
    wanted: int = 0


def run(order: Order) -> dict[str, object]:
    """Cast until the time is over or the voters are, then wait for the last answers.

    Returns ``codes`` (receipts), ``refused`` (status and the beginning of each other answer), ``times`` in milliseconds
    from the moment each request was due, ``seconds`` that it took.
    """
    cookies = Path(order.voters).read_text().splitlines()[order.first : order.last]
    requests = iter([_request(order, cookie) for cookie in cookies])
    selector = selectors.DefaultSelector()
    free = []
    for _number in range(order.connections):
        plug = socket.create_connection(("127.0.0.1", order.port), timeout=30)
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(plug)
        selector.register(plug, selectors.EVENT_READ, line)
        free.append(line)
    codes: list[str] = []
    refused: list[str] = []
    times: list[float] = []
    begin = time.perf_counter()
    end = begin + order.seconds
    step = 1 / order.per_second if order.per_second else 0.0
    due = begin
    busy, more = 0, True
    while more or busy:
        now = time.perf_counter()
        while more and free and (not step or due <= now):
            if now >= end:
                more = False
                break
            request = next(requests, None)
            if request is None:
                more = False
                break
            line = free.pop()
            line.due_at = due if step else time.perf_counter()
            line.answer, line.wanted = b"", 0
            line.socket.sendall(request)
            due += step
            busy += 1
        if more and now >= end:
            more = False
        wait = min(max(due - time.perf_counter(), 0), 0.2) if step and more and free else 0.2
        for key, _events in selector.select(wait):
            line = key.data
            if _finished(line):
                times.append(1000 * (time.perf_counter() - line.due_at))
                _sort(line.answer, codes, refused)
                free.append(line)
                busy -= 1
    taken = time.perf_counter() - begin
    return {"codes": codes, "refused": refused, "times": times, "seconds": taken}


def _request(order: Order, cookie: str) -> bytes:
    body = order.body % secrets.token_urlsafe(24)
    return (order.head % (cookie, len(body)) + body).encode()


def _finished(line: _Line) -> bool:
    data = line.socket.recv(65536)
    if not data:
        raise SystemExit("the server hung up in the middle of an answer")
    line.answer += data
    if not line.wanted:
        head = line.answer.find(b"\r\n\r\n")
        if head < 0:
            return False
        found = _LENGTH.search(line.answer, 0, head)
        if found is None:
            raise SystemExit(f"an answer without a length: {line.answer[:200]!r}")
        line.wanted = head + 4 + int(found[1])
    return len(line.answer) >= line.wanted


def _sort(answer: bytes, codes: list[str], refused: list[str]) -> None:
    status = answer[9:12]
    found = _CODE.search(answer) if status == b"200" else None
    if found:
        codes.append(b"".join(found.groups()).decode())
    else:
        refused.append(answer[9:300].decode(errors="replace"))


if __name__ == "__main__":
    json.dump(run(Order(**json.load(sys.stdin))), sys.stdout)
