from initiatives.models.case import Decision, TermEvent, TimelineEntry
from initiatives.models.desk import KindTerm, Letter, SavedView
from initiatives.models.initiative import Initiative, InitiativeQuerySet, Support, TeamMember

__all__ = [
    "Decision",
    "Initiative",
    "InitiativeQuerySet",
    "KindTerm",
    "Letter",
    "SavedView",
    "Support",
    "TeamMember",
    "TermEvent",
    "TimelineEntry",
]
