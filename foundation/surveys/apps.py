from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "foundation.surveys"
    label = "surveys"
    verbose_name = _("surveys")

    def ready(self) -> None:
        from foundation.surveys import notifications, personal_data, presenters, rules
        from foundation.surveys.services import traces

        personal_data.register()
        presenters.declare()
        assert notifications.SURVEYS
        assert rules.is_civil_servant
        assert traces.SEALED
