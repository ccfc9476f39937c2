from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionConfig(AppConfig):
    name = "foundation.discussion"
    label = "discussion"
    verbose_name = _("discussion")

    def ready(self) -> None:
        from foundation.discussion import notifications, personal_data, presenters

        personal_data.register()
        presenters.declare()
        assert notifications.DISCUSSION
