"""Problems that residents see, endorsing them, and the shared statement that their chair makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications_proposals as notifications
from participation.enums import PhaseKind, ProcessState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Endorsement, Problem, ProblemStatement, Process
from participation.services import _moves, _open, _texts

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["title", "text", "causes", "touched", "neighbourhood", "place", "lon", "lat", "author_is_public"])
MOST_EACH = 30  # problems of one person in one process


def add(*, process: Process, by: User, key: UUID | None = None, **fields: Any) -> Problem:
    """Say which problem there is. The same words sent twice make one; who brings it in sees it, so endorses it.

    Args:
        key: of the form, so that a double click makes one.
        fields: of ``WRITABLE``; texts are Markdown.

    Raises:
        WrongMoment: no phase of problem analysis is open.
        ParticipationError: very many came from this person already.
        ValidationError: per field.
        PermissionDenied
    """
    _known(fields)
    _moves.need("participation.take_part", by, process)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        there: Problem | None = Problem.objects.filter(sent_key=key, author=by).first() if key is not None else None
        if there is not None:
            return there
        _open.need_one_of(row, PhaseKind.ANALYSIS)
        if Problem.objects.filter(process=row, author=by).count() >= MOST_EACH:
            raise ParticipationError(_("You brought in %(most)d problems. Give others room too.") % {"most": MOST_EACH})
        problem = Problem(process=row, author=by, sent_key=key, **fields)
        _texts.clean(problem)
        again: Problem | None = Problem.objects.filter(
            process=row, author=by, hidden_at=None, title=problem.title, text=problem.text
        ).first()
        if again is not None:  # back, and sent once more
            return again
        problem.save(force_insert=True)
        Endorsement.objects.create(problem=problem, user=by)
        audit.record("participation.problem_added", problem, by=by, municipality=row.municipality)
    problem.refresh_from_db(fields=["endorsements_total"])
    return problem


def change(*, problem: Problem, by: User, version: int | None, **fields: Any) -> Problem:
    """Change what one wrote, while the analysis is open.

    Args:
        version: of the problem when the form was opened.

    Raises:
        Stale, WrongMoment, PermissionDenied, ValidationError
    """
    _known(fields)
    with transaction.atomic():
        row = _locked(problem.pk)
        if row.author_id is None or row.author_id != by.pk:
            raise PermissionDenied(_("Only who wrote this can change it."))
        _open.need_one_of(row.process, PhaseKind.ANALYSIS)
        _moves.same_version(row, version)
        changed = [name for name, value in fields.items() if getattr(row, name) != value]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, fields[name])
        row.version += 1
        row.changed_at = clock.now()
        _texts.clean(row)
        row.save(update_fields=[*changed, "version", "changed_at"])
        audit.record(
            "participation.problem_changed",
            row,
            by=by,
            municipality=row.process.municipality,
            new={"fields": sorted(changed)},
        )
    return row


def withdraw(*, problem: Problem, by: User) -> None:
    """Take back what one brought in, with its endorsements, while the analysis is open: nothing of the text is kept.

    Raises:
        WrongMoment: the analysis is over, it was answered, or the shared description was made of it: then it stays.
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked(problem.pk)
        if row.author_id is None or row.author_id != by.pk:
            raise PermissionDenied(_("Only who wrote this can withdraw it."))
        _open.need_one_of(row.process, PhaseKind.ANALYSIS)
        if row.answered_at is not None:
            raise WrongMoment(_("This was answered already, so it stays on the site."))
        if row.statements.exists():
            raise WrongMoment(_("The shared description was made of it, so it stays on the site."))
        audit.record("participation.problem_withdrawn", row, by=by, municipality=row.process.municipality)
        row.delete()


def endorse(*, problem: Problem, by: User) -> None:
    """Say that one sees this problem too; often is once. No row in the audit trail: it is theirs to take back.

    Raises:
        WrongMoment: the analysis is not open, or the problem was taken off the site.
        PermissionDenied
    """
    process = problem.process
    _moves.need("participation.take_part", by, process)
    if problem.hidden_at is not None:
        raise WrongMoment(_("This was taken off the site."))
    _open.need_one_of(process, PhaseKind.ANALYSIS)
    with transaction.atomic():
        Endorsement.objects.bulk_create([Endorsement(problem=problem, user=by)], ignore_conflicts=True)


def take_back(*, problem: Problem, by: User) -> None:
    """Endorse it no longer, while the analysis is open.

    Raises:
        WrongMoment: the analysis is over: its numbers stand.
    """
    _open.need_one_of(problem.process, PhaseKind.ANALYSIS)
    with transaction.atomic():
        Endorsement.objects.filter(problem=problem, user=by).delete()


def state(
    *,
    process: Process,
    by: User,
    title: str,
    text: str,
    sources: Iterable[Problem],
    version: int,
    note: str = "",
) -> ProblemStatement:
    """Publish the shared problem statement, or a next version of it. Leaving a problem out takes it out of the merger again.

    Who brought in a problem that is now part of it is told, once per problem.

    Args:
        text: Markdown.
        sources: the problems that it was made from.
        version: number of the statement when the form was opened; 0 where there was none.
        note: what changed, for readers.

    Raises:
        Stale: somebody else published a version meanwhile.
        ParticipationError: no text, or a problem of another process.
        WrongMoment, PermissionDenied
    """
    chosen = list(sources)
    title, text = " ".join(title.split()), text.strip()
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.chair", by, row)
        if row.state != ProcessState.PUBLISHED:
            raise WrongMoment(_("This process does not run now."))
        if not title or not text:
            raise ParticipationError(_("Give the shared problem a title and a text."))
        if any(problem.process_id != row.pk or problem.hidden_at is not None for problem in chosen):
            raise ParticipationError(_("Choose problems of this process that stand on the site."))
        newest = ProblemStatement.objects.filter(process=row).first()
        number = newest.number if newest else 0
        _moves.same_version(SimpleNamespace(version=number), version, strict=True)
        made = ProblemStatement(
            process=row, number=number + 1, title=title, text=text, note=note.strip()[:300], by=by, at=clock.now()
        )
        _texts.clean(made)
        made.save(force_insert=True)
        made.sources.set(chosen)
        audit.record("participation.problem_stated", row, by=by, new={"version": made.number, "problems": len(chosen)})
        if number == 0:
            event = _moves.note(row, "problem_stated", facts={"title": title})
            notifications.tell_process_followers(row, event, by=by)
        for problem in chosen:
            notifications.tell_problem_merged(problem, made)
    return made


def _locked(problem_id: int) -> Problem:
    rows = Problem.objects.select_for_update(of=("self",)).select_related("process__municipality")
    found: Problem = rows.get(pk=problem_id)
    return found


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a problem does not hold {sorted(unknown)}")
