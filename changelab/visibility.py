"""Who reads what of a lab: one rule for every page, search, feed, API and document.

========== ==================================================================================================
level      read by
========== ==================================================================================================
cohort     the people of every lab of the cohort (the open kitchen), and who leads or facilitates its programme
network    besides, the members of the learning network
everyone   anybody, also without an account
========== ==================================================================================================

What was taken back is read by the people of its own lab only. A lab that stopped keeps what it shared, and its people go
on reading what their cohort made until then: they are still in the room.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from changelab.enums import LabRole, Level
from changelab.models.lab import LabMember
from learning_network import visibility as network


def places(user: Any) -> dict[int, tuple[int, str]]:
    """Lab -> (cohort, role), of the labs that this person is in; asked once per user object."""
    if not user.is_authenticated or not user.is_active:
        return {}
    kept: dict[int, tuple[int, str]] | None = user.__dict__.get("_lab_places")
    if kept is None:
        rows = LabMember.objects.present().filter(user=user).values_list("lab_id", "lab__cohort_id", "role")
        kept = user.__dict__["_lab_places"] = {lab: (cohort, role) for lab, cohort, role in rows}
    return kept


def forget(user: Any) -> None:
    """Ask anew: the labs of this person have just changed."""
    user.__dict__.pop("_lab_places", None)
    network.forget(user)


def cohorts_of(user: Any) -> frozenset[int]:
    """The cohorts of which this person is in a lab."""
    return frozenset(cohort for cohort, _role in places(user).values())


def leads(user: Any, lab_id: int) -> bool:
    return places(user).get(lab_id, (0, ""))[1] == LabRole.LEAD


def readable(user: Any, prefix: str = "") -> Q:
    """The rows of any kind of ``KitchenItem`` that this person may read.

    Args:
        prefix: the road to that row, such as ``plan__``, where another model is asked.
    """

    def where(**lookups: Any) -> Q:
        return Q(**{prefix + name: value for name, value in lookups.items()})

    open_to = where(level=Level.EVERYONE)
    if not user.is_authenticated or not user.is_active:
        return open_to & where(withdrawn_at__isnull=True)
    if network.in_network(user):
        open_to |= where(level=Level.NETWORK)
    if cohorts := cohorts_of(user):
        open_to |= where(lab__cohort_id__in=cohorts)
    if runs := list(network.run_by(user)):
        open_to |= where(lab__cohort__programme_id__in=runs)
    own = where(lab_id__in=list(places(user)))
    return (open_to & where(withdrawn_at__isnull=True)) | own
