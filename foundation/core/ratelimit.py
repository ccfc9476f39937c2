"""How often somebody may do something: a token bucket in Redis.

A bucket holds ``capacity`` tokens and fills again evenly in ``per_seconds``; each try takes one. Looking, refilling and
taking happen in one Lua script inside Redis, which runs scripts one at a time: two requests of the same moment can't take
the same last token (the race of read-then-write that a cache get and set would have). The clock is that of Redis, so web
servers whose clocks differ agree.

When Redis is down everything is allowed, with a line in the log: a limit slows nuisance down, it never guards a right.
What may happen only once (a vote, a code) is guarded by constraints in the database.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
log = logging.getLogger(__name__)

# KEYS[1] bucket; ARGV capacity, seconds to fill it. Answers {1 or 0, milliseconds until there is a token}.
_TAKE = """
local capacity, fill_ms = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(bucket[1]) or capacity, tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * capacity / fill_ms)
local allowed, wait = 0, 0
if tokens >= 1 then
  allowed, tokens = 1, tokens - 1
else
  wait = math.ceil((1 - tokens) * fill_ms / capacity)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(fill_ms) + 1000)
return {allowed, wait}
"""


@dataclass(frozen=True)
class Verdict:
    """``retry_after``: whole seconds until the next try is allowed; 0 when this one is."""

    allowed: bool
    retry_after: int = 0


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


def _bucket(name: str, who: str) -> str:
    """The key in Redis. ``who`` is hashed with the installation's secret: no address or e-mail can be read back."""
    prefix = settings.CACHES["default"].get("KEY_PREFIX", "")
    return f"{prefix}:limit:{name}:{salted_hmac('foundation.core.ratelimit', who, algorithm='sha256').hexdigest()[:32]}"


def take(name: str, who: str, *, capacity: int, per_seconds: float) -> Verdict:
    """Take one token.

    Args:
        name: what is limited, such as ``accounts.login``.
        who: whose bucket: an address, a user's number, an e-mail address. Only a keyed hash is kept, for ``per_seconds``.
        capacity: tries at once, and tries per period; at least 1.
        per_seconds: in how many seconds an empty bucket is full again.
    """
    if capacity < 1 or per_seconds <= 0:
        raise ValueError("a bucket holds at least one token and fills in more than no time")
    try:
        answer: Any = _client(settings.REDIS_URL).eval(_TAKE, 1, _bucket(name, who), capacity, per_seconds)
    except (redis.RedisError, OSError) as error:
        log.warning("rate limit %s is not held: Redis does not answer (%s)", name, error.__class__.__name__)
        return Verdict(allowed=True)
    allowed, wait_ms = int(answer[0]), int(answer[1])
    return Verdict(allowed=bool(allowed), retry_after=-(-wait_ms // 1000))


def allow(name: str, who: str, *, capacity: int, per_seconds: float) -> bool:
    """Whether this try is allowed; it takes one token. See ``take``."""
    return take(name, who, capacity=capacity, per_seconds=per_seconds).allowed


def reset(name: str, who: str) -> None:
    """Give back a full bucket, for instance after a successful log-in."""
    try:
        _client(settings.REDIS_URL).delete(_bucket(name, who))
    except (redis.RedisError, OSError) as error:
        log.warning("rate limit %s is not reset: Redis does not answer (%s)", name, error.__class__.__name__)


def client_address(request: HttpRequest) -> str:
    """The address of the visitor: IPv4, or IPv6 without scope; "" when unknown.

    Anyone can send an ``X-Forwarded-For`` header. Only what our own proxies appended counts: with
    ``settings.TRUSTED_PROXIES`` = n the visitor is the n-th address from the right. With 0, or a header that is too short
    (the request did not come through all proxies) or nonsense, it is the address that connected.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies = int(settings.TRUSTED_PROXIES)
    if proxies > 0:
        forwarded = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        if len(forwarded) >= proxies:
            return _normal(forwarded[-proxies]) or _normal(direct)
    return _normal(direct)


def _normal(address: str) -> str:
    candidate = address.strip()
    if candidate.startswith("["):  # [2001:db8::1]:4711
        candidate = candidate[1:].partition("]")[0]
    elif candidate.count(":") == 1:  # 192.0.2.1:4711
        candidate = candidate.partition(":")[0]
    try:
        known = ipaddress.ip_address(candidate.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(known, "ipv4_mapped", None)
    return str(mapped or known)


def visitor(request: HttpRequest) -> str:
    """Who to count: the account when logged in, else the address; of IPv6 the /64, which is one household."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return household(request)


def household(request: HttpRequest) -> str:
    """Whose address to count, whoever is logged in: of IPv6 the /64."""
    address = client_address(request)
    if ":" in address:
        return f"net:{ipaddress.ip_network(f'{address}/64', strict=False)}"
    return f"net:{address}"


def rate_limited(
    name: str,
    *,
    capacity: int,
    per_seconds: float,
    methods: Collection[str] = ("POST",),
    who: Callable[[HttpRequest], str] = visitor,
) -> Callable[[View], View]:
    """Decorator of a view: too many tries get the page 429.html with ``Retry-After``.

    Args:
        methods: which requests count; reading is free by default.
        who: whose bucket, from the request.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods:
                verdict = take(name, who(request), capacity=capacity, per_seconds=per_seconds)
                if not verdict.allowed:
                    return too_many(request, verdict.retry_after)
            return view(request, *args, **kwargs)

        return cast(View, limited)

    return decorate


def too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    """The page that says when one may try again. ``retry_after`` in seconds."""
    context = {"retry_after": retry_after, "wait_minutes": max(1, -(-retry_after // 60))}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(max(1, retry_after))
    return response
