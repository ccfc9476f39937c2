from initiatives.models.case import Decision, TermEvent, TimelineEntry
from initiatives.models.desk import KindTerm, Letter, SavedView
from initiatives.models.draft import Draft
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
    "BudgetLine",
    "Conversation",
    "Decision",
    "Document",
    "Draft",
    "Escalation",
    "Follow",
    "Initiative",
    "InitiativeQuerySet",
    "InternalNote",
    "KindTerm",
    "Letter",
    "Milestone",
    "News",
    "Picture",
    "Risk",
    "SavedView",
    "SectorView",
    "Support",
    "TeamInvitation",
    "TeamMember",
    "TermEvent",
    "TimelineEntry",
]
