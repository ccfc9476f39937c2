"""Cooperatives: stage, roles and what is done about a conflict of roles; growth over time. Told by their own team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from initiatives.enums import COOPERATIVES, CooperativeStage, Transparency
from initiatives.errors import InitiativeError
from initiatives.models import Cooperative, GrowthPoint, Initiative
from initiatives.services import _moves


def tell(
    *,
    initiative: Initiative,
    by: User,
    stage: str,
    is_intermediary: bool,
    is_provider: bool,
    measures: Iterable[str] = (),
    more_measures: str = "",
    version: int | None = None,
) -> Cooperative:
    """Say how far the cooperative is and which roles it has; a new stage stands in the timeline.

    Raises:
        PermissionDenied: ``by`` is not in the team.
        InitiativeError: it is no cooperative.
        Stale: somebody of the team saved in between.
    """
    _moves.need("initiatives.edit", by, initiative)
    if initiative.kind not in COOPERATIVES:
        raise InitiativeError(_("This initiative is no cooperative."))
    with transaction.atomic():
        _moves.locked(initiative.pk)
        row = Cooperative.objects.filter(initiative=initiative).first()
        if row is not None:
            _moves.same_version(row, version)
        old = row.stage if row else ""
        row = row or Cooperative(initiative=initiative, version=0)
        row.stage, row.is_intermediary, row.is_provider = CooperativeStage(stage), is_intermediary, is_provider
        row.measures = [Transparency(key).value for key in measures]
        row.more_measures = more_measures.strip()
        row.version += 1
        row.full_clean()
        row.save()
        if old != row.stage and initiative.is_public:
            _moves.note(initiative, "stage", by_municipality=False, facts={"stage": row.stage})
        audit.record(
            "initiatives.cooperative_told",
            initiative,
            by=by,
            old={"stage": old},
            new={"stage": row.stage, "conflict": row.has_conflict, "measures": row.measures},
        )
    return row


def measure_growth(
    *,
    initiative: Initiative,
    by: User,
    day: date,
    members: int,
    volunteers: int = 0,
    clients: int = 0,
    turnover_cents: int | None = None,
) -> GrowthPoint:
    """Write down how large the cooperative was on a day; the same day again replaces it.

    Raises:
        PermissionDenied: ``by`` is not in the team.
        InitiativeError: it is no cooperative, or the day is still to come.
        ValidationError: amounts below nothing.
    """
    _moves.need("initiatives.edit", by, initiative)
    if initiative.kind not in COOPERATIVES:
        raise InitiativeError(_("This initiative is no cooperative."))
    if day > clock.today():
        raise InitiativeError(_("This day is still to come."))
    with transaction.atomic():
        _moves.locked(initiative.pk)
        row = GrowthPoint.objects.filter(initiative=initiative, day=day).first()
        row = row or GrowthPoint(initiative=initiative, day=day)
        row.members, row.volunteers, row.clients, row.turnover_cents = members, volunteers, clients, turnover_cents
        row.full_clean()
        row.save()
        audit.record("initiatives.growth_measured", initiative, by=by, new={"day": day, "members": members})
    return row
