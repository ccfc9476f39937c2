"""Models, split by what changes together; import them from here."""

from learning_network.models.answer import Answer, AnswerVersion
from learning_network.models.people import (
    Acceptance,
    Enrolment,
    EnrolmentQuerySet,
    Member,
    NetworkLead,
    Participant,
)
from learning_network.models.practice import Lesson, Practice
from learning_network.models.programme import (
    GroundRules,
    LearningQuestion,
    Partner,
    Phase,
    Programme,
    ProgrammeQuerySet,
    ProgrammeRole,
)
from learning_network.models.red_thread import RedThread, RedThreadPiece, RedThreadVersion
from learning_network.models.shared import Shared, SharedQuerySet

__all__ = [
    "Acceptance",
    "Answer",
    "AnswerVersion",
    "Enrolment",
    "EnrolmentQuerySet",
    "GroundRules",
    "LearningQuestion",
    "Lesson",
    "Member",
    "NetworkLead",
    "Participant",
    "Partner",
    "Phase",
    "Practice",
    "Programme",
    "ProgrammeQuerySet",
    "ProgrammeRole",
    "RedThread",
    "RedThreadPiece",
    "RedThreadVersion",
    "Shared",
    "SharedQuerySet",
]
