"""Reads about cohorts and their labs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from changelab import visibility
from changelab.enums import ApplicationState, CohortState
from changelab.models import Application, Cohort, Lab
from learning_network import visibility as network
from learning_network.models import Enrolment

if TYPE_CHECKING:
    from django.db.models import QuerySet


def listed(user: Any) -> QuerySet[Cohort]:
    """The cohorts that this person may know of."""
    mine = Q(programme_id__in=list(network.run_by(user))) | Q(pk__in=list(visibility.cohorts_of(user)))
    return Cohort.objects.select_related("programme").filter(~Q(state=CohortState.DRAFT) | mine)


def labs_of(cohort: Cohort) -> QuerySet[Lab]:
    """The labs of a cohort, by the name of their municipality."""
    return (
        cohort.labs.select_related("municipality", "tenant", "cohort")
        .prefetch_related("areas")
        .order_by("municipality__name")
    )


def applications_of(cohort: Cohort) -> QuerySet[Application]:
    """All applications: those that wait first, then the waiting list in order, then the others."""
    return cohort.applications.select_related("enrolment__municipality", "lab").order_by(
        "state", "line_number", "applied_at", "pk"
    )


def own_enrolments(user: Any, cohort: Cohort) -> list[Enrolment]:
    """The municipalities of its programme for which this person takes part."""
    codes = [code for programme, code in network.circle(user) if programme == cohort.programme_id]
    rows = Enrolment.objects.select_related("municipality", "programme")
    return list(rows.filter(programme_id=cohort.programme_id, municipality_id__in=codes))


def own_applications(user: Any, cohort: Cohort) -> list[Application]:
    """The applications of the municipalities for which this person takes part."""
    mine = [enrolment.pk for enrolment in own_enrolments(user, cohort)]
    return list(cohort.applications.filter(enrolment__in=mine).select_related("enrolment__municipality", "lab__cohort"))


def own_labs(user: Any) -> QuerySet[Lab]:
    """The labs that this person is in."""
    return Lab.objects.filter(pk__in=list(visibility.places(user))).select_related("cohort", "municipality")


def places_left(cohort: Cohort) -> int:
    """How many labs can still be given."""
    return max(0, cohort.places - cohort.labs.exclude(state="stopped").count())


def waiting(cohort: Cohort) -> int:
    return cohort.applications.filter(state=ApplicationState.APPLIED).count()
