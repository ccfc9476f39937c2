from foundation.meetings.models.attendees import ON_THE_LIST, Attendee
from foundation.meetings.models.meetings import AgendaItem, Attachment, Meeting, Part, Reminder
from foundation.meetings.models.minutes import ActionPoint, Decision, Minutes
from foundation.meetings.models.series import FeedKey, InvitationRound, Member, Series

__all__ = [
    "ON_THE_LIST",
    "ActionPoint",
    "AgendaItem",
    "Attachment",
    "Attendee",
    "Decision",
    "FeedKey",
    "InvitationRound",
    "Meeting",
    "Member",
    "Minutes",
    "Part",
    "Reminder",
    "Series",
]
