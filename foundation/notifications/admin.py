"""Looking into the outbox; nothing can be changed here (``manage.py outbox`` sends again)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from foundation.notifications.models import Delivery, Message


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["subject", "kind", "about", "moment", "due_at"]
    list_filter = ["kind"]
    search_fields = ["about", "subject"]
    raw_id_fields = ["recipient", "digest"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["id", "state", "due_at", "attempts", "next_try_at", "last_error"]
    list_filter = ["state"]
