"""A whole process on a moved clock: from the choice of its form to the look back, through the pages that people use.

The clock is moved to each phase; what beat does is called as beat does it. Nothing of the road is written around the pages
and services.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings.addresses import address
from foundation.notifications.models import Message
from foundation.surveys.answers import pages
from foundation.surveys.models import Question, Survey
from foundation.voting import tasks as voting_tasks
from initiatives.enums import InitiativeState
from participation import tasks
from participation.enums import Form, PhaseKind, ProcessRole, ProcessState
from participation.models import (
    Choice,
    HandOver,
    Phase,
    Problem,
    ProblemStatement,
    Process,
    ProcessVote,
    Proposal,
    Report,
)
from tests.factories.choices import answers
from tests.participation.journey import START, Journey

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(client: Client, settings: LazySettings) -> Iterator[Journey]:
    settings.TWO_FACTOR_FOR_STAFF = False
    with time_machine.travel(START, tick=True) as travel:
        yield Journey(client, travel)


def phases_of(process: Process) -> dict[str, Phase]:
    return {phase.kind: phase for phase in process.phases.select_related("process__municipality")}


def test_from_the_template_to_the_report_and_the_initiative(journey: Journey) -> None:
    process = _prepared(journey, _chosen(journey))
    phases = phases_of(process)

    _problems(journey, process, phases[PhaseKind.ANALYSIS])
    _proposals(journey, process, phases[PhaseKind.PROPOSALS])
    _checked(journey, process, phases[PhaseKind.FEASIBILITY])
    _meeting(journey, process, phases[PhaseKind.DISCUSSION])
    _vote(journey, process, phases[PhaseKind.VOTE])
    _decided(journey, process, phases[PhaseKind.DECISION])
    _carried_out(journey, process, phases[PhaseKind.EXECUTION])

    _looked_back(journey, process, phases[PhaseKind.EVALUATION])
    page = journey.at("detail", process.slug)
    journey.as_(journey.staff).post(journey.at("finish", process.slug))
    process.refresh_from_db()
    assert process.state == ProcessState.FINISHED
    journey.sees(page, "Dit proces is afgerond")
    # Each of the eight phases was told to a follower once, though beat came by more often.
    opened = Message.objects.filter(recipient=journey.people[2], kind="participation.phase_opened")
    assert opened.count() == 8


def _chosen(journey: Journey) -> str:
    """A civil servant answers the choice aid, follows its advice, and begins the process with it; the page it leads to."""
    page = journey.does(journey.staff, journey.at("choice_new"), subject="Het plein")
    given = {f"q_{key}": value for key, value in answers().items()}
    advice = journey.does(journey.staff, page, **given, advies="1")
    journey.sees(advice, "Wat het advies zou veranderen", "Eigenaarschap", user=journey.staff)
    journey.does(journey.staff, advice, form=Form.RESIDENTS, reason="")
    choice = Choice.objects.get()
    assert choice.form == Form.RESIDENTS
    begin = journey.at("choice_begin", choice.pk)
    return journey.does(journey.staff, begin, title="Het plein", starts_on="2026-02-16")


def _prepared(journey: Journey, to: str) -> Process:
    """A civil servant writes the plan and publishes, with why this form was chosen; a resident is its chair."""
    assert to.endswith("/plan/")
    process = Process.objects.get()
    assert Client().get(journey.at("detail", process.slug)).status_code == 404
    journey.does(
        journey.staff,
        to,
        title="Het plein",
        summary="Samen het plein opknappen.",
        why="Het plein is **leeg**.",
        form=Form.RESIDENTS,
        level="together",
        open_text="De inrichting.",
        fixed_text="Het geld.",
        money_cents="10.000",
        decides="De bewoners",
        aftermath="Het wordt meteen uitgevoerd.",
        areas=[journey.place.pk],
    )
    process.refresh_from_db()
    assert process.money_cents == 1_000_000
    journey.does(
        journey.staff,
        journey.at("people", process.slug),
        email=journey.people[0].email,
        role=ProcessRole.CHAIR,
        is_public="on",
    )
    journey.as_(journey.staff).post(journey.at("publish", process.slug))
    process.refresh_from_db()
    assert process.state == ProcessState.PUBLISHED
    journey.sees(journey.at("detail", process.slug), "Het plein", "10.000", "gaat open op")
    journey.sees(journey.at("choice_why", process.slug), str(Form.RESIDENTS.label))
    for person in journey.people[:3]:
        journey.as_(person).post(journey.at("follow", process.slug))
    return process


def _problems(journey: Journey, process: Process, phase: Phase) -> None:
    """Residents name problems; the chair, one of them, makes one of two."""
    journey.go_to(phase)
    page = journey.at("problem_new", process.slug)
    journey.does(journey.people[1], page, title="Het is er donker", text="De lampen zijn kapot.")
    journey.does(journey.people[2], page, title="Je kunt er niet zitten", text="De bankjes zijn weg. 🪑")
    first, second = Problem.objects.order_by("pk")
    journey.as_(journey.people[3]).post(journey.at("problem_endorse", process.slug, first.pk))
    first.refresh_from_db()
    assert first.endorsements_total == 2
    journey.does(
        journey.people[0],
        journey.at("problem_state", process.slug),
        title="Een plein waar je niet blijft",
        text="Donker, en nergens om te zitten.",
        sources=[first.pk, second.pk],
    )
    assert ProblemStatement.objects.count() == 1
    journey.sees(journey.at("phase", process.slug, phase.number), "Een plein waar je niet blijft")
    assert journey.as_(journey.people[4]).get(journey.at("problem_state", process.slug)).status_code == 403


def _proposals(journey: Journey, process: Process, phase: Phase) -> None:
    journey.go_to(phase)
    page = journey.at("proposal_new", process.slug)
    for number, (title, cost) in enumerate((("Bankjes", "4.000"), ("Lampen", "6.000"), ("Fontein", "9.500"))):
        journey.does(
            journey.people[number],
            page,
            title=title,
            summary=f"{title} op het plein.",
            text=f"Wij willen {title.lower()}. <script>alert(1)</script>",
            cost_cents=cost,
            doe="stuur",
        )
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["submitted"] * 3
    first = Proposal.objects.earliest("pk")
    journey.as_(journey.people[5]).post(journey.at("proposal_support", process.slug, first.pk))
    first.refresh_from_db()
    assert first.supporters_total == 2
    assert "<script>alert" not in journey.sees(first.get_absolute_url(), "Bankjes")


def _checked(journey: Journey, process: Process, phase: Phase) -> None:
    journey.go_to(phase)
    for proposal in Proposal.objects.order_by("pk"):
        journey.does(
            journey.staff,
            journey.at("check", process.slug, proposal.pk),
            verdict="feasible",
            reasons="Het kan.",
            cost_cents=str(proposal.cost_cents // 100),  # type: ignore[operator]
            cost_text="",
            **{f"mark_{number}": "yes" for number in range(5)},
        )
    assert set(Proposal.objects.values_list("state", flat=True)) == {"feasible"}
    # The phase of proposals is over: nothing comes in any more.
    refused = journey.as_(journey.people[6]).post(
        journey.at("proposal_new", process.slug), {"title": "Te laat", "doe": "stuur"}
    )
    assert Proposal.objects.count() == 3
    assert refused.status_code in (200, 302, 403)


def _meeting(journey: Journey, process: Process, phase: Phase) -> None:
    """A working group with a resident as chair, who writes the minutes of its meeting."""
    journey.go_to(phase)
    journey.does(
        journey.staff, journey.at("group_new", process.slug), title="Werkgroep", is_open="on", seats_resident="4"
    )
    group = process.groups.get()
    person = journey.people[4]
    journey.does(person, journey.at("group_sign_up", process.slug, group.pk), role="resident", motivation="Graag")
    seat = group.seats.get()
    page = journey.at("group_seats", process.slug, group.pk)
    for what in ("plaats", "chair"):
        journey.as_(journey.staff).post(page, {"plaats": seat.pk, "wat": what})
    assert group.series is not None
    day = clock.today() + timedelta(days=3)
    plan = address("plan_one", group.series, group.series.pk)
    evening = {"day_0": day.isoformat(), "begin_0": "19:30", "end_0": "21:30"}
    journey.does(person, plan, **evening, title="Avond", place="Buurthuis", visibility="public")
    made = group.series.meetings.get()
    journey.sees(group.get_absolute_url(), "Werkgroep", "Bijeenkomsten", user=person)
    journey.travel.move_to(made.ends_at + timedelta(hours=1))
    write = address("minutes_write", made.series, made.pk)
    journey.does(person, write, doe="tekst", text="Wij kiezen voor bankjes.")
    journey.as_(person).post(address("minutes_publish", made.series, made.pk))
    journey.sees(address("minutes", made.series, made.pk), "Wij kiezen voor bankjes.", user=journey.people[7])
    journey.does(person, journey.at("group_write", process.slug, group.pk), text="Bankjes en lampen eerst.")
    journey.sees(group.get_absolute_url(), "Bankjes en lampen eerst.")


def _vote(journey: Journey, process: Process, phase: Phase) -> None:
    """The ballot paper is made in one step; people who took no part so far vote too; the clock closes and counts."""
    phase.refresh_from_db()
    journey.does(
        journey.staff,
        journey.at("vote_new", process.slug),
        title="Stem over het plein",
        question="Wat komt er op het plein?",
        way="meeste-stemmen",
        budget_cents="10.000",
        electorate="residents",
        minimum_age="",
        opens_at=f"{timezone.localtime(phase.opens_at):%Y-%m-%dT%H:%M}",
        closes_at=f"{timezone.localtime(phase.closes_at):%Y-%m-%dT%H:%M}",
    )
    ballot = ProcessVote.objects.get().ballot
    _step(journey, journey.staff, ballot, "aankondigen")
    journey.go_to(phase)
    ballot.refresh_from_db()
    assert ballot.state == "open"
    # The paper stays as it was when the vote opened.
    assert {option.title for option in ballot.options.all()} == {"Bankjes", "Lampen", "Fontein"}
    for number, person in enumerate(journey.people):
        _cast(journey, person, ballot, ["1", "2"] if number < 6 else ["3"])
    journey.travel.move_to(phase.closes_at + timedelta(hours=1))
    voting_tasks.close_due_ballots()
    ballot.refresh_from_db()
    assert ballot.state == "counted"
    _step(journey, journey.staff, ballot, "vaststellen")
    _step(journey, journey.colleague, ballot, "publiceren")
    tasks.note_results()
    assert dict(Proposal.objects.values_list("title", "won")) == {"Bankjes": True, "Lampen": True, "Fontein": False}


def _step(journey: Journey, by: User, ballot: Any, name: str) -> None:
    """Press a button on the staff page of the vote."""
    page = reverse("voting:step", args=[journey.municipality.slug, ballot.slug])
    assert journey.as_(by).post(page, {"stap": name}).status_code == 302


def _cast(journey: Journey, person: User, ballot: Any, choices: list[str]) -> None:
    client, here = journey.as_(person), ballot.get_absolute_url()
    client.post(f"{here}stem/", {"getoond": ["1", "2", "3"], "keuze": choices, "doe": "controleer"})
    page = client.get(f"{here}stem/controleren/").content.decode()
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None, page[-2000:]
    answer = client.post(f"{here}stem/controleren/", {"formulier": token[1], "keuze": choices})
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.content.decode())


def _decided(journey: Journey, process: Process, phase: Phase) -> None:
    journey.go_to(phase)
    journey.does(
        journey.staff,
        journey.at("decision_new", process.slug),
        body="college",
        title="Uitslag overnemen",
        proposal="De winnende voorstellen uitvoeren.",
        decides_on=clock.today().isoformat(),
    )
    decision = process.decisions.get()
    journey.does(
        journey.staff,
        journey.at("decision_record", process.slug, decision.pk),
        state="adopted",
        decided_on=clock.today().isoformat(),
        text="De uitslag wordt uitgevoerd.",
        reasons="De bewoners hebben gekozen.",
    )
    for proposal in Proposal.objects.order_by("pk"):
        won = proposal.won
        journey.does(
            journey.staff,
            journey.at("staff_answer", process.slug, "proposal", proposal.pk),
            outcome="adopted" if won else "not_adopted",
            text="Het wordt uitgevoerd." if won else "Er was geen geld meer voor.",
        )
    for problem in Problem.objects.all():
        journey.does(
            journey.staff,
            journey.at("staff_answer", process.slug, "problem", problem.pk),
            outcome="adopted",
            text="Dit lossen de bankjes en lampen op.",
        )
    page = journey.at("staff_report", process.slug)
    journey.sees(page, "Eindverslag", user=journey.staff)
    journey.does(journey.staff, page, text="## Wat we deden\n\nBewoners kozen bankjes en lampen.")
    journey.does(journey.staff, journey.at("publish_report", process.slug), version=str(Report.objects.get().version))
    journey.sees(
        journey.at("report", process.slug),
        "Bewoners kozen bankjes en lampen.",
        "De uitslag wordt uitgevoerd.",
        "Een plein waar je niet blijft",
        "Fontein",
    )
    assert Client().get(journey.at("report_pdf", process.slug)).content.startswith(b"%PDF")
    journey.sees(journey.at("answers", process.slug) + "?soort=proposal", "Er was geen geld meer voor.")


def _carried_out(journey: Journey, process: Process, phase: Phase) -> None:
    journey.go_to(phase)
    winner = Proposal.objects.get(title="Bankjes")
    journey.does(journey.staff, journey.at("start", process.slug, winner.pk), budget_cents="4.000")
    handed = HandOver.objects.get()
    assert handed.initiative.state == InitiativeState.IN_EXECUTION
    assert [member.user for member in handed.initiative.team.all()] == [journey.people[0]]
    journey.sees(handed.initiative.get_absolute_url(), "Het plein")
    due = clock.today() + timedelta(days=20)
    journey.does(
        journey.staff, journey.at("milestone_new", process.slug), title="Bankjes geplaatst", due_on=due.isoformat()
    )
    step = process.milestones.get()
    journey.travel.move_to(phase.opens_at + timedelta(days=30))
    journey.sees(journey.at("detail", process.slug), "Bankjes geplaatst", "later dan gepland")
    journey.does(journey.staff, journey.at("milestone_close", process.slug, step.pk), done="ja", note="Zes bankjes.")
    journey.sees(journey.at("detail", process.slug), "Zes bankjes.")


def _looked_back(journey: Journey, process: Process, phase: Phase) -> None:
    """Staff asks the participants with one press; five answer by the link they got; after closing everybody reads it."""
    journey.go_to(phase)
    here = journey.at("phase", process.slug, phase.number)
    journey.sees(here, "Terugkijken")
    closes = clock.today() + timedelta(days=14)
    journey.does(journey.staff, journey.at("evaluation_open", process.slug, "deelnemers"), closes_on=closes.isoformat())
    survey = process.surveys.get().survey
    journey.beat_at(timezone.now() + timedelta(minutes=1))
    asked = Message.objects.filter(kind="surveys.invited")
    assert {message.recipient for message in asked} == set(journey.people[:6])
    for message in asked.order_by("recipient")[:5]:
        _answer(survey, message.url, "8")
    journey.sees(here, survey.title, user=journey.people[5])
    # The sixth is reminded once, three days before it closes; who answered is not.
    journey.beat_at(survey.closes_at - timedelta(days=2))
    assert Message.objects.filter(kind="surveys.reminded").count() == 1
    journey.beat_at(survey.closes_at + timedelta(hours=1))
    survey.refresh_from_db()
    assert survey.responses == 5
    journey.sees(here, "Welk rapportcijfer krijgt dit proces als geheel?", "8")
    journey.sees(journey.at("evaluation", process.slug), "deelnemers", "5 mensen", user=journey.staff)


def _answer(survey: Survey, link: str, mark: str) -> None:
    """Without logging in, by the personal link of the message, page after page."""
    client = Client()
    assert client.get(link).status_code == 200
    found = pages(survey.version.questions.order_by("position"))
    for number, page in enumerate(found, start=1):
        given = {f"v_{question.key}": _to(question, mark) for question in page.questions if question.kind != "multiple"}
        answer = client.post(f"{link}{number}/", {**given, "doe": "verder"})
        assert answer.status_code == 302, Journey.why(answer)
    assert answer["Location"] == survey.address("thanks")


def _to(question: Question, mark: str) -> str:
    """The mark on a scale of ten, four on other scales, the first of the choices, and no words."""
    if question.kind == "scale":
        return mark if question.high == 10 else "4"
    return next(iter(question.labels)) if question.kind == "single" else ""
