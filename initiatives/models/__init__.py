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

__all__ = [
    "BudgetLine",
    "Conversation",
    "Decision",
    "Document",
    "Draft",
    "Follow",
    "Initiative",
    "InitiativeQuerySet",
    "KindTerm",
    "Letter",
    "Milestone",
    "News",
    "Picture",
    "SavedView",
    "Support",
    "TeamInvitation",
    "TeamMember",
    "TermEvent",
    "TimelineEntry",
]
