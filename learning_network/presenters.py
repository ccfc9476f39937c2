"""Sentences of the audit trail for what happens in the learning network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register
from learning_network.enums import AgreementState, Visibility

SENTENCES = {
    "programme_made": _("%(actor)s began to prepare the programme “%(object)s”."),
    "programme_changed": _("%(actor)s changed the programme “%(object)s”."),
    "phases_set": _("%(actor)s set the phases of the programme “%(object)s”."),
    "questions_changed": _("%(actor)s changed the learning agenda of “%(object)s”: %(new_question)s"),
    "question_removed": _("%(actor)s took a question off the learning agenda of “%(object)s”: %(new_question)s"),
    "partner_saved": _("%(actor)s wrote down who carries “%(object)s”: %(new_name)s."),
    "cost_saved": _("%(actor)s wrote down what “%(object)s” costs: %(new_name)s."),
    "carrier_removed": _("%(actor)s took %(new_name)s out of the money of “%(object)s”."),
    "intention_saved": _("%(actor)s wrote the intention of %(object)s."),
    "intention_shared": _("%(actor)s shared the intention of %(object)s. Read by: %(new_visibility)s."),
    "intention_taken_back": _("%(actor)s took the intention of %(object)s back."),
    "agreed": _("%(actor)s wrote down an agreement: “%(object)s”."),
    "agreement_changed": _("%(actor)s changed the agreement “%(object)s”."),
    "agreement_told": _("%(actor)s said what became of the agreement “%(object)s”: %(new_outcome)s."),
    "begun": _("%(actor)s began the programme “%(object)s”."),
    "finished": _("%(actor)s closed the programme “%(object)s”."),
    "stopped": _("%(actor)s stopped the programme “%(object)s”: %(reason)s"),
    "reopened": _("%(actor)s took the programme “%(object)s” up again: %(reason)s"),
    "role_given": _("%(actor)s gave %(new_person)s a role in the programme “%(object)s”: %(new_role)s."),
    "role_taken": _("%(actor)s took a role of %(new_person)s in the programme “%(object)s” away: %(new_role)s."),
    "municipality_added": _("%(actor)s put %(object)s on the board of “%(new_programme)s”."),
    "card_changed": _("%(actor)s changed the card of %(object)s."),
    "stage_moved": _("%(actor)s moved %(object)s from %(old_stage)s to %(new_stage)s. %(reason)s"),
    "readiness_asked": _("%(actor)s sent the survey on readiness to %(object)s."),
    "letter_changed": _("%(actor)s changed the words of a letter of “%(object)s”: %(new_kind)s."),
    "letter_mailed": _("%(actor)s sent a letter by e-mail to %(object)s: %(new_kind)s."),
    "letter_sent": _("%(actor)s sent %(object)s a letter: %(new_kind)s."),
    "participant_invited": _("%(actor)s invited somebody of %(new_municipality)s."),
    "participant_joined": _("Somebody of %(new_municipality)s accepted the ground rules and takes part."),
    "participant_left": _("%(actor)s ended the part of somebody of %(new_municipality)s."),
    "rules_published": _("%(actor)s published version %(new_number)s of the ground rules of “%(object)s”."),
    "sessions_planned": _("%(actor)s planned %(new_count)s sessions of the programme “%(object)s”."),
    "session_changed": _("%(actor)s changed the session “%(object)s”."),
    "nudged": _("%(actor)s asked %(new_count)s municipalities to send somebody to “%(object)s”."),
    "yield_noted": _("%(actor)s noted what a session brought: “%(object)s”."),
    "yield_struck": _("%(actor)s took out a line about what a session brought: “%(old_text)s”."),
    "innovation_shared": _("%(actor)s chose what %(object)s shares of its innovation power."),
    "lead_appointed": _("%(actor)s appointed %(new_person)s as programme lead."),
    "lead_ended": _("%(actor)s ended the appointment of %(new_person)s as programme lead."),
    "member_added": _("%(actor)s let somebody into the network."),
    "advice_asked": _("%(actor)s wrote a question for advice: “%(object)s”."),
    "advice_given": _("%(actor)s gave advice on “%(new_title)s”."),
    "advice_changed": _("%(actor)s changed an advice on “%(new_title)s”."),
    "advice_closed": _("%(actor)s said what was done with the advice on “%(object)s”."),
    "advice_hidden": _("%(actor)s took an advice away: %(reason)s"),
    "tool_added": _("%(actor)s put the tool “%(object)s” into the toolbox."),
    "tool_confirmed": _("%(actor)s confirmed the tool “%(object)s”."),
    "tool_experience_told": _("%(actor)s told an experience with the tool “%(object)s”."),
    "experience_hidden": _("%(actor)s took an experience with “%(object)s” away: %(reason)s"),
    "experience_put_back": _("%(actor)s put an experience with “%(object)s” back."),
    "member_left": _("%(actor)s left the network."),
    "member_invited": _("%(actor)s asked somebody into the network."),
    "member_invitation_withdrawn": _("%(actor)s took an invitation to the network back."),
    "member_joined": _("%(actor)s became a member of the network."),
    "mailing_written": _("%(actor)s wrote at the mailing “%(object)s”."),
    "mailing_discarded": _("%(actor)s threw the mailing “%(object)s” away."),
    "mailing_sent": _("%(actor)s sent the mailing “%(object)s” to %(new_receivers)s members."),
    "advice_put_back": _("%(actor)s put an advice back."),
    "item_begun": _("%(actor)s began to write “%(object)s”."),
    "item_changed": _("%(actor)s changed “%(object)s”."),
    "shared_with": _("%(actor)s shared “%(object)s”. Read by: %(new_visibility)s."),
    "circle_changed": _("“%(object)s” was read by: %(old_visibility)s. %(actor)s made that: %(new_visibility)s."),
    "item_taken_back": _("%(actor)s took “%(object)s” back."),
    "item_fell_back": _("“%(object)s” was taken back with what it came from, which %(actor)s shared less widely."),
    "item_taken_away": _("%(actor)s took “%(object)s” off the pages: %(reason)s"),
    "item_given_back": _("%(actor)s put “%(object)s” back on the pages."),
    "item_thrown_away": _("%(actor)s threw the draft “%(object)s” away."),
    "question_answered": _("%(actor)s answered the learning question “%(object)s”. %(new_municipality)s"),
    "question_summarised": _("%(actor)s wrote a summary of the answers to “%(object)s”."),
    "red_threads_begun": _("%(actor)s began the red threads “%(object)s”."),
    "red_threads_changed": _("%(actor)s changed the red threads “%(object)s”."),
    "red_threads_published": _("%(actor)s published version %(new_number)s of the red threads “%(object)s”."),
}
CIRCLES = {"visibility": dict(Visibility.choices), "outcome": dict(AgreementState.choices)}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"learning_network.{verb}", sentence, labels=CIRCLES)
