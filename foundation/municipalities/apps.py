from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MunicipalitiesConfig(AppConfig):
    name = "foundation.municipalities"
    label = "municipalities"
    verbose_name = _("municipalities")

    def ready(self) -> None:
        from foundation.accounts import roles
        from foundation.municipalities import notifications, personal_data, presenters  # noqa: F401  (they register)

        personal_data.register()
        roles.register("roles")
