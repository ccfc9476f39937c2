"""An upload: queued, claimed by one worker, taken over after a kill, refused or done."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.core.states import IllegalMove
from foundation.municipalities.enums import IMPORT_TRANSITIONS, ImportKind, ImportState
from foundation.municipalities.imports import Problem
from foundation.municipalities.models import Area, ImportRun, Municipality
from foundation.municipalities.models.imports import SILENCE_BEFORE_TAKE_OVER
from foundation.municipalities.services import import_runs
from foundation.municipalities.tasks import read_import, take_over_imports
from tests.factories.municipalities import MunicipalityFactory, administrator, buurt, geojson

pytestmark = pytest.mark.django_db


@pytest.fixture
def dordrecht() -> Municipality:
    return MunicipalityFactory(name="Dordrecht", slug="dordrecht", cbs_code="GM0505")


def start(municipality: Municipality, data: bytes, name: str = "buurten_2024.geojson", **extra: object) -> ImportRun:
    return import_runs.start_import(
        municipality=municipality,
        file=io.BytesIO(data),
        file_name=name,
        year=None,
        by=administrator(municipality),
        **extra,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("old", ImportState)
@pytest.mark.parametrize("new", ImportState)
def test_every_pair_of_states_moves_or_is_refused(old: ImportState, new: ImportState) -> None:
    run = ImportRun(state=old)
    if new in IMPORT_TRANSITIONS.table[old]:
        IMPORT_TRANSITIONS.move(run, new)
        assert run.state == new
    else:
        with pytest.raises(IllegalMove):
            IMPORT_TRANSITIONS.move(run, new)


def test_a_good_file_is_read_by_the_worker_and_reported(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101), buurt(102)))
    assert run.state == ImportState.QUEUED
    read_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.percentage, run.year) == (ImportState.DONE, 100, 2024)
    assert len(run.report["added"]) == 3
    assert run.finished_at is not None
    assert Area.objects.for_municipality(dordrecht).neighbourhoods().count() == 2


def test_a_wrong_file_is_refused_whole_with_the_reason(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101), buurt(102, buurtnaam="")))
    read_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.REFUSED
    [problem] = [Problem.from_json(kept) for kept in run.problems]
    assert (problem.code, problem.feature) == ("missing_name", 2)
    assert not Area.objects.exists()
    assert AuditEvent.objects.filter(verb="municipalities.import_refused").count() == 1


def test_postcodes_are_read_too(dordrecht: Municipality) -> None:
    read_import(start(dordrecht, geojson(buurt(101))).pk)
    run = start(dordrecht, b"PC6;Huisnummer;Buurt\n3311GR;1;5050101\n", name="pc6.csv", kind=ImportKind.POSTCODES)
    read_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report) == (ImportState.DONE, {"postcodes": 1})


def test_a_second_file_waits_for_the_first(dordrecht: Municipality) -> None:
    start(dordrecht, geojson(buurt(101)))
    with pytest.raises(ValidationError) as caught:
        start(dordrecht, geojson(buurt(101)))
    assert len(caught.value.messages) == 1
    start(MunicipalityFactory(cbs_code="GM0308"), geojson(buurt(101)))  # another municipality does not wait


def test_the_database_itself_lets_one_through(dordrecht: Municipality) -> None:
    ImportRun.objects.create(municipality=dordrecht, file_name="een")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRun.objects.create(municipality=dordrecht, file_name="twee", state=ImportState.RUNNING)


def test_without_a_code_nothing_can_be_read() -> None:
    with pytest.raises(ValidationError):
        start(MunicipalityFactory(cbs_code=None), geojson(buurt(101)))


def test_a_file_that_is_too_large_never_reaches_the_worker(dordrecht: Municipality) -> None:
    with pytest.raises(ValidationError):
        start(dordrecht, b"x" * (50 * 1024 * 1024 + 1))
    assert not ImportRun.objects.exists()


def test_a_run_in_good_hands_is_left_alone(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    assert import_runs.claim(run_id=run.pk) is not None
    assert import_runs.claim(run_id=run.pk) is None
    assert import_runs.run_import(run_id=run.pk) is None
    assert not Area.objects.exists()


def test_a_run_whose_worker_was_killed_is_taken_over_from_the_start(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    killed = import_runs.claim(run_id=run.pk)
    assert killed is not None
    ImportRun.objects.filter(pk=run.pk).update(
        heartbeat_at=clock.now() - SILENCE_BEFORE_TAKE_OVER - timedelta(seconds=1)
    )
    take_over_imports()
    run.refresh_from_db()
    assert (run.state, run.attempt) == (ImportState.DONE, 2)
    assert Area.objects.neighbourhoods().count() == 1
    # The first worker was only slow: it wakes up and must not write over what the second one did.
    with pytest.raises(import_runs.TakenOver):
        import_runs._sign_of_life(killed, 1, 2)
    with pytest.raises(import_runs.TakenOver), transaction.atomic():
        import_runs._lock_mine(killed)


def test_a_waiting_run_whose_task_got_lost_is_found_by_beat(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    take_over_imports()
    run.refresh_from_db()
    assert run.state == ImportState.DONE


def test_a_file_that_kills_every_worker_is_given_up(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    ImportRun.objects.filter(pk=run.pk).update(attempt=import_runs.MOST_ATTEMPTS)
    read_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert run.problems[0]["code"] == "crashed"


def test_a_fault_of_ours_is_told_and_raised_for_the_log(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    run.file.storage.delete(run.file.name)
    with pytest.raises(FileNotFoundError):
        read_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    start(dordrecht, geojson(buurt(101)))  # and does not block the next one


def test_progress_is_seen_while_the_file_is_read(dordrecht: Municipality) -> None:
    run = start(dordrecht, geojson(buurt(101)))
    claimed = import_runs.claim(run_id=run.pk)
    assert claimed is not None
    import_runs._sign_of_life(claimed, 30, 120)
    run.refresh_from_db()
    assert (run.percentage, run.is_active) == (25, True)
