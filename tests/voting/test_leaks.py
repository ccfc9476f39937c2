"""The gate: while a vote is open no page, download or export of anybody tells a choice or a total."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from foundation.core import clock
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot
from foundation.voting.queries import results_visible
from foundation.voting.services import counting, publishing
from foundation.voting.urls import urlpatterns
from tests.factories import voting
from tests.factories.municipalities import RoleFactory, administrator, civil_servant

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db(transaction=True)


def people(ballot: Ballot) -> dict[str, Any]:
    municipality = ballot.municipality
    return {
        "nobody": None,
        "resident": voting.resident(municipality),
        "civil_servant": civil_servant(municipality),
        "administrator": administrator(municipality),
        "alderman": RoleFactory(municipality=municipality, kind="alderman").user,
        "elsewhere": civil_servant(voting.draft().municipality),
    }


def clients(ballot: Ballot) -> dict[str, Client]:
    made = {}
    for name, user in people(ballot).items():
        made[name] = Client()
        if user:
            made[name].force_login(user, BACKEND)
    return made


def addresses(ballot: Ballot) -> list[str]:
    found = []
    for pattern in urlpatterns:
        parts = re.findall(r"<(\w+):\w+>", str(pattern.pattern))
        args = [ballot.municipality.slug, *(ballot.slug if kind == "slug" else 1 for kind in parts)]
        found.append(reverse(f"voting:{pattern.name}", args=args))
    # With a question mark the home pages are drawn anew: a kept one would hide a leak.
    return [*found, f"/{ballot.municipality.slug}/?vers=1", "/?vers=1"]


def without_noise(answer: Any) -> str:
    """Body and headers without what differs on each request: tokens, random ids, the order in a policy header."""
    headers = dict(answer.headers)
    headers["Content-Security-Policy"] = "".join(sorted(headers.get("Content-Security-Policy", "")))
    text = answer.content.decode(errors="replace") + json.dumps(headers)
    text = re.sub(r'value="[\w-]{20,}"', "", text)
    return re.sub(r'"Content-Length": "\d+"', "", text)


def test_while_open_every_answer_is_the_same_whatever_was_voted(settings: Any) -> None:
    """Two votes that differ in choices only: if any answer differed, it would leak."""
    settings.TWO_FACTOR_FOR_STAFF = False
    ballot = voting.opened(projects=[(f"Plan {n}", 100_00) for n in range(1, 6)], limit_kind="none")
    everybody = clients(ballot)
    seen: list[dict[tuple[str, str], str]] = []
    with time_machine.travel(clock.now(), tick=False):
        for round_ in ([1] * 12, [4] * 12):
            for choice in round_:
                _vote_without_turnout(ballot, choice)
            seen.append(
                {
                    (name, path): without_noise(client.get(path))
                    for name, client in everybody.items()
                    for path in addresses(ballot)
                }
            )
            _empty(ballot)
    different = {key: _first_difference(seen[0][key], seen[1][key]) for key in seen[0] if seen[0][key] != seen[1][key]}
    assert not different, "\n".join(f"{key}: {told}" for key, told in different.items())
    assert len(seen[0]) > 100


def _first_difference(one: str, other: str) -> str:
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(0, place - 80) : place + 80]} | {other[max(0, place - 80) : place + 80]}"


def _vote_without_turnout(ballot: Ballot, choice: int) -> None:
    voting.vote(ballot, choice, by=voting.resident(ballot.municipality, _same_area(ballot)))


def _same_area(ballot: Ballot) -> Any:
    from tests.factories.municipalities import NeighbourhoodFactory

    found = ballot.municipality.areas.filter(code="BU99990001").first()
    return found or NeighbourhoodFactory(municipality=ballot.municipality, code="BU99990001", name="Buurt")


def _empty(ballot: Ballot) -> None:
    """Back to nothing, as only a test may: the second round begins with the same turnout."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE voting_inletvote, voting_vote, voting_voterrecord")


MOMENTS = ("open", "past its end", "closed", "counted", "certified", "published")
CERTIFIERS = {"civil_servant", "administrator"}


@pytest.mark.parametrize("moment", MOMENTS)
def test_who_may_see_the_result_when(moment: str) -> None:
    ballot = voting.opened()
    voting.vote(ballot, 1)
    users = people(ballot)
    later = ballot.closes_at + timedelta(minutes=1)
    now = clock.now() if moment == "open" else later
    if moment not in ("open", "past its end"):
        voting.close(ballot)
    if moment in ("counted", "certified", "published"):
        counting.count_ballot(ballot_id=ballot.pk)
        ballot.refresh_from_db()
    if moment in ("certified", "published"):
        ballot = publishing.certify(ballot=ballot, by=users["administrator"])
    if moment == "published":
        ballot = publishing.publish(ballot=ballot, by=users["administrator"])
    may = {name for name, user in users.items() if results_visible(ballot, user, now)}
    expected = {
        "open": set(),
        "past its end": set(),
        "closed": set(),
        "counted": CERTIFIERS,
        "certified": CERTIFIERS,
        "published": set(users),
    }[moment]
    assert may == expected
    for name, user in users.items():
        client = Client()
        if user:
            client.force_login(user, BACKEND)
        with time_machine.travel(now):
            page = client.get(ballot.get_absolute_url() + "uitslag/")
            votes = client.get(ballot.get_absolute_url() + "uitslag/stemmen.pb")
            record = client.get(ballot.get_absolute_url() + "uitslag/uitslag.json")
        wanted = 200 if name in expected else 404
        assert (votes.status_code, record.status_code) == (wanted, wanted), name
        assert page.status_code == (200 if name in expected else 302), name


def test_even_a_published_state_tells_nothing_before_closing_time() -> None:
    ballot = Ballot(state=BallotState.PUBLISHED, closes_at=clock.now() + timedelta(seconds=1))
    assert not results_visible(ballot, None, clock.now())
