"""The pages of a rehearsal: the paper of each type, marked as a test everywhere, and gone after opening."""

from typing import Any

import pytest
from django.test import Client

from foundation.municipalities.enums import RoleKind
from foundation.voting.models import Ballot, Rehearsal, RehearsalVote
from foundation.voting.services import ballots, rehearsals
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
MARK = "Dit is een oefening."


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


@pytest.fixture
def staff(client: Client) -> Any:
    user = civil_servant(MunicipalityFactory())
    client.force_login(user, BACKEND)
    return user


def begun(staff: Any, **fields: Any) -> Ballot:
    ballot = voting.announced(staff.roles.get().municipality, by=staff, **fields)
    rehearsals.start(ballot=ballot, by=staff)
    return ballot


def url(ballot: Ballot, path: str = "") -> str:
    return f"/{ballot.municipality.slug}/beheer/stemmingen/{ballot.slug}/oefenen/{path}"


FILLED_IN: dict[str, tuple[dict[str, Any], str]] = {
    "single": ({"keuze": ["2"]}, "2"),
    "approval": ({"keuze": ["1", "3"]}, "1,3"),
    "points": ({"punten-1": "4", "punten-3": "6"}, "1:4,3:6"),
    "ranking": ({"plaats-3": "1", "plaats-1": "2"}, "3,1"),
    "scale": ({"oordeel-2": "2"}, "2:2"),
}


@pytest.mark.parametrize("kind", FILLED_IN)
def test_a_test_vote_of_every_type_goes_from_paper_to_test_result(client: Client, staff: Any, kind: str) -> None:
    ballot = begun(staff, **voting.PAPERS[kind])
    fields, text = FILLED_IN[kind]
    page = client.get(url(ballot, "stem/"))
    assert MARK in page.content.decode()
    field = page.context.get("field", "keuze")
    posted = {name.replace(name.split("-")[0], field) if "-" in name else name: value for name, value in fields.items()}
    checking = client.post(url(ballot, "stem/"), {**posted, "doe": "controleer"})
    assert checking.context["checking"]
    assert MARK in checking.content.decode()
    assert not RehearsalVote.objects.exists()
    client.post(url(ballot, "stem/"), {"keuze": checking.context["marks"], "doe": "stuur"})
    assert RehearsalVote.objects.get().choices == text
    client.post(url(ballot), {"doe": "sluit"})
    result = client.get(url(ballot))
    assert result.context["story"].cast == 1
    assert MARK in result.content.decode()


def test_the_session_keeps_nothing_of_a_test_vote(client: Client, staff: Any) -> None:
    ballot = begun(staff)
    before = dict(client.session.items())
    client.post(url(ballot, "stem/"), {"keuze": ["1"], "doe": "controleer"})
    client.post(url(ballot, "stem/"), {"keuze": ["1"], "doe": "stuur"}, follow=True)
    assert dict(client.session.items()) == before


def test_a_wrong_paper_says_why_and_keeps_what_was_ticked(client: Client, staff: Any) -> None:
    ballot = begun(staff)
    page = client.post(url(ballot, "stem/"), {"keuze": ["1", "2", "3"], "doe": "controleer"})
    assert page.context["problems"]
    assert page.context["chosen"] == {1, 2, 3}
    client.post(url(ballot, "stem/"), {"keuze": ["1", "2", "3"], "doe": "stuur"})
    assert not RehearsalVote.objects.exists()


def test_a_ranking_moves_up_and_down_without_a_script(client: Client, staff: Any) -> None:
    ballot = begun(staff, **voting.PAPERS["ranking"])
    page = client.post(url(ballot, "stem/"), {"plaats-1": "1", "plaats-2": "2", "doe": "omhoog-2"})
    assert [(row["option"].number, row["value"]) for row in page.context["rows"]][:2] == [(2, "1"), (1, "2")]


def test_buttons_begin_put_votes_in_and_wipe(client: Client, staff: Any) -> None:
    ballot = voting.draft(staff.roles.get().municipality, by=staff)
    for action, votes in (("begin", 0), ("stem-10", 10), ("stem-100", 110), ("stem-ander", 111), ("wis", 0)):
        client.post(url(ballot), {"doe": action})
        assert RehearsalVote.objects.count() == votes
    assert not Rehearsal.objects.exists()


def test_an_unfinished_ballot_says_what_is_missing(client: Client, staff: Any) -> None:
    ballot = voting.draft(staff.roles.get().municipality, by=staff, projects=[])
    assert client.get(url(ballot)).context["problems"]


def test_residents_see_nothing_of_a_rehearsal(client: Client, staff: Any) -> None:
    ballot = begun(staff)
    plain = Client().get(ballot.get_absolute_url()).content
    rehearsals.cast_random(ballot=ballot, number=40, by=staff)
    assert Client().get(ballot.get_absolute_url()).content == plain


@pytest.mark.parametrize(("kind", "status"), [(RoleKind.ALDERMAN, 403), (RoleKind.COUNCIL_MEMBER, 403), (None, 404)])
def test_only_who_manages_ballots_rehearses(client: Client, kind: Any, status: int) -> None:
    ballot = voting.announced()
    user = RoleFactory(municipality=ballot.municipality, kind=kind).user if kind else voting.stranger()
    client.force_login(user, BACKEND)
    assert {client.get(url(ballot)).status_code, client.post(url(ballot, "stem/")).status_code} == {status}


def test_after_opening_the_page_sends_back(client: Client, staff: Any) -> None:
    ballot = ballots.open_now(ballot=begun(staff), by=staff)
    assert client.get(url(ballot)).status_code == client.post(url(ballot), {"doe": "begin"}).status_code == 302
    assert not Rehearsal.objects.exists()
