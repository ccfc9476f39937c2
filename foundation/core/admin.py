"""The technical administration looks; decisions are made on the pages, whose services check and record them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from foundation.core.models import AuditEvent


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and a page of each row, and nothing to change. What every app's admin is made of."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The audit trail can be read here, and nowhere be changed."""

    list_display = ["created_at", "verb", "object_label", "actor_label"]
    list_filter = ["verb"]
    search_fields = ["object_label", "actor_label"]
