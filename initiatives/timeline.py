"""The public timeline in plain words: one sentence per line.

A part of this app that writes lines with its own verb adds its sentence with ``say``. Places such as ``%(until)s`` are filled
from the facts of the line; ISO days in them are written as people write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.core.wording import short_day
from initiatives import wording

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from initiatives.models import TimelineEntry

_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PLACE = re.compile(r"%\((\w+)\)s")
# Verbs that change no state; those that do are said by ``wording.happened``.
SENTENCES: dict[str, StrOrPromise] = {
    "changed": _("The initiators changed the text of their plan."),
    "news": _("The initiators told news: %(title)s"),
    "progress": _("There is news of how it goes."),
    "costs_told": _("The municipality told what the task costs now."),
}
ICONS = {
    "submit": "send",
    "add": "plus",
    "ask_additions": "help-circle",
    "take_up": "building-community",
    "agree": "circle-check",
    "refuse": "x",
    "reconsider": "reload",
    "start": "player-play",
    "finish": "circle-check",
    "evaluate": "star",
    "withdraw": "arrow-left",
    "extended": "clock",
    "forwarded": "arrow-right",
    "changed": "edit",
    "news": "message",
    "agreement_signed": "pencil",
    "hidden": "eye-off",
    "shown": "eye",
    "progress": "chart-bar",
    "costs_told": "coins",
}


@dataclass(frozen=True)
class Line:
    """One line of the timeline as it is shown."""

    at: datetime
    sentence: str
    reason: str
    icon: str
    by_municipality: bool


def say(verb: str, sentence: StrOrPromise, icon: str = "") -> None:
    """Teach the timeline a verb of another part."""
    SENTENCES[verb] = sentence
    if icon:
        ICONS[verb] = icon


def line(entry: TimelineEntry) -> Line:
    """The line that an entry gives; an unknown verb is said by the state it led to."""
    known = SENTENCES.get(entry.verb)
    if known is not None:
        facts = {name: _shown(value) for name, value in entry.facts.items()}
        sentence = _PLACE.sub(lambda place: facts.get(place.group(1), ""), str(known))
    else:
        sentence = wording.happened(entry.verb, entry.facts) or str(entry.get_state_display())
    return Line(
        at=entry.at,
        sentence=sentence.strip(),
        reason=entry.reason,
        icon=ICONS.get(entry.verb, "circle-dot"),
        by_municipality=entry.by_municipality,
    )


def _shown(value: Any) -> str:
    if isinstance(value, str) and _ISO_DAY.match(value):
        return short_day(date.fromisoformat(value))
    return str(value)
