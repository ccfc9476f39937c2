"""Writing a transfer plan: its words, its tasks and their money, its risks, and versions of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from changelab.enums import PLAN_WRITABLE
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import Lab, PlanRisk, PlanTask, PlanVersion, Sums, TransferPlan
from changelab.services import _items, _moves
from foundation.core import audit, clock

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(
    ["title", "summary", "group_name", "group_form", "conditions", "support", "starts_on", "next_steps"]
)
TASK_FIELDS = frozenset(
    ["title", "text", "present_cents", "present_fte", "saving_cents", "transfer_cents", "own_cents"]
)
RISK_FIELDS = frozenset(["text", "carrier", "measure"])
MOST_TASKS = 60
MOST_RISKS = 60


def begin(*, lab: Lab, title: str, by: User) -> TransferPlan:
    """Begin a plan; a lab can have more than one.

    Raises:
        WrongMoment, ValidationError, PermissionDenied
    """
    made: TransferPlan = _items.add(TransferPlan(lab=lab, title=title.strip()), by=by)
    return made


def change(*, plan: TransferPlan, by: User, version: int | None = None, **fields: Any) -> TransferPlan:
    """Change the words of a plan.

    Raises:
        Stale: somebody saved in between.
        WrongMoment: it lies to be signed, or was decided on.
    """
    with transaction.atomic():
        writable(plan, by=by)
        changed: TransferPlan = _items.change(plan, by=by, version=version, writable=WRITABLE, **fields)
    return changed


def add_task(*, plan: TransferPlan, by: User, **fields: Any) -> PlanTask:
    """A task more. Its amounts are checked here and by the database: nothing is handed over that is not there.

    Raises:
        ValidationError: the money does not fit.
        ChangelabError: too many tasks.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = writable(plan, by=by)
        if row.tasks.count() >= MOST_TASKS:
            raise ChangelabError(_("A plan has at most %(most)d tasks.") % {"most": MOST_TASKS})
        last = row.tasks.aggregate(last=Max("number"))["last"] or 0
        task = PlanTask(plan=row, number=last + 1)
        _fill(task, TASK_FIELDS, fields)
        audit.record("changelab.task_added", task, by=by, new=_told(task))
    return task


def change_task(*, task: PlanTask, by: User, version: int | None = None, **fields: Any) -> PlanTask:
    """Change a task or its money.

    Raises:
        Stale, ValidationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        writable(task.plan, by=by)
        row = PlanTask.objects.select_for_update().get(pk=task.pk)
        _moves.same_version(row, version)
        old = _told(row)
        row.version += 1
        _fill(row, TASK_FIELDS, fields)
        audit.record("changelab.task_changed", row, by=by, old=old, new=_told(row))
    return row


def remove_task(*, task: PlanTask, by: User) -> None:
    """Take a task out of the plan; its amounts stay in the audit trail and in earlier versions."""
    with transaction.atomic():
        writable(task.plan, by=by)
        row = PlanTask.objects.select_for_update().get(pk=task.pk)
        audit.record("changelab.task_removed", row, by=by, old=_told(row))
        row.delete()


def add_risk(*, plan: TransferPlan, by: User, **fields: Any) -> PlanRisk:
    """A risk more, with who carries it."""
    with transaction.atomic():
        row = writable(plan, by=by)
        if row.risks.count() >= MOST_RISKS:
            raise ChangelabError(_("A plan has at most %(most)d risks.") % {"most": MOST_RISKS})
        risk = PlanRisk(plan=row)
        _fill(risk, RISK_FIELDS, fields)
        audit.record("changelab.risk_added", risk, by=by)
    return risk


def change_risk(*, risk: PlanRisk, by: User, version: int | None = None, **fields: Any) -> PlanRisk:
    """Change a risk."""
    with transaction.atomic():
        writable(risk.plan, by=by)
        row = PlanRisk.objects.select_for_update().get(pk=risk.pk)
        _moves.same_version(row, version)
        row.version += 1
        _fill(row, RISK_FIELDS, fields)
        audit.record("changelab.risk_changed", row, by=by)
    return row


def remove_risk(*, risk: PlanRisk, by: User) -> None:
    """Take a risk out of the plan."""
    with transaction.atomic():
        writable(risk.plan, by=by)
        audit.record("changelab.risk_removed", risk, by=by)
        risk.delete()


def keep_version(*, plan: TransferPlan, by: User, note: str = "") -> PlanVersion:
    """Keep the plan as it stands now; nothing new makes no new version.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = writable(plan, by=by)
        return snapshot(row, by=by, note=note)


def snapshot(plan: TransferPlan, *, by: User, note: str = "") -> PlanVersion:
    """The version of a locked plan as it stands; the last one where that says the same."""
    content = content_of(plan)
    last = plan.versions.order_by("-number").first()
    if last is not None and last.content == content:
        return last
    number = (last.number if last else 0) + 1
    made = PlanVersion.objects.create(
        plan=plan, number=number, by=by, at=clock.now(), note=note.strip()[:200], content=content
    )
    audit.record("changelab.version_kept", plan, by=by, new={"number": number})
    return made


def content_of(plan: TransferPlan) -> dict[str, Any]:
    """Everything that a plan says, as data: words, tasks in order with their money in cents, risks, and the sums."""
    tasks = list(plan.tasks.all())
    total = sums(tasks)
    return {
        **{
            name: value.isoformat() if hasattr(value := getattr(plan, name), "isoformat") else value
            for name in sorted(WRITABLE)
        },
        "tasks": [{"id": task.pk, **{name: getattr(task, name) for name in sorted(TASK_FIELDS)}} for task in tasks],
        "risks": [
            {"id": risk.pk, **{name: getattr(risk, name) for name in sorted(RISK_FIELDS)}} for risk in plan.risks.all()
        ],
        "sums": {
            "present": total.present,
            "saving": total.saving,
            "transfer": total.transfer,
            "own": total.own,
            "remainder": total.remainder,
        },
    }


def sums(tasks: Any) -> Sums:
    """The money of these tasks together, in cents."""
    total = Sums()
    for task in tasks:
        total += task.sums
    return total


def writable(plan: TransferPlan, *, by: User) -> TransferPlan:
    """The plan locked, where it can still be written.

    Raises:
        WrongMoment: it lies to be signed, or was decided on.
    """
    row: TransferPlan = _items.locked(plan, by=by)
    if row.state not in PLAN_WRITABLE:
        raise WrongMoment(_("This plan can't be changed now: it is “%(state)s”.") % {"state": row.get_state_display()})
    return row


def _fill(row: Any, known: frozenset[str], fields: dict[str, Any]) -> None:
    if unknown := set(fields) - known:
        raise TypeError(f"{type(row).__name__} has no {sorted(unknown)}")
    for name, value in fields.items():
        setattr(row, name, value)
    if isinstance(row, PlanTask) and row.sums.remainder < 0:
        raise ValidationError(
            {
                "transfer_cents": _(
                    "What is handed over and what is saved are together more than the present budget. "
                    "If it costs more, write the saving as an amount below nothing."
                )
            }
        )
    row.full_clean(exclude=["plan"])
    row.save()


def _told(task: PlanTask) -> dict[str, Any]:
    return {name: getattr(task, name) for name in sorted(TASK_FIELDS - {"text"})}
