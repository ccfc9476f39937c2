"""One way to write settings and outcomes down, so that they can be hashed, frozen and compared byte for byte."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces. Floats are refused: nothing that decides is a float."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_hex(value: Any) -> str:
    """SHA-256 of the canonical JSON in UTF-8, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def fraction_text(value: Fraction | int) -> str:
    """ "7/3", or "7" when whole: the form in which exact amounts are kept in JSON."""
    return str(Fraction(value))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("A float has no place in a canonical record.")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("Keys of a canonical record are text.")
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
