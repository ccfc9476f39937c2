"""Contributions of every kind and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from participation.models import Contribution, Process
from participation.personal_data import contributions
from participation.queries.report import brought_in, waiting


@dataclass(frozen=True)
class Kind:
    """One kind of contribution in a process.

    Attributes:
        code: in addresses: the name of the model.
        waiting: how many have no answer yet.
        total: how many are on the site.
    """

    code: str
    label: str
    model: type[Contribution]
    waiting: int
    total: int


def kinds(process: Process) -> list[Kind]:
    """The kinds that occur in this process."""
    found = []
    for model in contributions():
        total = on_site(model, process).count()
        if total:
            label = str(model._meta.verbose_name_plural)
            found.append(Kind(str(model._meta.model_name), label, model, waiting(model, process).count(), total))
    return found


def on_site(model: type[Contribution], process: Process) -> QuerySet[Any]:
    """Of one kind, what everybody may read."""
    rows: QuerySet[Any] = brought_in(model, process).filter(hidden_at=None)
    return rows


def answered(model: type[Contribution], process: Process) -> QuerySet[Any]:
    """Of one kind, those with an answer, the newest answer first."""
    return on_site(model, process).exclude(answer_outcome="").order_by("-answered_at", "-pk")


def kind_of(code: str) -> type[Contribution] | None:
    """The model of a word in an address."""
    return next((model for model in contributions() if model._meta.model_name == code), None)
