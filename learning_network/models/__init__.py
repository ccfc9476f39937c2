"""Models, split by what changes together; import them from here."""

from learning_network.models.people import (
    Acceptance,
    Enrolment,
    EnrolmentQuerySet,
    Member,
    NetworkLead,
    Participant,
)
from learning_network.models.programme import (
    GroundRules,
    LearningQuestion,
    Partner,
    Phase,
    Programme,
    ProgrammeQuerySet,
    ProgrammeRole,
)
from learning_network.models.shared import Shared, SharedQuerySet

__all__ = [
    "Acceptance",
    "Enrolment",
    "EnrolmentQuerySet",
    "GroundRules",
    "LearningQuestion",
    "Member",
    "NetworkLead",
    "Participant",
    "Partner",
    "Phase",
    "Programme",
    "ProgrammeQuerySet",
    "ProgrammeRole",
    "Shared",
    "SharedQuerySet",
]
