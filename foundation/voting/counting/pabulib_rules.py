"""Which rule a `.pb` file states, and how we state ours in one.

Pabulib's `rule` names say too little to count again (reference: "Add1" with and without the exhaustive stop differ in one
election of six), so an export of ours also holds the whole rule in keys of its own:
`aanzet_rule`, `aanzet_settings` (canonical JSON), `aanzet_version`, `aanzet_units` and, with a result, `aanzet_outcome`
(SHA-256 of the outcome's canonical JSON). Other programs ignore those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from .outcome import COUNTING_VERSION, Outcome
from .pabulib_errors import PabulibError
from .pabulib_file import short
from .registry import CountingError, make_settings
from .settings import EQUALSHARES_NET_TIES, EqualSharesSettings, GreedySettings, Settings, SettingsError


@dataclass(frozen=True, slots=True)
class StatedRule:
    """Rule and settings to count a file with. `assumed` is True where the file names a rule but not all its settings."""

    name: str
    settings: Settings
    assumed: bool
    units: int = 1


class Stating(Protocol):
    """A file that says things by key: a `.pb`, or a BLT with our comments."""

    def get(self, key: str, default: str = "") -> str: ...


def stated_rule(file: Stating) -> StatedRule | None:
    """The rule a file states; None when it states none we know. Raises `PabulibError` when ours is stated wrongly."""
    if file.get("aanzet_rule"):
        return _ours(file)
    rule = file.get("rule").lower()
    if rule in ("greedy", "greedy-no-skip", "greedy-threshold"):
        threshold = 0
        if rule == "greedy-threshold":
            text = file.get("min_project_score_threshold") or "0"
            if not text.isdecimal():
                raise PabulibError("threshold", found=short(text))
            threshold = int(text)
        when_full = "stop" if rule == "greedy-no-skip" else "skip"
        return StatedRule("greedy", GreedySettings(threshold=threshold, when_full=when_full), assumed=True)
    if rule.startswith("equalshares"):
        variants: dict[str, dict[str, Any]] = {
            "equalshares": {"completion": "none"},
            "equalshares/add1": {},
            "equalshares/add1u": {"fill": "votes"},
            # Wieliczka 2023: Add1 went on past an exhaustive outcome. Its last step, comparing with greedy, changed nothing.
            "equalshares/add1-comparison": {"stop_when_exhaustive": False},
        }
        if rule in variants:
            settings = EqualSharesSettings(ties=EQUALSHARES_NET_TIES, **variants[rule])
            return StatedRule("equal_shares", settings, assumed=True)
    return None


def meta_of_rule(name: str, settings: Settings, *, units: int = 100, outcome: Outcome | None = None) -> dict[str, str]:
    """META keys that state a rule in full, for `pabulib.build`; with the `outcome` also its hash."""
    keys = {"rule": _official_name(settings)}
    if isinstance(settings, GreedySettings) and settings.threshold:
        keys["min_project_score_threshold"] = str(settings.threshold)
    keys |= {
        "aanzet_rule": name,
        "aanzet_settings": settings.canonical(),
        "aanzet_version": COUNTING_VERSION,
        "aanzet_units": str(units),
    }
    if outcome is not None:
        keys["aanzet_outcome"] = outcome.sha256()
    return keys


def _ours(file: Stating) -> StatedRule:
    units = file.get("aanzet_units") or "1"
    if not units.isdecimal() or not 1 <= int(units) <= 1_000_000:
        raise PabulibError("own_units")
    try:
        data = json.loads(file.get("aanzet_settings") or "{}")
        if not isinstance(data, dict):
            raise PabulibError("own_settings_object")
        settings = make_settings(file.get("aanzet_rule"), data)
    except (json.JSONDecodeError, RecursionError):
        raise PabulibError("own_settings_json") from None
    except (SettingsError, CountingError, TypeError) as error:
        raise PabulibError("own_rule", reason=str(error)) from None
    return StatedRule(file.get("aanzet_rule"), settings, assumed=False, units=int(units))


def _official_name(settings: Settings) -> str:
    """The nearest name in Pabulib's own vocabulary."""
    if isinstance(settings, GreedySettings):
        if settings.order != "votes" or (settings.when_full == "stop" and settings.threshold):
            return "greedy-custom"
        if settings.when_full == "stop":
            return "greedy-no-skip"
        return "greedy-threshold" if settings.threshold else "greedy"
    if not isinstance(settings, EqualSharesSettings):
        return "unknown"  # Pabulib's vocabulary is about budgets only; aanzet_rule says it
    if settings.completion == "none":
        return "equalshares" if settings.fill == "none" else "equalshares/u"
    return "equalshares/add1" if settings.fill == "none" else "equalshares/add1u"
