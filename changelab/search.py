"""What of the labs can be found in the search of the learning network: prototypes and transfer plans, per reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changelab.models import Prototype, TransferPlan
from learning_network.search import SearchKind, register

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _prototypes(user: Any) -> QuerySet[Any]:
    return Prototype.objects.visible_to(user)


def _plans(user: Any) -> QuerySet[Any]:
    return TransferPlan.objects.visible_to(user)


def _place(row: Any) -> str:
    return str(row.lab.municipality)


def _on_the_journey(row: Any) -> str:
    return f"{reverse('changelab:journey', args=[row.lab.cohort.slug, row.lab.slug])}#prototype-{row.pk}"


_LAB = ("lab__municipality", "lab__cohort")


def declare() -> None:
    register(
        SearchKind(
            "prototypes",
            _("Prototypes"),
            _prototypes,
            "title",
            ("hypothesis", "try_out", "learned"),
            url=_on_the_journey,
            place=_place,
            related=_LAB,
        )
    )
    register(
        SearchKind(
            "plannen-van-aanpak",
            _("Transfer plans"),
            _plans,
            "title",
            ("summary", "group_name", "conditions"),
            place=_place,
            related=_LAB,
        )
    )
