"""The paper of a vote: the line that is published, its commitment, the receipt code, and the hash of a whole box.

Pure functions without Django, so that anybody can check them against docs/voting.md.

``choices`` in a line, by type of ballot (``paper_types`` writes and reads them; "" is a blank vote):
single "7"; approval "1,5,12" ascending; ranking "3,1,7" the best first; points "3:2,7:1" option and points, ascending,
without zeros; scale "1:4,2:2" option and place in the scale, 0 the lowest.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
CODE_LENGTH = 12  # 60 bits
NONCE_BYTES = 16


def choices_text(numbers: Iterable[int]) -> str:
    """The choices as they are kept and published: option numbers ascending, with commas; "" is a blank vote."""
    return ",".join(str(number) for number in sorted(set(numbers)))


def parse_choices(text: str) -> tuple[int, ...]:
    """The option numbers of ``choices_text``."""
    return tuple(int(number) for number in text.split(",")) if text else ()


def line(code: str, choices: str) -> str:
    """What is published of one vote: ``code;choices``."""
    return f"{code};{choices}"


def commitment(nonce: bytes, code: str, choices: str) -> bytes:
    """SHA-256("commit" || nonce || line), 32 bytes: binds the vote from casting on and tells nothing about it."""
    return hashlib.sha256(b"commit" + nonce + line(code, choices).encode()).digest()


def voter_key(roll_key: bytes, user_id: int) -> bytes:
    """The name of a voter in the roll of one ballot: HMAC-SHA256 under the key of that ballot, 32 bytes."""
    return hmac.digest(roll_key, f"user:{user_id}".encode(), "sha256")


def receipt_code(receipt_key: bytes, voter: bytes, form_token: str, browser_random: str) -> str:
    """The receipt code of a form: 12 characters from randomness of the server's form, the browser and the ballot's key.

    The same form gives the same code, so that a form that is sent twice can be answered with the same receipt although
    nothing links the voter to the vote: the token of the form is kept nowhere. The voter's key is mixed in so that two
    people at one screen never share a code.
    """
    parts = b"\n".join([voter, form_token.encode(), browser_random.encode()])
    number = int.from_bytes(hmac.digest(receipt_key, parts, "sha256")[:8], "big") >> 4
    return "".join(CODE_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(CODE_LENGTH)))


def readable_code(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def box_hash(commitments: Iterable[bytes]) -> str:
    """Merkle root (RFC 6962, section 2.1) over the sorted commitments, in hexadecimal: names the content of a box."""
    level = [hashlib.sha256(b"\x00" + item).digest() for item in sorted(commitments)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = _pairs(level)
    return level[0].hex()


def _pairs(level: Sequence[bytes]) -> list[bytes]:
    # Joining neighbours and lifting a lone last one gives the same tree as RFC 6962's split at a power of two.
    joined = [hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
    return joined + ([level[-1]] if len(level) % 2 else [])
