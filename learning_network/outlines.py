"""The template of a programme: its phases, its questions and its ground rules, to be adapted before it begins.

The phases follow the way of working of *Burgers aan het stuur*: an information meeting, preliminary research, four
sessions in six months, the harvest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learning_network.enums import QuestionTheme

Text = str | Promise


@dataclass(frozen=True)
class PhaseOutline:
    """A phase of a template: it begins ``after_days`` after the first day and lasts ``days``."""

    title: Text
    purpose: Text
    after_days: int
    days: int


PHASES = (
    PhaseOutline(
        gettext_lazy("Information meeting"),
        gettext_lazy("Municipalities hear what the programme is, and say whether they want to go on talking."),
        0,
        28,
    ),
    PhaseOutline(
        gettext_lazy("Preliminary research"),
        gettext_lazy("Each municipality describes its case and what it wants to learn."),
        28,
        28,
    ),
    PhaseOutline(
        gettext_lazy("Sessions"),
        gettext_lazy("Four sessions in six months, each time in another municipality."),
        56,
        182,
    ),
    PhaseOutline(
        gettext_lazy("Harvest"),
        gettext_lazy("What was learned becomes the red threads. Each municipality says what it will do next."),
        238,
        42,
    ),
)
QUESTIONS: tuple[tuple[QuestionTheme, Text], ...] = (
    (QuestionTheme.TASKS, gettext_lazy("Which tasks can residents take on themselves?")),
    (QuestionTheme.OBSTACLES, gettext_lazy("What stands in the way, and who can take it away?")),
    (QuestionTheme.ROLE, gettext_lazy("What does the municipality do, and what does it leave to residents?")),
    (QuestionTheme.RESIDENTS, gettext_lazy("How do residents come to agreements among themselves?")),
    (QuestionTheme.SUPPORT, gettext_lazy("How do council, executive and organisation come to support it?")),
    (QuestionTheme.SAVINGS, gettext_lazy("What does it save, and for whom?")),
)


# The usual programme of a session: its lines with their share of the time, in percents.
SESSION_LINES: tuple[tuple[Text, int], ...] = (
    (gettext_lazy("Welcome, and how we are here"), 10),
    (gettext_lazy("What did you do since last time?"), 15),
    (gettext_lazy("The case of the host municipality"), 30),
    (gettext_lazy("Working on the learning questions"), 30),
    (gettext_lazy("What do you take home? Yields and action points"), 15),
)


def session_lines(minutes: int) -> list[tuple[str, int]]:
    """The usual programme fitted to a session of so many minutes: line and minutes, which together fill it.

    Lines are rounded down to five minutes; the longest gets what is left.
    """
    lines = [(str(title), max(5, minutes * share // 500 * 5)) for title, share in SESSION_LINES]
    left = minutes - sum(length for _title, length in lines)
    longest = max(range(len(lines)), key=lambda place: lines[place][1])
    title, length = lines[longest]
    lines[longest] = (title, max(5, length + left))
    return lines


def phases_from(first: date) -> list[dict[str, object]]:
    """The phases of the template as fields of ``Phase``, from this first day on."""
    return [
        {
            "number": number,
            "title": str(phase.title),
            "purpose": str(phase.purpose),
            "starts_on": first + timedelta(days=phase.after_days),
            "ends_on": first + timedelta(days=phase.after_days + phase.days - 1),
        }
        for number, phase in enumerate(PHASES, start=1)
    ]


def usual_rules() -> str:
    """Ground rules to begin with, in our own words."""
    return _(
        "- We are open about what works and about what fails.\n"
        "- What is said in a session stays there, unless we agree that it may be told.\n"
        "- Each municipality decides itself what it shares with the network or with everyone.\n"
        "- We come to every session, with at least two people.\n"
        "- We ask each other questions before we give advice."
    )
