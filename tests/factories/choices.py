from __future__ import annotations

from typing import Any

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from participation.choice_default import DEFAULT
from participation.models import Choice
from participation.services import choices

# In the order of the questions of the default aid.
SQUARE = "much neighbourhood both neighbourhood some little plan middle no gives enough yes together promised"
WASTE = "details list municipality everybody little little plan short no listens hardly no municipality nothing"


def answers(line: str = SQUARE) -> dict[str, str]:
    """Question -> option of the default aid."""
    return dict(zip((question.key for question in DEFAULT.questions), line.split(), strict=True))


def answered(municipality: Municipality, by: User, line: str = SQUARE, **fields: Any) -> Choice:
    """A choice of which all questions are answered; the advice for the square is a Bewoners aan Zet process."""
    begun = choices.begin(municipality=municipality, by=by, **{"subject": "Het plein", **fields})
    return choices.answer(choice=begun, by=by, version=begun.version, answers=answers(line))


def made(municipality: Municipality, by: User, *, form: str = "residents", reason: str = "", **fields: Any) -> Choice:
    """A choice that was made."""
    choice = answered(municipality, by, **fields)
    return choices.make(choice=choice, by=by, version=choice.version, form=form, reason=reason)
