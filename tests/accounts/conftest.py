from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from foundation.accounts.models import User
from tests.factories.accounts import PASSWORD, UserFactory

SECRET = base64.b32encode(b"a secret of twenty b").decode()


@pytest.fixture(autouse=True)
def _quick_hashes(settings) -> None:
    """Argon2 is slow on purpose; these tests hash hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def anna(db: None) -> User:
    return UserFactory(email="anna@example.nl", name="Anna Ooms")


@pytest.fixture
def anna_client(client: Client, anna: User) -> Client:
    """Anna, logged in by the log-in page itself, so that allauth knows how."""
    log_in(client, anna)
    return client


def log_in(client: Client, user: User, **more: str):
    return client.post("/account/login/", {"login": user.email, "password": PASSWORD, **more})


def last_code() -> str:
    """The code in the mail that was sent last."""
    found = re.search(r"\b(\d{4}-\d{4})\b", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def wrong(code: str) -> str:
    """Another code than this one."""
    return ("1" if code[0] != "1" else "2") + code[1:]


def totp_code(secret: str, at: float | None = None) -> str:
    """The code that an app shows (RFC 6238: SHA-1, six digits, thirty seconds), written apart from allauth's."""
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def give_app(user: User) -> Authenticator:
    """An app with codes, on SECRET, with recovery codes."""
    RecoveryCodes.activate(user)
    return TOTP.activate(user, SECRET).instance


def text_of(response) -> str:
    """What the main part of a page says, white space squeezed."""
    body = response.content.decode()
    body = body.partition("<main")[2].partition("</main>")[0] or body
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))
