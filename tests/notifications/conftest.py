from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.smtp_server import Behaviour, free_port, running


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; these tests make hundreds of people and log none of them in with a password."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mail_port(settings: Any) -> int:
    """The port where our mail server is said to be; nobody listens there unless ``smtp`` is asked for."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    settings.OUTBOX_FINAL_REPLY_SECONDS = 1
    return int(settings.EMAIL_PORT)


@pytest.fixture
def smtp(mail_port: int) -> Iterator[Behaviour]:
    """A running mail server and what it does."""
    behaviour = Behaviour()
    with running(behaviour, mail_port):
        yield behaviour
