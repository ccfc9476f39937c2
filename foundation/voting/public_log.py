"""The public log of commitments: hashing, heads and their signatures. Pure functions without Django.

The log is a list of commitments. A *head* names its first ``size`` entries by their Merkle root (RFC 6962, section 2.1)
and the head before, and is signed (Ed25519) with a key that belongs to one ballot; its public half stands in the
frozen rules. ``verifier/recount.py`` checks all of this with code of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HEAD_FORMAT = "aanzet-head-1"
HOUR_FORMAT = "aanzet-hour-1"
RESULT_FORMAT = "aanzet-result-1"
NOTHING_BEFORE = "0" * 64
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()
_HASH_BYTES = 32


@dataclass(frozen=True)
class Frontier:
    """The roots of the full subtrees of a log, largest first: enough to go on without reading the log again.

    A log of 13 entries has full subtrees of 8, 4 and 1 entries: the ones in the binary form of its size.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Frontier:
        """From the size of the log and the roots in one piece, 32 bytes each."""
        if len(packed) != _HASH_BYTES * size.bit_count():
            raise ValueError("the roots do not fit the size of the log")
        return cls(size, tuple(packed[at : at + _HASH_BYTES] for at in range(0, len(packed), _HASH_BYTES)))

    def to_bytes(self) -> bytes:
        return b"".join(self.roots)

    def extended(self, entries: Iterable[bytes]) -> Frontier:
        """The frontier after more entries; each costs about two hashes, however long the log is."""
        size, roots = self.size, list(self.roots)
        for entry in entries:
            node = hashlib.sha256(b"\x00" + entry).digest()
            full = size
            while full & 1:
                node = hashlib.sha256(b"\x01" + roots.pop() + node).digest()
                full >>= 1
            roots.append(node)
            size += 1
        return Frontier(size, tuple(roots))

    def root(self) -> str:
        """The Merkle root of RFC 6962 over all entries, in hexadecimal."""
        if not self.roots:
            return EMPTY_ROOT
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node.hex()


def head_message(*, rules_sha256: str, number: int, size: int, root: str, day: date, previous: str) -> bytes:
    """What is signed of a head: six lines after the name of the format. ``day`` is the only time in it."""
    lines = (HEAD_FORMAT, rules_sha256, str(number), str(size), root, day.isoformat(), previous)
    return "".join(f"{line}\n" for line in lines).encode()


def hour_text(hour: datetime) -> str:
    """A whole hour as it is signed and published, such as ``2026-11-21T14:00Z``."""
    return hour.astimezone(UTC).strftime("%Y-%m-%dT%H:00Z")


def hour_message(*, rules_sha256: str, hour: datetime, number: int, size: int, root: str, head: str) -> bytes:
    """What is signed each hour: six lines after the name of the format; ``head`` is the name of the last head."""
    lines = (HOUR_FORMAT, rules_sha256, hour_text(hour), str(number), str(size), root, head)
    return "".join(f"{line}\n" for line in lines).encode()


def head_hash(message: bytes, signature: bytes) -> str:
    """The name of a head, which the next one holds: SHA-256 of its message and signature, in hexadecimal."""
    return hashlib.sha256(message + signature).hexdigest()


def result_message(statement: str) -> bytes:
    """What is signed of a result: its statement (canonical JSON) after the name of the format."""
    return f"{RESULT_FORMAT}\n{statement}\n".encode()


def new_key() -> tuple[bytes, str]:
    """A key for one ballot: the private half (32 bytes, kept) and the public half (hexadecimal, published)."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw().hex()


def sign(private: bytes, message: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032), 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)
