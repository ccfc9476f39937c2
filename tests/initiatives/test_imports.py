"""A file of initiatives on its way in, and out again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.audit_sentences import sentence_of
from foundation.core.models import AuditEvent
from foundation.municipalities.models import Municipality
from initiatives.enums import ImportState, InitiativeState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import BudgetLine, ImportRun, Initiative, TermEvent
from initiatives.services import import_runs, support
from initiatives.tasks import forget_old_drafts
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant

pytestmark = pytest.mark.django_db
S = InitiativeState
FILE = """titel;beschrijving;status;buurt;datum;stemmen;kosten;url
Moestuin;<p>Samen <b>groente</b> telen 🌱</p>;in uitvoering;Noord;2024-03-05;1.250;4.500,50;https://voorbeeld.nl/1
Bankje;Een bankje;wie weet;Verweg;31-12-2999;veel;duur;javascript:alert(1)
;zonder titel;;;;;;
Straatfeest;Nog te besluiten;ingediend;;{recent};;;
Dubbel;;;;;;;https://voorbeeld.nl/1
"""


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture
def here() -> Municipality:
    return MunicipalityFactory()


def _content() -> bytes:
    return FILE.format(recent=clock.today() - timedelta(days=3)).encode()


def _checked(municipality: Municipality, by: User, content: bytes | None = None, **chosen: Any) -> ImportRun:
    run = import_runs.upload(municipality=municipality, content=content or _content(), file_name="oud.csv", by=by)
    given = {"columns": run.columns, "default_state": S.FINISHED, "default_label": "Ideeën van 2024", **chosen}
    import_runs.check(run=run, by=by, **given)
    import_runs.work(run_id=run.pk)
    run.refresh_from_db()
    return run


def _imported(municipality: Municipality, by: User, content: bytes | None = None) -> ImportRun:
    run = _checked(municipality, by, content)
    import_runs.begin(run=run, by=by)
    import_runs.work(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    return run


def test_the_dry_run_tells_by_line_and_makes_nothing(here: Municipality) -> None:
    NeighbourhoodFactory(municipality=here, name="Noord")
    run = _checked(here, civil_servant(here))
    assert run.state == ImportState.CHECKED
    assert (run.report["made"], run.report["refused"], run.report["warned"]) == (3, 2, 1)
    told = {line: [code for code, _value in problems] for line, _title, _refused, problems in run.report["lines"]}
    assert told[4] == ["no_title"]
    assert told[6] == ["already_here"]
    assert sorted(told[3]) == [
        "area_unknown",
        "cost_unknown",
        "date_unknown",
        "number_unknown",
        "state_unknown",
        "url_unknown",
    ]
    assert not Initiative.objects.exists()


def test_what_is_imported_is_public_and_has_what_the_file_told(here: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=here, name="Noord")
    _imported(here, civil_servant(here))
    garden = Initiative.objects.get(title="Moestuin")
    assert garden.is_public
    assert garden.story == "Samen **groente** telen 🌱"
    assert garden.summary == "Samen groente telen 🌱"
    assert (garden.state, garden.neighbourhood, garden.origin_supporters) == (S.IN_EXECUTION, area, 1250)
    assert garden.supporters_total == 0, "support elsewhere is not ours"
    assert (garden.origin_label, garden.origin_url) == ("Ideeën van 2024", "https://voorbeeld.nl/1")
    assert garden.submitted_at is not None
    assert garden.submitted_at.date().isoformat() == "2024-03-05"
    assert BudgetLine.objects.get(initiative=garden).amount_cents == 450_050
    bench = Initiative.objects.get(title="Bankje")
    assert (bench.state, bench.place, bench.origin_url) == (S.FINISHED, "Verweg", "")
    feast = Initiative.objects.get(title="Straatfeest")
    assert feast.due_on is not None
    assert feast.due_on > clock.today()
    assert TermEvent.objects.get(initiative=feast).day == clock.today() - timedelta(days=3)
    page = Client().get(garden.get_absolute_url())
    assert page.status_code == 200
    assert "Ideeën van 2024" in page.content.decode()


def test_the_file_is_thrown_away_once_it_is_in(here: Municipality, django_capture_on_commit_callbacks: Any) -> None:
    run = _checked(here, civil_servant(here))
    storage, name = run.file.storage, run.file.name
    assert storage.exists(name)
    import_runs.begin(run=run, by=civil_servant(here))
    with django_capture_on_commit_callbacks(execute=True):
        import_runs.work(run_id=run.pk)
    assert not storage.exists(name)


def test_it_happens_once_whoever_comes_late(here: Municipality) -> None:
    run = _checked(here, civil_servant(here))
    import_runs.begin(run=run, by=civil_servant(here))
    lost = import_runs.claim(run_id=run.pk)
    assert lost is not None
    assert import_runs.work(run_id=run.pk) is None, "it is in somebody's hands"
    ImportRun.objects.update(heartbeat_at=clock.now() - timedelta(minutes=2))
    assert import_runs.work(run_id=run.pk) is not None
    with pytest.raises(import_runs.TakenOver):
        import_runs._import(lost)
    assert import_runs.work(run_id=run.pk) is None
    assert Initiative.objects.count() == 3


def test_a_file_that_kills_its_worker_each_time_is_given_up(here: Municipality) -> None:
    run = _checked(here, civil_servant(here))
    import_runs.begin(run=run, by=civil_servant(here))
    ImportRun.objects.update(attempt=import_runs.MOST_ATTEMPTS)
    import_runs.work(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert not Initiative.objects.exists()


def test_undo_takes_everything_back_but_what_was_touched(here: Municipality) -> None:
    by = civil_servant(here)
    other = initiatives.submitted(here, title="Van een bewoner")
    run = _imported(here, by)
    liked = Initiative.objects.get(title="Bankje")
    support.support(initiative=liked, by=UserFactory())
    import_runs.undo(run=run, by=by)
    import_runs.work(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == ImportState.UNDONE
    assert run.report["gone"] == 2
    assert [title for _pk, title in run.report["kept"]] == ["Bankje"]
    assert set(Initiative.objects.all()) == {other, liked}
    with pytest.raises(WrongMoment):
        import_runs.undo(run=run, by=by)


def test_the_same_address_is_not_imported_twice(here: Municipality) -> None:
    by = civil_servant(here)
    _imported(here, by)
    run = _checked(here, by)
    assert run.report["made"] == 2
    assert run.report["refused"] == 3


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"naam,beschrijving\r\nP\xe9,caf\xe9\r\n", "Pé"),
        ("naam\tbeschrijving\nPé\tcafé\n".encode("utf-16"), "Pé"),
        ('\ufeffnaam;beschrijving\n"Pé";"een\ntwee"\n'.encode(), "Pé"),
    ],
)
def test_encodings_and_delimiters(here: Municipality, content: bytes, named: str) -> None:
    _imported(here, civil_servant(here), content)
    assert Initiative.objects.get().title == named


def test_long_texts(here: Municipality) -> None:
    content = f"titel;tekst\n{'lang ' * 40};{'woord ' * 1500}\nTe lang;{'x' * 20_001}\n".encode()
    run = _imported(here, civil_servant(here), content)
    made = Initiative.objects.get()
    assert len(made.title) <= 120
    assert made.story.startswith("lang lang")
    assert len(made.story) > 9_000
    assert run.report["refused"] == 1


def test_a_file_that_is_none_is_refused_with_the_reason(here: Municipality) -> None:
    by = civil_servant(here)
    with pytest.raises(ValidationError):
        import_runs.upload(municipality=here, content=b"\x00\x01\x02", file_name="x.csv", by=by)
    run = _checked(here, by, b"titel;tekst\na;b;c\n")
    assert run.state == ImportState.FAILED
    assert run.report["problems"][0][0] == "file"


def test_who_may_and_one_at_a_time(here: Municipality) -> None:
    by = civil_servant(here)
    first, second = _checked(here, by), _checked(here, by)
    for stranger in (UserFactory(), civil_servant(MunicipalityFactory())):
        for step in (import_runs.begin, import_runs.undo):
            with pytest.raises(PermissionDenied):
                step(run=first, by=stranger)
    import_runs.begin(run=first, by=by)
    with pytest.raises(InitiativeError):
        import_runs.begin(run=second, by=by)


def test_the_whole_road_in_the_browser(here: Municipality, django_capture_on_commit_callbacks: Any) -> None:
    client = Client()
    client.force_login(civil_servant(here))
    file = SimpleUploadedFile("oud.csv", _content(), "text/csv")
    answer = client.post(reverse("initiatives:imports", args=[here.slug]), {"file": file})
    run = ImportRun.objects.get()
    columns = reverse("initiatives:import_columns", args=[here.slug, run.pk])
    assert answer.url == columns  # type: ignore[attr-defined]
    assert 'value="titel" selected' in client.get(columns).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(columns, {**run.columns, "default_state": "finished", "default_label": "Oude site"})
    here_is = reverse("initiatives:import_run", args=[here.slug, run.pk])
    import_runs.work(run_id=run.pk)
    page = client.get(here_is).content.decode()
    assert "https://voorbeeld.nl/1" in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("initiatives:import_begin", args=[here.slug, run.pk]))
    import_runs.work(run_id=run.pk)
    assert client.get(here_is).status_code == 200
    undo = reverse("initiatives:import_undo", args=[here.slug, run.pk])
    assert client.get(undo).status_code == 200
    client.post(undo)
    assert "progress" in client.get(here_is).content.decode()
    import_runs.work(run_id=run.pk)
    assert client.get(here_is).status_code == 200
    assert not Initiative.objects.exists()
    for event in AuditEvent.objects.filter(verb__startswith="initiatives.import"):
        assert sentence_of(event)


def test_the_pages_are_for_the_town_hall(here: Municipality) -> None:
    run = _checked(here, civil_servant(here))
    for user, status in ((UserFactory(), 404), (civil_servant(MunicipalityFactory()), 404)):
        client = Client()
        client.force_login(user)
        for name in ("import_run", "import_columns", "import_undo"):
            assert client.get(reverse(f"initiatives:{name}", args=[here.slug, run.pk])).status_code == status
    elsewhere = MunicipalityFactory()
    client = Client()
    client.force_login(civil_servant(elsewhere))
    assert client.get(reverse("initiatives:import_run", args=[elsewhere.slug, run.pk])).status_code == 404


def test_real_dutch_titles(here: Municipality, shared_data: Path) -> None:
    path = shared_data / "proposals" / "nl_projecten_pabulib.csv"
    if not path.exists():
        pytest.skip("no proposals on this machine")
    run = _imported(here, civil_servant(here), path.read_bytes())
    assert run.report["made"] + run.report["refused"] == 1383
    assert run.report["refused"] < 10


def test_a_file_that_nobody_imports_is_thrown_away_after_a_week(
    here: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    by = civil_servant(here)
    begun = import_runs.upload(municipality=here, content=_content(), file_name="laat.csv", by=by)
    checked = _checked(here, by)
    done = _checked(here, by)
    import_runs.begin(run=done, by=by)
    import_runs.work(run_id=done.pk)
    files = [run.file.storage.path(run.file.name) for run in (begun, checked)]
    with time_machine.travel(clock.now() + timedelta(days=6)):
        forget_old_drafts()
    assert ImportRun.objects.count() == 3
    with time_machine.travel(clock.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        assert forget_old_drafts() == 2
    assert list(ImportRun.objects.all()) == [done]
    assert not any(Path(file).exists() for file in files)
    told = AuditEvent.objects.filter(verb="initiatives.import_forgotten").latest("pk")
    assert "week" in sentence_of(told)


def test_support_elsewhere_is_shown_beside_ours_and_never_added(here: Municipality) -> None:
    by = civil_servant(here)
    run = _checked(here, by)
    import_runs.begin(run=run, by=by)
    import_runs.work(run_id=run.pk)
    initiative = Initiative.objects.get(title="Moestuin")
    support.support(initiative=initiative, by=UserFactory())
    page = Client().get(initiative.get_absolute_url())
    assert page.context["support"].total == 1
    assert "1.250 steunbetuigingen op Ideeën van 2024. Die tellen hier niet mee." in page.content.decode()
