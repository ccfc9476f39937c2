"""The choice aid that a municipality begins with. Data; every text is ours to adapt and theirs to change."""

from __future__ import annotations

from participation.choice import Aid
from participation.choice_default.forms import FORMS
from participation.choice_default.questions import ABOUT_THE_SUBJECT
from participation.choice_default.questions_people import ABOUT_THE_PEOPLE
from participation.choice_default.rules import RULES

# Each value weighs the same until an answer makes it weigh more.
DEFAULT = Aid(
    questions=(*ABOUT_THE_SUBJECT, *ABOUT_THE_PEOPLE),
    forms=FORMS,
    rules=RULES,
    values={"inclusion": 1, "influence": 1, "ownership": 1, "deliberation": 1, "legitimacy": 1},
)
