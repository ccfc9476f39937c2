"""Who may do what. Permissions of a cohort take (user, cohort), those of a lab (user, lab)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules

from changelab import visibility
from learning_network import visibility as network

if TYPE_CHECKING:
    from changelab.models import Cohort, Lab


@rules.predicate
def is_public(user: Any, cohort: Cohort) -> bool:
    return cohort.is_public


@rules.predicate
def leads_programme(user: Any, cohort: Cohort) -> bool:
    return "lead" in network.run_by(user).get(cohort.programme_id, frozenset())


@rules.predicate
def runs_programme(user: Any, cohort: Cohort) -> bool:
    return cohort.programme_id in network.run_by(user)


@rules.predicate
def is_in_programme(user: Any, cohort: Cohort) -> bool:
    """Takes part for a municipality that is in the programme of the cohort."""
    return any(programme == cohort.programme_id for programme, _code in network.circle(user))


@rules.predicate
def is_in_cohort(user: Any, cohort: Cohort) -> bool:
    return cohort.pk in visibility.cohorts_of(user)


@rules.predicate
def is_in_lab(user: Any, lab: Lab) -> bool:
    return lab.pk in visibility.places(user)


@rules.predicate
def leads_lab(user: Any, lab: Lab) -> bool:
    return visibility.leads(user, lab.pk)


@rules.predicate
def runs_its_programme(user: Any, lab: Lab) -> bool:
    return lab.cohort.programme_id in network.run_by(user)


@rules.predicate
def is_in_its_cohort(user: Any, lab: Lab) -> bool:
    return lab.cohort_id in visibility.cohorts_of(user)


@rules.predicate
def speaks_for_lab(user: Any, lab: Lab) -> bool:
    """Is in the lab, and takes part in its programme for the same municipality."""
    return lab.pk in visibility.places(user) and (lab.cohort.programme_id, lab.municipality_id) in network.circle(user)


# Of a cohort: (user, cohort).
rules.add_perm("changelab.see_cohort", is_public | runs_programme | is_in_cohort)
rules.add_perm("changelab.lead_cohort", leads_programme)  # plan, selection, money
rules.add_perm("changelab.run_cohort", runs_programme)  # the cohort view, harvest
rules.add_perm("changelab.apply", is_in_programme)
# Of a lab: (user, lab).
rules.add_perm("changelab.read_kitchen", is_in_its_cohort | runs_its_programme)
rules.add_perm("changelab.work", is_in_lab | runs_its_programme)  # observations, insights, prototypes, obstacles, plan
rules.add_perm("changelab.lead_lab", leads_lab | runs_its_programme)  # members, area, tasks, movement, sharing
rules.add_perm("changelab.harvest", speaks_for_lab | runs_its_programme)  # lessons for the network
