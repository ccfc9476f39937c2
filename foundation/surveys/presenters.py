"""Sentences of the audit trail for what happens to surveys. Never who answered, nor what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register
from foundation.surveys.enums import Audience

SENTENCES = {
    "questionnaire_created": _("%(actor)s made the questionnaire “%(object)s”."),
    "questionnaire_changed": _("%(actor)s changed the questionnaire “%(object)s”."),
    "questionnaire_archived": _("%(actor)s archived the questionnaire “%(object)s”, or took it back."),
    "questions_changed": _("%(actor)s changed questions of “%(object)s”."),
    "survey_created": _("%(actor)s made the survey “%(object)s”."),
    "survey_changed": _("%(actor)s changed the survey “%(object)s”."),
    "survey_published": _("%(actor)s published the survey “%(object)s”; its questions are fixed."),
    "survey_closed": _("%(actor)s closed the survey “%(object)s” before its time."),
    "survey_cancelled": _("%(actor)s cancelled the survey “%(object)s”: %(reason)s"),
    "survey_counted": _("The answers to “%(object)s” were counted: %(new_responses)s people answered."),
    "people_invited": _("%(actor)s invited %(new_number)s people (%(new_audience)s) to “%(object)s”."),
    "reminder_planned": _("%(actor)s planned a reminder for the survey “%(object)s”."),
    "mailing_withdrawn": _("%(actor)s took a planned mailing of “%(object)s” away."),
    "reminder_sent": _("A reminder for the survey “%(object)s” went to those who had not answered."),
    "open_answer_hidden": _("%(actor)s hid an open answer to “%(object)s”: %(reason)s"),
    "open_answer_shown": _("%(actor)s showed an open answer to “%(object)s” again."),
}
LABELS = {"audience": dict(Audience.choices)}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"surveys.{verb}", sentence, labels=LABELS)
