"""Choosing a form with the aid: answering, choosing with or against the advice, and tying the choice to a process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.models import Municipality, Sector
from participation import choice as computing
from participation import choice_data, notifications
from participation.enums import ProcessState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Choice, Process, ProcessChoice
from participation.services import _moves, choice_aids, processes

if TYPE_CHECKING:
    from foundation.accounts.models import User


def begin(
    *, municipality: Municipality, by: User, subject: str, sector: Sector | None = None, process: Process | None = None
) -> Choice:
    """Begin a choice with the aid that is in use now. It can be left and taken up again.

    Args:
        process: the process that it is meant for; the choice is tied to it when it is made.

    Raises:
        ValidationError: no subject, or a too long one.
        ParticipationError: a sector or process of another municipality.
        WrongMoment: the process is over.
        PermissionDenied
    """
    _moves.need("participation.run", by, municipality)
    _ours(municipality, sector, process)
    if process is not None:
        _need_alive(process)
    with transaction.atomic():
        made = Choice(
            municipality=municipality,
            aid=choice_aids.in_use(municipality=municipality, by=by),
            subject=subject.strip(),
            sector=sector,
            intended_for=process,
            created_by=by,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        made.full_clean()
        made.save()
        audit.record("participation.choice_begun", made, by=by)
    return made


def answer(*, choice: Choice, by: User, version: int | None, answers: Mapping[str, str]) -> Choice:
    """Keep answers, all or some of them; the others can follow later.

    Args:
        answers: question -> option; what the aid does not know is left out.

    Raises:
        WrongMoment: the choice was made already.
        Stale, PermissionDenied
    """
    _moves.need("participation.run", by, choice.municipality)
    with transaction.atomic():
        row = _open(choice, version)
        row.answers = _known(row.aid.aid, answers)
        row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["answers", "changed_at", "version"])
    return row


def make(*, choice: Choice, by: User, version: int | None, form: str, reason: str = "") -> Choice:
    """Choose: the answers, the advice and the reasons stand from now on.

    Args:
        form: the key of an offered form, the advised one or another.
        reason: must be said with another form than the advised one.

    Raises:
        ParticipationError: not everything is answered, the form is not offered, or the reason is missing.
        WrongMoment: the choice was made already, or its process is over.
        Stale, PermissionDenied
    """
    _moves.need("participation.run", by, choice.municipality)
    with transaction.atomic():
        row = _open(choice, version)
        aid = row.aid.aid
        if waiting := computing.unanswered(aid, row.answers):
            raise ParticipationError(_("Answer all questions first: %(count)s to go.") % {"count": len(waiting)})
        chosen = aid.form(form)
        if chosen is None or not chosen.offered:
            raise ParticipationError(_("Choose one of the forms that your municipality offers."))
        advice = computing.advise(aid, row.answers)
        if chosen.key != advice.form and not reason.strip():
            raise ParticipationError(_("Say why you choose another form than the advice."))
        row.advice = choice_data.to_data(advice)
        row.changes = choice_data.to_data(computing.changes(aid, row.answers))
        row.advised_form, row.advised_level = advice.form, advice.level
        row.form, row.level, row.reason = chosen.key, chosen.level, reason.strip()
        row.made_at = row.changed_at = clock.now()
        row.version += 1
        row.full_clean()
        row.save()
        audit.record(
            "participation.choice_made",
            row,
            by=by,
            reason=row.reason,
            new={"form": chosen.title, "advised": row.advised_form, "aid": row.aid.number},
        )
        if row.intended_for is not None:
            attach(choice=row, process=row.intended_for, by=by)
    return row


def attach(*, choice: Choice, process: Process, by: User) -> ProcessChoice:
    """Tie a choice that was made to a process, which takes over its form and level.

    Of a process that runs this is told on its timeline and to its followers.

    Raises:
        ParticipationError: another municipality, or the choice belongs to a process already.
        WrongMoment: the choice was not made yet, or the process is over.
        PermissionDenied
    """
    _moves.need("participation.run", by, choice.municipality)
    _ours(choice.municipality, None, process)
    with transaction.atomic():
        made = Choice.objects.select_for_update(of=("self",)).select_related("aid").get(pk=choice.pk)
        if not made.is_made:
            raise WrongMoment(_("Make the choice first."))
        if ProcessChoice.objects.filter(choice=made).exists():
            raise ParticipationError(_("This choice belongs to a process already."))
        row = _moves.locked(process.pk)
        _need_alive(row)
        if (row.form, row.level) != (made.form, made.level):
            row = processes.change(process=row, by=by, version=None, form=made.form, level=made.level)
        earlier = row.choices.order_by("-number").values_list("number", flat=True).first() or 0
        tied = ProcessChoice.objects.create(process=row, choice=made, number=earlier + 1, at=clock.now())
        audit.record("participation.choice_tied", row, by=by, new={"subject": made.subject, "number": tied.number})
        if row.is_public:
            form = made.aid.aid.form(made.form)
            event = _moves.note(
                row,
                "choice_renewed" if earlier else "choice_told",
                reason=made.reason,
                facts={"form": form.title if form else str(made.get_form_display())},
            )
            notifications.tell_followers(row, event, by=by)
    return tied


def begin_process(*, choice: Choice, by: User, title: str, **fields: Any) -> Process:
    """Begin to prepare a process of the chosen form and level, with this choice.

    Args:
        fields: as of ``processes.create``.

    Raises:
        ParticipationError: the choice belongs to a process already.
        WrongMoment: the choice was not made yet.
        ValidationError, PermissionDenied
    """
    if not choice.is_made:
        raise WrongMoment(_("Make the choice first."))
    with transaction.atomic():
        process = processes.create(
            municipality=choice.municipality,
            form=choice.form,
            level=choice.level,
            title=title,
            by=by,
            **{"sector": choice.sector, **fields},
        )
        attach(choice=choice, process=process, by=by)
    return process


def throw_away(*, choice: Choice, by: User) -> None:
    """Drop a choice that was not made.

    Raises:
        WrongMoment: it was made; then it stays.
        PermissionDenied
    """
    _moves.need("participation.run", by, choice.municipality)
    with transaction.atomic():
        row = _open(choice, None)
        audit.record("participation.choice_dropped", row, by=by)
        row.delete()


def _open(choice: Choice, version: int | None) -> Choice:
    """The choice, locked, if it can still be changed."""
    row = Choice.objects.select_for_update(of=("self",)).select_related("aid", "municipality").get(pk=choice.pk)
    if row.is_made:
        raise WrongMoment(_("This choice was made and stays as it is. Begin a new one to choose anew."))
    _moves.same_version(row, version)
    return row


def _known(aid: computing.Aid, answers: Mapping[str, str]) -> dict[str, str]:
    return {
        question.key: answers[question.key]
        for question in aid.questions
        if question.option(answers.get(question.key)) is not None
    }


def _ours(municipality: Municipality, sector: Sector | None, process: Process | None) -> None:
    if any(thing is not None and thing.municipality_id != municipality.pk for thing in (sector, process)):
        raise ParticipationError(_("This belongs to another municipality."))


def _need_alive(process: Process) -> None:
    if process.state in (ProcessState.FINISHED, ProcessState.STOPPED):
        raise WrongMoment(_("This process is over; its plan stays as it was."))
