"""A worker that is killed in the middle, and two workers at once."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from config import embedded
from foundation.core import clock
from foundation.municipalities.enums import ImportState
from foundation.municipalities.models import Area, ImportRun
from foundation.municipalities.models.imports import SILENCE_BEFORE_TAKE_OVER
from foundation.municipalities.services import import_runs
from foundation.municipalities.tasks import take_over_imports
from tests.factories.municipalities import MunicipalityFactory, buurt, geojson

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]
ROOT = Path(__file__).resolve().parents[2]

# A worker that has written all areas and not committed yet.
WORKER = """
import sys, time, django
django.setup()
from foundation.municipalities.services import import_runs
real = import_runs.import_areas
def slow(**arguments):
    real(**arguments)
    print("in the middle", flush=True)
    time.sleep(60)
import_runs.import_areas = slow
import_runs.run_import(run_id=int(sys.argv[1]))
"""


@pytest.fixture
def run() -> ImportRun:
    return import_runs.start_import(
        municipality=MunicipalityFactory(cbs_code="GM0505"),
        file=io.BytesIO(geojson(buurt(101), buurt(102))),
        file_name="buurten_2024.geojson",
        year=None,
        by=None,
    )


def test_a_worker_killed_before_its_commit_leaves_nothing_and_another_does_it_all(
    run: ImportRun, settings: Any
) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": embedded.database_url(database=str(connection.settings_dict["NAME"])),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(run.pk)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "in the middle\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    run.refresh_from_db()
    assert (run.state, run.attempt) == (ImportState.RUNNING, 1)
    assert not Area.objects.exists()
    take_over_imports()  # too early: it may only be slow
    assert not Area.objects.exists()
    ImportRun.objects.update(heartbeat_at=clock.now() - SILENCE_BEFORE_TAKE_OVER - timedelta(seconds=1))
    take_over_imports()
    run.refresh_from_db()
    assert (run.state, run.attempt) == (ImportState.DONE, 2)
    assert Area.objects.neighbourhoods().count() == 2


def test_two_workers_with_the_same_task_do_it_once(run: ImportRun) -> None:
    start = threading.Barrier(2)
    claimed: list[ImportRun | None] = []

    def worker() -> None:
        start.wait(10)
        claimed.append(import_runs.claim(run_id=run.pk))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(one is not None for one in claimed) == [False, True]


def test_two_administrators_who_remove_each_other_leave_one() -> None:
    from foundation.municipalities.models import Role
    from foundation.municipalities.services.people import end_role
    from tests.factories.municipalities import administrator

    town = MunicipalityFactory()
    first, second = administrator(town), administrator(town)
    start = threading.Barrier(2)

    def remove(by: Any, other: Any) -> None:
        role = Role.objects.select_related("municipality", "user", "sector").get(user=other)
        start.wait(10)
        with contextlib.suppress(ValidationError, PermissionDenied):  # the last one, or no longer an administrator
            end_role(role=role, by=by)
        connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Role.objects.for_municipality(town).administrators().count() == 1
