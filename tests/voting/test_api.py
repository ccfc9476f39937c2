"""The API: every NL GOV API Design Rule that a program can check, what it tells, and what it never tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings

from config.wsgi import application
from foundation.core import api as house
from foundation.municipalities.models import Municipality
from foundation.voting.models import Ballot
from foundation.voting.services import ballots
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
CAMEL = re.compile(r"^[a-z][a-z\d]*([A-Z][a-z\d]*)*$")
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


@pytest.fixture
def town(db: None) -> Municipality:
    return MunicipalityFactory(slug="waterstad", name="Waterstad")


def get(path: str, **headers: str) -> Any:
    return Client().get(f"{V1}{path}", headers=headers)


def at(ballot: Ballot, kind: str = "stemmingen", more: str = "") -> str:
    return f"/gemeenten/{ballot.municipality.slug}/{kind}/{ballot.slug}{more}"


def description() -> dict[str, Any]:
    return get("/openapi.json").json()


def later(ballot: Ballot) -> Any:
    """After closing time: ballots of the factory are closed by asking with a later now."""
    assert ballot.closes_at is not None
    return time_machine.travel(ballot.closes_at + timedelta(hours=1), tick=False)


def addresses(ballot: Ballot) -> list[str]:
    """Every route, with real values."""
    values = {"gemeente": ballot.municipality.slug, "stemming": ballot.slug}
    return [route.format(**values) for route in description()["paths"]]


# --- The description ---------------------------------------------------------------------------------------------------


def test_description_is_open_and_of_version_three() -> None:
    answer = get("/openapi.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert re.fullmatch(r"3(\.\d+){1,2}", answer.json()["openapi"])


def test_description_names_whom_to_ask_and_its_version() -> None:
    told = description()
    assert all(told["info"]["contact"][name] for name in ("name", "email", "url"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["info"]["version"])
    assert [server["url"].rpartition("/")[2] for server in told["servers"]] == ["v1"]


def test_paths_are_kebab_case_without_trailing_slash_or_file_extension() -> None:
    for path in description()["paths"]:
        assert path == "/" or not path.endswith("/")
        for part in path.strip("/").split("/"):
            assert re.fullmatch(r"[a-z0-9-]*|{[a-z]+}", part), path


def test_names_in_queries_and_answers_are_camel_case() -> None:
    told = description()
    names = [p["name"] for operations in told["paths"].values() for p in operations["get"]["parameters"]]
    for name, schema in told["components"]["schemas"].items():
        assert re.fullmatch(r"([A-Z][a-z]*)+", name)
        names += schema.get("properties", {})
    assert len(names) > 60
    assert [name for name in names if not CAMEL.match(name)] == []


def test_only_get_is_offered_and_each_route_is_described() -> None:
    for path, operations in description()["paths"].items():
        assert list(operations) == ["get"], path
        assert operations["get"]["summary"]
        assert operations["get"]["description"]
        assert all(p["description"] for p in operations["get"]["parameters"])


def test_operation_ids_are_unique_and_tags_declared() -> None:
    told = description()
    operations = [known["get"] for known in told["paths"].values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in told["tags"]}


def test_every_answer_is_described_with_its_version_and_errors_as_problems() -> None:
    told = description()
    for path, known in told["paths"].items():
        answers = known["get"]["responses"]
        assert {"200", "400", "429", "500"} <= set(answers), path
        assert ("404" in answers) == ("{" in path)
        for code, answer in answers.items():
            assert "API-Version" in answer["headers"]
            if code != "200":
                schema = answer["content"]["application/problem+json"]["schema"]["$ref"].rpartition("/")[2]
                assert {"status", "title", "detail"} <= set(told["components"]["schemas"][schema]["properties"])


def test_references_of_the_description_lead_somewhere() -> None:
    told = description()
    found = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(told)))
    assert found
    for reference in found:
        place: Any = told
        for part in reference.split("/"):
            place = place[part]


def test_times_and_dates_have_their_format() -> None:
    for name, schema in description()["components"]["schemas"].items():
        for key, told in schema.get("properties", {}).items():
            kinds = [part.get("format") for part in told.get("anyOf", [told])]
            if key.endswith("Op"):
                assert "date-time" in kinds, (name, key)
            if key == "dag":
                assert kinds == ["date"]


# --- Every answer --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/openapi.json", "/gemeenten", "/gemeenten/nergens", "/bestaat-niet", "/gemeenten?pagina=nul"]
)
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete", "patch"])
def test_each_answer_has_version_and_safe_headers_and_no_cookie(method: str, path: str) -> None:
    answer = getattr(Client(), method)(f"{V1}{path}")
    headers = answer.headers
    assert headers["API-Version"] == "1.1.0"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cache-Control"] in ("no-store", "public, no-cache")
    assert not answer.cookies
    assert "Cookie" not in headers.get("Vary", "")
    if answer.status_code >= 400:
        assert headers["Content-Type"] == "application/problem+json"
        if method != "head":
            assert answer.json()["status"] == answer.status_code
            assert answer.json()["title"]
            assert answer.json()["detail"]


def test_other_methods_are_refused_with_those_that_work() -> None:
    answer = Client().post(f"{V1}/gemeenten", {"naam": "x"}, content_type="application/json")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_head_is_get_without_its_body(town: Municipality) -> None:
    whole, head = get("/gemeenten"), Client().head(f"{V1}/gemeenten")
    assert head.content == b""
    for name in ("Content-Length", "ETag", "Content-Type", "API-Version"):
        assert head.headers[name] == whole.headers[name]
    assert int(head.headers["Content-Length"]) == len(whole.content)


def test_options_tells_a_browser_what_it_may_ask() -> None:
    answer = Client().options(f"{V1}/gemeenten")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Allow"] == answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", ["/gemeenten/", "/gemeenten/waterstad/", "/openapi.json/", "/nergens", "/gemeenten//x"]
)
def test_an_address_with_a_trailing_slash_does_not_exist(town: Municipality, path: str) -> None:
    assert get(path).status_code == 404
    assert get(path).headers["Content-Type"] == "application/problem+json"


def test_all_mistakes_are_told_together(town: Municipality) -> None:
    answer = get("/gemeenten/waterstad/stemmingen?pagina=0&paginaGrootte=veel&status=zoek&kleur=rood&Pagina=1")
    assert answer.status_code == 400
    told = answer.json()
    assert {error["name"] for error in told["errors"]} == {"pagina", "paginaGrootte", "status", "kleur", "Pagina"}
    assert all(error["in"] == "query" and error["detail"] for error in told["errors"])
    assert all(name in told["detail"] for name in ("pagina", "kleur"))


def test_a_name_that_can_not_be_one_is_told_as_a_mistake() -> None:
    answer = get("/gemeenten/%00")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"in": "pad", "name": "gemeente", "detail": "Gebruik alleen kleine letters, cijfers en koppeltekens."}
    ]


def test_the_language_of_a_visitor_changes_nothing(town: Municipality) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    for path in ("/gemeenten", "/gemeenten/nergens"):
        assert client.get(f"{V1}{path}").content == get(path).content
        assert client.get(f"{V1}{path}").headers["Content-Language"] == "nl"


def test_an_unchanged_answer_is_not_sent_again(town: Municipality) -> None:
    first = get("/gemeenten")
    again = get("/gemeenten", if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["API-Version"] == "1.1.0"
    MunicipalityFactory()
    assert get("/gemeenten", if_none_match=first.headers["ETag"]).status_code == 200


def test_who_asks_too_often_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "PER_MINUTE", 3)
    answers = [get("/gemeenten") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"{V1}/gemeenten").status_code == 200


def test_a_failure_is_told_as_a_problem_without_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("foundation.voting.api.page_of", broken)
    answer = get("/gemeenten")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content


# --- What it tells ----------------------------------------------------------------------------------------------------------


def test_only_published_municipalities_and_public_ballots_exist(town: Municipality) -> None:
    MunicipalityFactory(slug="in-de-maak", published_at=None)
    hidden = voting.draft(town)
    assert [row["gemeente"] for row in get("/gemeenten").json()["resultaten"]] == ["waterstad"]
    assert get("/gemeenten/in-de-maak").status_code == 404
    assert get("/gemeenten/in-de-maak/stemmingen").status_code == 404
    assert get("/gemeenten/waterstad/stemmingen").json()["resultaten"] == []
    assert get(at(hidden)).status_code == 404
    assert get(at(hidden, more="/opties")).status_code == 404


def test_a_ballot_tells_what_the_page_tells(town: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=town, name="Oost", code="BU05051234")
    ballot = voting.opened(town, areas=[area], minimum_age=16)
    told = get(at(ballot)).json()
    assert told["titel"] == "Buurtbudget"
    assert (told["status"], told["soort"]) == ("open", "aankruisen")
    assert told["budgetInCenten"] == 1_000_000
    assert told["gebieden"] == [{"code": "BU05051234", "naam": "Oost"}]
    assert (told["minimumleeftijd"], told["aantalOpties"]) == (16, 3)
    assert told["regelsSha256"] == ballot.rules_sha256
    assert TIME.match(told["opentOp"])
    assert TIME.match(told["sluitOp"])
    assert datetime.fromisoformat(told["sluitOp"]).replace(microsecond=0) == ballot.closes_at.astimezone(UTC).replace(
        microsecond=0
    )
    assert "uitslag" not in told["links"]
    options = get(at(ballot, more="/opties")).json()
    assert [option["titel"] for option in options["resultaten"]] == [title for title, _cost in voting.PROJECTS]
    assert options["resultaten"][0]["kostenInCenten"] == 300_000


def test_no_route_tells_anything_of_votes_before_publication(town: Municipality) -> None:
    ballot = voting.opened(town)
    for _ in range(7):
        voting.vote(ballot, 1)
    told = get(at(ballot)).content.decode() + get("/gemeenten/waterstad/stemmingen").content.decode()
    assert "uitgebracht" not in told
    assert "links" in told
    assert get(at(ballot, "uitslagen")).status_code == 404
    assert get("/gemeenten/waterstad/uitslagen").json()["totaal"] == 0


@pytest.mark.parametrize("state", ["counted", "certified"])
def test_a_result_that_is_not_published_does_not_exist(town: Municipality, state: str) -> None:
    ballot = getattr(voting, state)(town)
    with later(ballot):
        answer = get(at(ballot, "uitslagen"))
        assert answer.status_code == 404
        assert answer.json()["detail"] == "Van deze stemming is nog geen uitslag gepubliceerd."
        assert get("/gemeenten/waterstad/uitslagen").json()["resultaten"] == []
        assert get(at(ballot)).json()["status"] == "gesloten"


def test_a_published_result_tells_everything_and_its_files_exist(town: Municipality) -> None:
    ballot = voting.published(town)
    assert get(at(ballot, "uitslagen")).status_code == 404  # its closing time has not come: the gate decides
    with later(ballot):
        told = get(at(ballot, "uitslagen")).json()
        assert (told["uitgebracht"], told["blanco"]) == (3, 0)
        assert told["gekozen"] == [option["nummer"] for option in told["opties"] if option["gekozen"]]
        assert {option["nummer"]: option["stemmen"] for option in told["opties"]} == {1: 2, 2: 1, 3: 1}
        assert all(option["toelichting"] for option in told["opties"])
        assert told["besteedInCenten"] <= told["budgetInCenten"] == 1_000_000
        assert TIME.match(told["geteldOp"])
        assert told["vingerafdrukken"]["regels"] == ballot.rules_sha256
        assert {"stemmenCsv", "stemmenPb", "uitslagJson", "bundel", "natelprogramma"} <= set(told["links"])
        for address in [*told["links"].values(), *get(at(ballot)).json()["links"].values()]:
            assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, address
        assert get("/gemeenten/waterstad/uitslagen").json()["resultaten"][0]["stemming"] == ballot.slug
        assert get(at(ballot)).json()["links"]["uitslag"] == told["links"]["self"]


@pytest.mark.parametrize(
    ("paper", "wanted"),
    [("single", "stemmenCsv"), ("ranking", "stemmenBlt"), ("points", "stemmenCsv"), ("scale", "stemmenCsv")],
)
def test_every_type_of_ballot_has_a_result(town: Municipality, paper: str, wanted: str) -> None:
    choices = {"points": ({1: 6, 2: 4},), "scale": ({1: 2, 2: 0},)}.get(paper, (1,))
    ballot = voting.published(town, votes=[choices, choices], **voting.PAPERS[paper])
    with later(ballot):
        told = get(at(ballot, "uitslagen")).json()
        assert wanted in told["links"]
        assert told["budgetInCenten"] is None
        assert told["uitgebracht"] == 2


def test_turnout_of_small_areas_is_not_told(town: Municipality) -> None:
    east, west = (NeighbourhoodFactory(municipality=town) for _ in range(2))
    ballot = voting.opened(town)
    for area, n in ((east, 12), (west, 11), (None, 2)):
        for _ in range(n):
            voting.vote(ballot, 1, by=voting.resident(town, area))
    ballot = voting.finished(ballot)
    with later(ballot):
        told = get(at(ballot, "uitslagen")).json()["opkomst"]
    # The two voters of no area would follow from the others by subtraction; so the smallest figure is not told either.
    assert {row["code"]: row["stemmers"] for row in told} == {east.code: 12}


@pytest.mark.django_db(transaction=True)
def test_the_heads_of_the_log_come_newest_first(town: Municipality) -> None:
    from foundation.voting.services import mixing

    ballot = voting.opened(town)
    for _ in range(2):
        voting.vote(ballot, 1)
        mixing.empty_inlet(ballot_id=ballot.pk, at_least=1)
    told = get(at(ballot, more="/koppen")).json()
    assert [head["nummer"] for head in told["resultaten"]] == [2, 1]
    assert told["resultaten"][0]["vorige"] == told["resultaten"][1]["naam"]
    assert len(told["publiekeSleutel"]) == 64
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["resultaten"][0]["dag"])


# --- Lists -------------------------------------------------------------------------------------------------------------------


def test_lists_come_in_pages_that_link_to_each_other(town: Municipality) -> None:
    for number in range(5):
        voting.announced(town, title=f"Stemming {number}")
    seen, path = [], "/gemeenten/waterstad/stemmingen?status=aangekondigd&paginaGrootte=2"
    while path:
        told = get(path).json()
        assert told["totaal"] == 5
        seen += [row["titel"] for row in told["resultaten"]]
        path = told["links"].get("next", "").rpartition(V1)[2]
    assert len(seen) == len(set(seen)) == 5
    assert "pagina=2" in told["links"]["prev"]
    assert get("/gemeenten/waterstad/stemmingen?pagina=99").json()["resultaten"] == []


def test_status_follows_the_clock_in_lists_as_in_the_ballot_itself(town: Municipality) -> None:
    made = {
        "aangekondigd": voting.announced(town),
        "open": voting.opened(town),
        "gesloten": voting.close(voting.opened(town)),
        "gepubliceerd": voting.published(town),
        "geannuleerd": ballots.cancel(
            ballot=(called_off := voting.announced(town)), by=called_off.announced_by, reason="Toch niet."
        ),
    }
    for status, ballot in made.items():
        rows = get(f"/gemeenten/waterstad/stemmingen?status={status}").json()["resultaten"]
        assert [(row["stemming"], row["status"]) for row in rows] == [(ballot.slug, status)]
        assert get(at(ballot)).json()["status"] == status
    assert get(at(made["geannuleerd"])).json()["redenAnnulering"] == "Toch niet."
    with time_machine.travel(made["open"].closes_at + timedelta(seconds=1), tick=False):
        assert get(at(made["open"])).json()["status"] == "gesloten"
        closed = get("/gemeenten/waterstad/stemmingen?status=gesloten").json()["resultaten"]
        assert made["open"].slug in {row["stemming"] for row in closed}


def _queries(path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert get(path).status_code == 200
    return len(captured)


def test_lists_of_one_and_of_three_cost_the_same(town: Municipality) -> None:
    ballot = voting.published(town)
    with later(ballot):
        paths = [
            "/gemeenten",
            "/gemeenten/waterstad/stemmingen",
            "/gemeenten/waterstad/uitslagen",
            at(ballot, more="/opties"),
            at(ballot, "uitslagen"),
        ]
        before = [_queries(path) for path in paths]
    for _ in range(2):
        MunicipalityFactory()
        voting.published(town)
    with later(Ballot.objects.latest("pk")):
        assert [_queries(path) for path in paths] == before
    assert max(before) <= 7


def test_options_cost_the_same_however_many(town: Municipality) -> None:
    few = voting.opened(town, projects=[("Een", 100), ("Twee", 100)])
    many = voting.opened(town, projects=[(f"Plan {n}", 100) for n in range(1, 30)])
    assert _queries(at(few, more="/opties")) == _queries(at(many, more="/opties?paginaGrootte=100"))
    assert _queries(at(few)) == _queries(at(many))


# --- Asked by a machine, and read by people ------------------------------------------------------------------------------------


@pytest.fixture
def asked(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The API as its own description tells it, on the real application, with something in every list."""
    monkeypatch.setattr(house, "PER_MINUTE", 1_000_000)
    signals = (request_started, request_finished)

    def within_this_transaction(environ: Any, start_response: Any) -> Any:
        for signal in signals:  # as Django's own test client does, which connects them again after each request
            signal.disconnect(close_old_connections)
        return application(environ, start_response)

    ballot = voting.published(town)
    with later(ballot):
        voting.opened(town)
        yield schemathesis.openapi.from_wsgi(f"{V1}/openapi.json", within_this_transaction)
    for signal in signals:
        signal.connect(close_old_connections)


def test_answers_keep_to_the_description_whatever_is_asked(asked: Any) -> None:
    operations = [found.ok() for found in asked.get_all_operations()]
    assert len(operations) == len(description()["paths"])
    quick = settings(
        max_examples=12,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for operation in operations:

        @quick
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate()

        ask()


def test_documentation_for_people_shows_every_route(client: Client) -> None:
    page = client.get(reverse("api:documentation"))
    text = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    for path in description()["paths"]:
        assert path.split("{")[0] in text
    assert "openapi.json" in text
    assert not re.findall(r'(?:src|href)="https?://(?!127\.0\.0\.1)', text)


def test_every_example_of_the_documentation_is_an_address_of_the_api(client: Client) -> None:
    examples = re.findall(
        r"GET http://127\.0\.0\.1:8000(\S+?)<", client.get(reverse("api:documentation")).content.decode()
    )
    assert len(examples) == len(description()["paths"])
    told = [client.get(example).json() for example in examples]
    unknown = "Dit adres bestaat niet"
    assert not [answer for answer in told if unknown in answer.get("detail", "")]
