from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from foundation.core.audit import Actor


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, obj: models.Model) -> AuditEventQuerySet:
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))

    def by(self, actor: Actor) -> AuditEventQuerySet:
        return self.filter(actor_id=actor.pk if actor else None)


class AuditEvent(models.Model):
    """Who did what, when and why. Append-only: triggers refuse change and deletion.

    No foreign keys, so that the log never blocks a deletion and outlives what it tells of. It never holds what somebody
    voted, nor a secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    verb = models.CharField(_("verb"), max_length=80)
    actor_id = models.BigIntegerField(_("actor"), null=True)
    actor_label = models.CharField(_("actor's name at that time"), max_length=200, blank=True)
    municipality_id = models.BigIntegerField(_("municipality"), null=True)
    object_type = models.CharField(_("kind of object"), max_length=80)
    object_id = models.CharField(_("object"), max_length=64)
    object_label = models.CharField(_("object's name at that time"), max_length=300)
    reason = models.TextField(_("reason"), blank=True)
    old: models.JSONField[Any, Any] = models.JSONField(_("before"), default=dict)
    new: models.JSONField[Any, Any] = models.JSONField(_("after"), default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id", "created_at"], name="audit_by_object"),
            models.Index(fields=["municipality_id", "-created_at"], name="audit_by_municipality"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb}: {self.object_label}"


class Heartbeat(models.Model):
    """When a background process last said that it lives; read by the pages that must say when one does not."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    beat_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Trace(models.Model):
    """Rows were removed whose bytes still lie in the files of their tables, until ``core.traces`` has rewritten these.

    Written in the transaction that removes them, so that a killed worker forgets nothing; gone when the files are clean.
    """

    of = models.CharField(_("removed rows of"), max_length=40)

    class Meta:
        verbose_name = _("trace of removed rows")
        verbose_name_plural = _("traces of removed rows")

    def __str__(self) -> str:
        return self.of
