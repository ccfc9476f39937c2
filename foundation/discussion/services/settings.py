"""How a municipality wants its discussions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.core import audit
from foundation.discussion.models import DiscussionSettings
from foundation.discussion.services.moderation import need

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

FIELDS = ("hold_first", "ground_rules", "closing_words", "appeal_weeks")


@transaction.atomic
def update_settings(*, municipality: Municipality, by: User, **values: Any) -> DiscussionSettings:
    """Change any of ``FIELDS``; from then on, for what is written from then on.

    Raises:
        PermissionDenied: no administrator here.
        ValidationError: per field.
    """
    need("discussion.manage_settings", by, municipality)
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"update_settings does not know {sorted(unknown)}")
    DiscussionSettings.objects.get_or_create(municipality=municipality)
    found = DiscussionSettings.objects.select_for_update(of=("self",)).get(municipality=municipality)
    old = {name: getattr(found, name) for name in values}
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    changed = [name for name in values if old[name] != getattr(found, name)]
    if changed:
        audit.record(
            "discussion.settings_changed",
            found,
            by=by,
            old={name: old[name] for name in changed},
            new={name: getattr(found, name) for name in changed},
        )
    return found
