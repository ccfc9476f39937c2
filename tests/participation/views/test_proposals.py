"""The pages of problems, proposals, their check, mergers and the vote: who gets in, what is kept, and what lists cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from participation.enums import PhaseKind, ProcessRole
from participation.enums_proposals import ProposalState
from participation.models import Merger, Problem, Process, ProcessVote, Proposal
from participation.services import mergers, people, problems
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.factories.participation import open_phase
from tests.factories.proposals import analysis, draft, gathering, judged, problem, submitted

pytestmark = pytest.mark.django_db
NASTY = "Een 🌳 <script>alert(1)</script> & {{ 7|add:7 }}"


@pytest.fixture(autouse=True)
def _no_two_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(process: Process, name: str, *args: Any) -> str:
    return reverse(f"participation:{name}", args=[process.municipality.slug, process.slug, *args])


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is kept for a while is kept now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_with_one_row_and_with_more() -> None:
    process = analysis()
    open_phase(process, PhaseKind.PROPOSALS)
    process = Process.objects.get()
    servant = civil_servant(process.municipality)
    area = NeighbourhoodFactory(municipality=process.municipality)
    reader, staff = client_of(UserFactory()), client_of(servant)

    def one_more(n: int) -> None:
        problem(process, neighbourhood=area)
        judged(process, ProposalState.FEASIBLE, staff=servant, title=f"Plan {n}", neighbourhood=area, category=f"t{n}")

    lists = [
        (reader, url(process, "problems")),
        (reader, url(process, "proposals")),
        (reader, process.get_absolute_url()),
        (staff, url(process, "proposal_work")),
        (staff, url(process, "proposal_export", "csv")),
        (staff, url(process, "vote_new")),
        (staff, url(process, "staff")),
    ]
    one_more(1)
    first = [queries(client, address) for client, address in lists]
    for n in (2, 3):
        one_more(n)
    assert [queries(client, address) for client, address in lists] == first


@pytest.mark.parametrize("name", ["proposal_edit", "proposal_team", "proposal_withdraw"])
def test_working_on_a_proposal_is_for_its_makers(name: str) -> None:
    process = gathering()
    made, hidden = submitted(process), draft(process)
    for user, status in (
        (None, 302),
        (UserFactory(), 403),
        (civil_servant(process.municipality), 403),
        (made.author, 200),
    ):
        assert client_of(user).get(url(process, name, made.pk)).status_code == status
    assert client_of(UserFactory()).get(url(process, name, hidden.pk)).status_code == 404
    assert client_of(None).get(url(process, "proposal", hidden.pk)).status_code == 404
    assert client_of(hidden.author).get(url(process, "proposal", hidden.pk)).status_code == 200


@pytest.mark.parametrize("name", ["proposal_work", "check_points", "vote_new", "check"])
def test_the_desk_is_for_staff_of_this_municipality(name: str) -> None:
    process = gathering()
    made = submitted(process)
    address = url(process, name, *([made.pk] if name == "check" else []))
    elsewhere = civil_servant(MunicipalityFactory())
    wanted = ((None, 302), (UserFactory(), 404), (elsewhere, 404), (civil_servant(process.municipality), 200))
    for user, status in wanted:
        assert client_of(user).get(address).status_code == status


def test_a_proposal_of_another_process_is_not_found_under_this_one() -> None:
    process, other = gathering(), gathering()
    made = submitted(other)
    assert client_of(None).get(url(process, "proposal", made.pk)).status_code == 404
    assert client_of(made.author).get(url(process, "proposal_edit", made.pk)).status_code == 404


def typed(**fields: Any) -> dict[str, Any]:
    return {"title": "Lampen", "summary": "Licht", "text": "Zes lampen.", "cost_cents": "4.500", **fields}


def test_somebody_who_is_not_logged_in_types_first_and_finds_it_again() -> None:
    process, resident, client = gathering(), UserFactory(), Client()
    address = url(process, "proposal_new")
    assert "Lampen" not in client.get(address).content.decode()
    answer = client.post(address, typed(doe="bewaar"))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
    client.force_login(resident, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert 'value="Lampen"' in page
    assert "4.500" in page
    assert not Proposal.objects.exists()


def test_a_double_click_hands_in_one_and_a_missing_text_keeps_what_was_typed() -> None:
    process, resident = gathering(), UserFactory()
    client, address = client_of(resident), url(process, "proposal_new")
    key = re.search(r'name="key" value="([^"]+)"', client.get(address).content.decode())
    assert key is not None
    sent = typed(doe="stuur", key=key[1], show_name="on")
    refused = client.post(address, {**sent, "text": ""})
    assert refused.status_code == 200
    assert 'value="Lampen"' in refused.content.decode()
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    made = Proposal.objects.get()
    assert (made.state, made.cost_cents, made.supporters_total) == (ProposalState.SUBMITTED, 450_000, 1)


def test_two_makers_in_two_windows_the_second_sees_the_first_and_can_save_again() -> None:
    process = gathering()
    made = submitted(process)
    address = url(process, "proposal_edit", made.pk)
    one, two = client_of(made.author), client_of(made.author)
    both = {"version": made.version, "doe": "bewaar"}
    assert one.post(address, typed(**both, title="Eerste")).status_code == 302
    page = two.post(address, typed(**both, title="Tweede"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Eerste" in text
    assert 'value="Tweede"' in text
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version is not None
    assert two.post(address, typed(version=version[1], title="Tweede", doe="bewaar")).status_code == 302
    assert Proposal.objects.get().title == "Tweede"


def test_what_people_type_is_shown_as_text_and_long_texts_stand_whole() -> None:
    process = analysis()
    open_phase(process, PhaseKind.PROPOSALS)
    process = Process.objects.get()
    long = "Ruimte voor iedereen. " * 454  # just under 10,000
    made = submitted(process, title=NASTY[:100], summary=NASTY, text=f"{NASTY}\n\n{long}"[:10_000])
    there = problem(process, title=NASTY[:100], text=NASTY)
    for address in (
        made.get_absolute_url(),
        there.get_absolute_url(),
        url(process, "proposals"),
        url(process, "problems"),
    ):
        page = client_of(None).get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert "🌳" in page.content.decode()
        assert not page.cookies
    too_long = client_of(made.author).post(
        url(process, "proposal_edit", made.pk), typed(text="x" * 10_001, version=made.version)
    )
    assert too_long.status_code == 200
    assert "x" * 10_001 in too_long.content.decode()


def test_searching_finds_dutch_words_in_other_forms() -> None:
    process = gathering()
    submitted(process, title="Bomen in de straat", summary="Schaduw", text="Twaalf linden.")
    submitted(process, title="Lampen", summary="Licht")
    page = client_of(None).get(url(process, "proposals"), {"zoek": "straten linde"}).content.decode()
    assert "Bomen in de straat" in page
    assert "Lampen" not in page


def test_supporting_and_endorsing_from_the_page_ask_for_a_log_in_and_come_back() -> None:
    process = analysis()
    open_phase(process, PhaseKind.PROPOSALS)
    process = Process.objects.get()
    made, there, neighbour = submitted(process), problem(process), UserFactory()
    for address in (url(process, "proposal_support", made.pk), url(process, "problem_endorse", there.pk)):
        assert "/login/" in client_of(None).post(address)["Location"]
        for _ in range(2):
            assert client_of(neighbour).post(address).status_code == 302
    made.refresh_from_db()
    there.refresh_from_db()
    assert (made.supporters_total, there.endorsements_total) == (2, 2)
    assert client_of(neighbour).get(url(process, "proposal_support", made.pk)).status_code == 405


def test_a_resident_brings_in_a_problem_and_the_chair_makes_the_shared_one() -> None:
    process, resident, chair = analysis(), UserFactory(), UserFactory()
    people.give_role(process=process, user=chair, role=ProcessRole.CHAIR, by=civil_servant(process.municipality))
    sent = {"title": "Donker plein", "text": "Er brandt niets.", "author_is_public": "on"}
    assert client_of(resident).post(url(process, "problem_new"), sent).status_code == 302
    there = Problem.objects.get()
    state = url(process, "problem_state")
    assert client_of(resident).get(state).status_code == 403
    told = {"title": "Onveilig", "text": "**Donker**", "sources": [there.pk], "version": 0}
    assert client_of(chair).post(state, told).status_code == 302
    page = client_of(None).get(url(process, "problem_statement")).content.decode()
    assert "Onveilig" in page
    assert "<strong>Donker</strong>" in page
    assert "Donker plein" in page
    assert "Onveilig" in client_of(None).get(process.get_absolute_url()).content.decode()
    late = client_of(chair).post(state, told)
    assert late.status_code == 200
    assert 'name="version" value="1"' in late.content.decode()


def test_staff_checks_assigns_and_exports() -> None:
    process = gathering()
    servant, colleague = civil_servant(process.municipality), civil_servant(process.municipality)
    made = submitted(process)
    client, address = client_of(servant), url(process, "check", made.pk)
    sent = {
        "verdict": "if_changed",
        "reasons": "Drie lampen passen.",
        "cost_cents": "3000",
        "version": made.version,
        **{f"mark_{n}": "yes" for n in range(5)},
    }
    assert client.post(address, sent).status_code == 200  # the day is missing
    day = (timezone.now() + timedelta(days=5)).date()
    assert client.post(address, {**sent, "adapt_by": day.isoformat()}).status_code == 302
    page = client_of(None).get(made.get_absolute_url()).content.decode()
    assert "Drie lampen passen." in page
    assert "3.000" in page
    other = submitted(process)
    ticked = {"id": [other.pk], "handler": colleague.pk, "terug": "staat=submitted"}
    assert client.post(url(process, "proposal_assign"), ticked)["Location"].endswith("?staat=submitted")
    other.refresh_from_db()
    assert (other.handler, other.state) == (colleague, ProposalState.IN_CHECK)
    text = client.get(url(process, "proposal_export", "csv")).content.decode("utf-8-sig")
    assert made.title in text
    assert client.get(url(process, "proposal_export", "xlsx")).status_code == 200
    points = {"points": "Mag het?\nKan het?", "version": 0}
    assert client.post(url(process, "check_points"), points).status_code == 302
    assert "Mag het?" in client.get(address).content.decode()


def test_a_plan_to_merge_is_for_makers_the_chair_and_staff() -> None:
    process = gathering()
    servant = civil_servant(process.municipality)
    a, b = submitted(process, title="Lampen"), submitted(process, title="Licht")
    sent = {"sources": [a.pk], "target": b.pk, "reason": "Allebei licht"}
    assert client_of(a.author).get(url(process, "merger_new")).status_code == 403
    assert client_of(servant).post(url(process, "merger_new"), sent).status_code == 302
    address = url(process, "merger", Merger.objects.get().pk)
    for user, status in ((None, 302), (UserFactory(), 404), (servant, 200), (a.author, 200)):
        assert client_of(user).get(address).status_code == status
    assert client_of(a.author).post(address, {"doe": "nee"}).status_code == 200  # why not?
    client_of(a.author).post(address, {"doe": "ja"})
    assert client_of(b.author).post(address, {"doe": "ja"})["Location"] == b.get_absolute_url()
    gone = client_of(None).get(a.get_absolute_url()).content.decode()
    assert b.get_absolute_url() in gone


def test_the_ballot_is_made_in_one_step_and_the_page_says_who_is_reached() -> None:
    process = gathering(money_cents=1_000_000)
    servant = civil_servant(process.municipality)
    for title in ("Lampen", "Bomen"):
        judged(process, ProposalState.FEASIBLE, staff=servant, title=title)
    open_phase(process, PhaseKind.VOTE, opens_at=timezone.now() + timedelta(hours=1))
    client = client_of(servant)
    assert client.get(url(process, "vote")).status_code == 404
    start = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    end = (timezone.localtime() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    sent = {
        "title": "Stem mee",
        "question": "Wat kiezen we?",
        "way": "gelijke-delen",
        "budget_cents": "10000",
        "electorate": "residents",
        "opens_at": start,
        "closes_at": end,
        "is_binding": "on",
    }
    assert client.post(url(process, "vote_new"), {**sent, "budget_cents": ""}).status_code == 200
    assert client.post(url(process, "vote_new"), sent)["Location"] == url(process, "vote")
    vote = ProcessVote.objects.get()
    assert [option.title for option in vote.ballot.options.all()] == ["Lampen", "Bomen"]
    page = client.get(url(process, "vote")).content.decode()
    assert "Lampen" in page
    assert client.post(url(process, "vote_step"), {"doe": "kopie"}).status_code == 302
    phase = process.phases.get(kind=PhaseKind.VOTE)
    assert client_of(None).get(phase.get_absolute_url()).status_code == 200
    assert client_of(UserFactory()).post(url(process, "vote_step"), {"doe": "kopie"}).status_code == 404


def test_history_shows_what_changed_and_the_team_page_asks_others() -> None:
    process = gathering()
    made = submitted(process)
    client = client_of(made.author)
    client.post(
        url(process, "proposal_edit", made.pk), typed(text="Acht lampen op zonne-energie.", version=made.version)
    )
    page = client_of(None).get(url(process, "proposal_history", made.pk)).content.decode()
    assert "<ins>" in page
    sent = client.post(url(process, "proposal_team", made.pk), {"email": "buur@example.org"})
    assert sent.status_code == 302
    assert "buur@example.org" in client.get(url(process, "proposal_team", made.pk)).content.decode()
    assert client_of(None).get(url(process, "proposal_join", "verzonnen")).status_code == 404


def test_an_answered_merger_and_a_problem_off_the_site_are_told() -> None:
    process = analysis()
    servant = civil_servant(process.municipality)
    there = problem(process)
    hide = url(process, "problem_hide", there.pk)
    assert client_of(there.author).post(hide, {"reden": "x"}).status_code == 403
    client_of(servant).post(hide, {"reden": "Scheldt"})
    assert client_of(None).get(there.get_absolute_url()).status_code == 404
    assert client_of(servant).get(there.get_absolute_url()).status_code == 200
    assert problems.Problem.objects.public().count() == 0
    assert mergers.Merger.objects.count() == 0
