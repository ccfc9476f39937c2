from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangelabConfig(AppConfig):
    name = "changelab"
    label = "changelab"
    verbose_name = _("changelab")

    def ready(self) -> None:
        from changelab import notifications, personal_data, presenters

        personal_data.declare()
        presenters.declare()
        assert notifications.CHANGELAB
