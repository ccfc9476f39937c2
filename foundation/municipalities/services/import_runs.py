"""An upload that a worker reads: started by a page, claimed by one worker, taken over when that one falls silent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.municipalities.enums import IMPORT_TRANSITIONS, ImportKind, ImportState
from foundation.municipalities.imports import ImportErrors, Problem, parse_areas, parse_postcodes
from foundation.municipalities.imports.files import MAX_BYTES
from foundation.municipalities.models import Area, ImportRun, Municipality
from foundation.municipalities.services.access import require
from foundation.municipalities.services.areas import import_areas, import_postcodes

if TYPE_CHECKING:
    from foundation.accounts.models import User

SECONDS_BETWEEN_SIGNS = 1.0
MOST_ATTEMPTS = 4


class TakenOver(Exception):
    """Another worker has this run now; ours stops without a trace."""


@transaction.atomic
def start_import(
    *,
    municipality: Municipality,
    file: BinaryIO | File[bytes],
    file_name: str,
    year: int | None,
    by: User | None,
    kind: ImportKind = ImportKind.AREAS,
) -> ImportRun:
    """Keep the file and put the run in the queue; the caller asks a worker to begin after the commit.

    Raises:
        ValidationError: when the municipality has no code yet, the file is too large, or another one is being read.
    """
    require(by, "municipalities.manage", municipality)
    if not municipality.cbs_code:
        raise ValidationError(
            _("Fill in the CBS code of the municipality first: it tells which neighbourhoods are yours.")
        )
    run = ImportRun(municipality=municipality, kind=kind, file_name=file_name[:200], year=year, started_by=by)
    upload = file if isinstance(file, File) else File(file, name=file_name)
    if upload.size > MAX_BYTES:
        raise ValidationError(
            str(Problem("too_large", values={"size": upload.size // 1024**2, "limit": MAX_BYTES // 1024**2}).sentence)
        )
    run.validate_constraints()
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:  # two uploads at the same moment: the database let one through
        raise ValidationError(_("Another file is being read. Wait until it is done.")) from None
    suffix = "json" if file_name.lower().endswith("json") else "txt"
    run.file.save(f"{municipality.pk}-{run.pk}.{suffix}", upload, save=True)
    audit.record("municipalities.import_started", run, by=by, new={"file": run.file_name, "kind": str(kind)})
    return run


@transaction.atomic
def claim(*, run_id: int) -> ImportRun | None:
    """Take a waiting run, or one whose worker fell silent; None when another one has it or it is finished.

    ``skip_locked``: two workers that get the same task at once do not wait for each other.
    """
    now = clock.now()
    run = ImportRun.objects.to_be_taken(now).select_for_update(of=("self",), skip_locked=True).filter(pk=run_id).first()
    if run is None:
        return None
    if run.state == ImportState.RUNNING:
        IMPORT_TRANSITIONS.move(run, ImportState.QUEUED)
    IMPORT_TRANSITIONS.move(run, ImportState.RUNNING)
    run.attempt += 1
    run.heartbeat_at = now
    run.done = 0
    run.save(update_fields=["state", "attempt", "heartbeat_at", "done"])
    return run


def _sign_of_life(run: ImportRun, done: int, total: int) -> None:
    """Tell how far we are; stop when the run is no longer ours."""
    mine = ImportRun.objects.filter(pk=run.pk, attempt=run.attempt, state=ImportState.RUNNING)
    if not mine.update(done=done, total=total, heartbeat_at=clock.now()):
        raise TakenOver


def run_import(*, run_id: int) -> ImportRun | None:
    """Read the file of a run and bring the areas up to it, all or nothing; killed in the middle, it begins anew.

    Returns:
        the finished run, or None when it was not ours to do.
    """
    run = claim(run_id=run_id)
    if run is None:
        return None
    last = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_SIGNS or done == total:
            last = time.monotonic()
            _sign_of_life(run, done, total)

    try:
        if run.attempt > MOST_ATTEMPTS:  # each time the worker was killed: the file may be what kills it
            _finish(run, ImportState.FAILED, problems=[Problem("crashed")])
            return run
        with run.file.open("rb") as opened:
            data = opened.read()
        _apply(run, data, progress)
    except ImportErrors as errors:
        _finish(run, ImportState.REFUSED, problems=errors.problems)
    except TakenOver:
        return None
    except Exception:
        _finish(run, ImportState.FAILED, problems=[Problem("crashed")])
        raise  # for the log of the worker; people read the sentence
    return run


def _apply(run: ImportRun, data: bytes, progress: object) -> None:
    municipality = run.municipality
    code = municipality.cbs_code
    assert code is not None, "start_import asks for the code"
    if run.kind == ImportKind.POSTCODES:
        known = frozenset(
            Area.objects.for_municipality(municipality).current().neighbourhoods().values_list("code", flat=True)
        )
        rows = parse_postcodes(data, municipality_code=code, known=known, progress=progress)  # type: ignore[arg-type]
        with transaction.atomic():
            _lock_mine(run)
            count = import_postcodes(municipality=municipality, rows=rows, by=run.started_by, file_name=run.file_name)
            _close(run, ImportState.DONE, report={"postcodes": count})
        return
    found = parse_areas(
        data,
        file_name=run.file_name,
        municipality_code=code,
        year=run.year,
        progress=progress,  # type: ignore[arg-type]
    )
    with transaction.atomic():
        _lock_mine(run)
        report = import_areas(municipality=municipality, file=found, by=run.started_by, file_name=run.file_name)
        run.year = report.year
        _close(run, ImportState.DONE, report=report.as_json())


def _lock_mine(run: ImportRun) -> None:
    """Hold the row until the commit: from here on nobody takes over, and whoever lost the run writes nothing."""
    locked = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.attempt != run.attempt or locked.state != ImportState.RUNNING:
        raise TakenOver


@transaction.atomic
def _finish(run: ImportRun, state: ImportState, *, problems: list[Problem]) -> None:
    _lock_mine(run)
    _close(run, state, problems=problems)


def _close(
    run: ImportRun,
    state: ImportState,
    *,
    report: dict[str, object] | None = None,
    problems: list[Problem] | None = None,
) -> None:
    IMPORT_TRANSITIONS.move(run, state)
    run.report = report or {}
    run.problems = [problem.as_json() for problem in problems or []]
    run.finished_at = run.heartbeat_at = clock.now()
    if state == ImportState.DONE:
        run.done = run.total = run.total or 1
    run.save()
    if state != ImportState.DONE:
        codes = [problem.code for problem in problems or []]
        verb = "municipalities.import_refused" if state == ImportState.REFUSED else "municipalities.import_failed"
        audit.record(verb, run, by=run.started_by, new={"file": run.file_name, "problems": codes[:10]})
