"""Sessions in the cache, as Django's, but saved with one command instead of a look and a write.

``SET ... XX`` also closes the gap between the two, in which a session that was just ended (log out elsewhere) came back.
"""

from __future__ import annotations

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.cache import SessionStore as CacheStore


class SessionStore(CacheStore):
    def save(self, must_create: bool = False) -> None:
        replace = getattr(self._cache, "replace", None)  # type: ignore[attr-defined]
        if must_create or self.session_key is None or replace is None:
            super().save(must_create)
            return
        content = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if not replace(self.cache_key, content, self.get_expiry_age()):
            raise UpdateError
