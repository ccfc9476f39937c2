"""The running text with which a final report begins: the facts as a person would tell them.

A civil servant makes it their own; so it is Markdown, with headings that a reader looks for. What each aggregate has to say
comes from the chapters (``slots.CHAPTERS``): their ``sentence``, under the heading that their ``part`` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from foundation.core import clock
from foundation.core.wording import day, euro, whole
from participation.enums import PhaseMoment
from participation.models import Phase, Process
from participation.queries.processes import last_day, until

# Part of the text -> its heading, in the order of the text.
HEADINGS: dict[str, Any] = {
    "about": gettext_lazy("What it was about"),
    "road": gettext_lazy("How it went"),
    "brought": gettext_lazy("What residents brought in"),
    "answered": gettext_lazy("What was done with it"),
    "decided": gettext_lazy("What was decided"),
    "next": gettext_lazy("What happens now"),
    "back": gettext_lazy("How people look back"),
}
_WORDS = (
    pgettext_lazy("number", "none"),
    pgettext_lazy("number", "one"),
    pgettext_lazy("number", "two"),
    pgettext_lazy("number", "three"),
    pgettext_lazy("number", "four"),
    pgettext_lazy("number", "five"),
    pgettext_lazy("number", "six"),
    pgettext_lazy("number", "seven"),
    pgettext_lazy("number", "eight"),
    pgettext_lazy("number", "nine"),
    pgettext_lazy("number", "ten"),
    pgettext_lazy("number", "eleven"),
    pgettext_lazy("number", "twelve"),
)


def in_words(number: int) -> str:
    """A number as in running text: in letters up to twelve, beyond that in figures."""
    return str(_WORDS[number]) if number < len(_WORDS) else whole(number)


def listed(items: Iterable[str]) -> str:
    """Things one after the other: "a, b en c"."""
    *first, last = list(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def quoted(titles: Iterable[str]) -> str:
    """Titles one after the other: "“a”, “b” en “c”"."""
    return listed(f"“{title}”" for title in titles)


def draft(process: Process, chapters: Iterable[Mapping[str, Any]]) -> str:
    """A first text in Markdown.

    Args:
        chapters: of ``slots.chapters``; those with a ``sentence`` tell something here.
    """
    told: dict[str, list[str]] = {part: [] for part in HEADINGS}
    told["about"] = [process.summary, process.why, " ".join(_frame(process))]
    told["road"] = [_road(process)]
    for part in ("road", "brought", "answered", "decided", "next", "back"):
        said = [str(row["sentence"]) for row in chapters if row.get("sentence") and row.get("part", "road") == part]
        told[part] += said if part == "decided" else [" ".join(said)]
    told["next"].append(process.aftermath)
    texts = []
    for part, heading in HEADINGS.items():
        paragraphs = [text.strip() for text in told[part] if text.strip()]
        if paragraphs:
            texts += [f"# {heading}", *paragraphs]
    return "\n\n".join(texts)


def _frame(process: Process) -> list[str]:
    """What was open, fixed and available, as sentences."""
    sentences = []
    if process.open_text:
        sentences.append(_("This was still open. %(text)s") % {"text": process.open_text.strip()})
    if process.fixed_text:
        sentences.append(_("This was fixed beforehand. %(text)s") % {"text": process.fixed_text.strip()})
    if process.money_cents:
        sentences.append(_("There was %(amount)s to spend.") % {"amount": euro(process.money_cents)})
    return sentences


def _road(process: Process) -> str:
    """The phases that are over, those of now and those to come, with their days."""
    now = clock.now()
    phases = list(process.phases.all())
    if not phases:
        return ""
    over, running, coming = (
        [phase for phase in phases if phase.moment(now) == moment]
        for moment in (PhaseMoment.OVER, PhaseMoment.OPEN, PhaseMoment.UPCOMING)
    )
    first = min(phases, key=lambda phase: phase.opens_at)
    if not running and not coming:
        last = max(phases, key=lambda phase: phase.closes_at)
        return ngettext(
            "The process ran from %(first)s through %(last)s, in one step: %(names)s.",
            "The process ran from %(first)s through %(last)s, in %(n)s steps: %(names)s.",
            len(phases),
        ) % {
            "first": day(first.opens_at),
            "last": day(last_day(last)),
            "n": in_words(len(phases)),
            "names": quoted(phase.title for phase in phases),
        }
    began = first.opens_at <= now
    start = _("The process began on %(day)s.") if began else _("The process begins on %(day)s.")
    told = [start % {"day": day(first.opens_at)}]
    if over:
        told.append(_steps_done(over))
    told += [
        _("“%(name)s” is going on now, %(until)s.") % {"name": phase.title, "until": until(phase.closes_at)}
        for phase in running
    ]
    if coming:
        told.append(
            ngettext("After that comes %(names)s.", "After that come %(names)s.", len(coming))
            % {"names": quoted(phase.title for phase in coming)}
        )
    return " ".join(told)


def _steps_done(over: list[Phase]) -> str:
    return ngettext("This step is behind us: %(names)s.", "These steps are behind us: %(names)s.", len(over)) % {
        "names": quoted(phase.title for phase in over)
    }
