from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "foundation.meetings"
    label = "meetings"
    verbose_name = _("meetings")

    def ready(self) -> None:
        from foundation.meetings import notifications, personal_data, presenters

        personal_data.register()
        presenters.declare()
        assert notifications.MEETINGS
