"""The three questions by which a tool is found. Data: another question or answer is another line here.

The codes of the answers are stored with each tool; never change one that is in use.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learning_network.enums import TimeNeeded

Text = str | Promise


@dataclass(frozen=True)
class Question:
    """One question.

    Args:
        name: in the address of the page.
        field: of ``Tool``: a list of codes, or one code.
        several: whether the field holds a list.
        answers: code and words.
    """

    name: str
    field: str
    text: Text
    several: bool
    answers: tuple[tuple[str, Text], ...]


QUESTIONS = (
    Question(
        "wat",
        "matters",
        _("What is the matter?"),
        True,
        (
            ("few", _("Few people join in, or always the same ones")),
            ("conflict", _("People don't agree, or there is a quarrel")),
            ("trust", _("Residents don't trust the municipality")),
            ("inside", _("Colleagues, the executive or the council hold back")),
            ("rules", _("Rules, money or risks stand in the way")),
            ("roles", _("It is not clear who does what and who decides")),
            ("start", _("We want to begin, but how?")),
        ),
    ),
    Question(
        "waar",
        "moments",
        _("Where are you in the process?"),
        True,
        (
            ("before", _("Before the start")),
            ("begin", _("At the beginning")),
            ("middle", _("In the middle")),
            ("end", _("Near the end, or when handing over")),
            ("after", _("Afterwards")),
        ),
    ),
    Question(
        "tijd",
        "time_needed",
        _("How much time have you got?"),
        False,
        (
            (TimeNeeded.HOUR, _("An hour or two")),
            (TimeNeeded.DAY, _("A day")),
            (TimeNeeded.WEEKS, _("A few weeks")),
            (TimeNeeded.MONTHS, _("Months")),
        ),
    ),
)
# Who has a month, has an hour as well.
FITS_IN = {code: list(TimeNeeded.values[: number + 1]) for number, code in enumerate(TimeNeeded.values)}
MATTERS, MOMENTS = QUESTIONS[0].answers, QUESTIONS[1].answers


def words(question: Question, code: str) -> Text:
    """The words of an answer."""
    return dict(question.answers).get(code, code)
