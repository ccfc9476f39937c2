"""Working through a pile: which plan comes next."""

from __future__ import annotations

from django.db.models import Case, F, IntegerField, Q, Value, When

from foundation.accounts.models import User
from initiatives.enums import InitiativeState
from initiatives.models import Initiative

OUR_MOVE = (InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT)


def next_case(initiative: Initiative, user: User) -> Initiative | None:
    """The plan after this one where the municipality is at the move: one's own and those without a contact, first the
    one that has to be decided first; after the last one the first again. None when nothing else waits. One query.
    """
    after = Q(due_on=None)
    if initiative.due_on is not None:
        after |= Q(due_on__gt=initiative.due_on) | Q(due_on=initiative.due_on, pk__gt=initiative.pk)
    else:
        after &= Q(pk__gt=initiative.pk)
    found: Initiative | None = (
        Initiative.objects.for_municipality(initiative.municipality)
        .filter(Q(handler=user) | Q(handler=None), state__in=OUR_MOVE)
        .exclude(submitted_at=None)
        .exclude(pk=initiative.pk)
        .order_by(
            Case(When(after, then=Value(0)), default=Value(1), output_field=IntegerField()),
            F("due_on").asc(nulls_last=True),
            "pk",
        )
        .only("slug", "title")
        .first()
    )
    return found
