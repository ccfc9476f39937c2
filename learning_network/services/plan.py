"""The parts of a programme's plan: its phases, its learning questions, who carries it, and what it costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from foundation.core import audit
from learning_network.errors import NetworkError
from learning_network.models import Cost, LearningQuestion, Partner, Phase, Programme
from learning_network.services import _moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foundation.accounts.models import User

PHASE_FIELDS = ("title", "purpose", "starts_on", "ends_on")


def set_phases(
    *, programme: Programme, phases: Sequence[dict[str, Any]], by: User, version: int | None = None
) -> list[Phase]:
    """Write the phases, in the order of their first days; those that are not named any more go.

    Args:
        phases: fields of ``Phase`` without its number; with its ``id`` where it was there before.
        version: of the programme when the page was opened: two leads don't overwrite each other's dates.

    Raises:
        ValidationError: a phase ends before it begins, or none is left.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        _moves.same_version(row, version)
        if not phases:
            raise ValidationError(_("A programme has at least one phase."))
        there = {phase.pk: phase for phase in row.phases.all()}
        ordered = sorted(phases, key=lambda phase: (phase["starts_on"], phase["ends_on"]))
        kept: list[Phase] = []
        for number, told in enumerate(ordered, start=1):
            if told["ends_on"] < told["starts_on"]:
                raise ValidationError(_("“%(phase)s” ends before it begins.") % {"phase": told["title"]})
            phase = there.get(told.get("id") or 0) or Phase(programme=row)
            for name in PHASE_FIELDS:
                setattr(phase, name, told[name])
            phase.number = number
            kept.append(phase)
        row.phases.exclude(pk__in=[phase.pk for phase in kept if phase.pk]).delete()
        for phase in kept:
            phase.full_clean(exclude=["programme"], validate_constraints=False)
            phase.save()
        _touched(row, "phases_set", by=by, count=len(kept))
    return kept


def shift_phases(*, programme: Programme, first: date, by: User, version: int | None = None) -> list[Phase]:
    """Move all phases so that the first one begins on this (Dutch) day; lengths and distances stay.

    Raises:
        NetworkError: the programme has no phases.
        Stale, PermissionDenied
    """
    phases = list(programme.phases.all())
    if not phases:
        raise NetworkError(_("A programme has at least one phase."))
    by_how_much = first - min(phase.starts_on for phase in phases)
    return set_phases(
        programme=programme,
        phases=[
            {
                "id": phase.pk,
                "title": phase.title,
                "purpose": phase.purpose,
                "starts_on": phase.starts_on + by_how_much,
                "ends_on": phase.ends_on + by_how_much,
            }
            for phase in phases
        ],
        by=by,
        version=version,
    )


def add_question(*, programme: Programme, theme: str, text: str, by: User) -> LearningQuestion:
    """Put a question at the end of the learning agenda.

    Raises:
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.facilitate", by, row)
        last = row.questions.aggregate(last=Max("number"))["last"] or 0
        question = LearningQuestion(programme=row, number=last + 1, theme=theme, text=text.strip())
        question.full_clean(exclude=["programme"])
        question.save()
        _touched(row, "questions_changed", by=by, question=question.text)
    return question


def change_question(*, question: LearningQuestion, theme: str, text: str, by: User) -> LearningQuestion:
    """Say a question in other words, or put it under another theme; its answers stay.

    Raises:
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(question.programme_id)
        _moves.need("learning_network.facilitate", by, programme)
        row = programme.questions.get(pk=question.pk)
        row.theme, row.text = theme, text.strip()
        row.full_clean(exclude=["programme"])
        row.save(update_fields=["theme", "text"])
        _touched(programme, "questions_changed", by=by, question=row.text)
    return row


def move_question(*, question: LearningQuestion, up: bool, by: User) -> None:
    """Change places with the question before it, or after it; the first and the last stay where they are.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(question.programme_id)
        _moves.need("learning_network.facilitate", by, programme)
        rows = list(programme.questions.order_by("number"))
        here = next(place for place, row in enumerate(rows) if row.pk == question.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        one, other = rows[here], rows[there]
        one.number, other.number = other.number, one.number
        one.save(update_fields=["number"])
        other.save(update_fields=["number"])


def remove_question(*, question: LearningQuestion, by: User) -> None:
    """Take a question off the learning agenda, as long as nobody answered it.

    Raises:
        NetworkError: there are answers.
        PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(question.programme_id)
        _moves.need("learning_network.facilitate", by, programme)
        try:
            question.delete()
        except ProtectedError as error:
            raise NetworkError(
                _("There are answers to this question, so it stays. You can say it in other words.")
            ) from error
        _touched(programme, "question_removed", by=by, question=question.text)


def save_partner(*, programme: Programme, partner: Partner | None, by: User, **fields: Any) -> Partner:
    """Add or change who carries the programme besides its municipalities.

    Args:
        fields: ``name``, ``kind``, ``amount_cents``, ``url``, ``note``.

    Raises:
        ValidationError, PermissionDenied
    """
    made = _save(Partner, programme, partner, by=by, verb="partner_saved", **fields)
    assert isinstance(made, Partner)
    return made


def save_cost(*, programme: Programme, cost: Cost | None, by: User, **fields: Any) -> Cost:
    """Add or change a line of what the programme costs.

    Args:
        fields: ``name``, ``amount_cents``, ``is_each``.

    Raises:
        ValidationError, PermissionDenied
    """
    made = _save(Cost, programme, cost, by=by, verb="cost_saved", **fields)
    assert isinstance(made, Cost)
    return made


def remove(*, row: Partner | Cost, by: User) -> None:
    """Take a partner or a cost away.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(row.programme_id)
        _moves.need("learning_network.lead", by, programme)
        row.delete()
        _touched(programme, "carrier_removed", by=by, name=row.name)


def _save(
    model: type[Partner] | type[Cost], programme: Programme, row: Any, *, by: User, verb: str, **fields: Any
) -> Partner | Cost:
    with transaction.atomic():
        locked = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, locked)
        made: Partner | Cost = row if row is not None else model(programme=locked)
        for name, value in fields.items():
            setattr(made, name, value)
        made.full_clean(exclude=["programme"])
        made.save()
        _touched(locked, verb, by=by, name=made.name, amount=made.amount_cents)
    return made


def _touched(programme: Programme, verb: str, *, by: User, **told: Any) -> None:
    """The programme has a new version, and the audit trail a row."""
    programme.version += 1
    programme.save(update_fields=["version"])
    audit.record(f"learning_network.{verb}", programme, by=by, new=told)
