from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    label = "participation"
    verbose_name = _("participation")

    def ready(self) -> None:
        from foundation.meetings import hosts
        from foundation.surveys import hosts as survey_hosts
        from participation import (
            audiences,
            notifications,
            notifications_proposals,
            notifications_writing,
            personal_data,
            personal_proposals,
            presenters,
        )
        from participation.services import evaluations, groups, series

        personal_data.declare()
        personal_proposals.declare()
        presenters.declare()
        assert notifications.PARTICIPATION
        assert notifications_proposals.JUDGED
        assert notifications_writing.REMARK_USED
        hosts.register(hosts.Host(groups.HOST, may_manage=groups.may_lead, candidates=groups.members_of))
        hosts.register(hosts.Host(series.HOST, may_manage=series.may_manage, candidates=series.candidates))
        audiences.declare()
        survey_hosts.register(
            evaluations.HOST,
            survey_hosts.Host(evaluations.members, may_manage=evaluations.may_manage, may_see=evaluations.may_see),
        )
