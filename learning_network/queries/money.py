"""What municipalities owe and have paid, in cents. Every total is the sum of what stands above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from learning_network.enums import INSIDE, Stage

if TYPE_CHECKING:
    from learning_network.models import Enrolment

PAY_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Sums:
    """Amounts in cents: ``net`` is fee less reduction, ``open`` what is not received of it (less than nothing: too much)."""

    fee: int = 0
    reduction: int = 0
    received: int = 0
    invoiced: int = 0
    overdue: int = 0

    @property
    def net(self) -> int:
        return self.fee - self.reduction

    @property
    def open(self) -> int:
        return self.net - self.received

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.fee + other.fee,
            self.reduction + other.reduction,
            self.received + other.received,
            self.invoiced + other.invoiced,
            self.overdue + other.overdue,
        )


@dataclass(frozen=True)
class Line:
    """One municipality with its amounts. ``due_on``: the last day to pay, once there is an invoice."""

    row: Enrolment
    sums: Sums
    due_on: date | None
    url: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.sums.overdue > 0

    @property
    def state(self) -> str:
        """Where the payment stands, in words."""
        if self.is_overdue:
            return _("too late")
        if self.sums.open < 0:
            return _("paid too much")
        if self.sums.net == 0:
            return _("nothing to pay")
        if self.sums.open == 0:
            return _("paid")
        return _("invoiced") if self.row.invoiced_on else _("not invoiced")


@dataclass(frozen=True)
class Overview:
    """``owing``: who is in, has an invoice or has paid; ``possible``: who may still come in."""

    owing: list[Line]
    total: Sums
    possible: list[Line]
    possible_total: Sums


def overview(rows: Iterable[Enrolment], today: date, base: str = "") -> Overview:
    """Who owes what.

    Args:
        rows: the municipalities of a programme, with ``municipality`` fetched.
        base: the address under which their cards stand.
    """
    owing: list[Line] = []
    possible: list[Line] = []
    for row in rows:
        made = line(row, today, f"{base}{row.municipality_id}/" if base else "")
        if row.stage in INSIDE or row.invoiced_on or row.received_cents:
            owing.append(made)
        elif row.stage != Stage.STOPPED:
            possible.append(made)
    return Overview(
        owing, sum((one.sums for one in owing), Sums()), possible, sum((one.sums for one in possible), Sums())
    )


def line(row: Enrolment, today: date, url: str = "") -> Line:
    """The amounts of one municipality; an invoice that is not paid after ``PAY_WITHIN`` is overdue."""
    due_on = row.invoiced_on + PAY_WITHIN if row.invoiced_on else None
    unpaid = max(row.owed_cents, 0) if due_on is not None else 0
    late = due_on is not None and due_on < today
    net = row.fee_cents - row.reduction_cents
    return Line(
        row,
        Sums(
            fee=row.fee_cents,
            reduction=row.reduction_cents,
            received=row.received_cents,
            invoiced=net if row.invoiced_on else 0,
            overdue=unpaid if late else 0,
        ),
        due_on,
        url,
    )


def export_head() -> list[str]:
    return [
        _("CBS code"),
        _("Municipality"),
        _("Stage"),
        _("Contribution"),
        _("Reduction"),
        _("Why the reduction"),
        _("To pay"),
        _("Invoiced on"),
        _("Pay before"),
        _("Received"),
        _("Still open"),
        _("State"),
    ]


def export_rows(found: Overview) -> Iterator[list[Any]]:
    """A line per municipality that owes, then the total; amounts in euros with cents, as a spreadsheet adds them."""
    for one in found.owing:
        row = one.row
        yield [
            row.municipality_id,
            row.municipality.name,
            row.get_stage_display(),
            *_euros(one.sums.fee, one.sums.reduction),
            row.reduction_reason,
            *_euros(one.sums.net),
            row.invoiced_on or "",
            one.due_on or "",
            *_euros(one.sums.received, one.sums.open),
            one.state,
        ]
    total = found.total
    yield [
        "",
        _("Total"),
        "",
        *_euros(total.fee, total.reduction),
        "",
        *_euros(total.net),
        "",
        "",
        *_euros(total.received, total.open),
        "",
    ]


def _euros(*cents: int) -> list[float]:
    return [value / 100 for value in cents]
