"""Sentences of the audit trail for what happens to ballots."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "ballot_created": _("%(actor)s made the vote “%(object)s”."),
    "ballot_changed": _("%(actor)s changed the vote “%(object)s”."),
    "options_set": _("%(actor)s put %(new_number_of_options)s projects on the ballot of “%(object)s”."),
    "ballot_announced": _("%(actor)s announced the vote “%(object)s”."),
    "ballot_withdrawn": _("%(actor)s took the announcement of “%(object)s” back: %(reason)s"),
    "ballot_opened": _("%(actor)s opened the vote “%(object)s”; its rules are fixed (%(new_rules_sha256)s)."),
    "ballot_closed": _("%(actor)s closed the vote “%(object)s”."),
    "ballot_counted": _("%(actor)s counted %(new_votes)s votes of “%(object)s”."),
    "group_created": _("%(actor)s made the group of voters “%(object)s”."),
    "group_changed": _("%(actor)s changed the group of voters “%(object)s”."),
    "group_members_added": _("%(actor)s added %(new_members)s members to “%(object)s”."),
    "group_member_removed": _("%(actor)s took a member off the list of “%(object)s”; %(new_members)s are left."),
    "group_joined": _("%(actor)s took a place in “%(object)s”."),
    "observers_set": _("%(actor)s set the addresses that follow “%(object)s” from outside: %(new_observers)s."),
    "ballot_certified": _("%(actor)s established the result of “%(object)s”."),
    "ballot_published": _("%(actor)s published the result of “%(object)s”."),
    "ballot_cancelled": _("%(actor)s cancelled the vote “%(object)s”: %(reason)s"),
    "picture_set": _("%(actor)s changed the picture of number %(new_number)s of “%(object)s”."),
    "reminder_planned": _("%(actor)s planned a reminder for “%(object)s”."),
    "reminder_withdrawn": _("%(actor)s took a planned reminder for “%(object)s” away."),
    "reminder_sent": _("A reminder for “%(object)s” went to those who had not voted."),
    "rehearsal_started": _("%(actor)s began a rehearsal of “%(object)s”."),
    "rehearsal_wiped": _("%(actor)s wiped the rehearsal of “%(object)s” with all its test votes."),
    "ballot_deleted": _("%(actor)s threw the draft “%(object)s” away."),
    "codes_asked": _(
        "%(actor)s asked for %(new_number_of_letters)s letters with codes (%(new_batch)s) for “%(object)s”."
    ),
    "codes_made": _("%(new_number_of_letters)s letters with codes (%(new_batch)s) for “%(object)s” are ready."),
    "codes_failed": _("Making the letters (%(new_batch)s) for “%(object)s” stopped after %(new_number_of_letters)s."),
    "letters_downloaded": _("%(actor)s downloaded letters (%(new_batch)s, part %(new_part)s) for “%(object)s”."),
    "codes_handed_out": _("%(actor)s said that the letters (%(new_batch)s) for “%(object)s” are printed."),
    "codes_blocked": _("%(actor)s blocked the codes of %(new_batch)s for “%(object)s”: %(reason)s"),
    "code_replaced": _("%(actor)s replaced letter %(old_letter)s by letter %(new_letter)s for “%(object)s”."),
    "envelope_set_aside": _("%(actor)s set an envelope for “%(object)s” aside: %(reason)s"),
    "paper_batch_made": _("%(actor)s made pile %(new_batch)s of %(new_papers)s papers for “%(object)s”."),
    "paper_withdrawn": _("%(actor)s took pile %(new_batch)s of “%(object)s” back: %(reason)s"),
    "paper_started_over": _("%(actor)s let pile %(new_batch)s of “%(object)s” be typed anew: %(reason)s"),
    "paper_entry_begun": _("%(actor)s began to type pile %(new_batch)s of “%(object)s” (turn %(new_turn)s)."),
    "paper_typed": _("%(actor)s typed pile %(new_batch)s of “%(object)s” (turn %(new_turn)s)."),
    "paper_compared": _("Pile %(new_batch)s of “%(object)s” was typed twice; papers that differ: %(new_differences)s."),
    "paper_settled": _("%(actor)s settled papers %(new_papers)s of pile %(new_batch)s of “%(object)s”: %(reason)s"),
    "paper_accepted": _(
        "%(actor)s put the %(new_papers)s papers of pile %(new_batch)s of “%(object)s” in the ballot box."
    ),
    "paper_closed": _("%(actor)s said that all paper of “%(object)s” is in: %(new_envelopes)s envelopes."),
    "historic_imported": _("%(actor)s brought in an earlier election as “%(object)s”, with %(new_votes)s votes."),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"voting.{verb}", sentence)
