"""For who keeps the installation running: looking, not deciding; decisions are made on the pages, which record them."""

from django.contrib import admin

from foundation.core.admin import ReadOnlyAdmin
from foundation.municipalities.models import Area, ImportRun, Invitation, Municipality, OfficialMunicipality, Role


@admin.register(Municipality)
class MunicipalityAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "cbs_code", "host", "published_at"]
    search_fields = ["name", "slug", "cbs_code"]


@admin.register(OfficialMunicipality)
class OfficialMunicipalityAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "province", "year", "ended_in"]
    list_filter = ["province"]
    search_fields = ["name", "code"]


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "municipality", "kind", "year", "ended_in"]
    list_filter = ["kind", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["code", "name"]


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "municipality", "sector", "since"]
    list_filter = ["kind", "municipality"]
    list_select_related = ["user", "municipality", "sector"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "kind", "municipality", "sent_at", "accepted_at", "withdrawn_at"]
    list_filter = ["municipality"]
    list_select_related = ["municipality"]
    exclude = ["token_hash"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "municipality", "kind", "state", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["municipality"]
