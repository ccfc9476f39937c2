"""The pages of the town hall: worklist, board, exports, one case with its steps."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from foundation.accounts.models import User
from foundation.core import clock
from foundation.core.models import AuditEvent
from foundation.municipalities.models import ByLaw, Municipality, Role
from initiatives.enums import InitiativeState
from initiatives.models import Decision, Initiative, KindTerm, Letter, SavedView
from initiatives.queries.todo import next_case
from initiatives.services import desk, views
from initiatives.tasks import warn_of_terms
from tests.factories import initiatives
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db
S = InitiativeState


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, municipality: Municipality, *args: Any) -> str:
    return reverse(f"initiatives:{name}", args=[municipality.slug, *args])


def test_the_standing_lists_and_their_numbers() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    today = clock.today()
    mine = initiatives.submitted(municipality, title="Van mij", handler=servant)
    late = initiatives.in_state(S.IN_ASSESSMENT, municipality, title="Te laat")
    Initiative.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    soon = initiatives.submitted(municipality, title="Bijna")
    Initiative.objects.filter(pk=soon.pk).update(due_on=today + timedelta(days=7))
    initiatives.in_state(S.INCOMPLETE, municipality, title="Wacht")
    initiatives.draft(municipality, title="Kladje")
    initiatives.submitted(title="Van elders")
    client = client_of(servant)
    seen = {}
    for key in ("alle", "mijn", "zonder-contact", "wacht-op-bewoner", "deze-week", "te-laat"):
        page = client.get(url("work", municipality), {"lijst": key}).content.decode()
        seen[key] = {t for t in ("Van mij", "Te laat", "Bijna", "Wacht", "Kladje", "Van elders") if f">{t}</a>" in page}
        number = re.search(rf"lijst={key}[^>]*>[^<]*<span class=\"count\">(\d+)", page)
        assert number is not None
        assert int(number[1]) == len(seen[key])
    assert seen == {
        "alle": {"Van mij", "Te laat", "Bijna", "Wacht"},
        "mijn": {"Van mij"},
        "zonder-contact": {"Te laat", "Bijna", "Wacht"},
        "wacht-op-bewoner": {"Wacht"},
        "deze-week": {"Bijna"},
        "te-laat": {"Te laat"},
    }
    assert mine.handler == servant


def test_filters_order_and_nonsense_in_the_address() -> None:
    municipality = MunicipalityFactory()
    client = client_of(civil_servant(municipality))
    initiatives.submitted(municipality, title="Bomen planten", kind="challenge")
    initiatives.submitted(municipality, title="Zonnepanelen", kind="energy", story="Wij planten niets.")
    where = url("work", municipality)
    assert ">Bomen planten</a>" in client.get(where, {"soort": "challenge"}).content.decode()
    assert ">Zonnepanelen</a>" not in client.get(where, {"soort": "challenge"}).content.decode()
    found = client.get(where, {"q": "plant", "volgorde": "titel"}).content.decode()
    assert found.index("Bomen planten") < found.index("Zonnepanelen")
    for nonsense in (
        {"buurt": "x"},
        {"lijst": "'"},
        {"volgorde": "drop"},
        {"page": "-3"},
        {"q": "\0"},
        {"contact": "9" * 40},
    ):
        assert client.get(where, nonsense).status_code == 200


@pytest.mark.parametrize("page", ["work", "board", "work_csv"])
def test_more_rows_cost_no_more_queries(page: str) -> None:
    municipality = MunicipalityFactory()
    client = client_of(civil_servant(municipality))
    client.get(url(page, municipality))  # what is kept per process is asked once
    numbers: list[int] = []
    for _round in range(2):
        for _n in range(1 if not numbers else 3):
            initiatives.submitted(municipality, handler=civil_servant(municipality))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page, municipality)).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_the_case_costs_no_more_queries_with_more_in_it() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    client = client_of(servant)
    initiative = initiatives.submitted(municipality)
    numbers = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("case", municipality, initiative.slug)).status_code == 200
        numbers.append(len(queries))
        for _n in range(3):
            desk.ask_additions(
                initiative=initiative, reason="Meer.", until=clock.today() + timedelta(days=9), by=servant
            )
            desk.take_up(initiative=initiative, by=servant)
            initiatives.TeamMemberFactory(initiative=initiative)
        # Another look at the same state asks the same steps.
        Initiative.objects.filter(pk=initiative.pk).update(handler=None)
    assert numbers[1] <= numbers[0] + 1


def test_exports_hold_the_filtered_list_and_no_formula() -> None:
    municipality = MunicipalityFactory()
    client = client_of(civil_servant(municipality))
    initiatives.submitted(municipality, title="=1+1", kind="energy")
    initiatives.submitted(municipality, title="Anders")
    text = client.get(url("work_csv", municipality), {"soort": "energy"}).content.decode("utf-8-sig")
    assert text.startswith("Nummer;")
    assert "'=1+1" in text
    assert "Anders" not in text
    answer = client.get(url("work_xlsx", municipality))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3
    assert {row[1] for row in rows[1:]} == {"=1+1", "Anders"}
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


def test_bulk_assigning_asks_first_and_then_does_it() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    client = client_of(servant)
    rows = [initiatives.submitted(municipality) for _n in range(3)]
    where = url("work_assign", municipality)
    ids = [str(row.pk) for row in rows[:2]]
    asked = client.post(where, {"id": ids, "terug": "lijst=mijn&x=1"})
    assert "2 initiatieven" in asked.content.decode()
    done = client.post(where, {"id": ids, "handler": servant.pk, "sector": "", "terug": "lijst=mijn&x=1"})
    assert done.status_code == 302
    assert done.url.endswith("?lijst=mijn")
    assert Initiative.objects.filter(handler=servant).count() == 2
    assert client.post(where, {"terug": ""}).status_code == 302


def test_saved_views_are_ones_own() -> None:
    municipality = MunicipalityFactory()
    servant, colleague = civil_servant(municipality), civil_servant(municipality)
    client = client_of(servant)
    where = url("work_view", municipality)
    client.post(where, {"name": "Energie", "filter": "soort=energy&next=http://elders"})
    assert SavedView.objects.get().query == "soort=energy"
    assert "Energie</a>" in client.get(url("work", municipality)).content.decode()
    other = client_of(colleague)
    assert "Energie</a>" not in other.get(url("work", municipality)).content.decode()
    other.post(where, {"weg": "Energie"})
    assert SavedView.objects.exists()
    client.post(where, {"weg": "Energie"})
    assert not SavedView.objects.exists()


STEPS: dict[str, tuple[str, dict[str, Any], str]] = {
    "case_take_up": (S.SUBMITTED, {}, S.IN_ASSESSMENT),
    "case_additions": (S.SUBMITTED, {"reason": "Het budget.", "until": "2999-01-01"}, S.INCOMPLETE),
    "case_extend": (S.SUBMITTED, {"weeks": "2", "reason": "Onderzoek."}, S.SUBMITTED),
    "case_forward": (S.SUBMITTED, {"body": "council", "reason": "Het budget."}, S.SUBMITTED),
    "case_decide": (S.IN_ASSESSMENT, {"outcome": "agreed", "reasons": "Mooi plan."}, S.AGREED),
    "case_reconsider": (S.REFUSED, {"reason": "Bezwaar."}, S.IN_ASSESSMENT),
}


def posted(name: str, initiative: Initiative) -> dict[str, Any]:
    today = clock.today().isoformat()
    data = {"version": str(initiative.version), **STEPS[name][1]}
    return data | ({"decided_on": today, "notified_on": today} if name == "case_decide" else {})


@pytest.mark.parametrize("name", STEPS)
def test_each_step_by_its_form(name: str) -> None:
    before, _data, after = STEPS[name]
    initiative = initiatives.in_state(before)
    municipality = initiative.municipality
    client = client_of(civil_servant(municipality))
    where = url(name, municipality, initiative.slug)
    if name != "case_take_up":
        assert client.get(where).status_code == 200
    assert client.post(where, posted(name, initiative)).status_code == 302
    initiative.refresh_from_db()
    assert initiative.state == after
    assert initiative.version == 2
    page = client.get(url("case", municipality, initiative.slug)).content.decode()
    assert "brief" in page or name == "case_take_up"


def test_the_form_of_more_time_names_the_weeks_that_are_left() -> None:
    initiative = initiatives.in_state(S.SUBMITTED)
    ByLaw.objects.create(municipality=initiative.municipality, extension_weeks=4)
    client = client_of(civil_servant(initiative.municipality))
    where = url("case_extend", initiative.municipality, initiative.slug)
    answer = client.post(where, posted("case_extend", initiative) | {"weeks": "99"})
    assert answer.status_code == 422
    assert "Dit moet 4 of minder zijn." in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in STEPS if name != "case_take_up"])
def test_an_older_page_is_told_what_happened_and_keeps_what_was_typed(name: str) -> None:
    initiative = initiatives.in_state(STEPS[name][0])
    client = client_of(civil_servant(initiative.municipality))
    data = posted(name, initiative) | {"version": "7"}
    answer = client.post(url(name, initiative.municipality, initiative.slug), data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "iemand anders" in text.lower()
    assert str(next(iter(STEPS[name][1].values()))) in text
    assert 'name="version" value="1"' in text


@pytest.mark.parametrize("name", STEPS)
def test_who_may_open_each_step(name: str) -> None:
    initiative = initiatives.in_state(STEPS[name][0])
    municipality = initiative.municipality
    where = url(name, municipality, initiative.slug)
    answers = {
        "anonymous": Client().post(where).status_code,
        "resident": client_of(UserFactory()).post(where).status_code,
        "initiator": client_of(initiative.team.get().user).post(where).status_code,
        "elsewhere": client_of(civil_servant(MunicipalityFactory())).post(where).status_code,
        "council": client_of(RoleFactory(municipality=municipality, kind="council_member").user)
        .post(where)
        .status_code,
    }
    assert answers == {"anonymous": 302, "resident": 404, "initiator": 404, "elsewhere": 404, "council": 403}
    initiative.refresh_from_db()
    assert initiative.state == STEPS[name][0]


@pytest.mark.parametrize(
    ("step", "before", "after"), [("begonnen", S.AGREED, S.IN_EXECUTION), ("klaar", S.IN_EXECUTION, S.FINISHED)]
)
def test_staff_says_in_the_place_of_the_team_how_far_it_is(step: str, before: str, after: str) -> None:
    initiative = initiatives.in_state(before)
    where = url("case_go_on", initiative.municipality, initiative.slug)
    client = client_of(civil_servant(initiative.municipality))
    assert f'value="{step}"' in client.get(url("case", initiative.municipality, initiative.slug)).content.decode()
    for stranger in (UserFactory(), civil_servant(MunicipalityFactory())):
        assert client_of(stranger).post(where, {"stap": step}).status_code == 404
    for _twice in range(2):
        assert client.post(where, {"stap": step, "version": "1"}).status_code == 302
    initiative.refresh_from_db()
    assert (initiative.state, initiative.version) == (after, 2)
    assert client.post(where, {"stap": "onzin"}).status_code == 302


@pytest.mark.parametrize("page", ["work", "board", "work_csv", "work_xlsx"])
def test_the_worklist_is_for_staff_only(page: str) -> None:
    municipality = initiatives.submitted().municipality
    assert Client().get(url(page, municipality)).status_code == 302
    assert client_of(UserFactory()).get(url(page, municipality)).status_code == 404
    assert client_of(civil_servant(MunicipalityFactory())).get(url(page, municipality)).status_code == 404


def test_a_draft_and_another_municipality_are_not_found() -> None:
    draft, elsewhere = initiatives.draft(), initiatives.submitted()
    client = client_of(civil_servant(draft.municipality))
    assert client.get(url("case", draft.municipality, draft.slug)).status_code == 404
    assert client.get(url("case", draft.municipality, elsewhere.slug)).status_code == 404


def test_a_refusal_of_a_challenge_names_the_grounds_of_the_by_law() -> None:
    initiative = initiatives.in_state(S.IN_ASSESSMENT, kind="challenge")
    ByLaw.objects.create(municipality=initiative.municipality)
    client = client_of(civil_servant(initiative.municipality))
    where = url("case_decide", initiative.municipality, initiative.slug)
    assert "Moet weigeren: " in client.get(where).content.decode()
    client.post(where, posted("case_decide", initiative) | {"outcome": "refused", "grounds": ["0"]})
    assert Decision.objects.get().grounds[0]["kind"] == "shall"


def test_a_letter_is_for_team_and_staff_only() -> None:
    initiative = initiatives.submitted()
    municipality = initiative.municipality
    servant = civil_servant(municipality)
    desk.ask_additions(initiative=initiative, reason="Het budget 😀 <b>.", until=date(2999, 1, 1), by=servant)
    letter = Letter.objects.get()
    where = url("letter", municipality, initiative.slug, letter.pk)
    for user in (servant, initiative.team.get().user):
        answer = client_of(user).get(where)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert "no-store" in answer["Cache-Control"]
    for user in (UserFactory(), civil_servant(MunicipalityFactory())):
        assert client_of(user).get(where).status_code == 404
    assert Client().get(where).status_code == 404


def test_terms_per_kind_are_set_by_the_administrator() -> None:
    municipality = MunicipalityFactory()
    where = url("term_setup", municipality)
    assert client_of(civil_servant(municipality)).get(where).status_code == 403
    client = client_of(administrator(municipality))
    assert client.get(where).status_code == 200
    assert client.post(where, {"challenge-decision": "60"}).status_code == 422
    assert client.post(where, {"challenge-decision": "26", "challenge-extension": "26"}).status_code == 302
    assert KindTerm.objects.get().decision_weeks == 26
    assert client.post(where, {}).status_code == 302
    assert not KindTerm.objects.exists()


def test_who_left_the_town_hall_is_no_contact_any_more() -> None:
    municipality = MunicipalityFactory()
    stays, left = civil_servant(municipality), civil_servant(municipality)
    kept = initiatives.submitted(municipality, handler=stays)
    freed = initiatives.submitted(municipality, handler=left)
    closed = initiatives.in_state(S.WITHDRAWN, municipality, handler=left)
    assert desk.release_contacts() == 0
    Role.objects.filter(user=left).delete()
    warn_of_terms()
    for row, handler in ((kept, stays), (freed, None), (closed, left)):
        row.refresh_from_db()
        assert row.handler == handler
    page = client_of(stays).get(url("work", municipality), {"lijst": "zonder-contact"})
    assert freed.title in page.content.decode()
    event = AuditEvent.objects.filter(verb="initiatives.assigned").latest("pk")
    assert (event.object_id, event.new["handler"]) == (str(freed.pk), "–")


def test_a_person_keeps_a_limited_number_of_views() -> None:
    municipality = MunicipalityFactory()
    client = client_of(civil_servant(municipality))
    for number in range(views.MOST_VIEWS + 1):
        answer = client.post(url("work_view", municipality), {"name": f"Blik {number}", "filter": ""}, follow=True)
    assert SavedView.objects.count() == views.MOST_VIEWS
    assert "hoogstens 25" in answer.content.decode()
    client.post(url("work_view", municipality), {"name": "Blik 3", "filter": "soort=energy"})
    assert SavedView.objects.get(name="Blik 3").query == "soort=energy", "one that is there can still be changed"


def due(initiative: Initiative, days: int) -> Initiative:
    Initiative.objects.filter(pk=initiative.pk).update(due_on=clock.today() + timedelta(days=days))
    initiative.refresh_from_db()
    return initiative


def test_a_pile_is_worked_through_with_two_pages_for_a_question_and_three_for_a_decision() -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    pile = [due(initiatives.submitted(municipality, title=f"Plan {number}"), number) for number in range(1, 7)]
    client = client_of(servant)
    pages = 0
    here = client.get(url("case", municipality, pile[0].slug))
    for number, initiative in enumerate(pile):
        assert here.context["initiative"] == initiative
        name = "case_additions" if number % 3 else "case_decide"
        if name == "case_decide":
            client.post(url("case_take_up", municipality, initiative.slug), {}, follow=True)
            initiative.refresh_from_db()
            pages += 1
        form = client.get(url(name, municipality, initiative.slug)).content.decode()
        assert ('name="volgende"' in form) is (number < 5)
        data = posted(name, initiative) | {"volgende": "Door"}
        here = client.post(url(name, municipality, initiative.slug), data, follow=True)
        pages += 2
        assert initiative.title in here.content.decode(), "the message says about which plan it is"
    assert pages == 4 * 2 + 2 * 3
    assert [Initiative.objects.get(pk=row.pk).state for row in pile] == [S.AGREED, S.INCOMPLETE, S.INCOMPLETE] * 2


def test_the_next_plan_is_mine_or_nobodys_in_order_of_the_term_and_then_the_first_again() -> None:
    municipality = MunicipalityFactory()
    servant, colleague = civil_servant(municipality), civil_servant(municipality)
    late, soon, far = (
        due(initiatives.submitted(municipality, handler=handler), days)
        for days, handler in ((-3, servant), (2, None), (40, servant))
    )
    theirs = due(initiatives.submitted(municipality, handler=colleague), 0)
    due(initiatives.submitted(), 0)
    waiting = initiatives.in_state(S.INCOMPLETE, municipality)
    assert [next_case(row, servant) for row in (late, soon, far, waiting)] == [soon, far, late, late]
    assert next_case(far, colleague) == theirs
    assert next_case(theirs, colleague) == soon
