"""The audit trail: one row per decision, in the same transaction as what it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from foundation.core.models import AuditEvent


class _Person(Protocol):
    pk: Any


Actor = _Person | None


def record(
    verb: str,
    obj: models.Model,
    *,
    by: Any,
    municipality: models.Model | None = None,
    reason: str = "",
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one row in the audit trail.

    Args:
        verb: ``app.past_participle``, such as ``voting.ballot_opened``; a presenter turns it into a sentence.
        obj: what it happened to; it must have been saved.
        by: the user who did it, or None for the clock.
        municipality: to whose audit trail it belongs; taken from ``obj.municipality`` where that exists.
        reason: why, in the actor's words.
        old: what changed, before. JSON-able; never a choice of a voter, a code or a password.
        new: what changed, after.

    Raises:
        RuntimeError: outside a transaction: the row and what it tells of must be saved together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.record must be called in the transaction of what it records")
    if municipality is not None:
        municipality_id = municipality.pk
    else:
        municipality_id = getattr(obj, "municipality_id", None)
        if not isinstance(municipality_id, int):  # a line of the official list has a code: that is no tenant
            municipality_id = None
    encoder = DjangoJSONEncoder()

    def plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
        return {
            key: value if isinstance(value, str | int | bool | list | dict | type(None)) else _encode(encoder, value)
            for key, value in (values or {}).items()
        }

    return AuditEvent.objects.create(
        verb=verb,
        actor_id=by.pk if by is not None else None,
        actor_label=_label(by)[:200] if by is not None else "",
        municipality_id=municipality_id,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=_label(obj)[:300],
        reason=reason,
        old=plain(old),
        new=plain(new),
    )


def _label(thing: Any) -> str:
    """The name that is kept for good; things with personal names in them say by ``audit_label`` what may be kept."""
    own = getattr(thing, "audit_label", None)
    return str(thing) if own is None else str(own)


def _encode(encoder: DjangoJSONEncoder, value: Any) -> str:
    try:
        return str(encoder.default(value))
    except TypeError:
        return str(value)
