from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock, health
from foundation.core.models import AuditEvent
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Municipality, Sector
from foundation.voting.models import Ballot
from foundation.voting.services import ballots, codes, counting
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, RoleFactory, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture
def municipality() -> Municipality:
    return MunicipalityFactory(name="Waterstad")


@pytest.fixture
def staff(client: Client, municipality: Municipality) -> Any:
    user = civil_servant(municipality)
    client.force_login(user, BACKEND)
    return user


def url(ballot: Ballot, path: str = "") -> str:
    return f"/{ballot.municipality.slug}/beheer/stemmingen/{ballot.slug}/{path}"


READ, CHANGE = (
    ("", "voorbeeld/"),
    ("gegevens/", "projecten/", "projecten/bestand/", "regels/", "wie-en-wanneer/", "controle/", "weggooien/"),
)


@pytest.mark.parametrize(
    ("kind", "reads", "changes"),
    [
        (RoleKind.ADMINISTRATOR, 200, 200),
        (RoleKind.CIVIL_SERVANT, 200, 200),
        (RoleKind.AMBASSADOR, 200, 403),
        (RoleKind.COUNCIL_MEMBER, 403, 403),
        (RoleKind.ALDERMAN, 403, 403),
        ("resident", 404, 404),
        ("elsewhere", 404, 404),
        ("nobody", 302, 302),
    ],
)
def test_who_sees_and_who_changes(
    client: Client, municipality: Municipality, kind: str, reads: int, changes: int
) -> None:
    ballot = voting.draft(municipality)
    if kind == "resident":
        client.force_login(voting.resident(municipality), BACKEND)
    elif kind == "elsewhere":
        client.force_login(civil_servant(MunicipalityFactory()), BACKEND)
    elif kind != "nobody":
        sector = Sector.objects.create(municipality=municipality, name="Zorg") if kind == RoleKind.AMBASSADOR else None
        client.force_login(RoleFactory(municipality=municipality, kind=kind, sector=sector).user, BACKEND)
    assert {path: client.get(url(ballot, path)).status_code for path in READ} == dict.fromkeys(READ, reads)
    assert {path: client.get(url(ballot, path)).status_code for path in CHANGE} == dict.fromkeys(CHANGE, changes)


def test_the_list_costs_the_same_for_one_and_three_ballots(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    counts = []
    for _ in range(2):
        voting.opened(municipality)
        path = f"/{municipality.slug}/beheer/stemmingen/"
        client.get(path)  # what each process keeps for a while, such as host names, is not this page's cost
        cache.clear()
        client.force_login(staff, BACKEND)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
        voting.draft(municipality)
    assert counts[0] == counts[1]


def test_the_list_filters(client: Client, staff: Any, municipality: Municipality) -> None:
    voting.draft(municipality, title="Speelplaatsen")
    voting.announced(municipality, title="Moestuinen")
    page = client.get(f"/{municipality.slug}/beheer/stemmingen/?state=draft").content.decode()
    assert "Speelplaatsen" in page
    assert "Moestuinen" not in page
    page = client.get(f"/{municipality.slug}/beheer/stemmingen/?q=tuin&sort=title").content.decode()
    assert "Moestuinen" in page
    assert "Speelplaatsen" not in page


def test_the_wizard_makes_a_ballot_from_nothing_to_open(client: Client, staff: Any, municipality: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=municipality, name="Crabbehof")
    base = f"/{municipality.slug}/beheer/stemmingen"
    answer = client.post(f"{base}/nieuw/", {"title": "Buurtbudget", "question": "Waaraan?", "is_binding": "on"})
    assert answer.headers["Location"] == f"{base}/buurtbudget/projecten/"
    lines = {
        "regels": "3",
        "p0-title": "Bankjes",
        "p0-cost_cents": "€ 1.500",
        "p0-area": str(area.pk),
        "p1-title": "Moestuin",
        "p1-cost_cents": "2500,50",
    }
    assert client.post(f"{base}/buurtbudget/projecten/", lines).headers["Location"] == f"{base}/buurtbudget/regels/"
    rules = {"budget_cents": "4.000", "limit_kind": "number", "max_choices": "2", "rule": "greedy", "when_full": "stop"}
    assert (
        client.post(f"{base}/buurtbudget/regels/", rules).headers["Location"] == f"{base}/buurtbudget/wie-en-wanneer/"
    )
    opens, closes = clock.now() + timedelta(days=1), clock.now() + timedelta(days=8)
    when = {
        "opens_at": opens.strftime("%Y-%m-%dT%H:%M"),
        "closes_at": closes.strftime("%Y-%m-%dT%H:%M"),
        "electorate": "residents",
        "required_assurance": "10",
        "areas": [str(area.pk)],
    }
    assert (
        client.post(f"{base}/buurtbudget/wie-en-wanneer/", when).headers["Location"] == f"{base}/buurtbudget/controle/"
    )
    page = client.get(f"{base}/buurtbudget/controle/").content.decode()
    assert "Kondig deze stemming aan" in page
    client.post(f"{base}/buurtbudget/stap/", {"stap": "aankondigen"})
    client.post(f"{base}/buurtbudget/stap/", {"stap": "openen"})
    ballot = Ballot.objects.get()
    assert ballot.state == "open"
    assert ballot.frozen["options"][1]["cost_cents"] == 250_050
    assert ballot.frozen["electorate"]["areas"] == [area.code]
    assert ballot.frozen["rule"]["settings"]["when_full"] == "stop"


def test_wrong_lines_are_told_beside_the_field_and_what_was_typed_stays(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    ballot = voting.draft(municipality)
    lines = {"regels": "2", "p0-title": "Bankjes", "p0-cost_cents": "veel", "p1-title": "", "p1-cost_cents": "100"}
    answer = client.post(url(ballot, "projecten/"), lines)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="veel"' in page
    assert "bedrag in euro" in page
    assert "#id_p1-title" in page
    assert ballot.options.count() == 3


def test_adding_lines_keeps_what_was_typed(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.draft(municipality)
    lines = {"regels": "2", "p1-title": "Half af", "p1-cost_cents": "", "doe": "regel"}
    page = client.post(url(ballot, "projecten/"), lines).content.decode()
    assert 'value="Half af"' in page
    assert 'name="regels" value="4"' in page


def upload(client: Client, ballot: Ballot, name: str, data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(url(ballot, "projecten/bestand/"), {"file": SimpleUploadedFile(name, data)})


def test_a_csv_file_is_shown_first_and_then_taken_over(client: Client, staff: Any, municipality: Municipality) -> None:
    NeighbourhoodFactory(municipality=municipality, name="Crabbehof")
    ballot = voting.draft(municipality)
    data = "titel;kosten;buurt;thema\nBankjes;€ 1.500;Crabbehof;Groen\nMoestuin;2.500,50;;\n".encode()
    page = upload(client, ballot, "plannen.csv", data).content.decode()
    assert "2 projecten gevonden" in page
    assert ballot.options.count() == 3
    client.post(url(ballot, "projecten/bestand/"), {"doe": "overnemen"})
    assert list(ballot.options.values_list("title", "cost_cents", "area__name", "category")) == [
        ("Bankjes", 150_000, "Crabbehof", "Groen"),
        ("Moestuin", 250_050, None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"naam;prijs\nBank;veel\n;3\n", ["Regel 2", "Regel 3"]),
        ("a.csv", b"iets\n1\n", ["titel"]),
        ("a.csv", b"titel;kosten\n", ["geen projecten"]),
        ("a.csv", b"titel;kosten;buurt\nBank;3;Nergens\n", ["Nergens"]),
        ("a.pdf", b"%PDF", [".pb"]),
        ("a.pb", b"META\nkey;value\n", []),
    ],
)
def test_a_wrong_file_is_refused_with_the_line(
    client: Client, staff: Any, municipality: Municipality, name: str, data: bytes, words: list[str]
) -> None:
    ballot = voting.draft(municipality)
    answer = upload(client, ballot, name, data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "error-summary" in page
    for word in words:
        assert word in page
    assert ballot.options.count() == 3


def test_a_real_amsterdam_file_becomes_a_draft(
    client: Client, staff: Any, municipality: Municipality, shared_data: Any
) -> None:
    ballot = voting.draft(municipality, budget_cents=None)
    data = (shared_data / "pabulib" / "Netherlands_Amsterdam_490.pb").read_bytes()
    assert "31 projecten gevonden" in upload(client, ballot, "Netherlands_Amsterdam_490.pb", data).content.decode()
    client.post(url(ballot, "projecten/bestand/"), {"doe": "overnemen"})
    ballot.refresh_from_db()
    assert (ballot.options.count(), ballot.budget_cents) == (31, 21_500_000)


def test_an_open_ballot_can_only_be_looked_at_and_cancelled(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    ballot = voting.opened(municipality)
    for path in CHANGE:
        assert client.get(url(ballot, path)).headers["Location"] == url(ballot)
    page = client.get(url(ballot)).content.decode()
    assert "Verander" not in page
    answer = client.post(url(ballot, "annuleren/"), {"reason": "Het geld is er niet."})
    assert answer.headers["Location"] == url(ballot)
    ballot.refresh_from_db()
    assert ballot.state == "cancelled"
    assert "Het geld is er niet." in client.get(ballot.get_absolute_url()).content.decode()


def test_cancelling_without_a_reason_is_refused(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.opened(municipality)
    assert client.post(url(ballot, "annuleren/"), {"reason": " "}).status_code == 200
    ballot.refresh_from_db()
    assert ballot.state == "open"


def test_the_page_says_when_the_worker_is_silent(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.opened(municipality)
    assert "Het werk op de achtergrond staat stil" in client.get(url(ballot)).content.decode()
    for part in health.PARTS:
        health.beat(part)
    assert "op de achtergrond" not in client.get(url(ballot)).content.decode()
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert "stil sinds" in client.get(url(ballot)).content.decode()


def test_turnout_is_shown_per_area_of_ten_or_more_and_never_by_subtraction(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    big, middle, small = NeighbourhoodFactory.create_batch(3, municipality=municipality)
    ballot = voting.opened(municipality)
    for area, number in ((big, 12), (middle, 10), (small, 3)):
        for _ in range(number):
            voting.vote(ballot, 1, by=voting.resident(municipality, area))
    shown = {row.name: row.voters for row in client.get(url(ballot)).context["overview"].areas}
    assert shown == {big.name: 12, middle.name: None, small.name: None}


def test_a_count_that_failed_is_told_where_staff_looks(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.close(voting.opened(municipality))
    counting.tell_progress(ballot.pk, "failed", 0, 0, problem="The roll has 5 voters.")
    with time_machine.travel(ballot.closes_at + timedelta(minutes=1)):
        client.force_login(staff, BACKEND)
        assert "kunnen niet worden geteld" in client.get(url(ballot)).content.decode()


@pytest.mark.parametrize("step", ["aankondigen", "openen", "vaststellen", "publiceren", "onzin", ""])
def test_a_step_at_the_wrong_moment_is_refused_in_words(
    client: Client, staff: Any, municipality: Municipality, step: str
) -> None:
    ballot = ballots.cancel(ballot=voting.opened(municipality), by=staff, reason="Nee")
    answer = client.post(url(ballot, "stap/"), {"stap": step}, follow=True)
    assert answer.status_code == 200
    ballot.refresh_from_db()
    assert ballot.state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_certifying_and_publishing_in_the_browser(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.counted(municipality)
    with time_machine.travel(ballot.closes_at + timedelta(minutes=1)):
        client.force_login(staff, BACKEND)
        assert "Minder dan tien mensen" in client.get(url(ballot)).content.decode(), "three votes are no crowd"
        client.post(url(ballot, "stap/"), {"stap": "vaststellen"})
        client.post(url(ballot, "stap/"), {"stap": "publiceren"})
    ballot.refresh_from_db()
    assert (ballot.state, ballot.certified_by) == ("published", staff)
    assert "Minder dan tien mensen" not in client.get(url(ballot)).content.decode()


def test_where_ten_people_voted_nothing_is_said_about_small_numbers(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    ballot = voting.counted(municipality, votes=[(1,)] * 10)
    with time_machine.travel(ballot.closes_at + timedelta(minutes=1)):
        client.force_login(staff, BACKEND)
        assert "Minder dan tien mensen" not in client.get(url(ballot)).content.decode()


def test_the_preview_sends_nothing(client: Client, staff: Any, municipality: Municipality) -> None:
    page = client.get(url(voting.draft(municipality), "voorbeeld/")).content.decode()
    assert "Dit is een voorbeeld" in page
    assert '<form method="post"' not in page.split("<main")[1]


def test_a_draft_is_thrown_away_after_a_page_that_says_what_goes_with_it(
    client: Client, staff: Any, municipality: Municipality
) -> None:
    ballot = voting.draft(municipality)
    assert url(ballot, "weggooien/") in client.get(url(ballot)).content.decode()
    page = client.get(url(ballot, "weggooien/")).content.decode()
    assert ballot.title in page
    assert Ballot.objects.filter(pk=ballot.pk).exists(), "looking throws nothing away"
    answer = client.post(url(ballot, "weggooien/"), follow=True)
    assert answer.redirect_chain == [(f"/{municipality.slug}/beheer/stemmingen/", 302)]
    assert f"“{ballot.title}” is weggegooid" in answer.content.decode()
    assert not Ballot.objects.filter(pk=ballot.pk).exists()
    event = AuditEvent.objects.get(verb="voting.ballot_deleted")
    assert (event.actor_id, event.old) == (staff.pk, {"title": ballot.title})
    assert client.post(url(ballot, "weggooien/")).status_code == 404  # a second click


@pytest.mark.parametrize("arrange", [voting.announced, voting.opened, voting.counted])
def test_what_is_no_draft_is_not_thrown_away(
    client: Client, staff: Any, municipality: Municipality, arrange: Any
) -> None:
    ballot = arrange(municipality)
    assert url(ballot, "weggooien/") not in client.get(url(ballot)).content.decode()
    for answer in (
        client.get(url(ballot, "weggooien/"), follow=True),
        client.post(url(ballot, "weggooien/"), follow=True),
    ):
        assert answer.redirect_chain == [(url(ballot), 302)]
        assert "Alleen een concept kun je weggooien" in answer.content.decode()
    assert Ballot.objects.filter(pk=ballot.pk).exists()


def test_a_draft_with_letters_is_not_thrown_away(client: Client, staff: Any, municipality: Municipality) -> None:
    ballot = voting.draft(municipality, electorate="codes")
    codes.ask_for_batch(ballot=ballot, name="Zuid", size=2, language="nl", area=None, by=staff)
    answer = client.post(url(ballot, "weggooien/"), follow=True)
    assert "brieven met codes" in answer.content.decode()
    assert Ballot.objects.filter(pk=ballot.pk).exists()
