"""What labs share with everyone, for the API and the feed; how, is told in ``learning_network.open_data``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import DateTimeField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changelab.enums import Level
from changelab.models import (
    Insight,
    Observation,
    Obstacle,
    Prototype,
    ShareLog,
    Stakeholder,
    TransferPlan,
)
from changelab.services.plans import sums
from learning_network.open_data import OpenKind, Text

Facts = Iterable[tuple[Text, Any]]


def _since(model: type[Any]) -> Any:
    """When its lab last opened it to everyone."""
    lines = ShareLog.objects.filter(
        lab=OuterRef("lab"), kind=model._meta.model_name, item_id=OuterRef("pk"), new=Level.EVERYONE
    )
    return Coalesce(Subquery(lines.order_by("-at").values("at")[:1]), F("created_at"), output_field=DateTimeField())


def _lab(row: Any) -> tuple[Text, Any]:
    return _("lab"), row.lab.title


def _amounts(row: TransferPlan) -> list[tuple[Text, int | None]]:
    tasks = list(row.tasks.all())
    total = sums(tasks)
    made: list[tuple[Text, int | None]] = [
        (_("present budget"), total.present),
        (_("saving"), total.saving),
        (_("budget to hand over"), total.transfer),
        (_("own contribution of the group"), total.own),
    ]
    return [*made, *((_("budget to hand over") + f": {task.title}", task.transfer_cents) for task in tasks)]


def _risks(row: TransferPlan) -> list[tuple[Text, str]]:
    return [
        (f"{risk._meta.verbose_name}: {risk.get_carrier_display()}", f"{risk.text}\n\n{risk.measure}".strip())
        for risk in row.risks.all()
    ]


def _kind(
    code: str, label: Text, model: type[Any], texts: tuple[str, ...], page: str, anchor: str = "", **more: Any
) -> OpenKind:
    facts = more.pop("facts", lambda row: ())

    def url(row: Any) -> str:
        address = [row.lab.cohort.slug, row.lab.slug, *([row.pk] if page == "plan_page" else [])]
        return reverse(f"changelab:{page}", args=address) + (anchor and f"#{anchor}-{row.pk}")

    return OpenKind(
        code,
        label,
        model,
        texts,
        facts=lambda row: (_lab(row), *facts(row)),
        by=lambda row: str(row.lab.municipality),
        place=lambda row: str(row.lab.municipality_id),
        url=url,
        since=_since(model),
        related=("lab__cohort", "lab__municipality"),
        **more,
    )


KINDS: dict[str, OpenKind] = {
    kind.code: kind
    for kind in (
        _kind(
            "betrokkenen",
            _("stakeholder"),
            Stakeholder,
            ("holds",),
            "stakeholders",
            facts=lambda row: (
                (_("kind"), row.get_kind_display()),
                (_("role"), row.role),
                (_("interest (1 to 5)"), row.interest),
                (_("influence (1 to 5)"), row.influence),
                (_("in the room?"), row.get_presence_display()),
            ),
        ),
        _kind(
            "observaties",
            _("observation"),
            Observation,
            ("text",),
            "journey",
            facts=lambda row: ((_("where"), row.get_source_display()),),
        ),
        _kind("inzichten", _("insight"), Insight, ("text", "more"), "journey", "inzicht"),
        _kind(
            "prototypes",
            _("prototype"),
            Prototype,
            ("hypothesis", "try_out", "learned", "next_try"),
            "journey",
            "prototype",
            facts=lambda row: ((_("state"), row.get_state_display()),),
        ),
        _kind(
            "obstakels",
            _("obstacle"),
            Obstacle,
            ("text", "way_out"),
            "obstacles",
            "obstakel",
            facts=lambda row: ((_("kind"), row.get_kind_display()), (_("state"), row.get_state_display())),
        ),
        _kind(
            "plannen-van-aanpak",
            _("transfer plan"),
            TransferPlan,
            ("summary", "conditions", "support", "next_steps"),
            "plan_page",
            facts=lambda row: (
                (_("residents' group"), row.group_name),
                (_("start"), row.starts_on.isoformat() if row.starts_on else ""),
                (_("state"), row.get_state_display()),
            ),
            amounts=_amounts,
            more=_risks,
            narrow=lambda rows: rows.prefetch_related("tasks", "risks"),
        ),
    )
}
