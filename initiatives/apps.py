from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    name = "initiatives"
    label = "initiatives"
    verbose_name = _("initiatives")

    def ready(self) -> None:
        from initiatives import audiences, notifications, notifications_inside, personal_data, presenters

        audiences.declare()
        personal_data.declare()
        presenters.declare()
        assert notifications.INITIATIVES
        assert notifications_inside.SECTOR_ASKED
