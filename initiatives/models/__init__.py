from initiatives.models.agreement import Agreement, ContactMoment, Evaluation, Instalment, Progress
from initiatives.models.case import Decision, TermEvent, TimelineEntry
from initiatives.models.challenge import Challenge, ChallengeSettings, RequirementCheck
from initiatives.models.changes import Change
from initiatives.models.cooperative import Cooperative, GrowthPoint
from initiatives.models.desk import KindTerm, Letter, SavedView
from initiatives.models.draft import Draft, DraftPicture
from initiatives.models.hands import HandsOffer, HandsRequest
from initiatives.models.imports import ImportRun
from initiatives.models.initiative import Initiative, InitiativeQuerySet, Support, TeamMember
from initiatives.models.page import (
    BudgetLine,
    Conversation,
    Document,
    Follow,
    Milestone,
    News,
    Picture,
    TeamInvitation,
)
from initiatives.models.townhall import AddedValue, Escalation, InternalNote, Risk, SectorView

__all__ = [
    "AddedValue",
    "Agreement",
    "BudgetLine",
    "Challenge",
    "ChallengeSettings",
    "Change",
    "ContactMoment",
    "Conversation",
    "Cooperative",
    "Decision",
    "Document",
    "Draft",
    "DraftPicture",
    "Escalation",
    "Evaluation",
    "Follow",
    "GrowthPoint",
    "HandsOffer",
    "HandsRequest",
    "ImportRun",
    "Initiative",
    "InitiativeQuerySet",
    "Instalment",
    "InternalNote",
    "KindTerm",
    "Letter",
    "Milestone",
    "News",
    "Picture",
    "Progress",
    "RequirementCheck",
    "Risk",
    "SavedView",
    "SectorView",
    "Support",
    "TeamInvitation",
    "TeamMember",
    "TermEvent",
    "TimelineEntry",
]
