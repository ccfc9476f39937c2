"""Redis as the cache, with one client object per process instead of one per command.

Django's backend makes a new ``redis.Redis`` for every get and set; filling that object's table of answer parsers costs more
than the command itself. The client is safe for threads and takes its connections from the pool of the backend.
"""

from __future__ import annotations

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
