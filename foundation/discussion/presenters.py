"""Sentences of the audit trail for what happens in discussions. Writers are residents: their names are not in it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register
from foundation.discussion.enums import Audience, CommentState, Outcome, Reason, ThreadKind

SENTENCES = {
    "thread_opened": _("The discussion “%(object)s” was opened (%(new_kind)s)."),
    "thread_changed": _("The discussion “%(object)s” was changed."),
    "thread_closed": _("The discussion “%(object)s” was closed."),
    "thread_reopened": _("The discussion “%(object)s” was opened again."),
    "comment_approved": _("%(actor)s published comment %(object)s."),
    "comment_kept": _("%(actor)s left comment %(object)s as it is after a report."),
    "comment_hidden": _("%(actor)s hid comment %(object)s: %(new_reason)s."),
    "comment_returned": _("%(actor)s returned comment %(object)s to its writer: %(new_reason)s."),
    "comment_restored": _("%(actor)s showed comment %(object)s again."),
    "appeal_made": _("The writer of comment %(object)s asked for a new look."),
    "appeal_decided": _("%(actor)s looked again at comment %(object)s: %(new_outcome)s."),
    "settings_changed": _("%(actor)s changed the settings of discussions."),
}
LABELS = {
    "kind": dict(ThreadKind.choices),
    "audience": dict(Audience.choices),
    "state": dict(CommentState.choices),
    "reason": dict(Reason.choices),
    "outcome": dict(Outcome.choices),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"discussion.{verb}", sentence, labels=LABELS)
