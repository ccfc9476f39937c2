"""A file of initiatives: uploaded, its columns chosen, checked without making anything, imported, and taken back.

The three long steps are background work: claimed by one worker, taken over when that one falls silent, done exactly once,
because what is made and the state that says so are saved in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import time as day_time
from functools import partial
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.core import audit, clock, csvs, slugs
from foundation.core.states import IllegalMove
from foundation.municipalities.models import Area, Municipality
from initiatives.enums import IMPORT_TRANSITIONS, UNDECIDED, BudgetKind, ImportState, TermEventKind
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.imports import columns as column_rules
from initiatives.imports import lines
from initiatives.models import BudgetLine, ImportRun, Initiative, TermEvent, TimelineEntry
from initiatives.queries.terms import build, weeks_for
from initiatives.services import _moves
from initiatives.services.initiatives import RESERVED

if TYPE_CHECKING:
    from foundation.accounts.models import User

SECONDS_BETWEEN_SIGNS = 1.0
MOST_ATTEMPTS = 4
KEPT_FOR = timedelta(days=7)  # a file that nobody begins to import
BATCH = 500
MOST_REPORTED = 3_000
SHOWN_MADE = 10
# What the import itself makes beside the initiative; of anything else one row means that somebody worked on it.
_OWN: dict[type[Any], int] = {TimelineEntry: 1, BudgetLine: 1, TermEvent: 1}


class TakenOver(Exception):
    """Another worker has this run now; ours stops without a trace."""


# --- By people ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def upload(*, municipality: Municipality, content: bytes, file_name: str, by: User) -> ImportRun:
    """Keep a file and guess its columns.

    Raises:
        PermissionDenied: not somebody of this town hall.
        ValidationError: it is no CSV file.
    """
    _moves.need("initiatives.handle", by, municipality)
    names = csvs.head_of(content)
    run = ImportRun(municipality=municipality, file_name=file_name[:200], started_by=by)
    run.columns = column_rules.guess(names)
    run.report = {"names": names}
    run.file.save("initiatives.csv", ContentFile(content), save=True)
    audit.record("initiatives.import_uploaded", run, by=by, new={"file": run.file_name})
    return run


def check(*, run: ImportRun, columns: dict[str, str], default_state: str, default_label: str, by: User) -> ImportRun:
    """Try the file with these columns: a report and nothing else. The caller wakes a worker after the commit.

    Raises:
        InitiativeError: no column for the title, or a column that the file does not have.
        PermissionDenied, WrongMoment
    """
    with transaction.atomic():
        row = _locked(run, by)
        names = set(row.report.get("names", []))
        chosen = {name: column for name, column in columns.items() if column}
        if not chosen.get("title"):
            raise InitiativeError(_("Choose the column with the titles."))
        if not set(chosen.values()) <= names or not set(chosen) <= column_rules.FIELDS.keys():
            raise InitiativeError(_("Choose columns that are in the file."))
        if default_state not in lines.STATES:
            raise InitiativeError(_("Choose a state from the list."))
        _step(row, ImportState.CHECKING)
        row.columns, row.default_state, row.default_label = chosen, default_state, default_label.strip()[:200]
        row.report = {"names": row.report["names"]}
        row.save()
    return row


def begin(*, run: ImportRun, by: User) -> ImportRun:
    """Import what was checked. The caller wakes a worker after the commit.

    Raises:
        InitiativeError: nothing would be made, or another file is being imported.
        PermissionDenied, WrongMoment
    """
    with transaction.atomic():
        row = _locked(run, by)
        if not row.report.get("made"):
            raise InitiativeError(_("No line of this file can become an initiative."))
        _step(row, ImportState.IMPORTING)
        row.started_by = by
        _save_alone(row)
        audit.record("initiatives.import_started", row, by=by, new={"file": row.file_name, "lines": row.report["made"]})
    return row


def undo(*, run: ImportRun, by: User) -> ImportRun:
    """Take a whole import away again, apart from what somebody worked on since. The caller wakes a worker.

    Raises:
        InitiativeError: another file is being imported.
        PermissionDenied, WrongMoment
    """
    with transaction.atomic():
        row = _locked(run, by)
        _step(row, ImportState.UNDOING)
        row.started_by = by
        _save_alone(row)
    return row


def _locked(run: ImportRun, by: User) -> ImportRun:
    _moves.need("initiatives.handle", by, run.municipality)
    return ImportRun.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=run.pk)


def _step(run: ImportRun, state: ImportState) -> None:
    try:
        IMPORT_TRANSITIONS.move(run, state)
    except IllegalMove:
        raise WrongMoment(_("This file is “%(state)s” now.") % {"state": run.get_state_display()}) from None
    run.done, run.total, run.attempt, run.heartbeat_at, run.finished_at = 0, 0, 0, None, None


def _save_alone(run: ImportRun) -> None:
    """One file at a time per municipality: the database lets one through."""
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise InitiativeError(_("Another file is being read. Wait until it is done.")) from None


@transaction.atomic
def purge() -> int:
    """Throw files away that nobody went on with for a week: they may hold more of people than we need. Called by beat.

    Returns:
        how many.
    """
    left = ImportRun.objects.filter(
        state__in=[ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED],
        created_at__lt=clock.now() - KEPT_FOR,
    ).filter(Q(finished_at=None) | Q(finished_at__lt=clock.now() - KEPT_FOR))
    runs = list(left.select_for_update(of=("self",), skip_locked=True).select_related("municipality"))
    for run in runs:
        audit.record("initiatives.import_forgotten", run, by=None, new={"file": run.file_name})
        if run.file:
            transaction.on_commit(partial(run.file.storage.delete, str(run.file.name)), robust=True)
        run.delete()
    return len(runs)


# --- By workers --------------------------------------------------------------------------------------------------------


@transaction.atomic
def claim(*, run_id: int) -> ImportRun | None:
    """Take work that waits, or that was left by a worker that fell silent; None when there is nothing for us."""
    now = clock.now()
    found = ImportRun.objects.to_be_taken(now).select_for_update(of=("self",), skip_locked=True)
    run = found.select_related("municipality").filter(pk=run_id).first()
    if run is None:
        return None
    run.attempt += 1
    run.heartbeat_at = now
    run.save(update_fields=["attempt", "heartbeat_at"])
    return run


def work(*, run_id: int) -> ImportRun | None:
    """Do the step that this run waits for; killed in the middle, nothing has happened and it begins anew.

    Returns:
        the run afterwards, or None when it was not ours to do.
    """
    run = claim(run_id=run_id)
    if run is None:
        return None
    step = {ImportState.CHECKING: _check, ImportState.IMPORTING: _import, ImportState.UNDOING: _undo}[
        ImportState(run.state)
    ]
    try:
        if run.attempt > MOST_ATTEMPTS:  # each time the worker was killed: the file may be what kills it
            _failed(run.pk, run.attempt, [["crashed", ""]])
        else:
            step(run)
    except TakenOver:
        return None
    except ValidationError as error:
        _failed(run.pk, run.attempt, [["file", message] for message in error.messages])
    except Exception:
        _failed(run.pk, run.attempt, [["crashed", ""]])
        raise  # for the log of the worker; people read the sentence
    run.refresh_from_db()
    return run


def _check(run: ImportRun) -> None:
    report = _report(_read(run))
    with transaction.atomic():
        _lock_mine(run)
        run.report = {"names": run.report.get("names", []), **report}
        _close(run, ImportState.CHECKED)


def _import(run: ImportRun) -> None:
    found = _read(run)
    file = str(run.file.name)
    with transaction.atomic():
        _lock_mine(run)
        good = [line for line in found if not line.refused]
        for first in range(0, len(good), BATCH):
            _make(run, good[first : first + BATCH])
        run.report = {"names": run.report.get("names", []), **_report(found)}
        run.file = ""
        _close(run, ImportState.DONE)
        audit.record(
            "initiatives.imported", run, by=run.started_by, new={"file": run.file_name, "number": str(len(good))}
        )
        storage = ImportRun._meta.get_field("file").storage  # type: ignore[union-attr]
        # The file may hold more of people than we took over; it is not needed any more.
        transaction.on_commit(lambda: storage.delete(file))


def _undo(run: ImportRun) -> None:
    with transaction.atomic():
        _lock_mine(run)
        rows = Initiative.objects.filter(import_run=run)
        # Locked, so that nobody supports or takes up one of them while it goes.
        ids = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        kept = list(touched(run).values_list("pk", "title"))
        stay = {pk for pk, _title in kept}
        gone = [pk for pk in ids if pk not in stay]
        with pgtrigger.ignore("initiatives.Initiative:only_drafts_go"):
            for first in range(0, len(gone), BATCH):
                Initiative.objects.filter(pk__in=gone[first : first + BATCH]).delete()
        run.report = {**run.report, "gone": len(gone), "kept": [[pk, title] for pk, title in kept[:MOST_REPORTED]]}
        _close(run, ImportState.UNDONE)
        audit.record(
            "initiatives.import_undone",
            run,
            by=run.started_by,
            new={"file": run.file_name, "number": str(len(gone)), "kept": str(len(kept))},
        )


def touched(run: ImportRun) -> QuerySet[Initiative]:
    """Those that somebody worked on since: changed, given a contact, or with anything tied to them that we didn't make.

    Every table that points to an initiative counts, also one that is added later.
    """
    worked = Q(version__gt=1) | Q(handler__isnull=False) | Q(sector__isnull=False) | Q(hidden_at__isnull=False)
    for relation in Initiative._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model: Any = relation.related_model
        name = relation.field.name  # type: ignore[union-attr]
        tied = model._base_manager.filter(**{name: OuterRef("pk")}).order_by().values("pk")
        own = _OWN.get(model, 0)
        worked |= Q(Exists(tied[own : own + 1])) if own else Q(Exists(tied))
    found: QuerySet[Initiative] = Initiative.objects.filter(worked, import_run=run).order_by("title", "pk")
    return found


# --- Reading and making ------------------------------------------------------------------------------------------------


def _read(run: ImportRun) -> list[lines.Line]:
    municipality = run.municipality
    last = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_SIGNS or done == total:
            last = time.monotonic()
            mine = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt, state=run.state)
            if not mine.update(done=done, total=total, heartbeat_at=clock.now()):
                raise TakenOver
            run.done, run.total = done, total

    own = Initiative.objects.for_municipality(municipality)
    areas = Area.objects.for_municipality(municipality).current().neighbourhoods().defer("geometry")
    with run.file.open("rb") as opened:
        content = opened.read()
    return lines.read(
        content,
        columns=run.columns,
        default_state=run.default_state,
        default_label=run.default_label,
        known=lines.Known(
            areas=lines.known_areas(areas),
            titles={" ".join(title.split()).casefold() for title in own.public().values_list("title", flat=True)},
            addresses=set(own.exclude(origin_url="").values_list("origin_url", flat=True)),
        ),
        today=clock.today(),
        progress=progress,
    )


def _report(found: Iterable[lines.Line]) -> dict[str, Any]:
    """What the page shows: numbers, lines with something to tell, and the first that would be made."""
    rows = list(found)
    good = [line for line in rows if not line.refused]
    told = [line for line in rows if line.refused or line.warnings]
    return {
        "made": len(good),
        "refused": len(rows) - len(good),
        "warned": sum(1 for line in good if line.warnings),
        "lines": [
            [line.number, line.title, bool(line.refused), line.refused + line.warnings]
            for line in sorted(told, key=lambda line: (not line.refused, line.number))[:MOST_REPORTED]
        ],
        "first": [
            [line.number, line.title, line.fields["state"], line.fields["summary"]] for line in good[:SHOWN_MADE]
        ],
    }


def _make(run: ImportRun, batch: list[lines.Line]) -> None:
    municipality, now = run.municipality, clock.now()
    wished = [slugs.words(line.title, otherwise="initiatief") for line in batch]
    taken = set(
        Initiative.objects.for_municipality(municipality).filter(slug__in=wished).values_list("slug", flat=True)
    )
    weeks: dict[str, int] = {}
    made, days = [], []
    for line, words in zip(batch, wished, strict=True):
        slug = slugs.marked(words) if words in taken or words in RESERVED else words
        taken.add(slug)
        day = line.day or clock.today(now)
        row = Initiative(municipality=municipality, slug=slug, import_run=run, created_by=run.started_by, **line.fields)
        row.submitted_at = _moment(line.day, now)
        row.created_at = row.changed_at = now
        if row.state in UNDECIDED:
            weeks.setdefault(row.kind, weeks_for(municipality, row.kind).decision)
            row.due_on = _due(day, weeks[row.kind])
        made.append(row)
        days.append(day)
    Initiative.objects.bulk_create(made)
    facts = {"from": run.default_label}
    TimelineEntry.objects.bulk_create(
        TimelineEntry(initiative=row, at=now, verb="imported", state="", by_municipality=True, facts=facts)
        for row in made
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(initiative=row, kind=BudgetKind.COST, label=str(_("Costs")), amount_cents=line.cost_cents)
        for row, line in zip(made, batch, strict=True)
        if line.cost_cents
    )
    TermEvent.objects.bulk_create(
        TermEvent(initiative=row, kind=TermEventKind.RECEIVED, day=day, weeks=weeks[row.kind], by=run.started_by)
        for row, day in zip(made, days, strict=True)
        if row.state in UNDECIDED
    )


def _moment(day: date | None, now: datetime) -> datetime:
    """Noon of the day that the file tells; else now."""
    return datetime.combine(day, day_time(12), tzinfo=clock.AMSTERDAM) if day and day != clock.today(now) else now


def _due(day: date, weeks: int) -> date | None:
    term = build([TermEvent(kind=TermEventKind.RECEIVED, day=day, weeks=weeks)])
    return term.due if term else None


def _lock_mine(run: ImportRun) -> None:
    """Hold the row until the commit: from here on nobody takes over, and whoever lost the run writes nothing."""
    locked = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.attempt != run.attempt or locked.state != run.state:
        raise TakenOver


@transaction.atomic
def _failed(run_id: int, attempt: int, problems: list[lines.Problem]) -> None:
    """Say what went wrong, unless the run is somebody else's by now."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.attempt != attempt or not run.is_working:
        return
    run.report = {**run.report, "problems": problems}
    _close(run, ImportState.DONE if run.state == ImportState.UNDOING else ImportState.FAILED)


def _close(run: ImportRun, state: ImportState) -> None:
    IMPORT_TRANSITIONS.move(run, state)
    run.finished_at = run.heartbeat_at = clock.now()
    run.done = run.total
    run.save()
