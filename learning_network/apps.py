from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningNetworkConfig(AppConfig):
    name = "learning_network"
    label = "learning_network"
    verbose_name = _("learning network")

    def ready(self) -> None:
        from foundation.accounts import roles
        from learning_network import (
            network_host,
            notifications,
            notifications_advice,
            notifications_letters,
            notifications_members,
            notifications_programme,
            notifications_tools,
            personal_data,
            presenters,
            readiness,
            session_host,
        )

        personal_data.declare()
        roles.register("programme_roles")
        presenters.declare()
        readiness.declare()
        assert notifications.NETWORK
        assert notifications_advice.ASKED
        assert notifications_letters.LETTER
        assert notifications_members.MAILING
        network_host.declare()
        assert notifications_tools.STALE
        assert notifications_programme.FOLLOW_UP
        session_host.declare()
