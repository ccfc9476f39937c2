"""Sealing answers: AES-256-GCM, padded so that the length of a sealed text tells next to nothing.

Two kinds of keys. Of a draft: made of a random text that only the browser or the link holds. Of anonymous answers that
came in: made of the installation's ``SECRET_KEY``, which is not in the database. So who reads the whole database, its
write-ahead log or a backup of it reads no answer; who reads ``SECRET_KEY`` too is the operator.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12
_SMALLEST = 2048  # bytes; longer ones are padded to the next power of two


class CannotOpen(Exception):
    """No key that we have opens this."""


def new_secret() -> str:
    """A random text of 256 bits, for a draft."""
    return secrets.token_urlsafe(32)


def draft_id(secret: str) -> str:
    """The name of a draft in the database: it does not lead back to the key."""
    return hashlib.sha256(b"aanzet-draft-name" + secret.encode()).hexdigest()


def draft_key(secret: str) -> bytes:
    """The key that opens a draft, 32 bytes."""
    return hashlib.sha256(b"aanzet-draft-key" + secret.encode()).digest()


def box_keys(survey_id: int) -> list[bytes]:
    """Keys of the box of a survey, the one in use first, then those of ``SECRET_KEY_FALLBACKS``."""
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    label = f"aanzet-survey-box-{survey_id}".encode()
    return [hmac.new(str(key).encode(), label, hashlib.sha256).digest() for key in known]


def seal(key: bytes, content: dict[str, Any]) -> bytes:
    """The content as sealed bytes: nonce, then JSON padded with spaces and encrypted."""
    plain = json.dumps(content, separators=(",", ":")).encode()
    size = _SMALLEST
    while size < len(plain):
        size *= 2
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(size), None)


def unseal(keys: list[bytes], sealed: bytes) -> dict[str, Any]:
    """The content, with the first key that fits.

    Raises:
        CannotOpen: none fits.
    """
    for key in keys:
        try:
            plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag:
            continue
        content: dict[str, Any] = json.loads(plain)
        return content
    raise CannotOpen
