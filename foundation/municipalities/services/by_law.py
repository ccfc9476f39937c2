"""The terms, thresholds and grounds of the participation by-law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit
from foundation.municipalities.models import ByLaw, Municipality
from foundation.municipalities.services.access import require

if TYPE_CHECKING:
    from foundation.accounts.models import User

FIELDS = (
    "decision_weeks",
    "extension_weeks",
    "publication_weeks",
    "support_threshold",
    "refusal_grounds",
    "retention_months",
    "url",
)
KINDS = ("shall", "may")


def ensure_by_law(municipality: Municipality) -> ByLaw:
    """The by-law settings of a municipality; those of the Awb where none were made yet."""
    return ByLaw.objects.get_or_create(municipality=municipality)[0]


@transaction.atomic
def update_by_law(*, municipality: Municipality, by: User | None, **values: Any) -> ByLaw:
    """Change terms and grounds; running cases keep the terms that were told to people (they store their own dates).

    Raises:
        ValidationError: per field.
    """
    require(by, "municipalities.manage", municipality)
    ensure_by_law(municipality)
    law = ByLaw.objects.select_for_update(of=("self",)).get(municipality=municipality)
    old = {name: getattr(law, name) for name in FIELDS}
    for name, value in values.items():
        if name not in FIELDS:
            raise TypeError(f"update_by_law does not know {name}")
        setattr(law, name, value)
    if not all(
        isinstance(ground, dict)
        and set(ground) == {"kind", "text"}
        and ground["kind"] in KINDS
        and ground["text"].strip()
        for ground in law.refusal_grounds
    ):
        raise ValidationError({"refusal_grounds": _("A ground of refusal has a text, and says shall or may.")})
    law.full_clean()
    law.save()
    changed = [name for name in FIELDS if old[name] != getattr(law, name)]
    if changed:
        audit.record(
            "municipalities.by_law_changed",
            law,
            by=by,
            old={name: old[name] for name in changed},
            new={name: getattr(law, name) for name in changed},
        )
    return law
