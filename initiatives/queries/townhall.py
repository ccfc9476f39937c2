"""The town hall's own page of an initiative: what every sector says, gains and carries. For staff only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality, Role, Sector
from initiatives.enums import RiskState, Stance
from initiatives.models import AddedValue, Escalation, Initiative, InternalNote, Risk, SectorView


@dataclass
class Portfolio:
    """What one sector says, gains and carries."""

    sector: Sector
    view: SectorView | None = None
    carries: list[Risk] = field(default_factory=list)
    values: list[AddedValue] = field(default_factory=list)

    @property
    def cents(self) -> int:
        """Euros a year for this portfolio, as far as anybody could say."""
        return sum(value.cents_per_year or 0 for value in self.values)


@dataclass(frozen=True)
class TownHall:
    """Everything the town hall said among itself."""

    portfolios: list[Portfolio]
    views: list[SectorView]
    risks: list[Risk]
    alone: list[Risk]
    escalations: list[Escalation]
    notes: list[InternalNote]
    sums: dict[str, int]
    late: list[SectorView]
    to_answer: list[SectorView]
    conditions: list[SectorView]


def town_hall(initiative: Initiative, user: User, today: date) -> TownHall:
    """The sum on one page: who supports, which condition would let an objection fall, who gains what, who carries what."""
    views = list(initiative.sector_views.select_related("sector", "answered_by", "asked_by"))
    risks = sorted(
        initiative.risks.prefetch_related("owners"),
        key=lambda risk: (risk.state == RiskState.GONE, -risk.weight, risk.pk),
    )
    values = list(initiative.added_values.select_related("sector"))
    found: dict[int, Portfolio] = {}
    for view in views:
        found[view.sector_id] = Portfolio(view.sector, view)
    for risk in risks:
        for sector in risk.owners.all():
            found.setdefault(sector.pk, Portfolio(sector)).carries.append(risk)
    for value in values:
        if value.sector is not None:
            found.setdefault(value.sector.pk, Portfolio(value.sector)).values.append(value)
    stances: dict[str, int] = dict.fromkeys(Stance.values, 0)
    for view in views:
        if view.stance:
            stances[view.stance] += 1
    mine = _sectors_of(user, initiative.municipality)
    return TownHall(
        portfolios=sorted(found.values(), key=lambda portfolio: portfolio.sector.name),
        views=views,
        risks=risks,
        alone=[risk for risk in risks if risk.state == RiskState.OPEN and len(risk.owners.all()) == 1],
        escalations=list(initiative.escalations.select_related("recipient", "asked_by")),
        notes=list(initiative.internal_notes.select_related("by")[:50]),
        sums={**stances, "open": sum(not view.stance for view in views)},
        late=[view for view in views if not view.stance and view.answer_by < today],
        to_answer=[view for view in views if mine is None or view.sector_id in mine],
        conditions=[view for view in views if view.stance in (Stance.CONDITION, Stance.OBJECTION)],
    )


def _sectors_of(user: User, municipality: Municipality) -> set[int] | None:
    """The sectors this person speaks for; None is all of them."""
    if user.has_perm("municipalities.manage", municipality):
        return None
    rows = Role.objects.for_municipality(municipality).filter(user=user, sector__isnull=False)
    return set(rows.values_list("sector_id", flat=True))


@dataclass(frozen=True)
class Desk:
    """One desk of the town hall as residents may know it: its name and its dates."""

    name: str
    asked_on: date
    answer_by: date
    answered_on: date | None


def desks(initiative: Initiative) -> list[Desk]:
    """Which sectors look at a plan and since when. Nothing of what they say: this is public."""
    rows = initiative.sector_views.order_by("asked_on", "sector__name")
    return [Desk(*row) for row in rows.values_list("sector__name", "asked_on", "answer_by", "answered_on")]


def escalations_for(user: User, municipality: Municipality) -> list[Escalation]:
    """What was laid before this person and waits for an answer."""
    rows = Escalation.objects.filter(recipient=user, initiative__municipality=municipality, answered_at=None)
    return list(rows.select_related("initiative__municipality", "asked_by"))


def views_for(user: User, municipality: Municipality) -> list[SectorView]:
    """The views that this person's sectors still have to give, the most urgent first."""
    mine = _sectors_of(user, municipality)
    rows = SectorView.objects.filter(initiative__municipality=municipality, stance="", initiative__decided_at=None)
    if mine is not None:
        rows = rows.filter(sector__in=mine)
    return list(rows.select_related("initiative__municipality", "sector").order_by("answer_by")[:50])
