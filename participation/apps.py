from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    label = "participation"
    verbose_name = _("participation")

    def ready(self) -> None:
        from foundation.meetings import hosts
        from participation import notifications, personal_data, presenters

        from participation.services import groups

        personal_data.declare()
        presenters.declare()
        assert notifications.PARTICIPATION
        hosts.register(hosts.Host(groups.HOST, may_manage=groups.may_lead, candidates=groups.members_of))
