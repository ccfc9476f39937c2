"""The pages of a process are kept for readers without a session, and no change is ever seen late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import clock
from foundation.discussion.models import Comment, ThreadHost
from foundation.discussion.services import comments
from foundation.meetings.services import meetings
from foundation.municipalities import tenancy
from foundation.municipalities.models import Area, Municipality
from foundation.surveys.models import Survey
from foundation.voting.models import Ballot
from foundation.voting.services import ballots
from participation.enums import PhaseKind, ProcessRole
from participation.models import Phase, Problem, Process, ProcessVote, Proposal
from participation.queries import versions
from participation.services import (
    answers,
    choices,
    decisions,
    documents,
    evaluations,
    execution,
    feasibility,
    groups,
    mergers,
    people,
    problems,
    processes,
    proposals,
    public_views,
    remarks,
    reports,
    series,
    votes,
)
from portal import page_cache
from tests.factories import choices as choices_above
from tests.factories import surveys
from tests.factories import voting as voting_above
from tests.factories.accounts import UserFactory
from tests.factories.discussion import comment
from tests.factories.meetings import evening
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
from tests.factories.participation import open_phase, running
from tests.factories.proposals import draft, judged, problem, submitted
from tests.kept import drawn_anew, read, seen

pytestmark = pytest.mark.django_db
PAPER = {"type": "approval", "rule": "most_votes", "limit_kind": "none", "rule_settings": {"seats": 1, "threshold": 0}}


@dataclass
class World:
    """A process in which every kind of phase is open, with one of most things."""

    process: Process
    servant: User
    proposal: Proposal
    problem: Problem

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"participation:{name}", args=[self.process.municipality.slug, self.process.slug, *more])

    @property
    def pages(self) -> dict[str, str]:
        return {
            "detail": self.url("detail"),
            "phase": self.url("phase", 1),
            "proposals": self.url("proposals"),
            "proposal": self.url("proposal", self.proposal.pk),
            "problems": self.url("problems"),
            "problem": self.url("problem", self.problem.pk),
            "index": reverse("participation:index", args=[self.process.municipality.slug]),
        }


@pytest.fixture
def world() -> World:
    servant = UserFactory(name="Marloes")
    process = running(kind=PhaseKind.PROPOSALS, by=servant)
    servant = civil_servant(process.municipality, name="Ans")
    for kind in PhaseKind.values:
        if kind not in (PhaseKind.PROPOSALS, PhaseKind.VOTE):
            open_phase(process, kind)
    process = Process.objects.get(pk=process.pk)
    return World(process, servant, submitted(process, UserFactory(name="Piet")), problem(process))


def _later(world: World, **fields: Any) -> None:
    Phase.objects.filter(process=world.process, number=1).update(**fields)


def _meeting(world: World) -> None:
    made = series.begin(process=world.process, by=world.servant)
    meetings.plan(series=made.series, spans=[evening()], by=world.servant, title="Eerste avond", place="De Kade")


def _vote(world: World) -> ProcessVote:
    for title in ("Lampen", "Bomen"):
        judged(world.process, "feasible", staff=world.servant, title=title)
    open_phase(world.process, PhaseKind.VOTE, opens_at=timezone.now() + timedelta(hours=1))
    process = Process.objects.get(pk=world.process.pk)
    return votes.make_ballot(process=process, by=world.servant, title="Stem mee", question="Wat?", **PAPER)


def _choose(world: World) -> None:
    made = choices_above.made(world.process.municipality, world.servant)
    choices.attach(choice=made, process=world.process, by=world.servant)


def _text(world: World) -> Any:
    made = documents.create(process=world.process, by=world.servant, title="Agenda", text="Wij sporten samen.")
    documents.publish(document=made, by=world.servant, version=None)
    return made


def _won(world: World) -> None:
    Proposal.objects.filter(pk=world.proposal.pk).update(state="feasible", won=True)
    execution.start(proposal=Proposal.objects.get(pk=world.proposal.pk), by=world.servant)


def _report(world: World) -> None:
    begun = reports.write(process=world.process, by=world.servant, text="Zo ging het.", version=0)
    reports.publish(process=world.process, by=world.servant, version=begun.version)


SOON = timedelta(days=20)
# What happens, and on which pages it shows.
CHANGES: dict[str, tuple[str, Callable[[World], object]]] = {
    "a proposal": ("detail phase proposals", lambda w: submitted(w.process, title="Fontein")),
    "support": ("detail phase proposals proposal", lambda w: proposals.support(proposal=w.proposal, by=UserFactory())),
    "a proposal was hidden": (
        "detail proposals",
        lambda w: proposals.hide(proposal=w.proposal, by=w.servant, reason="Schelden"),
    ),
    "withdrawn": (
        "proposals proposal",
        lambda w: proposals.withdraw(proposal=w.proposal, by=w.proposal.author, reason="Toch niet"),
    ),
    "a verdict": (
        "detail proposals proposal",
        lambda w: feasibility.judge(
            proposal=w.proposal, by=w.servant, verdict="feasible", reasons="Kan.", version=None, cost_cents=100
        ),
    ),
    "a comment": ("proposals proposal", lambda w: comment(w.proposal.thread)),
    "a name in the discussion": ("proposal", lambda w: User.objects.filter(name="Truus").update(name="Geertruida")),
    "a badge in the discussion": (
        "proposal",
        lambda w: ThreadHost.objects.create(thread=w.proposal.thread, user=User.objects.get(name="Truus")),
    ),
    "the name of a maker": ("proposal", lambda w: User.objects.filter(name="Piet").update(name="Pieter")),
    "a problem": ("detail problems", lambda w: problem(w.process, title="Het plein is nat")),
    "an endorsement": (
        "detail problems problem",
        lambda w: problems.endorse(problem=w.problem, by=UserFactory()),
    ),
    "a problem was hidden": (
        "detail problems",
        lambda w: answers.hide(contribution=w.problem, by=w.servant, reason="Schelden"),
    ),
    "an answer": (
        "detail problem",
        lambda w: answers.answer(contribution=w.problem, outcome="adopted", text="Doen we.", by=w.servant),
    ),
    "a shared description": (
        "detail problems problem",
        lambda w: problems.state(
            process=w.process, by=w.servant, title="Donker", text="Te donker", sources=[w.problem], version=0
        ),
    ),
    "a phase closes by the clock of its row": (
        "detail phase proposals",
        lambda w: _later(w, closes_at=timezone.now() - timedelta(hours=1)),
    ),
    "a phase was moved": (
        "phase detail",
        lambda w: _later(w, closes_at=timezone.now() + timedelta(days=25)),
    ),
    "another title": ("detail phase proposals index", lambda w: Process.objects.update(title="Pleinplan")),
    "the process was stopped": (
        "detail index",
        lambda w: processes.stop(process=w.process, by=w.servant, reason="Geld op"),
    ),
    "a role": (
        "detail",
        lambda w: people.give_role(process=w.process, user=UserFactory(), role=ProcessRole.CHAIR, by=w.servant),
    ),
    "the name of who works on it": ("detail", lambda w: User.objects.filter(name="Marloes").update(name="Loes")),
    "a group": (
        "detail",
        lambda w: groups.create(process=w.process, by=w.servant, title="Kerngroep", targets={"resident": 4}),
    ),
    "a text": ("detail", _text),
    "a remark": (
        "detail",
        lambda w: remarks.add(
            document=w.process.documents.get(), by=UserFactory(), paragraph=1, seen=1, text="Ook wandelen"
        ),
    ),
    "a view": ("detail", lambda w: public_views.give(process=w.process, by=UserFactory(), text="Groener")),
    "a decision": (
        "detail",
        lambda w: decisions.prepare(
            process=w.process, by=w.servant, body="council", title="Plein", decides_on=clock.today() + SOON
        ),
    ),
    "a milestone": (
        "detail",
        lambda w: execution.plan(process=w.process, by=w.servant, title="Bankjes", due_on=clock.today() + SOON),
    ),
    "a proposal became an initiative": ("detail", _won),
    "a report": ("detail", _report),
    "a meeting": ("detail", _meeting),
    "the reach was counted": ("detail", lambda w: evaluations.count_reach(process=w.process, by=w.servant)),
    "a choice of a form": ("detail", _choose),
    "the name of the municipality": (
        "detail phase proposals proposal problems index",
        lambda w: Municipality.objects.filter(pk=w.process.municipality_id).update(name="Waterdam"),
    ),
    "je or u": (
        "detail proposal problems",
        lambda w: Municipality.objects.filter(pk=w.process.municipality_id).update(address_form="u"),
    ),
    "the name of a neighbourhood": ("proposals problems index", lambda w: Area.objects.update(name="Oever")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_seen_at_once(world: World, name: str) -> None:
    pages, change = CHANGES[name]
    if "neighbourhood" in name:
        NeighbourhoodFactory(municipality=world.process.municipality, name="Kade", population=900)
    if "discussion" in name:
        comment(world.proposal.thread, UserFactory(name="Truus"))
    if name == "a remark":
        _text(world)
    urls = [world.pages[page] for page in pages.split()]
    before = {url: read(url) for url in urls[1:]}
    seen(urls[0], lambda: change(world))
    for url, old in before.items():
        now = read(url)
        assert now != old, url
        assert now == drawn_anew(url)


def test_a_vote_is_seen_from_the_paper_to_the_winners(world: World) -> None:
    ballot = _vote(world).ballot
    url = world.url("phase", world.process.phases.order_by("-number")[0].number)
    seen(url, lambda: ballots.announce(ballot=ballot, by=world.servant))
    seen(url, lambda: ballots.open_now(ballot=Ballot.objects.get(), by=world.servant))
    voting_above.vote(Ballot.objects.get(), 1)
    seen(url, lambda: voting_above.finished(Ballot.objects.get()))


def test_a_survey_is_seen_when_it_opens_and_when_it_is_counted(world: World) -> None:
    url = world.url("detail")
    for _n in range(5):
        people.give_role(process=world.process, user=UserFactory(), role=ProcessRole.MEMBER, by=world.servant)
    closes = clock.now() + SOON
    made = evaluations.open_survey(process=world.process, audience="participants", by=world.servant, closes_at=closes)
    Survey.objects.update(results_are_public=True)
    for invitation in made.survey.invitations.all():
        surveys.answer(made.survey, invitation, scale=4)
    seen(url, lambda: surveys.counted(made.survey))


def test_a_merger_is_seen_where_it_came_from_and_where_it_went(world: World) -> None:
    target = submitted(world.process, world.proposal.author, title="Licht")
    plan = mergers.propose(
        process=world.process, by=world.servant, sources=[world.proposal], target=target, reason="Samen"
    )
    urls = [world.url("proposal", row.pk) for row in (world.proposal, target)]
    before = [read(url) for url in urls]
    mergers.respond(merger=plan, by=world.proposal.author, agrees=True)
    assert all(read(url) != old for url, old in zip(urls, before, strict=True))
    assert [read(url) for url in urls] == [drawn_anew(url) for url in urls]


def test_what_the_clock_alone_changes_is_never_late(world: World) -> None:
    now = timezone.now()
    _later(world, closes_at=now + timedelta(hours=3))
    pages = [world.pages[name] for name in ("detail", "phase", "proposals", "proposal", "index")]
    with time_machine.travel(now, tick=False) as moved:
        before = {page: read(page) for page in pages}
        for later in (timedelta(hours=2, minutes=10), timedelta(hours=2, minutes=20), timedelta(hours=3)):
            moved.move_to(now + later)
            for page in pages:
                shown = read(page)
                assert shown == drawn_anew(page), later
        assert all(read(page) != before[page] for page in pages[:3])


def test_who_hides_a_text_of_the_discussion_hides_it_at_once(world: World) -> None:
    said = comment(world.proposal.thread, text="Lelijke woorden")
    url = world.pages["proposal"]
    assert "Lelijke woorden" in read(url)
    comments.withdraw(comment=Comment.objects.get(pk=said.pk), by=said.author)
    assert "Lelijke woorden" not in read(url)


def test_kept_pages_ask_one_question_and_the_others_as_many_for_many_rows(world: World) -> None:
    numbers = {}
    comment(world.proposal.thread)
    for _turn in range(2):
        for page, url in world.pages.items():
            read(url)
            with CaptureQueriesContext(connection) as kept:
                read(url)
            assert len(kept) == 1, page
            cache.clear()
            with CaptureQueriesContext(connection) as asked:
                read(url)
            assert len(asked) <= numbers.setdefault(page, len(asked)), page
        for n in range(3):
            comment(submitted(world.process, title=f"Plan {n}").thread)
            comment(world.proposal.thread)
            problem(world.process, title=f"Probleem {n}")


@pytest.mark.parametrize("page", ["detail", "proposal", "problems"])
def test_languages_hosts_and_people_never_get_each_others_page(world: World, page: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "meedoen.dam.nl"]
    url, login = world.pages[page], reverse("account_login")
    Municipality.objects.filter(pk=world.process.municipality_id).update(host="meedoen.dam.nl")
    tenancy._hosts = (0.0, {})
    resident = Client()
    resident.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    english = Client()
    english.cookies["django_language"] = "en"
    own = url.removeprefix(f"/{world.process.municipality.slug}")
    for _turn in range(2):
        assert 'lang="nl"' in read(url)
        assert f'href="{login}?' in read(url)
        assert f'href="{login}?' not in resident.get(url).content.decode()
        assert "csrfmiddlewaretoken" not in read(url)
        assert 'lang="en"' in english.get(url).content.decode()
        there = Client().get(own, headers={"host": "meedoen.dam.nl"})
        assert there.status_code == 200
        assert 'lang="nl"' in there.content.decode()
    tenancy._hosts = (0.0, {})


def test_nobody_keeps_what_strangers_may_not_read_or_a_municipality_that_closed(world: World) -> None:
    hidden = draft(world.process)
    maker = Client()
    maker.force_login(hidden.author, backend="django.contrib.auth.backends.ModelBackend")
    url = world.url("proposal", hidden.pk)
    for _turn in range(2):
        assert maker.get(url).status_code == 200
        assert Client().get(url).status_code == 404
    assert read(world.url("detail"))
    Municipality.objects.filter(pk=world.process.municipality_id).update(published_at=None)
    assert Client().get(world.url("detail")).status_code == 404


def test_another_process_of_the_same_name_elsewhere_is_another_page(world: World) -> None:
    other = running(MunicipalityFactory(), slug=world.process.slug, title="Heel iets anders", kind=PhaseKind.PROPOSALS)
    assert "Heel iets anders" not in read(world.url("detail"))
    page = reverse("participation:detail", args=[other.municipality.slug, other.slug])
    assert "Heel iets anders" in read(page)
    before = versions.of_process(world.process.municipality.slug, world.process.slug)
    submitted(other)
    assert versions.of_process(world.process.municipality.slug, world.process.slug) == before


def test_every_table_of_processes_is_in_the_version_or_said_why_not() -> None:
    looked = " ".join((*versions.FRAME, *versions.WHOLE))
    for model in apps.get_app_config("participation").get_models(include_auto_created=True):
        table = model._meta.db_table
        named = f"{table} t" in looked or model.__name__ == "Process"
        auto = bool(model._meta.auto_created)
        assert named != (model.__name__ in versions.LEFT_OUT) or (auto and not named), table


def test_an_address_that_is_too_long_or_of_a_strange_kind_is_not_kept(world: World) -> None:
    for url in (
        f"{world.pages['proposals']}?zoek={'a' * page_cache.LONGEST_ADDRESS}",
        world.url("proposal_history", 1),
    ):
        Client().get(url)
        with CaptureQueriesContext(connection) as asked:
            Client().get(url)
        assert len(asked) > 1
