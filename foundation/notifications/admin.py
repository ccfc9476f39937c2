"""Looking into the outbox; nothing can be changed here (``manage.py outbox`` sends again)."""

from django.contrib import admin

from foundation.core.admin import ReadOnlyAdmin
from foundation.notifications.models import Delivery, Message


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
