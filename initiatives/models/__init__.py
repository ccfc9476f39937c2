from initiatives.models.case import Decision, TermEvent, TimelineEntry
from initiatives.models.initiative import Initiative, InitiativeQuerySet, Support, TeamMember

__all__ = [
    "Decision",
    "Initiative",
    "InitiativeQuerySet",
    "Support",
    "TeamMember",
    "TermEvent",
    "TimelineEntry",
]
