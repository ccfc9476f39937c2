"""Looking back: who is asked, what others see, and that small groups stay hidden."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Residency
from foundation.surveys.enums import Phase as SurveyPhase
from participation.enums import PhaseKind, ProcessRole
from participation.errors import ParticipationError, WrongMoment
from participation.models import Endorsement, Follow, Process, ProcessSurvey, ProposalSupport, Reach
from participation.queries import evaluations as queries
from participation.queries import reach
from participation.services import evaluations, groups, people
from portal.demo import participation_evaluation
from portal.demo.participation import PARKING
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import (
    MunicipalityFactory,
    NeighbourhoodFactory,
    RoleFactory,
    administrator,
    civil_servant,
)
from tests.factories.participation import open_phase, running
from tests.factories.proposals import draft, gathering, problem, submitted
from tests.factories.surveys import answer, counted

pytestmark = pytest.mark.django_db
SOON = timedelta(days=21)


@pytest.fixture(autouse=True)
def _no_two_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(process: Process, name: str, *args: Any) -> str:
    return reverse(f"participation:{name}", args=[process.municipality.slug, process.slug, *args])


def members(process: Process, number: int) -> list[User]:
    """People of the core group of a process."""
    found = UserFactory.create_batch(number)
    for user in found:
        people.give_role(process=process, user=user, role=ProcessRole.MEMBER, by=civil_servant(process.municipality))
    return found


def opened(process: Process, audience: str = "participants", **fields: Any) -> ProcessSurvey:
    by = civil_servant(process.municipality)
    closes = clock.now() + SOON
    return evaluations.open_survey(process=process, audience=audience, by=by, closes_at=closes, **fields)


def answered(made: ProcessSurvey) -> ProcessSurvey:
    """Everybody who was invited answers; closed and counted."""
    for number, invitation in enumerate(made.survey.invitations.all()):
        answer(made.survey, invitation, scale=5 if number else 4)
    counted(made.survey)
    made.refresh_from_db()
    return made


def test_everybody_who_did_something_took_part_and_nobody_else() -> None:
    process = gathering()
    open_phase(process, PhaseKind.ANALYSIS)
    process = Process.objects.get(pk=process.pk)
    plan = submitted(process)
    maker = plan.makers.get().user
    supporter, endorser, follower, loner = UserFactory.create_batch(4)
    ProposalSupport.objects.create(proposal=plan, user=supporter)
    trouble = problem(process)
    Endorsement.objects.create(problem=trouble, user=endorser)
    Follow.objects.create(process=process, user=follower)
    draft(process, by=loner)
    group = groups.create(process=process, by=civil_servant(process.municipality), title="Werkgroep")
    seated = UserFactory()
    groups.sign_up(group=group, by=seated)
    submitted(gathering())  # of another process
    assert set(reach.participants(process)) == {maker, supporter, trouble.author, endorser, seated}
    assert follower in set(reach.followers(process))
    assert maker not in set(reach.followers(process))


def test_one_press_invites_the_participants_anonymously() -> None:
    process = running()
    found = members(process, 3)
    made = opened(process)
    assert {invitation.user for invitation in made.survey.invitations.all()} == set(found)
    assert made.survey.is_anonymous
    assert made.survey.phase(clock.now()) == SurveyPhase.OPEN
    assert made.survey.mailings.count() == 2  # the invitations, and a reminder
    with pytest.raises(WrongMoment):
        opened(process)


def test_stakeholders_are_typed_addresses_and_followers_where_wished() -> None:
    process = running()
    follower = UserFactory()
    Follow.objects.create(process=process, user=follower)
    with pytest.raises(ParticipationError):
        opened(process, "stakeholders")
    made = opened(process, "stakeholders", emails=["winkel@example.org"], with_followers=True)
    assert set(made.survey.invitations.values_list("user", "email")) == {
        (follower.pk, ""),
        (None, "winkel@example.org"),
    }


def test_only_staff_opens_and_never_of_a_draft() -> None:
    process = running()
    with pytest.raises(PermissionDenied):
        evaluations.open_survey(
            process=process, audience="participants", by=UserFactory(), closes_at=clock.now() + SOON
        )
    process = running(state="draft", published_at=None)
    members(process, 1)
    with pytest.raises(WrongMoment):
        opened(process)


def test_groups_under_five_are_hidden_with_another_so_that_nothing_follows() -> None:
    found = reach.hide({"A": 9, "B": 6, "C": 2}, 17)
    assert found.groups == {"A": 9}
    assert (found.hidden, found.unknown) == (8, None)
    found = reach.hide({"A": 9, "B": 6, "": 7}, 22)
    assert (found.groups, found.unknown, found.hidden) == ({"A": 9, "B": 6}, 7, 0)


def test_reach_per_thousand_inhabitants_is_counted_once() -> None:
    process = running()
    area = NeighbourhoodFactory(municipality=process.municipality, population=2_000)
    for user in members(process, 6):
        Residency.objects.create(municipality=process.municipality, user=user, neighbourhood=area)
    by = civil_servant(process.municipality)
    evaluations.count_reach(process=process, by=by)
    shown = reach.reach_of(process)
    assert shown is not None
    assert [(line.name, line.people, line.per_thousand) for line in shown.lines] == [(area.name, 6, 3.0)]
    Residency.objects.create(municipality=process.municipality, user=members(process, 1)[0], neighbourhood=area)
    with pytest.raises(WrongMoment):
        evaluations.count_reach(process=process, by=by)
    assert Reach.objects.get().groups == {area.code: 6}


def test_few_participants_show_nothing() -> None:
    process = running()
    members(process, 4)
    evaluations.count_reach(process=process, by=civil_servant(process.municipality))
    shown = reach.reach_of(process)
    assert shown is not None
    assert shown.why_not
    chapter = reach.chapter(process)
    assert chapter is not None
    assert "4" not in str(chapter["blocks"])


def test_results_stand_on_the_page_of_the_phase_and_in_the_report() -> None:
    process = running(kind=PhaseKind.EVALUATION)
    found = members(process, 5)
    made = opened(process)
    page = client_of(found[0]).get(url(process, "phase", 1)).content.decode()
    assert made.survey.invitations.get(user=found[0]).token in page
    assert (
        made.survey.invitations.get(user=found[0]).token not in Client().get(url(process, "phase", 1)).content.decode()
    )
    assert queries.chapter(process) is None
    answered(made)
    page = Client().get(url(process, "phase", 1)).content.decode()
    assert "<svg" in page
    chapter = queries.chapter(process)
    assert chapter is not None
    assert any(block["kind"] == "table" for block in chapter["blocks"])


def test_the_benchmark_stands_beside_other_processes() -> None:
    process, other = running(), running(municipality=MunicipalityFactory())
    for one in (process, other):
        members(one, 5)
        made = opened(one)
        type(made.survey).objects.filter(pk=made.survey.pk).update(is_named_in_benchmark=True)
        answered(made)
    page = client_of(civil_servant(process.municipality)).get(url(process, "evaluation")).content.decode()
    assert other.municipality.name in page


def test_who_gets_in() -> None:
    process = running()
    council = UserFactory()
    RoleFactory(municipality=process.municipality, user=council, kind=RoleKind.COUNCIL_MEMBER)
    for user, sees, opens in (
        (civil_servant(process.municipality), 200, 200),
        (administrator(process.municipality), 200, 200),
        (council, 200, 403),
        (UserFactory(), 404, 404),
        (civil_servant(MunicipalityFactory()), 404, 404),
    ):
        client = client_of(user)
        assert client.get(url(process, "evaluation")).status_code == sees, user
        assert client.get(url(process, "evaluation_open", "deelnemers")).status_code == opens, user


def test_the_form_opens_the_survey_and_says_what_is_wrong() -> None:
    process = running()
    members(process, 2)
    client = client_of(civil_servant(process.municipality))
    address = url(process, "evaluation_open", "deelnemers")
    until = (clock.today() + SOON).isoformat()
    assert client.post(address, {"closes_on": until, "emails": "geen adres"}).status_code == 422
    assert client.post(address, {"closes_on": until, "emails": ""}).status_code == 302
    assert ProcessSurvey.objects.get().survey.closes_at > clock.now() + SOON  # type: ignore[operator]
    assert client.post(url(process, "evaluation_reach")).status_code == 302


def test_the_page_of_the_phase_costs_the_same_with_more_people() -> None:
    costs = []
    for number in (5, 8):
        process = running(kind=PhaseKind.EVALUATION)
        area = NeighbourhoodFactory(municipality=process.municipality, population=900)
        for user in members(process, number):
            Residency.objects.create(municipality=process.municipality, user=user, neighbourhood=area)
        answered(opened(process))
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(url(process, "phase", 1)).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_the_demo_looks_back_quickly_and_once() -> None:
    here = MunicipalityFactory(slug="rivierdam")
    NeighbourhoodFactory.create_batch(4, municipality=here)
    cast = {"civil_servant": civil_servant(here)}
    running(here, title=PARKING, kind=PhaseKind.EVALUATION, published_at=clock.now() - timedelta(days=130))
    began = time.process_time()
    for _again in range(2):
        participation_evaluation.tell(cast, clock.now())
    assert time.process_time() - began < 3
    process = Process.objects.get()
    assert {row.survey.phase(clock.now()) for row in process.surveys.all()} == {SurveyPhase.COUNTED}
    assert process.surveys.count() == 2
    shown = reach.reach_of(process)
    assert shown is not None
    assert [line.people for line in shown.lines] == [14, 9]
