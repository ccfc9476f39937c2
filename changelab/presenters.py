"""Sentences of the audit trail for what happens in Changelabs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "cohort_made": _("%(actor)s began to prepare the cohort “%(object)s”."),
    "cohort_changed": _("%(actor)s changed the cohort “%(object)s”."),
    "cohort_opened": _("%(actor)s opened the cohort “%(object)s” for municipalities."),
    "cohort_started": _("%(actor)s started the cohort “%(object)s”."),
    "cohort_finished": _("%(actor)s closed the cohort “%(object)s”."),
    "cohort_stopped": _("%(actor)s stopped the cohort “%(object)s”: %(reason)s"),
    "applied": _("%(actor)s asked for a lab for %(new_municipality)s."),
    "application_changed": _("%(actor)s changed an application for a lab."),
    "application_withdrawn": _("%(actor)s withdrew an application for a lab."),
    "application_refused": _("%(actor)s did not select %(new_municipality)s: %(reason)s"),
    "put_in_line": _("%(actor)s put %(new_municipality)s on the waiting list. %(reason)s"),
    "lab_selected": _("%(actor)s selected %(new_municipality)s: %(reason)s"),
    "lab_changed": _("%(actor)s changed what “%(object)s” is about."),
    "lab_finished": _("%(actor)s closed “%(object)s”."),
    "lab_stopped": _("%(actor)s stopped “%(object)s”: %(reason)s"),
    "lab_reopened": _("%(actor)s took “%(object)s” up again. %(reason)s"),
    "movement": _("%(actor)s brought “%(object)s” to the movement %(new_movement)s."),
    "member_invited": _("%(actor)s asked somebody into a lab: %(new_role)s."),
    "member_joined": _("Somebody came into a lab: %(new_role)s."),
    "member_role": _("%(actor)s gave somebody in a lab another role: %(new_role)s."),
    "member_left": _("%(actor)s ended somebody's part in a lab."),
    "shared": _("%(actor)s changed who may read something of a lab, from %(old_level)s to %(new_level)s."),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"changelab.{verb}", sentence)
