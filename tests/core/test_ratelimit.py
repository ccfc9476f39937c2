"""Token buckets in a real Redis, and whose address counts."""

from __future__ import annotations

import logging
import threading
import uuid

import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from foundation.core import ratelimit
from foundation.core.ratelimit import allow, client_address, rate_limited, reset, take, visitor


@pytest.fixture
def who() -> str:
    """Somebody whose bucket no other test has seen."""
    return uuid.uuid4().hex


def test_bucket_allows_its_capacity_and_then_says_when(who: str) -> None:
    assert [allow("test", who, capacity=3, per_seconds=600) for _ in range(4)] == [True, True, True, False]
    verdict = take("test", who, capacity=3, per_seconds=600)
    assert not verdict.allowed
    assert 190 <= verdict.retry_after <= 200


def test_bucket_fills_again_with_time(who: str) -> None:
    assert allow("test", who, capacity=1, per_seconds=0.05)
    assert not allow("test", who, capacity=1, per_seconds=60)
    reset("test", who)
    assert allow("test", who, capacity=1, per_seconds=60)
    threading.Event().wait(0.01)
    assert not allow("test", who, capacity=1, per_seconds=60)
    threading.Event().wait(0.12)
    assert allow("test", who, capacity=1, per_seconds=0.1)


def test_names_and_people_have_their_own_buckets(who: str) -> None:
    assert allow("test-a", who, capacity=1, per_seconds=60)
    assert allow("test-b", who, capacity=1, per_seconds=60)
    assert allow("test-a", who + "x", capacity=1, per_seconds=60)
    assert not allow("test-a", who, capacity=1, per_seconds=60)


def test_requests_of_the_same_moment_never_share_a_token(who: str) -> None:
    start = threading.Barrier(16)
    answers: list[bool] = []

    def ask() -> None:
        start.wait()
        answers.append(allow("test", who, capacity=5, per_seconds=3600))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 11 + [True] * 5


def test_no_address_is_kept_in_clear_and_keys_expire() -> None:
    allow("test-private", "net:198.51.100.77", capacity=1, per_seconds=60)
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    keys = list(client.scan_iter("*:limit:test-private:*"))
    assert keys
    assert not any(b"198.51" in key for key in keys)
    assert all(0 < client.pttl(key) <= 61_000 for key in keys)


@pytest.mark.parametrize("capacity, per_seconds", [(0, 60), (-1, 60), (1, 0)])
def test_senseless_bucket_is_refused(capacity: int, per_seconds: int) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        allow("test", "x", capacity=capacity, per_seconds=per_seconds)


def test_without_redis_all_is_allowed_with_a_line_in_the_log(settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    with caplog.at_level(logging.WARNING, "foundation.core.ratelimit"):
        assert all(allow("test", "x", capacity=1, per_seconds=60) for _ in range(3))
    assert "is not held: Redis does not answer" in caplog.text


@pytest.mark.parametrize(
    "proxies, forwarded, expected",
    [
        (0, "", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9"),  # anyone can send this header
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the left part came from the visitor
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.9"),  # came around the outer proxy
        (1, "", "203.0.113.9"),
        (1, "nonsense", "203.0.113.9"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:db8:0:0::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_only_what_our_own_proxies_added_counts(settings, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", **headers)) == expected


def test_address_of_a_unix_socket_is_unknown() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == ""


def test_one_household_on_ipv6_is_one_visitor() -> None:
    first, second, other = (
        visitor(RequestFactory().get("/", REMOTE_ADDR=address))
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    )
    assert first == second
    assert first != other


def test_account_counts_rather_than_address() -> None:
    class Person:
        is_authenticated = True
        pk = 7

    request = RequestFactory().get("/")
    request.user = Person()  # type: ignore[assignment]
    assert visitor(request) == "user:7"


def test_too_many_tries_get_429_with_retry_after(who: str) -> None:
    @rate_limited("test-view", capacity=1, per_seconds=120, who=lambda request: who)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("goed")

    def ask(method: str) -> HttpResponse:
        request = RequestFactory().generic(method, "/")
        request.user = AnonymousUser()
        return view(request)  # type: ignore[return-value]

    assert ask("POST").status_code == 200
    assert [ask("GET").status_code for _ in range(3)] == [200, 200, 200]
    refused = ask("POST")
    assert refused.status_code == 429
    assert 100 <= int(refused.headers["Retry-After"]) <= 120


def test_wait_is_told_in_whole_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, int]] = []

    def render(request: HttpRequest, template: str, context: dict[str, int], status: int) -> HttpResponse:
        told.append(context)
        return HttpResponse(status=status)

    monkeypatch.setattr(ratelimit, "render", render)
    ratelimit.too_many(RequestFactory().get("/"), 61)
    assert told == [{"retry_after": 61, "wait_minutes": 2}]
