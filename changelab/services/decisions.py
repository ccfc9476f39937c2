"""What happens with a written plan: advice of other municipalities, signatures, a yes or a no, and the hand-over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from changelab.enums import PLAN_TRANSITIONS, AdviceUse, PlanState, Side
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import PlanAdvice, SignOff, Transfer, TransferPlan
from changelab.services import _items, _moves, plans
from foundation.core import audit, clock
from initiatives.services import agreements
from initiatives.services.handover import open_in_execution
from learning_network.models import Enrolment

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from initiatives.models import Initiative

MOST_INSTALMENTS = 24


def ask_advice(*, plan: TransferPlan, by: User, version: int | None = None) -> TransferPlan:
    """Lay the plan before the other municipalities; it can still be written.

    Raises:
        ChangelabError: it has no tasks yet.
    """
    return _move(plan, PlanState.ADVICE, "plan_advice_asked", by=by, version=version, needs_tasks=True)


def advise(*, plan: TransferPlan, text: str, by: User, enrolment: Enrolment | None = None) -> PlanAdvice:
    """Advise another lab: who is in the cohort or runs its programme, for the municipality that they take part for.

    Args:
        enrolment: for which municipality; None for who runs the programme.

    Raises:
        WrongMoment: it is not laid before others.
        ChangelabError: it is their own plan.
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        lab = _moves.locked(plan.lab_id)
        _moves.need("changelab.read_kitchen", by, lab)
        row = TransferPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if row.state not in (PlanState.ADVICE, PlanState.SIGNING) or row.withdrawn_at is not None:
            raise WrongMoment(_("This plan does not ask for advice now."))
        if enrolment is not None:
            _moves.need("learning_network.speak_for", by, enrolment)
            if enrolment.pk == lab.application.enrolment_id:
                raise ChangelabError(_("This is the plan of your own municipality."))
        made = PlanAdvice(plan=row, enrolment=enrolment, author=by, at=clock.now(), text=text.strip())
        made.full_clean(exclude=["plan", "enrolment", "author"])
        made.save()
        audit.record("changelab.advice_given", made, by=by)
    return made


def answer_advice(*, advice: PlanAdvice, use: str, answer: str, by: User, version: int | None = None) -> PlanAdvice:
    """Say what was done with an advice, and why.

    Raises:
        ChangelabError: no words, or an unknown outcome.
        Stale, PermissionDenied
    """
    if use not in AdviceUse.values or not answer.strip():
        raise ChangelabError(_("Say what you did with it, and why."))
    with transaction.atomic():
        lab = _moves.locked(advice.plan.lab_id)
        _moves.need("changelab.work", by, lab)
        row = PlanAdvice.objects.select_for_update().get(pk=advice.pk)
        _moves.same_version(row, version)
        row.use, row.answer, row.answered_at = use, answer.strip(), clock.now()
        row.version += 1
        row.full_clean(exclude=["plan", "enrolment", "author"])
        row.save()
        audit.record("changelab.advice_answered", row, by=by, new={"use": use})
    return row


def lay_down(*, plan: TransferPlan, by: User, version: int | None = None) -> TransferPlan:
    """Lay the plan down to be signed: from now on nothing in it changes.

    Raises:
        ChangelabError: it lacks tasks, a residents' group or a start.
    """
    with transaction.atomic():
        row = plans.writable(plan, by=by)
        if not row.group_name.strip() or row.starts_on is None:
            raise ChangelabError(_("Write first which group of residents takes it over, and when it starts."))
        plans.snapshot(row, by=by, note=_("laid down to be signed"))
        return _move(row, PlanState.SIGNING, "plan_laid_down", by=by, version=version, needs_tasks=True)


def take_up(*, plan: TransferPlan, reason: str, by: User) -> TransferPlan:
    """Write on: signatures under the old version no longer count."""
    return _move(plan, PlanState.DRAFT, "plan_taken_up", by=by, reason=reason)


def sign(*, plan: TransferPlan, side: str, name: str, signed_on: date, by: User, function: str = "") -> TransferPlan:
    """Record that one side signed; with both signatures the plan is accepted.

    Args:
        name: who signed, for that side.
        signed_on: the day on which they did (Dutch date).

    Raises:
        ChangelabError: no name, a day in the future, or this side signed already.
        WrongMoment: it does not lie to be signed.
        PermissionDenied: ``by`` does not lead the lab.
    """
    if side not in Side.values or not name.strip():
        raise ChangelabError(_("Say who signed."))
    if signed_on > clock.today():
        raise ChangelabError(_("This day lies in the future."))
    with transaction.atomic():
        row: TransferPlan = _items.locked(plan, by=by, permission="changelab.lead_lab")
        if row.state != PlanState.SIGNING:
            raise WrongMoment(_("This plan does not lie to be signed."))
        version = row.versions.order_by("-number")[:1].get()
        if version.sign_offs.filter(side=side).exists():
            raise ChangelabError(_("This side has signed already."))
        SignOff.objects.create(
            plan=row,
            version=version,
            side=side,
            name=name.strip()[:120],
            function=function.strip()[:120],
            signed_on=signed_on,
            recorded_by=by,
            recorded_at=clock.now(),
        )
        audit.record("changelab.plan_signed", row, by=by, new={"side": str(Side(side).label), "number": version.number})
        if version.sign_offs.count() == len(Side):
            return _move(row, PlanState.ACCEPTED, "plan_accepted", by=by, decided_at=clock.now())
    return row


def reject(*, plan: TransferPlan, reason: str, by: User) -> TransferPlan:
    """The plan does not go on, with the reason.

    Raises:
        ChangelabError: no reason.
    """
    if not reason.strip():
        raise ChangelabError(_("Say why the plan does not go on."))
    return _move(plan, PlanState.REJECTED, "plan_rejected", by=by, reason=reason, decided_at=clock.now())


def _move(
    plan: TransferPlan,
    state: str,
    verb: str,
    *,
    by: User,
    reason: str = "",
    version: int | None = None,
    needs_tasks: bool = False,
    **fields: Any,
) -> TransferPlan:
    with transaction.atomic():
        row: TransferPlan = _items.locked(plan, by=by, permission="changelab.lead_lab")
        _moves.same_version(row, version)
        if needs_tasks and not row.tasks.exists():
            raise ChangelabError(_("A plan has at least one task."))
        old = _moves.set_state(row, PLAN_TRANSITIONS, state)
        row.state_reason = reason.strip()
        row.version += 1
        row.changed_at = clock.now()
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=["state", "state_reason", "version", "changed_at", *fields])
        audit.record(f"changelab.{verb}", row, by=by, reason=reason.strip(), old={"state": old}, new={"state": state})
    return row


def hand_over(
    *,
    plan: TransferPlan,
    by: User,
    ends_on: date,
    instalments: int,
    if_not_kept: str,
    ending: str,
) -> Initiative:
    """Make an initiative in execution of an accepted plan, with its agreement: the budget handed over, to the cent.

    Args:
        by: a civil servant of the municipality.
        ends_on: last day of the agreement.
        instalments: in how many parts the budget is paid, spread evenly over the time (0 where there is no money).

    Raises:
        WrongMoment: not accepted, or handed over already.
        ChangelabError: the municipality does not use this installation, or there are no days for the instalments.
        PermissionDenied: ``by`` handles no initiatives of the municipality.
        ValidationError
    """
    with transaction.atomic():
        lab = _moves.locked(plan.lab_id)
        row = TransferPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        if lab.tenant is None:
            raise ChangelabError(_("%(municipality)s does not use this website.") % {"municipality": lab.municipality})
        if not by.has_perm("initiatives.handle", lab.tenant):
            raise PermissionDenied(_("You can't do this here: it asks for another role."))
        if row.state != PlanState.ACCEPTED or Transfer.objects.filter(plan=row).exists():
            raise WrongMoment(_("Only an accepted plan is handed over, and only once."))
        starts_on = row.starts_on or clock.today()
        total = plans.sums(row.tasks.all())
        parts = spread(total.transfer, starts_on, ends_on, instalments)
        made = open_in_execution(
            municipality=lab.tenant,
            by=by,
            title=row.title,
            summary=row.summary[:300] or row.title,
            story=_story(row),
            origin_label=_("Transfer plan of the %(lab)s") % {"lab": lab.title},
            origin_url=plan.get_absolute_url(),
            neighbourhood=lab.areas.first(),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        agreements.save(
            initiative=made,
            by=by,
            instalments=parts,
            subject=_story(row),
            budget_cents=total.transfer,
            starts_on=starts_on,
            ends_on=ends_on,
            if_not_kept=if_not_kept,
            ending=ending,
        )
        Transfer.objects.create(plan=row, initiative=made, by=by, at=clock.now())
        audit.record("changelab.handed_over", row, by=by, new={"cents": total.transfer})
    return made


def spread(cents: int, starts_on: date, ends_on: date, parts: int) -> list[tuple[int, date]]:
    """A budget in parts over the time: (cents, day); the parts differ by a cent at most and are the budget together.

    Raises:
        ChangelabError: money without parts, or an end before the start.
    """
    if ends_on <= starts_on:
        raise ChangelabError(_("The end lies before the start."))
    if cents == 0:
        return []
    if not 1 <= parts <= min(MOST_INSTALMENTS, cents):
        raise ChangelabError(
            _("Choose in how many parts the budget is paid, from 1 to %(most)d.") % {"most": MOST_INSTALMENTS}
        )
    share, rest = divmod(cents, parts)
    step = (ends_on - starts_on) / parts
    return [(share + (1 if number < rest else 0), starts_on + step * number) for number in range(parts)]


def _story(plan: TransferPlan) -> str:
    """What was agreed, in words: the plan, its tasks and its conditions."""
    tasks = "\n".join(f"- {task.title}" for task in plan.tasks.all())
    parts = [plan.summary, _("Tasks:") + "\n\n" + tasks]
    if plan.conditions:
        parts.append(_("Conditions:") + "\n\n" + plan.conditions)
    return "\n\n".join(part for part in parts if part)
