"""Sentences of the audit trail for what happens to processes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register

SENTENCES = {
    "create": _("%(actor)s began to prepare “%(object)s”."),
    "change": _("%(actor)s changed the plan of “%(object)s”."),
    "phases_set": _("%(actor)s set the phases of “%(object)s”."),
    "dates_moved": _("%(actor)s moved dates of “%(object)s”: %(reason)s"),
    "role_given": _("%(actor)s gave %(new_person)s a role in “%(object)s”: %(new_role)s."),
    "role_taken": _("%(actor)s took a role of %(new_person)s in “%(object)s” away: %(new_role)s."),
    "publish": _("%(actor)s published “%(object)s”."),
    "finish": _("%(actor)s closed “%(object)s”."),
    "reopen": _("%(actor)s took “%(object)s” up again: %(reason)s"),
    "stop": _("%(actor)s stopped “%(object)s”: %(reason)s"),
    "thrown_away": _("%(actor)s threw the preparation of “%(object)s” away."),
    "answered": _("%(actor)s answered a contribution: %(object)s."),
    "hidden": _("%(actor)s took a contribution off the site: %(object)s. %(reason)s"),
    "shown": _("%(actor)s put a contribution back on the site: %(object)s. %(reason)s"),
}


def declare() -> None:
    for verb, sentence in SENTENCES.items():
        register(f"participation.{verb}", sentence)
