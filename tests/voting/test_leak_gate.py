"""The leak gate: every address as every kind of person, in two worlds that differ only in what was voted.

The demo's story with all its people is told once. Then the same voters vote twice, in the same order, for opposite projects;
a savepoint takes the database back in between, so that nothing else can differ. Whatever an answer would tell of the
votes (a choice, a total, an order, a size, a header, another query to the database) would differ between the worlds.

An answer can only depend on the votes by reading a table in which the worlds differ. Which these are is found out by comparing
all tables; which answers read one, by listening to the database. So in the second world only those need to be asked again, and a
part of the others to test this reasoning.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.cache import KEY_PREFIX
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import api as house
from foundation.core import clock
from foundation.core.cache import KeptRedisCache
from foundation.municipalities.models import Area
from foundation.voting.models import Ballot
from foundation.voting.queries import ballots as ballot_queries
from foundation.voting.queries import door
from foundation.voting.services import counting, mixing
from tests.factories import voting
from tests.pages import World

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
VOTERS = 24
# These pages are the account's own and never look at a vote; walking them as one person is enough.
OF_THE_ACCOUNT = re.compile(r"^(account|mfa|usersessions|core|municipalities_installation)[:_]")
# They make something new at each request: a secret for an app, codes.
NEVER_THE_SAME = re.compile(r"^(mfa_|account_logout$|core:language$)")
# Where an outcome that is known, but not published, could show.
OF_VOTES = re.compile(r"^(voting|portal|home|api|notifications|municipalities:area|search|oembed|sorted|admin)")
# These may not see what is counted before it is published; who may certify has to.
OUTSIDERS = {"anonymous", "voter", "ambassador", "council_member"}
LOG = re.compile(r"/logboek/|/koppen$")  # these show hashes of random numbers, of each vote its own
CHOICES = re.compile(r'"voting_(inlet)?vote"\."(choices|nonce)"|\bchoices\b.*\bvoting_(inlet)?vote\b')


class Undo(Exception):
    """Takes a world back."""


@contextmanager
def world_that_passes() -> Iterator[None]:
    """What happens inside is undone at its end, to the last row."""
    cache.clear()
    door._kept.clear()  # a process keeps ballots that did not change
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


@dataclass
class Seen:
    """What the walk of one world showed: by person and address the answer, and the statements it cost."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    statements: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def shown(path: str, answer: Any) -> str:
    """Status, body and all headers, without what is random whatever was voted."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if (
        path.endswith(".xlsx") and answer.status_code == 200
    ):  # a zip with the time of the machine, also when ours stands still
        with ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist() if name != "docProps/core.xml")
    headers = dict(answer.headers)
    headers["Content-Security-Policy"] = "".join(sorted(headers.get("Content-Security-Policy", "")))
    cookies = sorted(f"{name} {morsel['path']} {morsel['max-age']}" for name, morsel in answer.cookies.items())
    text = f"{answer.status_code} {json.dumps(headers)} {cookies} {len(body)} {body.decode(errors='replace')}"
    text = re.sub(r'value="[\w-]{20,}"', "", text)
    return re.sub(r"[0-9a-f]{32,128}", "#", text) if LOG.search(path) else text


def walk(
    people: dict[str, User | None], urls: Sequence[tuple[str, str]], only: Container[tuple[str, str]] | None = None
) -> Seen:
    """Every address as every person (or those pairs in ``only``).

    Each request finds the session as it was right after logging in, so that no page depends on which were asked before.
    """
    seen = Seen()
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for person, user in people.items():
            client = Client(raise_request_exception=False)
            fresh: dict[str, Any] = {}
            if user is not None:
                client.force_login(user, BACKEND)
                client.get("/privacy/")  # allauth notes the session at its first request
                fresh = dict(client.session.items())
            for name, path in urls:
                if NEVER_THE_SAME.search(name) or person not in _askers(name, people):
                    continue
                if only is not None and (person, path) not in only:
                    continue
                if user is not None:
                    session = client.session
                    session.clear()
                    session.update(fresh)
                    session.save()
                client.cookies.pop("aanzet_csrf", None)
                asked.clear()
                seen.answers[person, path] = shown(path, client.get(path))
                seen.statements[person, path] = tuple(asked)
    return seen


def _askers(name: str, people: Container[str]) -> Container[str]:
    """Who asks for a page: everybody, where it is about votes; of other apps, which can't import voting, a resident and
    somebody of the back office."""
    if OF_VOTES.search(name):
        return people
    return ("voter",) if OF_THE_ACCOUNT.search(name) else ("voter", "civil_servant")


def contents() -> dict[str, str]:
    """A fingerprint of all rows of each table."""
    with connection.cursor() as cursor:
        told = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            told[table] = str(cursor.fetchone())
    return told


def differences(one: Seen, other: Seen) -> list[str]:
    """Where the answers of two worlds differ; ``other`` may be of fewer addresses."""
    assert other.answers.keys() <= one.answers.keys()
    told = []
    for key in other.answers:
        text = one.answers[key]
        if text != other.answers[key]:
            place = next((n for n, (a, b) in enumerate(zip(text, other.answers[key], strict=False)) if a != b), 0)
            around = slice(max(0, place - 90), place + 60)
            told.append(f"{key}: …{text[around]!r} | {other.answers[key][around]!r}")
        elif one.statements[key] != other.statements[key]:
            odd = set(one.statements[key]) ^ set(other.statements[key])
            told.append(f"{key}: {len(one.statements[key])} and {len(other.statements[key])} statements: {sorted(odd)}")
    return told


@dataclass
class Stage:
    """The world in which the walks are done."""

    ballot: Ballot
    voters: list[User]
    people: dict[str, User | None]
    urls: list[tuple[str, str]]

    def vote(self, *choices: int) -> None:
        """All voters make the same choice. Most votes are in the box and in the log; the last ones wait in the inlet."""
        for number, voter in enumerate(self.voters):
            if number == mixing.ENOUGH + 1:
                mixing.empty_inlet(ballot_id=self.ballot.pk)
            voting.vote(self.ballot, *choices, by=voter)

    def close_and_count(self) -> None:
        voting.close(self.ballot)
        counting.count_ballot(ballot_id=self.ballot.pk)

    def differing_tables(self) -> re.Pattern[str]:
        """The tables in which two worlds differ."""
        found = []
        for choices in ((1, 2), (5, 6)):
            with world_that_passes():
                self.vote(*choices)
                open_ = contents()
                self.close_and_count()
                counted = contents()
                found.append({name: (open_[name], counted[name]) for name in open_})
        names = [name for name in found[0] if found[0][name] != found[1][name]]
        assert {"voting_vote", "voting_inletvote", "voting_logentry"} <= set(names)
        assert not {"voting_voterrecord", "voting_ballot"} & set(names), "who voted is the same in both worlds"
        return re.compile(rf"\b({'|'.join(names)})\b")

    def walked(self, choices: tuple[int, ...], only: Container[tuple[str, str]] | None = None) -> Seen:
        with world_that_passes():
            self.vote(*choices)
            return walk(self.people, self.urls, only)

    def walked_after_counting(
        self, choices: tuple[int, ...], people: dict[str, User | None], only: Container[tuple[str, str]] | None = None
    ) -> Seen:
        assert self.ballot.closes_at is not None
        with world_that_passes():
            self.vote(*choices)
            with time_machine.travel(self.ballot.closes_at + timedelta(hours=1), tick=False):
                self.close_and_count()
                return walk(people, [url for url in self.urls if OF_VOTES.search(url[0])], only)


@pytest.fixture
def stage(settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Stage:
    settings.TWO_FACTOR_FOR_STAFF = False
    monkeypatch.setattr(house, "PER_MINUTE", 1_000_000)
    _nothing_is_kept(monkeypatch)
    caplog.set_level(logging.CRITICAL, logger="django.request")  # thousands of refusals are what is asked for here
    world = World.make()
    world.people.pop("voted")
    ContentType.objects.get_for_models(*apps.get_models())  # kept by the process from then on
    ballot = Ballot.objects.select_related("municipality").get(slug="buurtbudget-2026")
    places = list(Area.objects.for_municipality(world.municipality).neighbourhoods().order_by("code")[:2])
    voters = [voting.resident(world.municipality, places[number % 2], birth_year=1980) for number in range(VOTERS)]
    people: dict[str, User | None] = {"anonymous": None, "voter": voters[0], **world.people}
    known = world.samples | {"slug": [ballot.slug], "stemming": [ballot.slug]}
    world.samples = {name: [ballot.slug] if name.startswith("voting:") else found for name, found in known.items()}
    urls = {url.path: url.name for url in world.urls()} | dict.fromkeys(_admin_pages(), "admin")
    urls |= {f"{reverse('portal:search', args=['rivierdam'])}?q=buurtbudget": "search"}
    urls |= {f"{reverse('api:oembed')}?url=http://testserver{ballot.get_absolute_url()}": "oembed"}
    urls |= {f"{ballot.get_absolute_url()}?volgorde={sort}": "sorted" for sort in ballot_queries.SORTS}
    urls |= {f"{ballot.get_absolute_url()}stem/?volgorde={sort}": "sorted" for sort in ballot_queries.SORTS}
    return Stage(ballot, voters, people, [(name, path) for path, name in sorted(urls.items())])


def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions apart, nothing goes into the cache: each page is drawn anew, and shows what it would show of the votes."""
    keep = KeptRedisCache.set

    def only_sessions(self: Any, key: str, value: Any, timeout: Any = None, version: Any = None) -> None:
        if key.startswith(KEY_PREFIX):
            keep(self, key, value, 86_400, version)

    monkeypatch.setattr(KeptRedisCache, "set", only_sessions)


def _admin_pages() -> list[str]:
    """The list of each model that superusers may look into, and its first object."""
    pages = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages.append(reverse(f"{name}_changelist"))
        if first := model._base_manager.order_by("pk").first():
            pages.append(reverse(f"{name}_change", args=[first.pk]))
    return [*pages, reverse("admin:index")]


def test_no_answer_to_anybody_depends_on_what_was_voted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(clock.now(), tick=False):
        tables = stage.differing_tables()
        first = stage.walked((1, 2))
        assert len(first.answers) > 1000
        again = _to_be_asked_again(first, tables)
        assert ("anonymous", f"{stage.ballot.get_absolute_url()}logboek/") in again
        choices = [(key, sql) for key, asked in first.statements.items() for sql in asked if CHOICES.search(sql)]
        assert not choices, "a page reads choices while the vote is open"
        found = differences(first, stage.walked((5, 6), again))
        assert not found, "\n".join(found[:40])

        outsiders = {name: user for name, user in stage.people.items() if name in OUTSIDERS}
        first = stage.walked_after_counting((1, 2), outsiders)
        found = differences(first, stage.walked_after_counting((5, 6), outsiders, _to_be_asked_again(first, tables)))
        assert not found, "\n".join(found[:40])

        _the_gate_above_finds_leaks(stage, monkeypatch)


def _to_be_asked_again(first: Seen, tables: re.Pattern[str]) -> set[tuple[str, str]]:
    """Those that read a table in which the worlds differ, and each tenth of the others."""
    readers = {key for key, asked in first.statements.items() if any(tables.search(sql) for sql in asked)}
    return readers | {key for number, key in enumerate(first.answers) if number % 10 == 0}


def _the_gate_above_finds_leaks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put leaks in, of each kind: in a text, in an order, in a header, in a statement more; each must be found."""
    stage.people = {"anonymous": None}
    stage.urls = [("voting:detail", stage.ballot.get_absolute_url())]

    def votes_for(number: int) -> int:
        pattern = f"(^|,){number}(,|$)"
        return sum(
            model.objects.filter(ballot=stage.ballot, choices__regex=pattern).count()  # type: ignore[attr-defined]
            for model in (stage.ballot.inlet_votes.model, stage.ballot.votes.model)
        )

    before = votes_for(1)  # the votes that the story of the demo holds in both worlds
    options_of, limit_text = ballot_queries.options_of, ballot_queries.limit_text
    leaks: dict[str, tuple[Any, str, Callable[..., Any]]] = {
        "text": (ballot_queries, "limit_text", lambda ballot: f"{limit_text(ballot)} {votes_for(1)}"),
        "order": (
            ballot_queries,
            "options_of",
            lambda ballot: sorted(options_of(ballot), key=lambda option: -votes_for(option.number)),
        ),
        "size": (ballot_queries, "limit_text", lambda ballot: limit_text(ballot) + "." * (votes_for(1) > before)),
        "statement": (
            ballot_queries,
            "limit_text",
            lambda ballot: [limit_text(ballot), *[ballot.options.count() for _ in range(votes_for(1) > before)]][0],
        ),
    }
    for kind, (where, name, leaking) in leaks.items():
        with monkeypatch.context() as patch:
            patch.setattr(where, name, leaking)
            sort = "number" if kind == "order" else "title"
            stage.urls = [("voting:detail", f"{stage.ballot.get_absolute_url()}?volgorde={sort}")]
            if kind == "order":
                patch.setattr(ballot_queries, "arranged", lambda options, **_asked: list(options))
            assert differences(stage.walked((1, 2)), stage.walked((5, 6))), f"a leak by {kind} is not found"
