"""Sentences of the audit trail for what happens to initiatives."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
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
