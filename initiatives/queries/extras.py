"""What the team put on the page beside its plan: news, pictures, documents, budget, planning, supporters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.text import render_markdown
from foundation.core.wording import euro
from foundation.municipalities.models import ByLaw
from initiatives.cards import picture_url
from initiatives.enums import BudgetKind
from initiatives.models import BudgetLine, Document, Initiative, Milestone

NEWS_SHOWN = 10
NAMES_SHOWN = 60


@dataclass(frozen=True)
class Budget:
    """All amounts in integer cents. ``gap_cents`` is what no source is named for; below nothing, money is left over."""

    lines: list[BudgetLine]
    cost_cents: int
    own_cents: int
    other_cents: int
    asked_cents: int

    @property
    def income_cents(self) -> int:
        return self.own_cents + self.other_cents + self.asked_cents

    @property
    def gap_cents(self) -> int:
        return self.cost_cents - self.income_cents

    @property
    def left_cents(self) -> int:
        return -self.gap_cents

    @property
    def groups(self) -> list[tuple[str, list[BudgetLine], int]]:
        """Kind in words, its lines, their sum; in the order of a budget."""
        sums = {
            BudgetKind.COST: self.cost_cents,
            BudgetKind.OWN: self.own_cents,
            BudgetKind.OTHER: self.other_cents,
            BudgetKind.ASKED: self.asked_cents,
        }
        return [
            (str(kind.label), [line for line in self.lines if line.kind == kind], total)
            for kind, total in sums.items()
            if any(line.kind == kind for line in self.lines)
        ]

    @property
    def chart(self) -> charts.Chart | None:
        """The costs as one bar, divided over where the money comes from."""
        if not self.cost_cents or not self.income_cents:
            return None
        parts = [
            charts.Bar(str(label), cents)
            for label, cents in (
                (BudgetKind.OWN.label, self.own_cents),
                (BudgetKind.OTHER.label, self.other_cents),
                (BudgetKind.ASKED.label, self.asked_cents),
            )
            if cents
        ]
        return charts.stacked_bar(
            parts,
            title=_("Where the money comes from"),
            total=self.cost_cents,
            rest_label=_("Not covered yet"),
            head=[_("From"), _("Amount")],
            value_text=lambda cents: euro(int(cents)),
        )


@dataclass(frozen=True)
class Shown:
    """A news item or picture ready to be shown."""

    row: Any
    url: str
    text: str = ""


@dataclass(frozen=True)
class SupportBox:
    """What the box of support shows to everybody. ``threshold`` is of the by-law, 0 where it asks none."""

    total: int
    threshold: int
    names: list[str]
    is_open: bool

    @property
    def still(self) -> int:
        """How many are still needed."""
        return max(0, self.threshold - self.total)

    @property
    def percentage(self) -> int:
        return min(100, 100 * self.total // self.threshold) if self.threshold else 0


def budget(initiative: Initiative) -> Budget:
    """The budget with its sums, added up here in whole cents."""
    order = {kind.value: place for place, kind in enumerate(BudgetKind)}
    lines = sorted(initiative.budget_lines.all(), key=lambda line: (order[line.kind], line.pk))
    sums = {kind: sum(line.amount_cents for line in lines if line.kind == kind) for kind in BudgetKind}
    return Budget(
        lines=lines,
        cost_cents=sums[BudgetKind.COST],
        own_cents=sums[BudgetKind.OWN],
        other_cents=sums[BudgetKind.OTHER],
        asked_cents=sums[BudgetKind.ASKED],
    )


def planning(initiative: Initiative) -> list[Milestone]:
    return list(initiative.milestones.all())


def news(initiative: Initiative, limit: int = NEWS_SHOWN) -> list[Shown]:
    """The newest news, with its text as safe HTML."""
    return [
        Shown(row=item, url=picture_url(initiative, item.picture.name), text=render_markdown(item.text))
        for item in initiative.news.all()[:limit]
    ]


def pictures(initiative: Initiative) -> list[Shown]:
    return [Shown(row=item, url=picture_url(initiative, item.image.name)) for item in initiative.pictures.all()]


def may_read_all(initiative: Initiative, user: Any) -> bool:
    """Whether this person also reads the documents that are not for everybody: the team, and who works on it."""
    if not user.is_authenticated:
        return False
    return bool(
        user.has_perm("initiatives.edit", initiative)
        or user.has_perm("initiatives.read_inside", initiative.municipality)
    )


def documents(initiative: Initiative, user: Any) -> list[Document]:
    """Those that this person may open."""
    rows = initiative.documents.all()
    return list(rows if may_read_all(initiative, user) else rows.filter(is_public=True))


def support_box(initiative: Initiative) -> SupportBox:
    """How many support it, and the names of who chose to be named."""
    by_law = ByLaw.objects.filter(municipality=initiative.municipality).only("support_threshold").first()
    named = initiative.supports.filter(is_public=True).order_by("created_at", "pk")
    return SupportBox(
        total=initiative.supporters_total,
        threshold=by_law.support_threshold if by_law else 0,
        names=[name for name in named.values_list("user__name", flat=True)[:NAMES_SHOWN] if name],
        is_open=initiative.takes_support,
    )
