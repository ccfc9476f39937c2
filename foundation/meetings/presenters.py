"""Sentences of the audit trail for meetings. Attendees are residents: their names are not in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register
from foundation.meetings.enums import MeetingState, Visibility

SENTENCES = {
    "series_created": _("%(actor)s made the series of meetings “%(object)s”."),
    "series_changed": _("%(actor)s changed the series of meetings “%(object)s”."),
    "members_added": _("%(actor)s put %(new_count)s people on the list of “%(object)s”."),
    "member_removed": _("%(actor)s took somebody off the list of “%(object)s”."),
    "planned": _("%(actor)s planned the meeting “%(object)s”."),
    "changed": _("%(actor)s changed the meeting “%(object)s”."),
    "moved": _("%(actor)s moved the meeting “%(object)s”: %(reason)s"),
    "cancelled": _("%(actor)s cancelled the meeting “%(object)s”: %(reason)s"),
    "held": _("%(actor)s noted that the meeting “%(object)s” was held."),
    "invited": _("%(actor)s invited %(new_count)s people to the meeting “%(object)s”."),
    "attendee_removed": _("%(actor)s took somebody off the list of a meeting: %(reason)s"),
    "attached": _("%(actor)s added the document “%(new_title)s” to the meeting “%(object)s”."),
    "detached": _("%(actor)s took the document “%(old_title)s” away from the meeting “%(object)s”."),
    "minutes_changed": _("%(actor)s changed published minutes: “%(object)s”."),
    "minutes_published": _("%(actor)s published minutes: “%(object)s”."),
    "minutes_taken_back": _("%(actor)s made minutes a draft again: “%(object)s”."),
    "decision_struck": _("%(actor)s took a decision out of the minutes of “%(object)s”: %(old_text)s"),
}
LABELS = {"state": dict(MeetingState.choices), "visibility": dict(Visibility.choices)}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"meetings.{verb}", sentence, labels=LABELS)
