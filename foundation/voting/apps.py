from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotingConfig(AppConfig):
    name = "foundation.voting"
    label = "voting"
    verbose_name = _("voting")

    def ready(self) -> None:
        from foundation.voting import notifications, personal_data, presenters
        from foundation.voting.services import traces

        personal_data.declare()
        presenters.declare()
        assert notifications.VOTING
        assert traces.__all__
