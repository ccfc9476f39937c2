"""Voting codes on paper: 80 random bits that are easy to type, with check characters that tell a typo from a guess.

Pure functions without Django. A code is 18 characters of Crockford's base32: 16 of data (80 bits) and 2 of check, shown as
three groups of six. The check characters make it a word of a Reed-Solomon code over GF(32) with distance three (Reed and
Solomon 1960): one or two wrong characters are always found, and so are any two that changed places; of wholly random texts
one in 1024 passes. The clear text is never kept: the database holds an HMAC under a key of the ballot.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

from foundation.voting.papers import CODE_ALPHABET

DATA_LENGTH = 16  # 80 bits
CHECK_LENGTH = 2
LENGTH = DATA_LENGTH + CHECK_LENGTH
GROUP = 6
_VALUE = {sign: value for value, sign in enumerate(CODE_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_IGNORED = {ord(sign): None for sign in " \t\r\n-_.\u00a0\u00ad\u200b\u2010\u2011\u2012\u2013\u2014\u2212"}


class Typo(StrEnum):
    """What is wrong with a text that can't be a code."""

    EMPTY = "empty"
    LENGTH = "length"
    SIGN = "sign"
    CHECK = "check"


class CodeTypo(ValueError):
    """The text is no code, whoever it was for: nothing was guessed. ``count`` is the number of characters in it."""

    def __init__(self, typo: Typo, count: int = 0) -> None:
        super().__init__(typo.value)
        self.typo = typo
        self.count = count


@dataclass(frozen=True)
class CodeVoter:
    """Somebody with a code instead of an account. The code itself is not known any more, only its fingerprint.

    ``area_id`` is where the vote counts in the turnout; ``state`` that of the code (``enums.CodeState``).
    """

    ballot_id: int
    fingerprint: bytes
    area_id: int | None
    state: str

    is_authenticated = False
    pk = None


# --- GF(32): polynomials over GF(2) modulo x^5 + x^2 + 1; x generates the 31 that are not zero ----------------------------

_POWERS = [1]
while len(_POWERS) < 31:
    _doubled = _POWERS[-1] << 1
    _POWERS.append(_doubled ^ 0b100101 if _doubled & 32 else _doubled)
_LOGARITHM = {value: power for power, value in enumerate(_POWERS)}


def _times(left: int, right: int) -> int:
    return _POWERS[(_LOGARITHM[left] + _LOGARITHM[right]) % 31] if left and right else 0


def _sums(values: list[int]) -> tuple[int, int]:
    """Both sums over a word that must be zero: of the characters, and of the characters times x to their place."""
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times(_POWERS[place], value)
    return plain, weighted


def _checks(data: list[int]) -> list[int]:
    """The two check characters, on places 16 and 17, that make both sums zero."""
    plain, weighted = _sums(data)
    # c + d = plain and x^16 c + x^17 d = weighted, so d (x^16 + x^17) = weighted + x^16 plain.
    factor = _POWERS[DATA_LENGTH] ^ _POWERS[DATA_LENGTH + 1]
    inverse = _POWERS[-_LOGARITHM[factor] % 31]
    second = _times(weighted ^ _times(_POWERS[DATA_LENGTH], plain), inverse)
    return [plain ^ second, second]


# --- Making, showing, reading ---------------------------------------------------------------------------------------------


def new_code() -> str:
    """A fresh code from the random source of the system, 18 characters without dashes."""
    number = secrets.randbits(5 * DATA_LENGTH)
    data = [(number >> (5 * place)) & 31 for place in reversed(range(DATA_LENGTH))]
    return "".join(CODE_ALPHABET[value] for value in data + _checks(data))


def readable(code: str) -> str:
    """A code in groups of six, as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def parse(text: str) -> str:
    """What somebody typed as a code of 18 characters: case, spaces and dashes don't matter, O is 0, I and L are 1.

    The address from the QR code is understood too: the code is what comes after its last ``#``.

    Raises:
        CodeTypo: it can't be a code. Telling so tells nothing about which codes exist.
    """
    signs = text.rpartition("#")[2].translate(_IGNORED).upper()
    if not signs:
        raise CodeTypo(Typo.EMPTY)
    if len(signs) != LENGTH:
        raise CodeTypo(Typo.LENGTH, len(signs))
    if any(sign not in _VALUE for sign in signs):
        raise CodeTypo(Typo.SIGN, len(signs))
    values = [_VALUE[sign] for sign in signs]
    if any(_sums(values)):
        raise CodeTypo(Typo.CHECK, len(signs))
    return "".join(CODE_ALPHABET[value] for value in values)


def fingerprint(code_key: bytes, code: str) -> bytes:
    """How a code is known in the database: HMAC-SHA256 under the ballot's key for codes, 32 bytes."""
    return hmac.digest(code_key, f"code:{code}".encode(), "sha256")


def voter_key(roll_key: bytes, code_fingerprint: bytes) -> bytes:
    """The name of the holder of a code in the roll of the ballot: HMAC-SHA256 under the key of the roll, 32 bytes.

    Both keys are destroyed at certification; without them nobody can tell which letter stands for which line.
    """
    return hmac.digest(roll_key, b"code:" + code_fingerprint, "sha256")
