"""What a page shows of a cooperative: stage, roles, the conflict of roles, growth, and what helps now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from foundation.core.charts import Chart, line_chart
from foundation.core.wording import short_day
from initiatives.enums import COOPERATIVES, CooperativeStage
from initiatives.models import Cooperative, GrowthPoint, Initiative


@dataclass(frozen=True)
class Picture:
    """A cooperative as everybody may see it."""

    row: Cooperative | None
    steps: list[dict[str, str]]
    growth: list[GrowthPoint]
    chart: Chart | None
    helps: list[str]


def picture(initiative: Initiative) -> Picture | None:
    """None where the initiative is no cooperative."""
    if initiative.kind not in COOPERATIVES:
        return None
    row = Cooperative.objects.filter(initiative=initiative).first()
    growth = list(initiative.growth.all()[:60])
    stage = CooperativeStage(row.stage) if row else CooperativeStage.NETWORK
    return Picture(row, _steps(stage), growth, _chart(growth), helps_at(stage))


def _steps(now: CooperativeStage) -> list[dict[str, str]]:
    order = list(CooperativeStage)
    place = order.index(now)
    notes = {
        CooperativeStage.NETWORK: _("Residents know each other and look what is needed."),
        CooperativeStage.INTERMEDIARY: _("The cooperative links who needs something to who provides it."),
        CooperativeStage.PROVIDER: _("The cooperative provides it itself."),
    }
    return [
        {
            "name": str(stage.label).capitalize(),
            "state": "done" if number < place else "now" if number == place else "next",
            "when": "",
            "note": notes[stage],
        }
        for number, stage in enumerate(order)
    ]


def _chart(growth: list[GrowthPoint]) -> Chart | None:
    if len(growth) < 2:
        return None
    return line_chart([(short_day(point.day), point.members) for point in growth], title=_("Members over time"))


def helps_at(stage: CooperativeStage) -> list[str]:
    """What helps to start or to grow at this stage: for the cooperative and for its contact at the town hall."""
    return {
        CooperativeStage.NETWORK: [
            _("A place to meet and somebody who knows the neighbourhood."),
            _("A small sum for a first survey of what people need and can offer."),
            _("A talk with a cooperative that is a step further."),
        ],
        CooperativeStage.INTERMEDIARY: [
            _("A legal form with members who decide, and a bank account of its own."),
            _("One contact at the town hall for all departments."),
            _("Agreements on privacy: who may know which request."),
            _("A way to show which providers were named, and why."),
        ],
        CooperativeStage.PROVIDER: [
            _("A fair chance in purchasing: smaller lots, longer contracts."),
            _("Quality and complaints arranged as for every provider."),
            _("Advice and delivery kept apart, so that a client can choose freely."),
            _("A plan for when people stop: nobody may fall between two stools."),
        ],
    }[stage]
