"""Reads about a plan: what is still missing, the money beside the costs, who accepted the ground rules."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.wording import euro
from learning_network.enums import INSIDE, PartnerKind, ProgrammeState
from learning_network.models import Participant

if TYPE_CHECKING:
    from datetime import date

    from learning_network.models import GroundRules, Programme


@dataclass(frozen=True)
class Check:
    """One thing to look at before a programme begins. ``must``: it can't begin without."""

    text: str
    done: bool
    must: bool
    url: str


def checks(programme: Programme, today: date) -> list[Check]:
    """What a programme needs before it begins, and what it had better have."""

    def at(name: str) -> str:
        return reverse(f"learning_network:{name}", args=[programme.slug])

    phases = list(programme.phases.all())
    apart = all(one.ends_on < next_.starts_on for one, next_ in pairwise(phases))
    return [
        Check(_("It says what the programme is for."), bool(programme.purpose.strip()), True, at("plan")),
        Check(_("It has a summary for lists and invitations."), bool(programme.summary.strip()), True, at("plan")),
        Check(_("It has phases with dates."), bool(phases), True, at("phases")),
        Check(_("The phases follow each other."), bool(phases) and apart, False, at("phases")),
        Check(
            _("The last phase is still to come or going on."),
            bool(phases) and phases[-1].ends_on >= today,
            False,
            at("phases"),
        ),
        Check(_("It has learning questions."), programme.questions.exists(), False, at("questions")),
        Check(_("It says who carries it."), programme.partners.exists(), False, at("money")),
        Check(
            _("It says what taking part costs, and for what."),
            programme.fee_cents == 0 or bool(programme.fee_text.strip()),
            False,
            at("plan"),
        ),
    ]


@dataclass(frozen=True)
class Money:
    """All in cents. ``costs`` counts lines for each municipality as many times as there are in it."""

    subsidies: int
    contributions: int
    received: int
    costs: int
    municipalities: int

    @property
    def income(self) -> int:
        return self.subsidies + self.contributions

    @property
    def left(self) -> int:
        return self.income - self.costs

    @property
    def costs_each(self) -> int:
        """What the programme costs per municipality; 0 while there are none."""
        return self.costs // self.municipalities if self.municipalities else 0


def money(programme: Programme) -> Money:
    """Contributions and subsidies beside the costs; before anybody is in, as if all places were taken."""
    inside = programme.enrolments.filter(stage__in=INSIDE).aggregate(
        number=Count("pk"), net=Sum(F("fee_cents") - F("reduction_cents")), received=Sum("received_cents")
    )
    number, net = inside["number"], inside["net"] or 0
    if not number:
        number = programme.places
        net = number * programme.fee_cents
    costs = programme.costs.aggregate(
        once=Sum("amount_cents", filter=Q(is_each=False)), each=Sum("amount_cents", filter=Q(is_each=True))
    )
    subsidies = programme.partners.aggregate(sum=Sum("amount_cents"))["sum"] or 0
    return Money(
        subsidies=subsidies,
        contributions=net,
        received=inside["received"] or 0,
        costs=(costs["once"] or 0) + number * (costs["each"] or 0),
        municipalities=number,
    )


def money_chart(found: Money) -> charts.Chart:
    """What comes in beside what goes out."""
    return charts.bar_chart(
        [
            charts.Bar(_("Contributions of municipalities"), found.contributions),
            charts.Bar(_("Subsidies and partners"), found.subsidies),
            charts.Bar(_("Costs"), found.costs, tone="accent"),
        ],
        title=_("Contributions and subsidies beside the costs"),
        head=(_("What"), _("Amount")),
        value_text=lambda cents: euro(int(cents)),
    )


def public_partners(programme: Programme) -> list[dict[str, Any]]:
    """Who carries it, by what they do, for everybody: without amounts."""
    found: dict[str, list[Any]] = {}
    for row in programme.partners.all():
        found.setdefault(row.kind, []).append(row)
    return [{"label": PartnerKind(kind).label, "rows": rows} for kind, rows in found.items()]


def acceptances(programme: Programme, rules: GroundRules) -> dict[str, list[Participant]]:
    """Who accepted this version, and who (still) has not, of everybody who takes part; three queries at most."""
    rows = (
        Participant.objects.present()
        .filter(enrolment__programme=programme)
        .select_related("user", "enrolment__municipality")
        .annotate(accepted=Count("acceptances", filter=Q(acceptances__rules=rules)))
        .order_by("enrolment__municipality__name", "pk")
    )
    yes: list[Participant] = []
    not_yet: list[Participant] = []
    for row in rows:
        (yes if row.accepted else not_yet).append(row)
    return {"yes": yes, "not_yet": not_yet}


def steps(programme: Programme, here: str, today: date, *, may_lead: bool = True) -> list[dict[str, Any]]:
    """The pages on which a programme is prepared, as steps of a path; ``here`` is the one that is open.

    Args:
        may_lead: a facilitator has two of these pages.
    """
    missing = {check.url for check in checks(programme, today) if not check.done}
    names = [
        ("plan", _("Purpose")),
        ("phases", _("Phases")),
        ("questions", _("Questions")),
        ("money", _("Partners and money")),
        ("rules_staff", _("Ground rules")),
        ("roles", _("Roles")),
        ("life", _("Begin") if programme.state == ProgrammeState.DRAFT else _("State")),
    ]
    made = []
    for name, label in names if may_lead else [one for one in names if one[0] in ("questions", "rules_staff")]:
        url = reverse(f"learning_network:{name}", args=[programme.slug])
        state = "now" if name == here else "next" if url in missing or name == "life" else "done"
        made.append({"name": label, "url": url, "state": state})
    return made
