"""Models, split by what changes together; import them from here."""

from learning_network.models.advice import Advice, AdviceRequest, AdviceThanks
from learning_network.models.answer import Answer, AnswerVersion
from learning_network.models.board import EnrolmentSurvey, ProgrammeLetter, SentLetter
from learning_network.models.cost import Cost
from learning_network.models.ending import Agreement, AgreementNote, Intention
from learning_network.models.innovation import InnovationSharing
from learning_network.models.mailing import Mailing, MailingReceiver, MemberInvitation
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
from learning_network.models.sessions import Guest, Nudge, Session, Yield
from learning_network.models.shared import Shared, SharedQuerySet
from learning_network.models.tool import Tool, ToolExperience

__all__ = [
    "Acceptance",
    "Advice",
    "AdviceRequest",
    "AdviceThanks",
    "Agreement",
    "AgreementNote",
    "Answer",
    "AnswerVersion",
    "Cost",
    "Enrolment",
    "EnrolmentQuerySet",
    "EnrolmentSurvey",
    "GroundRules",
    "Guest",
    "InnovationSharing",
    "Intention",
    "LearningQuestion",
    "Lesson",
    "Mailing",
    "MailingReceiver",
    "Member",
    "MemberInvitation",
    "NetworkLead",
    "Nudge",
    "Participant",
    "Partner",
    "Phase",
    "Practice",
    "Programme",
    "ProgrammeLetter",
    "ProgrammeQuerySet",
    "ProgrammeRole",
    "RedThread",
    "RedThreadPiece",
    "RedThreadVersion",
    "SentLetter",
    "Session",
    "Shared",
    "SharedQuerySet",
    "Tool",
    "ToolExperience",
    "Yield",
]
