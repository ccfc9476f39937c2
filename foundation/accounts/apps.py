from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "foundation.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        # Models are ready only now.
        from foundation.accounts import personal_data, queries, services

        personal_data.register_exporter("account", queries.export)
        personal_data.register_exporter("handelingen", queries.export_audit)
        personal_data.register_eraser(
            services.erase_log_in_data,
            erases=_("Your name, e-mail address, password, second step, linked log-ins and where you are logged in"),
            keeps=_(
                "That there was an account, with a number only, so that results that were counted and decisions that were"
                " taken stay right. If you took decisions in a role for a municipality, your name stays with those decisions:"
                " the law asks a municipality to keep who decided what."
            ),
        )
