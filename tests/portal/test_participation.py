"""Processes on the pages of the portal: what is open, found, followed and waited for; never a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality
from participation.enums import PhaseKind, ProcessRole
from participation.models import Decision, Follow, Milestone, Process, Role
from participation.queries.processes import card as process_card
from portal.page_cache import seconds_until_change
from portal.queries.search import search
from portal.queries.today_participation import participation_work
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.factories.participation import PhaseFactory, ProcessFactory, running
from tests.factories.proposals import draft, gathering, submitted

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def rivierdam(settings: Any) -> Municipality:
    settings.TWO_FACTOR_FOR_STAFF = False
    return MunicipalityFactory(name="Rivierdam", slug="rivierdam")


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def secret(municipality: Municipality, **fields: Any) -> Process:
    """A preparation with a phase that would be open now."""
    process = ProcessFactory(municipality=municipality, title="Nog geheim", **fields)
    PhaseFactory(process=process, kind=PhaseKind.VIEWS, number=1)
    return process


def cost(client: Client, path: str) -> int:
    client.get(path)  # what is kept for a while is kept now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def same_cost(client: Client, path: str, more: Callable[[], object]) -> None:
    """One row and three rows cost the same."""
    more()
    first = cost(client, path)
    more()
    more()
    assert cost(client, path) == first


def test_the_home_page_shows_what_is_open_until_when_and_no_draft(rivierdam: Municipality) -> None:
    process = running(rivierdam, kind=PhaseKind.PROPOSALS, title="Het plein")
    running(rivierdam, kind=PhaseKind.EXECUTION, title="Wordt al gebouwd")
    running(kind=PhaseKind.PROPOSALS, title="Van een ander")
    secret(rivierdam)
    page = Client().get("/rivierdam/").content.decode()
    assert f'href="/rivierdam/meedoen/{process.slug}/"' in page
    assert process_card(process, clock.now()).facts[0]["text"] in page
    for title in ("Nog geheim", "Van een ander", "Wordt al gebouwd"):
        assert title not in page


def test_a_kept_home_page_ends_when_a_phase_does(rivierdam: Municipality) -> None:
    process, now = running(rivierdam), clock.now()
    PhaseFactory(process=process, opens_at=now - timedelta(days=1), closes_at=now + timedelta(seconds=7), number=1)
    assert seconds_until_change(rivierdam, now) == 7
    assert seconds_until_change(MunicipalityFactory(), now) > 7


def test_search_finds_public_processes_and_proposals_only(rivierdam: Municipality) -> None:
    process = gathering(municipality=rivierdam)
    plan = submitted(process, title="Meer bankjes bij het water")
    draft(process, title="Bankjes die nog niemand kent")
    hidden = submitted(process, title="Verborgen bankje")
    type(hidden).objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    secret(rivierdam, summary="Bankjes")
    shown = running(rivierdam, title="Overal een bankje")
    found = search(rivierdam, "bankje")
    assert [one.pk for one in found.proposals] == [plan.pk]
    assert [one.pk for one in found.processes] == [shown.pk]
    page = Client().get("/rivierdam/zoeken/?q=bankje").content.decode()
    assert f"/meedoen/{shown.slug}/" in page
    assert plan.get_absolute_url() in page


def test_a_neighbourhood_shows_its_own_processes(rivierdam: Municipality) -> None:
    area = NeighbourhoodFactory(municipality=rivierdam)
    here, elsewhere = running(rivierdam, title="Ons plein"), running(rivierdam, title="Een ander plein")
    here.areas.add(area)
    secret(rivierdam).areas.add(area)
    page = Client().get(f"/rivierdam/buurten/{area.code}/").content.decode()
    assert here.title in page
    assert elsewhere.title not in page
    assert "Nog geheim" not in page


def test_mijn_aanzet_shows_what_i_follow_make_or_work_on(rivierdam: Municipality) -> None:
    me = UserFactory()
    followed, made, other = running(title="Gevolgd"), gathering(), running(title="Van anderen")
    Follow.objects.create(process=followed, user=me)
    submitted(made, by=me)
    chaired = secret(rivierdam)
    Role.objects.create(process=chaired, user=me, role=ProcessRole.CHAIR)
    hidden = ProcessFactory(title="Was gevolgd, is er niet")
    Follow.objects.create(process=hidden, user=me)
    page = client_of(me).get("/mijn/").content.decode()
    for title in (followed.title, made.title, "Nog geheim"):
        assert title in page
    for title in (other.title, hidden.title):
        assert title not in page


def test_lists_cost_the_same_with_one_process_and_with_three(rivierdam: Municipality) -> None:
    area, me = NeighbourhoodFactory(municipality=rivierdam), UserFactory()

    def more() -> None:
        process = running(rivierdam, kind=PhaseKind.VIEWS, title="Een plein voor ons")
        process.areas.add(area)
        Follow.objects.create(process=process, user=me)

    same_cost(client_of(me), "/rivierdam/", more)
    same_cost(client_of(me), "/mijn/", more)
    same_cost(client_of(me), "/rivierdam/zoeken/?q=plein", more)
    same_cost(client_of(None), f"/rivierdam/buurten/{area.code}/", more)


def test_vandaag_tells_what_waits_with_the_page_where_it_is_done(rivierdam: Municipality) -> None:
    marloes = civil_servant(rivierdam)
    yesterday = clock.today() - timedelta(days=1)
    process = gathering(municipality=rivierdam)
    submitted(process)
    over = gathering(municipality=rivierdam, title="Voorbij")
    submitted(over)
    over.phases.update(opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(days=2))
    decision = Decision.objects.create(process=over, body="council", title="Besluit plein", decides_on=yesterday)
    step = Milestone.objects.create(process=over, title="Bankjes geplaatst", due_on=yesterday)
    preparation = secret(rivierdam)
    root = "/rivierdam/beheer/processen"
    lines = {line.url: line for line in participation_work(rivierdam, marloes, clock.now())}
    assert set(lines) == {
        f"{root}/{over.slug}/besluit/{decision.pk}/",
        f"{root}/{over.slug}/mijlpaal/{step.pk}/",
        f"{root}/{process.slug}/voorstellen/",
        f"{root}/{over.slug}/voorstellen/",
        f"{root}/{over.slug}/antwoorden/",
        f"{root}/{preparation.slug}/",
    }
    assert [line.late for line in lines.values()] == [True, True, False, False, False, False]
    page = client_of(marloes).get("/rivierdam/beheer/").content.decode()
    assert "Besluit plein" in page


def test_vandaag_is_for_who_works_here_and_costs_the_same_with_more(rivierdam: Municipality) -> None:
    marloes, stranger = civil_servant(rivierdam), civil_servant(MunicipalityFactory())

    def more() -> None:
        process = gathering(municipality=rivierdam)
        submitted(process)
        secret(rivierdam)
        Milestone.objects.create(process=process, title="Later", due_on=clock.today() - timedelta(days=3))

    same_cost(client_of(marloes), "/rivierdam/beheer/", more)
    assert participation_work(rivierdam, stranger, clock.now()) == []
