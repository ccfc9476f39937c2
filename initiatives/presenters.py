"""Sentences of the audit trail for what happens to initiatives."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "create": _("%(actor)s began “%(object)s”."),
    "change": _("%(actor)s changed the text of “%(object)s”."),
    "invite": _("%(actor)s asked somebody for the team of “%(object)s”."),
    "join": _("%(actor)s joined the team of “%(object)s”."),
    "leave": _("%(actor)s took somebody out of the team of “%(object)s”."),
    "member_changed": _("%(actor)s changed a role in the team of “%(object)s”."),
    "page_changed": _("%(actor)s changed the page of “%(object)s”."),
    "submit": _("%(actor)s handed in “%(object)s”."),
    "ask_additions": _("%(actor)s asked for additions to “%(object)s”: %(reason)s"),
    "take_up": _("%(actor)s took “%(object)s” into assessment."),
    "agree": _("%(actor)s agreed to “%(object)s”: %(reason)s"),
    "refuse": _("%(actor)s refused “%(object)s”: %(reason)s"),
    "reconsider": _("%(actor)s took the decision on “%(object)s” up again: %(reason)s"),
    "start": _("%(actor)s said that “%(object)s” has started."),
    "finish": _("%(actor)s said that “%(object)s” is finished."),
    "evaluate": _("%(actor)s closed the look back on “%(object)s”."),
    "withdraw": _("%(actor)s withdrew “%(object)s”: %(reason)s"),
    "hidden": _("%(actor)s took “%(object)s” off the site: %(reason)s"),
    "shown": _("%(actor)s put “%(object)s” back on the site: %(reason)s"),
    "assigned": _("%(actor)s gave “%(object)s” a contact: %(new_handler)s."),
    "extended": _("%(actor)s took %(new_weeks)s weeks more for “%(object)s”: %(reason)s"),
    "forwarded": _("%(actor)s sent “%(object)s” on to who decides: %(reason)s"),
    "terms_set": _("%(actor)s set the terms of the kind %(reason)s."),
    "sector_asked": _("%(actor)s asked %(new_sector)s for its view on “%(object)s”."),
    "sector_answered": _("%(actor)s gave the view of %(new_sector)s on “%(object)s”."),
    "risk_saved": _("%(actor)s changed the risks of “%(object)s”."),
    "escalated": _("%(actor)s laid “%(object)s” before %(new_recipient)s."),
    "escalation_answered": _("%(actor)s answered a question about “%(object)s”."),
    "value_scored": _("%(actor)s scored the added value of “%(object)s”."),
    "value_removed": _("%(actor)s took a score of the added value of “%(object)s” away."),
    "requirements_set": _("%(actor)s set what a challenge must hold."),
    "costs_told": _("%(actor)s told what the task of “%(object)s” costs now."),
    "assessed": _("%(actor)s checked the requirements of “%(object)s”."),
    "agreement_saved": _("%(actor)s wrote the agreement of “%(object)s”."),
    "agreement_signed": _("%(actor)s recorded that the agreement of “%(object)s” is signed."),
    "instalment_paid": _("%(actor)s recorded a payment of %(new_amount)s for “%(object)s”."),
    "talk_held": _("%(actor)s recorded a talk about “%(object)s”."),
    "progress_told": _("%(actor)s told how it goes with “%(object)s”."),
    "cooperative_told": _("%(actor)s told how far the cooperative “%(object)s” is."),
    "growth_measured": _("%(actor)s wrote down the growth of “%(object)s”."),
    "hands_asked": _("%(actor)s asked for hands: “%(object)s”."),
    "hands_offered": _("%(actor)s offered hands for “%(object)s”."),
    "hands_answered": _("%(actor)s answered an offer of hands for “%(object)s”."),
    "hands_withdrawn": _("%(actor)s took an offer of hands for “%(object)s” back."),
    "hands_closed": _("%(actor)s closed the request for hands “%(object)s”."),
    "import_uploaded": _("%(actor)s uploaded initiatives: %(new_file)s."),
    "import_forgotten": _("The file %(new_file)s was thrown away: nobody imported it within a week."),
    "import_started": _("%(actor)s began to import initiatives from %(new_file)s."),
    "handed_over": _("%(actor)s opened “%(object)s”, which was decided elsewhere: %(new_origin)s."),
    "imported": _("%(new_number)s initiatives were imported from %(new_file)s (by %(actor)s)."),
    "import_undone": _(
        "%(actor)s took back the import of %(new_file)s: %(new_number)s initiatives gone, %(new_kept)s kept."
    ),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"initiatives.{verb}", sentence)
