"""Sentences of the audit trail for what happens to a municipality."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from foundation.core.audit_sentences import register
from foundation.municipalities.enums import RoleKind

SENTENCES = {
    "municipality_created": _("%(actor)s started the municipality %(object)s (%(new_cbs_code)s)."),
    "details_changed": _("%(actor)s changed the details of %(object)s."),
    "municipality_opened": _("%(actor)s opened %(object)s for everybody."),
    "municipality_closed": _("%(actor)s hid the pages of %(object)s: %(reason)s"),
    "areas_imported": _(
        "%(actor)s imported the areas of %(new_year)s from %(new_file)s: %(new_added)s added, %(new_changed)s changed, %(new_ended)s ended."
    ),
    "postcodes_imported": _("%(actor)s imported postcodes from %(new_file)s: %(new_pairs)s."),
    "attention_areas_marked": _("%(actor)s made these the attention areas: %(new_areas)s. Before: %(old_areas)s."),
    "import_started": _("%(actor)s uploaded the file %(new_file)s."),
    "import_refused": _("The file %(new_file)s of %(actor)s was refused."),
    "import_failed": _("The file %(new_file)s of %(actor)s could not be read by a fault of ours."),
    "role_given": _("%(new_person)s became %(new_kind)s (by %(actor)s)."),
    "role_ended": _("%(old_person)s is no longer %(old_kind)s (by %(actor)s). %(reason)s"),
    "invitation_sent": _("%(actor)s invited somebody as %(new_kind)s."),
    "invitation_renewed": _("%(actor)s sent an invitation as %(new_kind)s again."),
    "invitation_withdrawn": _("%(actor)s withdrew an invitation as %(old_kind)s."),
    "invitation_accepted": _("%(actor)s accepted the invitation as %(new_kind)s."),
    "sectors_added": _("%(actor)s added sectors: %(new_names)s."),
    "sector_renamed": _("%(actor)s renamed the sector %(old_name)s to %(new_name)s."),
    "sector_removed": _("%(actor)s removed the sector %(old_name)s."),
    "by_law_changed": _("%(actor)s changed the terms of the by-law."),
    "style_changed": _("%(actor)s changed the house style."),
    "newsletter_created": _("%(actor)s began the newsletter “%(new_subject)s”."),
    "newsletter_discarded": _("%(actor)s threw the newsletter “%(old_subject)s” away."),
    "newsletter_scheduled": _("%(actor)s planned the newsletter “%(new_subject)s”."),
    "newsletter_cancelled": _("%(actor)s took the planned newsletter “%(new_subject)s” back."),
    "newsletter_started": _("The newsletter “%(new_subject)s” went on its way to %(new_receivers)s receivers."),
    "newsletter_sent": _("The newsletter “%(new_subject)s” was sent: %(new_sent)s arrived, %(new_bounced)s came back."),
    "themes_set": _("%(actor)s set the themes that people can follow: %(new_names)s."),
    "residency_declared": _("%(actor)s told in which neighbourhood they live."),
    "residency_changed": _("%(actor)s changed where they live or their year of birth."),
    "residency_confirmed": _("%(actor)s confirmed at the desk where a resident lives. Seen: %(reason)s"),
    "residency_removed": _("%(actor)s took back where they live."),
}

for _verb, _sentence in SENTENCES.items():
    register(f"municipalities.{_verb}", _sentence, labels={"kind": dict(RoleKind.choices)})
