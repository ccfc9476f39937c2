from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "foundation.notifications"
    label = "notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        # Models are ready only now.
        from foundation.accounts.personal_data import register_eraser, register_exporter
        from foundation.notifications import personal_data
        from foundation.notifications.checks import check_kinds

        checks.register(check_kinds, checks.Tags.templates)
        register_exporter("berichten", personal_data.export)
        register_eraser(personal_data.erase, erases=_("Your messages and your choices for e-mails"))
