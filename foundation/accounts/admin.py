"""Inspection by technical administrators. They enter by our own log-in page, with a second step."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from foundation.accounts import second_factor
from foundation.accounts.models import User
from foundation.accounts.views import administration_log_in


def _may_enter(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        return False
    return not second_factor.missing(user)


admin.site.login = administration_log_in  # type: ignore[method-assign, assignment]
admin.site.has_permission = _may_enter  # type: ignore[method-assign, assignment]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People: look, block, give technical rights. Names and addresses are their own; passwords are never shown."""

    list_display = ["email", "name", "is_active", "is_staff", "date_joined", "erased_at"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["-date_joined"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser", "date_joined", "last_login", "erased_at"]
    readonly_fields = ["email", "name", "date_joined", "last_login", "erased_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up, or are invited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # erasing is a service: it knows what must stay
