from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality, OfficialMunicipality
from foundation.surveys.enums import Audience
from foundation.surveys.models import Survey
from foundation.surveys.services import questionnaires
from learning_network.errors import NetworkError
from learning_network.models import InnovationSharing
from learning_network.queries import innovation as queries
from learning_network.services import innovation as services
from tests.factories import learning_network as make
from tests.factories import surveys
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Town:
    """A municipality that uses this installation and stands on the official list."""

    def __init__(self, *, shares: bool = True) -> None:
        self.official: OfficialMunicipality = make.OfficialFactory()
        self.tenant: Municipality = MunicipalityFactory(cbs_code=self.official.pk, published_at=clock.now())
        self.staff = civil_servant(self.tenant)
        if shares:
            services.share(official=self.official, counts_in_median=True, leads_may_see=False, by=self.staff)

    def measures(self, score: int, people: int = 5) -> Survey:
        """A survey that was counted: all give this score to all questions."""
        questions = questionnaires.from_standard(municipality=self.tenant, code=queries.STANDARD, by=self.staff)
        survey = surveys.opened(self.tenant, by=self.staff, questions=questions, audiences=[Audience.ANYONE])
        for _person in range(people):
            surveys.answer(survey, scale=score)
        return surveys.counted(survey)


def lines(official: OfficialMunicipality) -> dict[str, tuple[tuple[str, ...], str]]:
    return {line.label: (tuple(line.cells), line.median) for line in queries.measurements(official).lines}


def test_scores_stand_beside_the_median_of_at_least_three_others_that_share() -> None:
    own, *others = [Town() for _ in range(4)]
    own.measures(4)
    for town, score in zip(others[:2], (1, 2), strict=True):
        town.measures(score)
    assert set(lines(own.official).values()) == {(("4,0",), "–")}  # two others would tell whose they are
    assert queries.measurements(own.official).others == 0
    others[2].measures(5)
    found = queries.measurements(own.official)
    assert found.others == 3
    assert {(tuple(line.cells), line.median) for line in found.lines} == {(("4,0",), "2,0")}
    assert [line.label for line in found.lines if line.is_theme] == ["Richting en ruimte", "Samen werken"]
    assert len(found.lines) == 10
    assert found.beside is not None


def test_who_does_not_share_has_few_answers_or_is_not_visible_counts_in_no_median() -> None:
    own, *others = [Town() for _ in range(4)]
    for town in (own, *others):
        town.measures(3)
    assert queries.measurements(own.official).others == 3
    services.share(official=others[0].official, counts_in_median=False, leads_may_see=True, by=others[0].staff)
    assert queries.measurements(own.official).others == 0
    silent = Town(shares=False)
    silent.measures(1)
    few = Town()
    survey = few.measures(1)
    Survey.objects.filter(pk=survey.pk).update(responses=4)
    hidden = Town()
    hidden.measures(1)
    Municipality.objects.filter(pk=hidden.tenant.pk).update(published_at=None)
    found = queries.measurements(own.official)
    assert found.others == 0
    assert {line.median for line in found.lines} == {"–"}


def test_a_municipality_counts_once_with_its_newest_measurement() -> None:
    own, *others = [Town() for _ in range(4)]
    own.measures(3)
    for town in others:
        town.measures(1)
    assert set(lines(own.official).values()) == {(("3,0",), "1,0")}
    for town in others:
        town.measures(5)
    assert set(lines(own.official).values()) == {(("3,0",), "5,0")}
    assert queries.measurements(own.official).others == 3


def test_scores_over_the_years_are_columns_and_a_line() -> None:
    town = Town()
    town.measures(2)
    town.measures(4)
    found = queries.measurements(town.official)
    assert len(found.years) == 2
    assert {tuple(line.cells) for line in found.lines} == {("2,0", "4,0")}
    assert found.over_years is not None


def test_one_press_makes_one_draft_in_the_own_back_office(client: Client, settings: LazySettings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    town = Town()
    client.force_login(town.staff, BACKEND)
    url = reverse("learning_network:innovation_begin", args=[town.official.pk])
    first, second = client.post(url), client.post(url)
    [survey] = Survey.objects.all()
    assert first["Location"] == second["Location"] == survey.address("staff_detail")
    assert survey.municipality == town.tenant
    assert survey.is_anonymous
    assert client.get(survey.address("staff_detail")).status_code == 200
    assert client.get(reverse("learning_network:innovation", args=[town.official.pk])).status_code == 200
    with pytest.raises(PermissionDenied):
        services.begin(official=town.official, by=UserFactory())
    with pytest.raises(NetworkError):
        services.begin(official=make.OfficialFactory(), by=town.staff)


def test_who_may_see_and_share(client: Client) -> None:
    town = Town(shares=False)
    elsewhere = Town()
    programme = make.running()
    participant = make.participant(make.enrolment(programme, municipality=town.official))
    lead, member = make.lead(), make.member(municipality=town.official)
    url = reverse("learning_network:innovation", args=[town.official.pk])

    def opens(user: User) -> int:
        client.force_login(User.objects.get(pk=user.pk), BACKEND)
        return client.get(url).status_code

    people = {"staff": town.staff, "participant": participant, "lead": lead, "member": member, "other": elsewhere.staff}
    may = {"staff", "participant"}
    assert {name for name, user in people.items() if opens(user) == 200} == may
    assert {opens(user) for name, user in people.items() if name not in may} == {404}
    services.share(official=town.official, counts_in_median=False, leads_may_see=True, by=town.staff)
    assert opens(lead) == 200
    for user in (lead, participant, elsewhere.staff):
        with pytest.raises(PermissionDenied):
            services.share(official=town.official, counts_in_median=True, leads_may_see=True, by=user)
    client.force_login(town.staff, BACKEND)
    client.post(reverse("learning_network:innovation_share", args=[town.official.pk]), {"mediaan": "on"})
    row = InnovationSharing.objects.get(municipality=town.official)
    assert (row.counts_in_median, row.leads_may_see) == (True, False)
    assert client.get(reverse("learning_network:innovation_index"))["Location"] == url


def test_nothing_on_the_page_names_who_is_in_the_median(client: Client) -> None:
    own, *others = [Town() for _ in range(4)]
    for town in (own, *others):
        town.measures(3)
    client.force_login(own.staff, BACKEND)
    page = client.get(reverse("learning_network:innovation", args=[own.official.pk])).content.decode()
    assert not any(re.search(rf"\b{re.escape(town.official.name)}\b", page) for town in others)


def test_more_municipalities_ask_no_more_of_the_database() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.measurements(own.official)
        return len(caught)

    own = Town()
    own.measures(3)
    for town in [Town() for _ in range(3)]:
        town.measures(2)
    before = asked()
    for town in [Town() for _ in range(2)]:
        town.measures(2)
    own.measures(4)
    assert asked() == before
