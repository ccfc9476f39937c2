from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangelabConfig(AppConfig):
    name = "changelab"
    label = "changelab"
    verbose_name = _("changelab")

    def ready(self) -> None:
        from changelab import notifications, personal_data, presenters, search
        from changelab.services import harvesting, meetings
        from foundation.meetings import hosts
        from learning_network import limits

        personal_data.declare()
        presenters.declare()
        search.declare()
        limits.register(harvesting.within_source)
        limits.register_note(harvesting.note_on)
        assert notifications.CHANGELAB
        hosts.register(
            hosts.Host(
                meetings.HOST,
                may_manage=meetings.may_manage,
                may_see=meetings.may_see,
                candidates=meetings.people,
            )
        )
