"""Questionnaires that come with the portal, as data: ``<code>.json`` beside this file.

A copy of one keeps its lineage and the keys of its questions, so that scores of all municipalities and years compare. So
never change a key here, nor what a question with it means: take another key.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_NAMESPACE = uuid.UUID("5b0c6f0e-6f0f-4f53-9a63-6d1f0a3f7c11")
_ORDER = ("deelnemers", "betrokkenen", "gereedheid", "innovatiekracht")


@dataclass(frozen=True)
class Standard:
    """``questions``: fields of ``Question`` in order; ``lineage`` is the same in every installation."""

    code: str
    title: str
    description: str
    questions: tuple[dict[str, Any], ...]

    @property
    def lineage(self) -> uuid.UUID:
        return uuid.uuid5(_NAMESPACE, self.code)


@lru_cache(maxsize=1)
def all_standards() -> tuple[Standard, ...]:
    """Every questionnaire that comes with the portal, the most used first."""
    return tuple(_read(code) for code in _ORDER)


def find(code: str) -> Standard | None:
    """The standard with this code, or None."""
    return next((standard for standard in all_standards() if standard.code == code), None)


def _read(code: str) -> Standard:
    data = json.loads((Path(__file__).parent / f"{code}.json").read_text(encoding="utf-8"))
    return Standard(code, data["title"], data["description"], tuple(_question(entry) for entry in data["questions"]))


def _question(entry: dict[str, Any]) -> dict[str, Any]:
    made = dict(entry)
    if "options" in made:
        made["options"] = [list(option) for option in made["options"].items()]
    return made
