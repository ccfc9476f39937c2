"""A vote in somebody else's page: the frame, the code to copy, oEmbed, and the feed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.municipalities.models import Municipality
from foundation.voting.models import Ballot
from foundation.voting.services import ballots
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db
OEMBED = "/api/oembed"


@pytest.fixture
def town(db: None) -> Municipality:
    return MunicipalityFactory(slug="waterstad", name="Waterstad")


def later(ballot: Ballot) -> Any:
    assert ballot.closes_at is not None
    return time_machine.travel(ballot.closes_at + timedelta(hours=1), tick=False)


def frame(ballot: Ballot, more: str = "") -> Any:
    return Client().get(f"{ballot.get_absolute_url()}kader/{more}")


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def ancestors(answer: Any) -> str:
    return re.search(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"]).group(1)  # type: ignore[union-attr]


def test_the_frame_may_stand_in_any_page_and_nothing_else_may(town: Municipality) -> None:
    ballot = voting.opened(town)
    answer = frame(ballot)
    assert ancestors(answer) == "*"
    assert "X-Frame-Options" not in answer.headers
    for path in ("", "insluiten/", "nagaan/", "logboek/", "bewijs/", "stem/"):
        other = Client().get(f"{ballot.get_absolute_url()}{path}")
        assert ancestors(other) == "'none'", path
        assert other.headers["X-Frame-Options"] == "DENY"


def test_the_frame_sets_no_cookie_and_looks_at_none(town: Municipality) -> None:
    ballot = voting.opened(town)
    plain = frame(ballot)
    client = Client()
    client.force_login(civil_servant(town))
    client.cookies["django_language"] = "en"
    known = client.get(f"{ballot.get_absolute_url()}kader/")
    assert known.content == plain.content
    assert not plain.cookies
    assert not known.cookies
    assert "<form" not in plain.content.decode()
    assert "<script" not in plain.content.decode()


def test_the_frame_tells_each_moment_of_a_vote(town: Municipality) -> None:
    made = {
        "De stemming gaat binnenkort open": voting.announced(town),
        "De stemming is open": voting.opened(town),
        "De stemming is gesloten": voting.counted(town),
        "Deze stemming gaat niet door": ballots.cancel(
            ballot=(called_off := voting.announced(town)), by=called_off.announced_by, reason="Toch niet."
        ),
    }
    for words, ballot in made.items():
        told = text(frame(ballot))
        assert words in told
        assert "Buurtbudget" in told
        assert [other for other in made if other in told] == [words]


def test_the_frame_shows_bars_only_after_publication(town: Municipality) -> None:
    ballot = voting.published(town, projects=[(f"Plan {n}", 100_00) for n in range(1, 8)], votes=[(1, 2), (1,), (3,)])
    assert "<svg viewBox" not in frame(ballot).content.decode()  # its closing time has not come: the gate decides
    with later(ballot):
        answer = frame(ballot)
        assert answer.content.decode().count('class="result__fill"') == 5
        assert "2 stemmen" in text(answer)
        assert "En nog 2." in text(answer)
    counted = voting.counted(town)
    with later(counted):
        assert 'class="result__fill"' not in frame(counted).content.decode()


def test_the_frame_in_english_when_the_address_asks_it(town: Municipality) -> None:
    ballot = voting.opened(town)
    answer = frame(ballot, "?taal=en")
    assert "The vote is open" in text(answer)
    assert '<html lang="en">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "en"
    assert frame(ballot, "?taal=fr").content == frame(ballot).content


def test_the_frame_is_kept_no_longer_than_it_is_true(town: Municipality) -> None:
    ballot = voting.opened(town)
    assert frame(ballot).headers["Cache-Control"] == "public, max-age=60"
    assert ballot.closes_at is not None
    with time_machine.travel(ballot.closes_at - timedelta(seconds=20), tick=False):
        assert frame(ballot).headers["Cache-Control"] == "public, max-age=20"


def test_a_draft_has_no_frame(town: Municipality) -> None:
    draft = voting.draft(town)
    assert frame(draft).status_code == 404
    assert Client().get(f"/waterstad/stemmingen/{draft.slug}/insluiten/").status_code == 404


def test_the_code_to_copy_leads_to_the_frame(town: Municipality) -> None:
    ballot = voting.opened(town, title='Plein & "park"')
    page = Client().get(f"{ballot.get_absolute_url()}insluiten/")
    assert not page.cookies
    snippet = unescape(re.search(r"<textarea[^>]*>([^<]*)</textarea>", page.content.decode()).group(1))  # type: ignore[union-attr]
    assert re.fullmatch(r'<iframe src="[^"]+" title="[^"]+" width="\d+" height="\d+" [a-z =\-"]+></iframe>', snippet)
    assert 'title="Plein &amp; &quot;park&quot; - Waterstad"' in snippet
    address = re.search(r'src="http://testserver([^"]+)"', snippet).group(1)  # type: ignore[union-attr]
    assert Client().get(address).content == frame(ballot).content
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def ask(**query: Any) -> Any:
    return Client().get(OEMBED, query)


def test_oembed_answers_for_each_public_page_of_a_vote(town: Municipality) -> None:
    ballot = voting.opened(town)
    for path in ("", "kader/", "nagaan/", "stem/", "?volgorde=title", "#projecten"):
        told = ask(url=f"http://testserver{ballot.get_absolute_url()}{path}").json()
        assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", "Buurtbudget")
        assert told["provider_name"] == "Waterstad"
        assert f'src="http://testserver{ballot.get_absolute_url()}kader/"' in told["html"]
        assert f'width="{told["width"]}" height="{told["height"]}"' in told["html"]


def test_oembed_keeps_to_the_size_that_fits() -> None:
    ballot = voting.opened()
    told = ask(url=f"http://testserver{ballot.get_absolute_url()}", maxwidth=300, maxheight=200).json()
    assert (told["width"], told["height"]) == (300, 200)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"url": "x", "maxwidth": "breed"}, 400),
        ({"url": "x", "maxwidth": "-1"}, 400),
        ({"url": "https://example.org/waterstad/stemmingen/buurtbudget/"}, 404),
        ({"url": "http://testserver/waterstad/stemmingen/bestaat-niet/"}, 404),
        ({"url": "http://testserver/waterstad/beheer/stemmingen/"}, 404),
        ({"url": "javascript://testserver/waterstad/stemmingen/"}, 404),
        ({"url": "http://[kapot/"}, 404),
        ({"url": "x", "format": "xml"}, 501),
    ],
)
def test_oembed_refuses_what_is_not_ours(town: Municipality, query: dict[str, str], status: int) -> None:
    answer = ask(**query)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


def test_oembed_knows_no_draft_and_no_staff_page(town: Municipality) -> None:
    draft, opened = voting.draft(town), voting.opened(town)
    assert ask(url=f"http://testserver{draft.get_absolute_url()}").status_code == 404
    assert ask(url=f"http://testserver/waterstad/beheer/stemmingen/{opened.slug}/").status_code == 404


def test_a_page_of_a_vote_tells_programs_where_its_oembed_is(town: Municipality) -> None:
    ballot = voting.opened(town)
    page = Client().get(ballot.get_absolute_url()).content.decode()
    link = re.search(r'<link rel="alternate" type="application/json\+oembed"[^>]*href="([^"]+)"', page)
    assert link is not None
    assert json.loads(Client().get(unescape(link.group(1))).content)["title"] == "Buurtbudget"


def feed(town: Municipality) -> list[tuple[str, str]]:
    answer = Client().get(f"/{town.slug}/stemmingen/nieuws.rss")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    assert not answer.cookies
    items = ElementTree.fromstring(answer.content).findall("channel/item")
    return [(item.findtext("title") or "", item.findtext("link") or "") for item in items]


def test_the_feed_tells_each_step_newest_first_and_no_numbers(town: Municipality) -> None:
    voting.draft(town, title="Nog geheim")
    ballot = voting.published(town)
    assert [title for title, _link in feed(town)] == ["Open: Buurtbudget", "Binnenkort open: Buurtbudget"]
    with later(ballot):
        told = feed(town)
    assert {title for title, _link in told} == {
        "Open: Buurtbudget",
        "Binnenkort open: Buurtbudget",
        "Gesloten: Buurtbudget",
        "Uitslag: Buurtbudget",
    }
    assert all(link.startswith(f"http://testserver{ballot.get_absolute_url()}") for _title, link in told)


def test_the_feed_costs_the_same_for_one_and_for_three(town: Municipality) -> None:
    counts = []
    for _round in range(2):
        voting.opened(town)
        with CaptureQueriesContext(connection) as captured:
            feed(town)
        counts.append(len(captured))
        voting.opened(town)
    assert counts[0] == counts[1]
