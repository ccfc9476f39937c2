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
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"initiatives.{verb}", sentence)
