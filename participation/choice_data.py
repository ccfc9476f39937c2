"""A choice aid, an advice and what would change it, as JSON and back: how they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from participation.choice import Advice, Aid, Change, Form, Option, Question, Rule, Score


def to_data(thing: Any) -> Any:
    """As JSON keeps it."""
    if is_dataclass(thing) and not isinstance(thing, type):
        return {item.name: to_data(getattr(thing, item.name)) for item in fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): to_data(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [to_data(item) for item in thing]
    if isinstance(thing, bool | int):
        return thing
    return str(thing)  # texts, lazy ones too


def aid_from(data: Mapping[str, Any]) -> Aid:
    """The aid as it was kept.

    Raises:
        KeyError, TypeError: it is not what ``to_data`` made.
    """
    return Aid(
        questions=tuple(
            Question(**{**question, "options": tuple(Option(**option) for option in question["options"])})
            for question in data["questions"]
        ),
        forms=tuple(Form(**form) for form in data["forms"]),
        rules=tuple(
            Rule(
                **{
                    **rule,
                    "when": {question: tuple(options) for question, options in rule["when"].items()},
                    "only": tuple(rule["only"]),
                }
            )
            for rule in data["rules"]
        ),
        values=dict(data["values"]),
    )


def advice_from(data: Mapping[str, Any]) -> Advice:
    """The advice as it was kept."""
    tuples = {name: tuple(data[name]) for name in ("rules", "set_aside", "tied")}
    return Advice(**{**data, **tuples, "ranking": _scores(data["ranking"]), "vetoed": _scores(data["vetoed"])})


def changes_from(data: list[Mapping[str, Any]]) -> tuple[Change, ...]:
    """What would change the advice, as it was kept."""
    return tuple(Change(**change) for change in data)


def _scores(data: list[Mapping[str, Any]]) -> tuple[Score, ...]:
    return tuple(Score(**{**score, "vetoed_by": tuple(score["vetoed_by"])}) for score in data)
