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
    "meetings_begun": _("%(actor)s began to plan meetings of “%(object)s”."),
    "item_added": _("%(actor)s added to a lab: %(new_kind)s."),
    "item_changed": _("%(actor)s changed something of a lab: %(new_kind)s."),
    "item_removed": _("%(actor)s took something of a lab away: %(new_kind)s."),
    "obstacle_moved": _("%(actor)s noted how an obstacle stands: %(object)s. %(reason)s"),
    "prototype_moved": _("%(actor)s noted how a prototype stands: %(object)s."),
    "task_added": _("%(actor)s added a task to a transfer plan: %(object)s."),
    "task_changed": _("%(actor)s changed a task of a transfer plan: %(object)s."),
    "task_removed": _("%(actor)s took a task out of a transfer plan: %(object)s."),
    "risk_added": _("%(actor)s added a risk to a transfer plan."),
    "risk_changed": _("%(actor)s changed a risk of a transfer plan."),
    "risk_removed": _("%(actor)s took a risk out of a transfer plan."),
    "version_kept": _("%(actor)s kept version %(new_number)s of the transfer plan “%(object)s”."),
    "plan_advice_asked": _("%(actor)s laid the transfer plan “%(object)s” before other municipalities."),
    "plan_laid_down": _("%(actor)s laid the transfer plan “%(object)s” down to be signed."),
    "plan_taken_up": _("%(actor)s took the transfer plan “%(object)s” up again. %(reason)s"),
    "plan_signed": _("%(actor)s recorded a signature under version %(new_number)s of “%(object)s”: %(new_side)s."),
    "plan_accepted": _("The transfer plan “%(object)s” is accepted: both sides signed."),
    "plan_rejected": _("%(actor)s ended the transfer plan “%(object)s”: %(reason)s"),
    "advice_given": _("%(actor)s gave advice on a transfer plan."),
    "advice_answered": _("%(actor)s said what was done with an advice."),
    "handed_over": _("%(actor)s made an initiative of the transfer plan “%(object)s”."),
    "follow_up_answered": _("%(actor)s told what came of a lab after %(new_months)s months."),
    "harvested": _("%(actor)s began a lesson from “%(object)s”."),
    "lesson_let_go": _("%(actor)s declared that “%(object)s” says nothing any more of what a lab took back."),
    "shared": _("%(actor)s changed who may read something of a lab, from %(old_level)s to %(new_level)s."),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"changelab.{verb}", sentence)
