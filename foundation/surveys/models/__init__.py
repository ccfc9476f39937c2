from foundation.surveys.models.answers import Draft, OpenAnswer, SealedSheet, Sheet, Tally
from foundation.surveys.models.invitation import Invitation, Mailing
from foundation.surveys.models.questionnaire import Question, Questionnaire, Version, new_key
from foundation.surveys.models.survey import Survey

__all__ = [
    "Draft",
    "Invitation",
    "Mailing",
    "OpenAnswer",
    "Question",
    "Questionnaire",
    "SealedSheet",
    "Sheet",
    "Survey",
    "Tally",
    "Version",
    "new_key",
]
