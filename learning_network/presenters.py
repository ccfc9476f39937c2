"""Sentences of the audit trail for what happens in the learning network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "programme_made": _("%(actor)s began to prepare the programme “%(object)s”."),
    "programme_changed": _("%(actor)s changed the programme “%(object)s”."),
    "phases_set": _("%(actor)s set the phases of the programme “%(object)s”."),
    "begun": _("%(actor)s began the programme “%(object)s”."),
    "finished": _("%(actor)s closed the programme “%(object)s”."),
    "stopped": _("%(actor)s stopped the programme “%(object)s”: %(reason)s"),
    "reopened": _("%(actor)s took the programme “%(object)s” up again: %(reason)s"),
    "role_given": _("%(actor)s gave %(new_person)s a role in the programme “%(object)s”: %(new_role)s."),
    "role_taken": _("%(actor)s took a role of %(new_person)s in the programme “%(object)s” away: %(new_role)s."),
    "municipality_added": _("%(actor)s put %(object)s on the board of “%(new_programme)s”."),
    "card_changed": _("%(actor)s changed the card of %(object)s."),
    "stage_moved": _("%(actor)s moved %(object)s from %(old_stage)s to %(new_stage)s. %(reason)s"),
    "participant_invited": _("%(actor)s invited somebody of %(new_municipality)s."),
    "participant_joined": _("Somebody of %(new_municipality)s accepted the ground rules and takes part."),
    "participant_left": _("%(actor)s ended the part of somebody of %(new_municipality)s."),
    "rules_published": _("%(actor)s published version %(new_number)s of the ground rules of “%(object)s”."),
    "lead_appointed": _("%(actor)s appointed %(new_person)s as programme lead."),
    "lead_ended": _("%(actor)s ended the appointment of %(new_person)s as programme lead."),
    "member_added": _("%(actor)s let somebody into the network."),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"learning_network.{verb}", sentence)
