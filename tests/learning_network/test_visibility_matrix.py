"""Who reads what: every kind of shared text x visibility x state x person, wherever it can be read.

The kinds are found by themselves; what is expected stands here, written by hand from the ground rules of the network, and
is not taken from ``learning_network.visibility``.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.municipalities.models import OfficialMunicipality
from learning_network import open_data
from learning_network.api import Soort
from learning_network.enums import ProgrammeRoleKind, Stage, Visibility
from learning_network.models import (
    AdviceRequest,
    Answer,
    Enrolment,
    Intention,
    Lesson,
    Member,
    Practice,
    Programme,
    ProgrammeRole,
    RedThread,
    Shared,
    Tool,
)
from learning_network.services import circles as services
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running
from tests.factories.learning_sharing import FACTORIES, place
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db

# --- The table, by hand -------------------------------------------------------------------------------------------------

OUTSIDE = {"anonymous", "resident", "civil servant elsewhere", "superuser"}
NETWORK = {
    *(
        "member",
        "participant of another programme",
        "colleague in another programme only",
        "of a municipality that stopped",
    ),
    *("lead of another programme",),
}
LAB = {
    *("author", "colleague of the author", "participant of this programme", "in two programmes for one municipality"),
    *("facilitator", "lead"),
}
OWN = {"author", "colleague of the author"}
STATES = ("draft", "shared", "withdrawn", "hidden")


def expected(visibility: str, state: str) -> set[str]:
    """Who reads it: of what is shared the circle, else its own people; of what a lead took away the author and the lead."""
    table = {
        ("lab", "shared"): LAB,
        ("network", "shared"): LAB | NETWORK,
        ("everyone", "shared"): LAB | NETWORK | OUTSIDE,
    }
    if state == "hidden":
        return {"author", "lead"}
    return table.get((visibility, state), OWN)


# --- Where a kind can be read -------------------------------------------------------------------------------------------
# Exactly what is shared with this person stands in the lists (their own drafts they find by another filter).
LISTS: dict[type[Shared], str] = {
    Practice: "/leernetwerk/praktijken/",
    Lesson: "/leernetwerk/lessen/",
    RedThread: "/leernetwerk/rode-draden/",
    AdviceRequest: "/leernetwerk/advies/",
    Tool: "/leernetwerk/ehbo/",
}
# Where everybody finds it in the open data.
OPEN: dict[type[Shared], str] = {
    Practice: "praktijken",
    Lesson: "lessen",
    RedThread: "rode-draden",
    AdviceRequest: "adviesvragen",
    Answer: "antwoorden",
    Tool: "hulpmiddelen",
    Intention: "intenties",
}
API = "/api/v1/leernetwerk"
# Nothing that this person may not read stands on pages that show some of everything.
MIXED = (
    "/leernetwerk/",
    "/leernetwerk/zoeken/?zoek=kruiwagen",
    "/leernetwerk/advies/?staat=alles",
    "/leernetwerk/ehbo/",
)
# A draft of red threads has no page for readers: who facilitates works on it behind the door.
NO_PAGE = {(RedThread, "draft")}
# One per municipality in a programme: made one after the other.
ONE_AT_A_TIME = {Intention}


def kinds() -> Iterator[type[Shared]]:
    for model in apps.get_models():
        if issubclass(model, Shared):
            yield model


def test_every_kind_of_shared_text_has_a_factory_and_a_place_in_the_open_data() -> None:
    assert set(kinds()) == set(FACTORIES)
    assert (
        {kind.model: code for code, kind in open_data.KINDS.items()}
        == OPEN
        == {kind.model: soort.value for soort in Soort for kind in [open_data.KINDS[soort.value]]}
    )


class Cast:
    """A programme with everybody that can stand beside a text in it."""

    def __init__(self) -> None:
        boss, other_boss = lead(), lead()
        self.programme: Programme = running(by=boss, title="Dit programma")
        elsewhere = running(by=other_boss, title="Ander programma")
        self.town: OfficialMunicipality = OfficialFactory()
        here: Enrolment = enrolment(self.programme, municipality=self.town)
        also_there = enrolment(elsewhere, municipality=self.town)
        second = enrolment(self.programme)
        stopping = enrolment(self.programme)
        both = participant(second)
        participant(enrolment(elsewhere, municipality=second.municipality), both)
        stopped = participant(stopping)
        Enrolment.objects.filter(pk=stopping.pk).update(stage=Stage.STOPPED)
        facilitator = UserFactory()
        ProgrammeRole.objects.create(programme=self.programme, user=facilitator, kind=ProgrammeRoleKind.FACILITATOR)
        self.author: User = participant(here)
        self.people: dict[str, User | None] = {
            "anonymous": None,
            "resident": UserFactory(),
            "civil servant elsewhere": civil_servant(MunicipalityFactory()),
            "member": member(),
            "participant of this programme": participant(second),
            "in two programmes for one municipality": both,
            "participant of another programme": participant(enrolment(elsewhere)),
            "colleague in another programme only": participant(also_there),
            "of a municipality that stopped": stopped,
            "colleague of the author": participant(here),
            "author": self.author,
            "facilitator": facilitator,
            "lead": boss,
            "lead of another programme": other_boss,
            "superuser": UserFactory(is_superuser=True),
        }
        Member.objects.update(welcomed_at=timezone.now())  # newcomers are led to a page of their own

    def client(self, person: str) -> Client:
        client, user = Client(), self.people[person]
        if user is not None:
            client.force_login(user)
        return client

    def fresh(self, person: str) -> User | AnonymousUser:
        """As a request of theirs would find them: nothing is remembered."""
        user = self.people[person]
        return AnonymousUser() if user is None else User.objects.get(pk=user.pk)


def _token(visibility: str, state: str) -> str:
    return f"q{visibility}{state}"


def _make(cast: Cast, kind: type[Shared], visibility: str, state: str) -> Shared:
    row = FACTORIES[kind](
        place(cast.programme, cast.town, cast.author),
        visibility=visibility,
        state="shared" if state == "hidden" else state,
        **_words(kind, f"{_token(visibility, state)} kruiwagen"),
    )
    if state == "hidden":
        kind._default_manager.filter(pk=row.pk).update(hidden_at=timezone.now())
    return row


def _words(kind: type[Shared], words: str) -> dict[str, str]:
    """The words in the field that every reader of this kind sees."""
    names = {field.name for field in kind._meta.get_fields()}
    return {next(name for name in ("title", "text", "what") if name in names): words}


def _found(client: Client, url: str) -> set[str] | None:
    """Which tokens stand on a page; None where there is no such page for this person."""
    answer = client.get(url)
    if answer.status_code != 200:
        assert answer.status_code in (302, 403, 404), (url, answer.status_code)
        return None
    return set(re.findall(r"q(?:lab|network|everyone)(?:draft|shared|withdrawn|hidden)", answer.content.decode()))


def _cases() -> list[tuple[str, str]]:
    return [(visibility, state) for visibility in Visibility.values for state in STATES]


def _page_of(row: Shared) -> str | None:
    address: Callable[[], str] | None = getattr(row, "get_absolute_url", None)
    with contextlib.suppress(NoReverseMatch):
        return address().split("#")[0] if address is not None else None
    return None


@pytest.mark.parametrize("kind", sorted(FACTORIES, key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_everybody_reads_of_each_kind_exactly_what_its_rules_allow(kind: type[Shared]) -> None:
    cast = Cast()
    cases = _cases()
    wrong: list[str] = []
    rows = {}
    for case in cases:
        row = _make(cast, kind, *case)
        for person in cast.people:
            if kind._default_manager.visible_to(cast.fresh(person)).filter(pk=row.pk).exists() != (  # type: ignore[attr-defined]
                person in expected(*case)
            ):
                wrong.append(f"query: {person} {case}")
        wrong += _in_open_data(kind, row, case)
        if kind in ONE_AT_A_TIME:
            row.delete()
        else:
            rows[case] = row
    for person in cast.people:
        client = cast.client(person)
        shared = {_token(*case) for case in cases if person in expected(*case) and case[1] == "shared"}
        if kind in LISTS:
            url = LISTS[kind]
            for name, asked in (("list", ""), ("search", f"?zoek=kruiwagen&programma={cast.programme.slug}")):
                found = _found(client, url + asked)
                if found != shared:
                    wrong.append(f"{name}: {person} finds {found}, not {shared}")
        wrong += _pages(kind, client, person, rows)
    assert not wrong, "\n".join(wrong)


def _in_open_data(kind: type[Shared], row: Shared, case: tuple[str, str]) -> list[str]:
    """The list, the whole text and the feed, which know nobody: not even the author who asks."""
    may, client = case == ("everyone", "shared"), Client()
    assert ("anonymous" in expected(*case)) == may
    address = f"{API}/{OPEN[kind]}"
    listed, whole = client.get(address), client.get(f"{address}/{row.pk}")
    shown = {
        "list": row.pk in {found["nummer"] for found in listed.json()["resultaten"]},
        "whole": whole.status_code == 200,
        "text": _token(*case) in listed.content.decode() + whole.content.decode(),
        "feed": _token(*case) in client.get("/leernetwerk/nieuws.rss").content.decode(),
    }
    return [f"open data: {case} {name}" for name, there in shown.items() if there != may]


def test_what_is_narrowed_or_taken_back_is_gone_from_open_data_and_feed_at_once() -> None:
    cast = Cast()
    row = _make(cast, Lesson, "everyone", "shared")
    assert not _in_open_data(Lesson, row, ("everyone", "shared"))
    services.set_visibility(item=row, visibility="network", by=cast.author)
    client, address = Client(), f"{API}/lessen"
    told = [client.get(path) for path in (address, "/leernetwerk/nieuws.rss")]
    assert not [answer for answer in told if "kruiwagen" in answer.content.decode()]
    assert client.get(f"{address}/{row.pk}").status_code == 404
    services.set_visibility(item=row, visibility="everyone", by=cast.author)
    assert client.get(f"{address}/{row.pk}").status_code == 200
    services.take_back(item=row, by=cast.author)
    assert client.get(f"{address}/{row.pk}").status_code == 404
    assert "kruiwagen" not in client.get("/leernetwerk/nieuws.rss").content.decode()


def test_open_data_names_nobody_who_wants_no_names() -> None:
    cast = Cast()
    row = _make(cast, Practice, "everyone", "shared")
    Practice.objects.filter(pk=row.pk).update(credit="nobody")
    told = Client().get(f"{API}/praktijken/{row.pk}")
    assert told.json()["cbsCode"] == ""
    assert cast.town.name not in told.content.decode()
    assert str(cast.author) not in told.content.decode()


def test_pages_with_some_of_everything_show_nobody_more_than_their_rules_allow() -> None:
    cast, wrong = Cast(), []
    for kind in sorted(FACTORIES, key=lambda one: one.__name__):
        for case in [("network", "shared")] if kind in ONE_AT_A_TIME else _cases():
            _make(cast, kind, *case)
    for person in cast.people:
        client = cast.client(person)
        mine = {_token(*case) for case in _cases() if person in expected(*case)}
        for url in (*MIXED, cast.programme.get_absolute_url()):
            if too_much := (_found(client, url) or set()) - mine:
                wrong.append(f"{url}: {person} finds {too_much}")
        if person in ("anonymous", "author", "superuser"):
            feed = _found(client, "/leernetwerk/nieuws.rss")
            if feed != {_token("everyone", "shared")}:
                wrong.append(f"feed: {person} finds {feed}")
    assert not wrong, "\n".join(wrong)


def _pages(kind: type[Shared], client: Client, person: str, rows: dict[tuple[str, str], Shared]) -> list[str]:
    """The page of each text, and its document. What is not shared is tried once per state: the queries were asked of all."""
    wrong, seen = [], {}
    rows = {case: row for case, row in rows.items() if case[1] == "shared" or case[0] == "network"}
    turn = sum(map(ord, person))
    for number, (case, row) in enumerate(rows.items()):
        url = _page_of(row)
        # Pages take long: of practices each is asked of everybody, of the other kinds each of every second person.
        if url is None or (kind is not Practice and (number + turn) % 2):
            continue
        if url not in seen:
            seen[url] = _found(client, url) or set()
        may = person in expected(*case) and (kind, case[1]) not in NO_PAGE
        if (_token(*case) in seen[url]) != may:
            wrong.append(f"page: {person} {case} {'does not read' if may else 'reads'} {url}")
    if kind is RedThread:
        for case, row in rows.items():
            may = person in expected(*case) and case[1] != "draft"
            if may and person not in ("anonymous", "lead", "author"):
                continue  # one document takes long to make; who may not get one is asked of everybody
            answer = client.get(reverse("learning_network:red_thread_pdf", args=[row.pk]))
            if (answer.status_code == 200) != may:
                wrong.append(f"pdf: {person} {case} {answer.status_code}")
    if kind is Answer:
        for case, row in rows.items():
            status = client.get(reverse("learning_network:answer_history", args=[row.pk])).status_code
            if (status == 200) != (person in expected(*case)):
                wrong.append(f"history: {person} {case} {status}")
    return wrong


def test_who_stops_reads_the_lab_no_more_and_stays_in_the_network() -> None:
    cast = Cast()
    closed = _make(cast, Practice, "lab", "shared")
    opened = _make(cast, Practice, "network", "shared")
    assert _found(cast.client("colleague of the author"), _page_of(closed) or "") == {_token("lab", "shared")}
    Enrolment.objects.filter(programme=cast.programme, municipality=cast.town).update(stage=Stage.STOPPED)
    assert _found(cast.client("colleague of the author"), _page_of(closed) or "") is None
    assert _found(cast.client("colleague of the author"), _page_of(opened) or "") == {_token("network", "shared")}
