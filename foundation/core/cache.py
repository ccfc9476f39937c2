"""Redis as the cache, with one client object per process instead of one per command.

Django's backend makes a new ``redis.Redis`` for every get and set; filling that object's table of answer parsers costs more
than the command itself. The client is safe for threads and takes its connections from the pool of the backend.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as RedisConnectionError

_TEXT = ord("$")


class KeptClient(RedisCacheClient):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        kept = self._kept.get(id(pool))  # pools live as long as we do
        if kept is None:
            kept = self._kept[id(pool)] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return kept


class KeptRedisCache(RedisCache):
    """Use as BACKEND in ``CACHES``; everything else is Django's."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def replace(self, key: str, value: Any, timeout: int) -> bool:
        """Set only what is there already, in one command. Returns whether it was. ``timeout`` in seconds."""
        client = self._cache.get_client(write=True)
        content = self._cache._serializer.dumps(value)  # type: ignore[attr-defined]
        return bool(client.set(self.make_and_validate_key(key), content, timeout, xx=True))

    def line(self) -> Line:
        """A direct line to this cache, for the busiest path."""
        return Line(self)


class Line:
    """Reads and replaces values with as little as one round trip costs: each thread holds one connection and keeps it.

    What it reads and writes is what the cache itself would. After an error (of ``redis`` or the system) the next command
    makes the connection anew.
    """

    def __init__(self, cache: KeptRedisCache) -> None:
        self._cache = cache
        self._serializer = cache._cache._serializer  # type: ignore[attr-defined]
        pool = cache._cache._get_connection_pool(write=True)  # type: ignore[attr-defined]
        # One of its own, with a limit to waiting: who waits for Redis here is somebody who votes.
        self._pool = pool.__class__(
            connection_class=pool.connection_class,
            **{**pool.connection_kwargs, "socket_timeout": 1.0, "socket_connect_timeout": 1.0},
        )
        self._local = threading.local()

    def read(self, *keys: str) -> list[Any]:
        """The value of each key; None where there is none."""
        found = self._ask([[b"MGET", *(self._cache.make_key(key).encode() for key in keys)]], len(keys) + 1)
        return [None if value is None else self._serializer.loads(value) for value in found[1:]]

    def replace(self, key: str, value: Any, timeout: int) -> bool:
        """Set only what is there already. Returns whether it was. ``timeout`` in seconds."""
        return self.replace_all([(key, value, timeout)])[0]

    def replace_all(self, values: Sequence[tuple[str, Any, int]]) -> list[bool]:
        """``replace`` for each (key, value, timeout), in one round trip."""
        commands = [
            [b"SET", self._cache.make_key(key).encode(), self._serializer.dumps(value), b"EX", b"%d" % timeout, b"XX"]
            for key, value, timeout in values
        ]
        return [answer == b"OK" for answer in self._ask(commands, len(commands))]

    def _ask(self, commands: Sequence[Sequence[bytes]], count: int) -> list[Any]:
        """Send commands at once; returns the ``count`` pieces of their answers (an array is its length and its items)."""
        wire = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = self._pool.make_connection()
            wire.connect()
        try:
            pieces = []
            for words in commands:
                pieces.append(b"*%d\r\n" % len(words))
                pieces += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
            wire._sock.sendall(b"".join(pieces))
            return _pieces(wire._sock, count)
        except BaseException:  # an answer may be under way: it must not become the answer to the next question
            self._local.wire = None
            wire.disconnect()
            raise


def _pieces(wire: socket.socket, count: int) -> list[Any]:
    """So many pieces of answers of Redis (RESP2 and 3): texts and numbers as bytes, lengths of arrays, None for nothing.

    Raises:
        ConnectionError: Redis hung up, or answered what is not expected here.
    """
    found: list[Any] = []
    data, at = b"", 0
    while len(found) < count:
        end = data.find(b"\r\n", at)
        begin = end + 2
        if end >= 0 and data[at] == _TEXT and (length := int(data[at + 1 : end])) >= 0:
            end = begin + length
            if len(data) >= end + 2:
                found.append(data[begin:end])
                at = end + 2
                continue
        elif end >= 0:
            if data[at] not in b"+:*$_":
                raise RedisConnectionError("Redis answered with an error")
            found.append(None if data[at] in b"$_" else data[at + 1 : end])
            at = begin
            continue
        more = wire.recv(65536)
        if not more:
            raise RedisConnectionError("Redis hung up")
        data += more
    return found
