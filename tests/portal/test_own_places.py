"""Who is logged in gets the page that is kept for everybody, with nothing of anybody else in it and nothing of their own missing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import own
from foundation.discussion.services import follows as thread_follows
from foundation.municipalities.models import Municipality
from initiatives.models import Initiative
from initiatives.services import conversation
from initiatives.services import support as plan_support
from participation.enums import PhaseKind, ProcessRole
from participation.models import Process, Proposal, Role
from participation.services import people, problems, proposals
from portal import page_cache
from tests.factories import initiatives as plans
from tests.factories import proposals as made
from tests.factories.accounts import UserFactory
from tests.factories.discussion import comment
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.participation import open_phase, running

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A plan and a process in which residents take part, and people in all kinds of relations to them."""

    municipality: Municipality
    plan: Initiative
    process: Process
    proposal: Proposal
    people: dict[str, User] = field(default_factory=dict)

    @property
    def pages(self) -> dict[str, str]:
        slug, process = self.municipality.slug, self.process.slug
        return {
            "plans": reverse("initiatives:index", args=[slug]),
            "plan": reverse("initiatives:detail", args=[slug, self.plan.slug]),
            "processes": reverse("participation:index", args=[slug]),
            "process": reverse("participation:detail", args=[slug, process]),
            "phase": reverse("participation:phase", args=[slug, process, 1]),
            "proposals": reverse("participation:proposals", args=[slug, process]),
            "proposal": reverse("participation:proposal", args=[slug, process, self.proposal.pk]),
            "problems": reverse("participation:problems", args=[slug, process]),
        }


@pytest.fixture
def world() -> World:
    here = MunicipalityFactory(name="Rivierdam")
    maker, mate, writer = UserFactory(name="Piet"), UserFactory(name="Mia"), UserFactory(name="Truus")
    plan = plans.submitted(here, by=maker, title="Moestuin")
    conversation.open_for(plan, by=None)
    process = running(here, kind=PhaseKind.PROPOSALS)
    for kind in (PhaseKind.ANALYSIS, PhaseKind.WRITING, PhaseKind.GROUPS):
        open_phase(process, kind)
    process = Process.objects.get(pk=process.pk)
    proposal = made.submitted(process, mate, title="Lampen")
    seen = made.problem(process)
    comment(Initiative.objects.get(pk=plan.pk).conversation.thread, writer)
    comment(proposal.thread, writer)
    chair, busy = UserFactory(name="Els"), UserFactory(name="Bastiaan")
    Role.objects.create(process=process, user=chair, role=ProcessRole.CHAIR)
    plan_support.support(initiative=plan, by=busy)
    plan_support.follow(initiative=plan, by=busy)
    people.follow(process=process, by=busy)
    proposals.support(proposal=proposal, by=busy)
    problems.endorse(problem=seen, by=busy)
    thread_follows.follow(thread=proposal.thread, by=busy)
    made.draft(process, busy, title="Mijn concept")
    everybody = {
        "somebody": UserFactory(name="Annabel"),
        "who supports, endorses and follows": busy,
        "who makes the plan": maker,
        "who makes the proposal": mate,
        "who wrote in the discussions": writer,
        "who leads the process": chair,
        "a civil servant": civil_servant(here, name="Ansgard"),
        "a civil servant of elsewhere": civil_servant(MunicipalityFactory(), name="Bonifatius"),
        "who manages the installation": UserFactory(name="Rootsma", is_superuser=True, is_staff=True),
    }
    return World(here, Initiative.objects.get(pk=plan.pk), process, proposal, everybody)


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    page = response.content.decode()
    assert own.mark() not in page
    return page


def _same(page: str) -> str:
    """What tells two pages apart for who reads them: no tokens, which differ each time, and no white space between marks."""
    page = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", page)
    return re.sub(r"\s+", " ", re.sub(r">\s+|\s+<", lambda found: found[0].strip(), page))


def _packed() -> Iterator[str]:
    """The whole pages that Redis holds."""
    redis = cache._cache.get_client(write=False)  # type: ignore[attr-defined]
    before = cache.make_key("")
    for key in redis.scan_iter(match=f"{before}portal:page:*", count=1000):
        held = cache.get(key.decode().removeprefix(before))
        if held is not None:
            yield zlib.decompress(held).decode()


def _fresh(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    return get_response(request)


def test_everybody_gets_from_the_kept_page_what_a_fresh_one_would_show_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in world.pages.values():
        _read(Client(), url)
    given = {
        (who, name): _same(_read(_as(user), url))
        for who, user in world.people.items()
        for name, url in world.pages.items()
    }
    monkeypatch.setattr(page_cache, "_with_session", _fresh)
    cache.clear()
    for (who, name), page in given.items():
        assert page == _same(_read(_as(world.people[who]), world.pages[name])), (who, name)


def test_nothing_of_anybody_and_no_token_is_in_what_is_kept(world: World) -> None:
    names = [user.name for user in world.people.values()]
    shown = {"Piet", "Mia", "Truus", "Els"}  # who made or wrote what stands there
    for user in world.people.values():
        for url in world.pages.values():
            _read(_as(user), url)
    packed = list(_packed())
    assert len(packed) == len(world.pages)
    for page in packed:
        assert "csrfmiddlewaretoken" not in page
        assert "Mijn concept" not in page
        assert reverse("account_logout") not in page
        assert not [name for name in names if name not in shown and name in page]


def test_two_people_on_the_same_page_each_see_their_own(world: World) -> None:
    busy, other = world.people["who supports, endorses and follows"], world.people["somebody"]
    first, second = _as(busy), _as(other)
    for name, mine, theirs in (
        ("plan", "You support this initiative.", "I support this"),
        ("process", "Stop following", "Follow this process"),
        ("proposal", "You support this proposal.", "I support this"),
        ("problems", "You see this too. Take it back", "I see this too"),
        ("proposals", "Mijn concept", "Lampen"),
    ):
        url = world.pages[name]
        for client in (first, second):
            client.cookies["django_language"] = "en"
        assert mine in _read(first, url)
        page = _read(second, url)
        assert theirs in page
        assert mine not in page


def test_a_form_on_a_kept_page_can_be_sent(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["somebody"], backend="django.contrib.auth.backends.ModelBackend")
    _read(Client(), world.pages["process"])
    page = _read(client, world.pages["process"])
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    url = reverse("participation:follow", args=[world.municipality.slug, world.process.slug])
    assert client.post(url, {"csrfmiddlewaretoken": found[1]}).status_code == 302
    told = _read(client, world.pages["process"])
    assert "messages" in told
    assert 'value="1"' in told  # stop following
    assert 'class="messages"' not in _read(client, world.pages["process"])


def test_what_is_hidden_is_gone_for_who_is_logged_in_too(world: World) -> None:
    reader = _as(world.people["somebody"])
    assert _read(reader, world.pages["plan"])
    Initiative.objects.filter(pk=world.plan.pk).update(hidden_at=world.plan.submitted_at)
    assert reader.get(world.pages["plan"]).status_code == 404
    assert _read(_as(world.people["who makes the plan"]), world.pages["plan"])
    assert "Moestuin" not in _read(reader, world.pages["plans"])


def test_the_same_page_of_another_municipality_is_another_one(world: World) -> None:
    elsewhere = MunicipalityFactory(name="Elders")
    running(elsewhere, slug=world.process.slug, title="Heel iets anders", kind=PhaseKind.PROPOSALS)
    reader = _as(world.people["somebody"])
    _read(reader, world.pages["process"])
    other = _read(reader, reverse("participation:detail", args=[elsewhere.slug, world.process.slug]))
    assert "Heel iets anders" in other
    assert "Elders" in other
    assert "Rivierdam" not in other


def test_from_a_kept_page_little_is_asked_for_who_is_logged_in(world: World) -> None:
    reader = _as(world.people["somebody"])
    for name, url in world.pages.items():
        _read(Client(), url)
        _read(reader, url)
        with CaptureQueriesContext(connection) as asked:
            _read(reader, url)
        # Version, user, municipality; whether they see what everybody sees, and at most three things of their own.
        assert len(asked) <= 7, name


def test_a_mark_that_somebody_types_is_text(world: World) -> None:
    forged = f'<!--{own.mark()} ["foundation.core.own.either", "Raak", "Raak"]-->x<!--{own.mark()}-->'
    Proposal.objects.filter(pk=world.proposal.pk).update(title=forged[:80], text=forged)
    for client in (Client(), _as(world.people["somebody"])):
        page = client.get(world.pages["proposal"]).content.decode()
        assert "either" in page
        assert f"<!--{own.mark()}" not in page
        assert page.count("Raak</") == 0


def test_what_a_place_is_called_with_can_hold_any_sign() -> None:
    request = RequestFactory().get("/")
    request.user = UserFactory.build()
    request.draws_for_all = True  # type: ignore[attr-defined]
    words = 'a --> b <!-- "c" </p>'
    page = f"<p>{own.place(request, 'foundation.core.own.either', words, 'x')}</p>"
    assert own.filled(page, request) == own.for_strangers(page)
    assert own.filled(page, request).startswith("<p>a --&gt; b &lt;!--")


def test_no_place_stands_in_a_kept_part_of_a_page() -> None:
    templates = list(Path(settings.BASE_DIR, "templates").rglob("*.html"))
    kept = [
        (path.name, part)
        for path in templates
        for part in re.findall(r"{% cache .*?{% endcache %}", path.read_text(), re.DOTALL)
    ]
    assert len(kept) > 5
    assert [name for name, part in kept if "{% own " in part] == []
