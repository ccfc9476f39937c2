from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    label = "participation"
    verbose_name = _("participation")

    def ready(self) -> None:
        from participation import notifications, personal_data, presenters

        personal_data.declare()
        presenters.declare()
        assert notifications.PARTICIPATION
