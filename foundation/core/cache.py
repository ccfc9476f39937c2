"""Redis as the cache, with one client object per process instead of one per command.

Django's backend makes a new ``redis.Redis`` for every get and set; filling that object's table of answer parsers costs more
than the command itself. The client is safe for threads and takes its connections from the pool of the backend.
"""

from __future__ import annotations

import threading
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


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

    What it reads and writes is what the cache itself would. Errors are those of ``redis``; the connection is then made anew
    by the next command.
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
        found = self._ask([b"MGET", *(self._cache.make_key(key).encode() for key in keys)])
        return [None if value is None else self._serializer.loads(value) for value in found]

    def replace(self, key: str, value: Any, timeout: int) -> bool:
        """Set only what is there already. Returns whether it was. ``timeout`` in seconds."""
        content = self._serializer.dumps(value)
        return bool(
            self._ask([b"SET", self._cache.make_key(key).encode(), content, b"EX", str(timeout).encode(), b"XX"])
        )

    def _ask(self, words: list[bytes]) -> Any:
        wire = getattr(self._local, "wire", None)
        if wire is None:
            wire = self._local.wire = self._pool.make_connection()
            wire.connect()
        try:
            wire.send_packed_command(
                [b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in words)]
            )
            return wire.read_response(disable_decoding=True)
        except BaseException:  # an answer may be under way: it must not become the answer to the next question
            self._local.wire = None
            wire.disconnect()
            raise
