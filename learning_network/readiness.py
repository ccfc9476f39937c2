"""What surveys ask of this app about those that it sent to municipalities: who runs them, who sees what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from foundation.surveys import hosts

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.surveys.models import Survey
    from learning_network.models import Programme

HOST = "learning_network.enrolment"


def declare() -> None:
    hosts.register(HOST, hosts.Host(may_manage=_leads, may_see=_runs))


def _programme(survey: Survey) -> Programme | None:
    from learning_network.models import EnrolmentSurvey

    sent = EnrolmentSurvey.objects.select_related("enrolment__programme").filter(survey=survey).first()
    return sent.enrolment.programme if sent is not None else None


def _leads(user: User, survey: Survey) -> bool:
    programme = _programme(survey)
    return programme is not None and bool(user.has_perm("learning_network.lead", programme))


def _runs(user: User, survey: Survey) -> bool:
    programme = _programme(survey)
    return programme is not None and bool(user.has_perm("learning_network.facilitate", programme))
