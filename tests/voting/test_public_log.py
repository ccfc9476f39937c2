"""The hashing and signing of the public log, against the words of the standards."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from foundation.voting import papers, public_log

HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=40)


def rfc6962(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + rfc6962(entries[:split]) + rfc6962(entries[split:])).digest()


@given(HASHES, HASHES)
def test_a_log_in_two_batches_has_the_root_of_the_standard(first: list[bytes], second: list[bytes]) -> None:
    half = public_log.Frontier().extended(first)
    half = public_log.Frontier.from_bytes(half.size, half.to_bytes())
    assert half.root() == rfc6962(first).hex()
    assert half.extended(second).root() == rfc6962(first + second).hex()


@given(HASHES)
def test_the_box_hash_is_the_same_tree(entries: list[bytes]) -> None:
    assert papers.box_hash(entries) == rfc6962(sorted(entries)).hex()


def test_roots_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        public_log.Frontier.from_bytes(3, bytes(32))


def test_a_head_is_signed_as_a_whole() -> None:
    private, public = public_log.new_key()
    message = public_log.head_message(
        rules_sha256="ab", number=1, size=2, root="cd", day=date(2026, 3, 1), previous=public_log.NOTHING_BEFORE
    )
    assert message.decode().splitlines() == ["aanzet-head-1", "ab", "1", "2", "cd", "2026-03-01", "0" * 64]
    signature = public_log.sign(private, message)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    key.verify(signature, message)
    with pytest.raises(InvalidSignature):
        key.verify(signature, message.replace(b"\n2\n", b"\n3\n"))
