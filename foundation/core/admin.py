from django.contrib import admin
from django.http import HttpRequest

from foundation.core.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The audit trail can be read here, and nowhere be changed."""

    list_display = ["created_at", "verb", "object_label", "actor_label"]
    list_filter = ["verb"]
    search_fields = ["object_label", "actor_label"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
