"""Making, changing, publishing and ending a process."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock, slugs
from foundation.municipalities.models import Area, Municipality
from participation.enums import LEVEL_OF, ProcessRole, ProcessState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Phase, Process, Role
from participation.outlines import outline_of, phases_from
from participation.services import _moves, phases

if TYPE_CHECKING:
    from foundation.accounts.models import User

# What the plan of a process holds; everything else follows from what happens.
WRITABLE = frozenset(
    [
        *("title", "summary", "why", "level", "form", "open_text", "fixed_text"),
        *("money_cents", "money_text", "decides", "aftermath", "sector"),
    ]
)
# First words behind ``meedoen/`` and ``beheer/processen/`` that are pages of their own.
RESERVED = frozenset(["nieuw", "keuzehulp", "matrix", "vragenlijsten", "nieuwsbrief", "lijst", "kopie"])


def create(
    *,
    municipality: Municipality,
    form: str,
    title: str,
    by: User,
    starts_on: date | None = None,
    areas: list[Area] | None = None,
    **fields: Any,
) -> Process:
    """Begin to prepare a process from the template of its form; ``by`` coordinates it. Nobody outside sees it yet.

    Args:
        form: a ``Form``; the level follows from it unless ``level`` is given.
        starts_on: day in Amsterdam on which the first phase opens; None: two weeks from today.
        areas: where it is about; empty for the whole municipality.
        fields: of ``WRITABLE``.

    Raises:
        ValidationError: per field.
        PermissionDenied: ``by`` doesn't run processes here.
    """
    _moves.need("participation.run", by, municipality)
    _known(fields)
    outline = outline_of(form)
    texts = {"open_text": outline.open_text, "fixed_text": outline.fixed_text, "aftermath": outline.aftermath}
    fields = {"level": LEVEL_OF[form], **{name: str(text) for name, text in texts.items()}, **fields}
    with transaction.atomic():
        process = Process(
            municipality=municipality,
            slug=free_slug(municipality, title),
            title=title,
            form=form,
            created_by=by,
            **fields,
        )
        process.full_clean(exclude=["search"])
        process.save()
        process.areas.set(areas or [])
        Role.objects.create(process=process, user=by, role=ProcessRole.COORDINATOR)
        Phase.objects.bulk_create(
            Phase(process=process, number=number, **line)
            for number, line in enumerate(phases_from(outline, starts_on or phases.in_two_weeks()), start=1)
        )
        audit.record("participation.create", process, by=by, new={"form": form})
    return process


def copy(*, process: Process, by: User, title: str, starts_on: date | None = None) -> Process:
    """Prepare a process after an earlier one: its plan and phases, with the dates moved; not its people or contributions.

    Raises:
        PermissionDenied: ``by`` doesn't run processes here.
    """
    _moves.need("participation.run", by, process.municipality)
    with transaction.atomic():
        new = Process(
            municipality=process.municipality,
            slug=free_slug(process.municipality, title),
            title=title,
            created_by=by,
            copied_from=process,
            **{name: getattr(process, name) for name in WRITABLE - {"title"}},
        )
        new.full_clean(exclude=["search"])
        new.save()
        new.areas.set(process.areas.all())
        Role.objects.create(process=new, user=by, role=ProcessRole.COORDINATOR)
        phases.copy_to(new, list(process.phases.all()), starts_on or phases.in_two_weeks())
        audit.record("participation.create", new, by=by, new={"copied_from": process.title})
    return new


def change(
    *, process: Process, by: User, version: int | None, areas: list[Area] | None = None, **fields: Any
) -> Process:
    """Change the plan. After publication this is told on the timeline.

    Args:
        version: that of the plan when the form was opened.
        areas: None leaves them as they are.
        fields: of ``WRITABLE``.

    Raises:
        Stale, WrongMoment, PermissionDenied, ValidationError
    """
    _known(fields)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        _moves.same_version(row, version)
        if row.state in (ProcessState.FINISHED, ProcessState.STOPPED):
            raise WrongMoment(_("This process is over; its plan stays as it was."))
        old = {name: getattr(row, name) for name in fields}
        changed = sorted(name for name, value in fields.items() if value != old[name])
        for name in changed:
            setattr(row, name, fields[name])
        if areas is not None and set(row.areas.values_list("pk", flat=True)) != {area.pk for area in areas}:
            row.areas.set(areas)
            changed.append("areas")
        if not changed:
            return row
        row.changed_at = clock.now()
        row.version += 1
        row.full_clean(exclude=["search"])
        row.save()
        audit.record("participation.change", row, by=by, new={"fields": changed})
        if row.is_public:
            _moves.note(row, "plan_changed", facts={"fields": changed})
    return row


def publish(*, process: Process, by: User, version: int | None = None) -> Process:
    """Put the process on the site; from then on its phases open by the clock.

    Raises:
        ParticipationError: title, summary, why or every phase is missing.
        Stale, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        _moves.same_version(row, version)
        missing = [name for name in ("summary", "why") if not getattr(row, name).strip()]
        if missing or not row.phases.exists():
            raise ParticipationError(
                _("Write in short what it is about, and why, and give it at least one phase; then you can publish it.")
            )
        _moves.move(row, "publish", ProcessState.PUBLISHED, by=by, published_at=clock.now())
    return row


def finish(*, process: Process, by: User, version: int | None = None) -> Process:
    """Close the process: everything was answered and done.

    Raises:
        Stale, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        _moves.same_version(row, version)
        _moves.move(row, "finish", ProcessState.FINISHED, by=by, ended_at=clock.now())
    return row


def reopen(*, process: Process, by: User, reason: str) -> Process:
    """Take a finished process up again.

    Raises:
        ParticipationError: no reason.
        WrongMoment, PermissionDenied
    """
    _say_why(reason)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if row.state != ProcessState.FINISHED:
            raise WrongMoment(_("Only a finished process can be taken up again."))
        _moves.move(row, "reopen", ProcessState.PUBLISHED, by=by, reason=reason.strip(), ended_at=None)
    return row


def stop(*, process: Process, by: User, reason: str, version: int | None = None) -> Process:
    """End a running process before its time. The page stays, with the reason.

    Raises:
        ParticipationError: no reason.
        Stale, WrongMoment, PermissionDenied
    """
    _say_why(reason)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        _moves.same_version(row, version)
        _moves.move(
            row,
            "stop",
            ProcessState.STOPPED,
            by=by,
            reason=reason.strip(),
            ended_at=clock.now(),
            state_reason=reason.strip(),
        )
    return row


def throw_away(*, process: Process, by: User) -> None:
    """Delete a process that was never published.

    Raises:
        WrongMoment: it was published.
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if row.state != ProcessState.DRAFT:
            raise WrongMoment(_("What was published stays; stop it with a reason instead."))
        audit.record("participation.thrown_away", row, by=by)
        row.delete()


def free_slug(municipality: Municipality, title: str) -> str:
    """An address of the words of the title that nobody has yet."""
    rows = Process.objects.for_municipality(municipality)
    return slugs.free_unnumbered(title, rows, otherwise="proces", reserved=RESERVED)


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise ParticipationError(_("Say why; everybody who took part may know."))


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a plan does not hold {sorted(unknown)}")
