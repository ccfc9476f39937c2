"""After a yes: the agreement with its instalments and talks, progress, looking back, and reminders of what comes up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, guards
from foundation.core.wording import euro
from initiatives import notifications
from initiatives.enums import InitiativeState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Agreement, ContactMoment, Evaluation, Initiative, Instalment, Progress
from initiatives.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

# What can be agreed upon, and told of: from the yes until it was looked back on.
RUNNING = (InitiativeState.AGREED, InitiativeState.IN_EXECUTION)
TOLD_IN = (*RUNNING, InitiativeState.FINISHED)
WRITABLE = frozenset(["subject", "budget_cents", "starts_on", "ends_on", "if_not_kept", "ending"])
DAYS_BEFORE = 7
LOOK_BACK = timedelta(days=14)  # what became late longer ago was told then
MOST_ROWS = 60
MOST_PROGRESS = 200


@transaction.atomic
def save(
    *,
    initiative: Initiative,
    by: User,
    instalments: Iterable[tuple[int, date]],
    talks: Iterable[tuple[date, str]] = (),
    version: int | None = None,
    **fields: Any,
) -> Agreement:
    """Write the agreement, or change it. What was paid or held stays as it is; what is still to come is written anew.

    Args:
        instalments: amount in cents and day, of those that are not paid yet.
        talks: day and subject of the contact moments that are not held yet.
        version: ``agreement.version`` when the form was opened; None where there was none.
        fields: ``WRITABLE``.

    Raises:
        ValidationError: the instalments are not the budget together, or a field is wrong.
        WrongMoment: nothing was agreed, or it is over.
        Stale: somebody else saved in the meantime.
        PermissionDenied: ``by`` handles no initiatives here.
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"an agreement has no {sorted(unknown)}")
    row = _opened(initiative, by)
    if row.state not in RUNNING:
        raise WrongMoment(_("There is only something to agree on after a yes, and as long as the plan goes on."))
    agreement = Agreement.objects.select_for_update().filter(initiative=row).first()
    if agreement is None:
        agreement = Agreement(initiative=row)
    else:
        _moves.same_version(agreement, version, strict=True)
        agreement.version += 1
    for name, value in fields.items():
        setattr(agreement, name, value)
    agreement.changed_at = clock.now()
    to_pay, to_talk = list(instalments), list(talks)
    paid = list(agreement.instalments.exclude(paid_on=None)) if agreement.pk else []
    _adds_up(agreement.budget_cents, [part.amount_cents for part in paid] + [cents for cents, _day in to_pay])
    if len(to_pay) + len(paid) > MOST_ROWS or len(to_talk) > MOST_ROWS:
        raise ValidationError(_("That is too much for one agreement."))
    agreement.full_clean()
    agreement.save()
    _keep_or_write(
        agreement.instalments.filter(paid_on=None),
        [Instalment(agreement=agreement, amount_cents=cents, due_on=day) for cents, day in to_pay],
        ("amount_cents", "due_on"),
    )
    _keep_or_write(
        agreement.contact_moments.filter(held_on=None),
        [ContactMoment(agreement=agreement, on=day, subject=subject) for day, subject in to_talk],
        ("on", "subject"),
    )
    audit.record(
        "initiatives.agreement_saved", row, by=by, new={"budget": agreement.budget_cents, "version": agreement.version}
    )
    return agreement


@transaction.atomic
def sign(*, agreement: Agreement, by: User, signed_on: date, version: int | None = None) -> Agreement:
    """Both sides signed it: from now on everybody can read it.

    Raises:
        InitiativeError: in the future.
        WrongMoment: it was signed already, or the plan does not go on.
        Stale: it was changed since this person read it.
        PermissionDenied
    """
    if signed_on > clock.today():
        raise InitiativeError(_("This day lies in the future."))
    row = _opened(agreement.initiative, by)
    kept = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if kept.signed_on is not None or row.state not in RUNNING:
        raise WrongMoment(_("This agreement has been signed already, or the plan does not go on."))
    _moves.same_version(kept, version)
    kept.signed_on = signed_on
    kept.version += 1
    kept.save(update_fields=["signed_on", "version"])
    entry = _moves.note(row, "agreement_signed", by_municipality=True, facts={"day": signed_on.isoformat()})
    audit.record("initiatives.agreement_signed", row, by=by, new={"day": signed_on})
    notifications.tell_team(row, entry, by=by)
    return kept


@transaction.atomic
def pay(*, instalment: Instalment, by: User, paid_on: date) -> Instalment:
    """An instalment was paid.

    Raises:
        InitiativeError: in the future, or paid already.
        WrongMoment: the agreement is not signed.
        PermissionDenied
    """
    if paid_on > clock.today():
        raise InitiativeError(_("This day lies in the future."))
    row = _opened(instalment.agreement.initiative, by)
    kept = Instalment.objects.select_for_update().select_related("agreement").get(pk=instalment.pk)
    if kept.agreement.signed_on is None:
        raise WrongMoment(_("First let both sides sign the agreement."))
    if kept.paid_on is not None:
        raise InitiativeError(_("This has been paid already."))
    kept.paid_on = paid_on
    kept.save(update_fields=["paid_on"])
    audit.record("initiatives.instalment_paid", row, by=by, new={"amount": euro(kept.amount_cents), "day": paid_on})
    return kept


@transaction.atomic
def hold(*, talk: ContactMoment, by: User, held_on: date, notes: str) -> ContactMoment:
    """A contact moment was held, with what was said; for both sides, never public.

    Raises:
        InitiativeError: in the future.
        PermissionDenied
    """
    if held_on > clock.today():
        raise InitiativeError(_("This day lies in the future."))
    row = _opened(talk.agreement.initiative, by)
    kept = ContactMoment.objects.select_for_update().get(pk=talk.pk)
    kept.held_on, kept.notes = held_on, notes.strip()
    kept.full_clean()
    kept.save(update_fields=["held_on", "notes"])
    # What was said stays with the contact moment.
    audit.record("initiatives.talk_held", row, by=by, new={"day": held_on})
    return kept


@transaction.atomic
def tell_progress(*, initiative: Initiative, by: User, text: str, on: date, spent_cents: int | None = None) -> Progress:
    """Tell how it goes; everybody may read it.

    Args:
        spent_cents: so far, in all.

    Raises:
        InitiativeError: a day in the future.
        WrongMoment: nothing is being done.
        PermissionDenied: neither of the team nor of the municipality.
    """
    row = _moves.locked(initiative.pk)
    of_team = by.has_perm("initiatives.edit", row)
    if not of_team and not by.has_perm("initiatives.handle", row.municipality):
        guards.refuse()
    if row.state not in TOLD_IN:
        raise WrongMoment(_("There is no progress to tell of now."))
    if on > clock.today():
        raise InitiativeError(_("This day lies in the future."))
    if row.progress.count() >= MOST_PROGRESS:
        raise InitiativeError(_("There are at most %(limit)d of these on a page.") % {"limit": MOST_PROGRESS})
    told = Progress(
        initiative=row, on=on, text=text.strip(), spent_cents=spent_cents, by_municipality=not of_team, by=by
    )
    told.full_clean()
    told.save(force_insert=True)
    _moves.note(row, "progress", by_municipality=told.by_municipality)
    audit.record("initiatives.progress_told", row, by=by)
    return told


@transaction.atomic
def look_back(*, initiative: Initiative, by: User, version: int | None = None, **fields: Any) -> Evaluation:
    """Write down what came of it, and close: after this everybody can read it and learn from it.

    Args:
        version: of the initiative when the form was opened.
        fields: of ``Evaluation``: results, went_well, went_not, spent_cents, satisfaction (1 to 5), goes_on.

    Raises:
        ValidationError: per field.
        PermissionDenied, WrongMoment, Stale
    """
    row = _moves.locked(initiative.pk)
    _moves.same_version(row, version)
    entry = _moves.move(row, "evaluate", by=by)
    evaluation = Evaluation(initiative=row, **fields)
    evaluation.full_clean()
    evaluation.save(force_insert=True)
    notifications.tell_team(row, entry, by=by)
    return evaluation


def remind(*, today: date | None = None) -> int:
    """Remind of payments and talks that come up or were forgotten, each once; called by beat.

    Returns:
        how many messages are new.
    """
    today = today or clock.today()
    span = (today - LOOK_BACK, today + timedelta(days=DAYS_BEFORE))
    of_signed = {
        "agreement__signed_on__isnull": False,
        "agreement__initiative__state__in": TOLD_IN,
    }
    told = 0
    payments = Instalment.objects.filter(paid_on=None, due_on__range=span, **of_signed).values_list("pk", flat=True)
    for pk in list(payments):
        with transaction.atomic():
            part = _still(Instalment.objects.filter(paid_on=None), pk)
            if part is not None:
                told += notifications.remind_payment(part, late=part.due_on < today)
    talks = ContactMoment.objects.filter(held_on=None, on__range=(today, span[1]), **of_signed)
    for pk in list(talks.values_list("pk", flat=True)):
        with transaction.atomic():
            talk = _still(ContactMoment.objects.filter(held_on=None), pk)
            if talk is not None:
                told += notifications.remind_talk(talk)
    return told


def _still(rows: Any, pk: int) -> Any:
    """The row, locked and looked at again: it may have been paid a moment ago."""
    return (
        rows.select_for_update(of=("self",), skip_locked=True)
        .select_related("agreement__initiative__municipality", "agreement__initiative__handler")
        .filter(pk=pk)
        .first()
    )


def _opened(initiative: Initiative, by: User) -> Initiative:
    row = _moves.locked(initiative.pk)
    _moves.need("initiatives.handle", by, row.municipality)
    return row


def _adds_up(budget: int, parts: list[int]) -> None:
    total = sum(parts)
    if total != budget:
        raise ValidationError(
            _("The instalments are %(total)s together, the budget is %(budget)s. Make them the same.")
            % {"total": euro(total), "budget": euro(budget)}
        )


def _keep_or_write(standing: Any, wanted: list[Any], names: tuple[str, ...]) -> None:
    """Make the open rows equal to what is wanted; one that did not change keeps its number, so that it is not told of twice."""
    known = list(standing)
    for row in wanted:
        same = next((old for old in known if all(getattr(old, n) == getattr(row, n) for n in names)), None)
        if same is not None:
            known.remove(same)
            continue
        row.full_clean()
        row.save(force_insert=True)
    for old in known:
        old.delete()
