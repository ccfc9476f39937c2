"""For who keeps the installation running: looking, not deciding; decisions are made on the pages, which record them."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from foundation.municipalities.models import Area, ImportRun, Invitation, Municipality, OfficialMunicipality, Role


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnly):
    list_display = ["name", "slug", "cbs_code", "host", "published_at"]
    search_fields = ["name", "slug", "cbs_code"]


@admin.register(OfficialMunicipality)
class OfficialMunicipalityAdmin(ReadOnly):
    list_display = ["code", "name", "province", "year", "ended_in"]
    list_filter = ["province"]
    search_fields = ["name", "code"]


@admin.register(Area)
class AreaAdmin(ReadOnly):
    list_display = ["code", "name", "municipality", "kind", "year", "ended_in"]
    list_filter = ["kind", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["code", "name"]


@admin.register(Role)
class RoleAdmin(ReadOnly):
    list_display = ["user", "kind", "municipality", "sector", "since"]
    list_filter = ["kind", "municipality"]
    list_select_related = ["user", "municipality", "sector"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ["email", "kind", "municipality", "sent_at", "accepted_at", "withdrawn_at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality"]
    exclude = ["token_hash"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = ["file_name", "municipality", "kind", "state", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["municipality"]
