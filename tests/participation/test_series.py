"""The meetings of a process: who plans them, who sees them, what the report tells of them; and its newsletters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.meetings import hosts
from foundation.meetings.models import Decision, Minutes
from foundation.meetings.services import meetings
from participation import audiences
from participation.enums import PhaseKind, ProcessRole
from participation.errors import WrongMoment
from participation.models import Follow, Process, ProcessSeries
from participation.queries import series as queries
from participation.services import groups, people, series
from tests.factories.accounts import UserFactory
from tests.factories.meetings import evening, meeting
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.participation import ProcessFactory, running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_two_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(process: Process, name: str) -> str:
    return reverse(f"participation:{name}", args=[process.municipality.slug, process.slug])


def chaired(process: Process) -> User:
    chair = UserFactory()
    people.give_role(process=process, user=chair, role=ProcessRole.CHAIR, by=civil_servant(process.municipality))
    return chair


def test_the_chair_begins_once_and_plans() -> None:
    process = running()
    chair = chaired(process)
    made = series.begin(process=process, by=chair)
    assert series.begin(process=process, by=chair) == made
    assert chair.has_perm("meetings.manage_series", made.series)
    assert not UserFactory().has_perm("meetings.manage_series", made.series)
    meetings.plan(series=made.series, spans=[evening()], by=chair, title="Eerste avond", place="De Kade")
    assert "Eerste avond" in Client().get(process.get_absolute_url()).content.decode()


def test_strangers_begin_nothing_and_a_draft_has_no_meetings() -> None:
    process = running()
    with pytest.raises(PermissionDenied):
        series.begin(process=process, by=UserFactory())
    draft = ProcessFactory()
    with pytest.raises(WrongMoment):
        series.begin(process=draft, by=civil_servant(draft.municipality))
    assert not ProcessSeries.objects.exists()


def test_the_button_is_there_for_who_may_and_leads_to_the_series() -> None:
    process = running()
    address = url(process, "meetings_begin")
    assert address not in Client().get(process.get_absolute_url()).content.decode()
    for user, code in ((UserFactory(), 403), (civil_servant(MunicipalityFactory()), 403), (chaired(process), 302)):
        client = client_of(user)
        assert (address in client.get(process.get_absolute_url()).content.decode()) == (code == 302)
        assert client.post(address).status_code == code
    made = ProcessSeries.objects.get()
    servant = client_of(civil_servant(process.municipality))
    assert servant.post(address)["Location"].endswith(f"/{made.series_id}/")
    assert servant.get(url(process, "staff")).status_code == 200


def test_roles_and_followers_can_be_invited_with_one_press() -> None:
    process, follower = running(), UserFactory()
    chair = chaired(process)
    Follow.objects.create(process=process, user=follower)
    Follow.objects.create(process=running(), user=UserFactory())
    made = series.begin(process=process, by=chair)
    coordinator = process.roles.get(role=ProcessRole.COORDINATOR).user
    assert set(hosts.of(made.series).candidates(made.series)) == {chair, coordinator, follower}


def test_the_report_tells_of_meetings_held_and_of_what_published_minutes_decided() -> None:
    process = running()
    chair = chaired(process)
    made = series.begin(process=process, by=chair)
    group = groups.create(process=process, by=civil_servant(process.municipality), title="Werkgroep")
    first = meeting(made.series, evening(2), title="Avond een")
    second = meeting(group.series, evening(3), title="Van de groep")
    meetings.cancel(meeting=meeting(made.series, evening(3), title="Vervallen"), reason="Storm", by=chair)
    meeting(made.series, evening(40), title="Later")
    assert queries.chapter(process) is None
    for one, state in ((first, "published"), (second, "draft")):
        Decision.objects.create(meeting=one, text=f"Besluit van {one.title}")
        published = clock.now() if state == "published" else None
        Minutes.objects.create(meeting=one, text="Verslag", state=state, published_at=published)
    with time_machine.travel(clock.now() + timedelta(days=5), tick=False):
        chapter = queries.chapter(process)
    assert chapter is not None
    told = str(chapter["blocks"])
    assert "Avond een" in told
    assert "Van de groep" in told
    assert "Besluit van Avond een" in told
    for absent in ("Vervallen", "Later", "Besluit van Van de groep"):
        assert absent not in told


def test_followers_of_a_public_process_are_an_audience() -> None:
    process, draft, followers = running(), ProcessFactory(), UserFactory.create_batch(2)
    for user in followers:
        Follow.objects.create(process=process, user=user)
        Follow.objects.create(process=draft, user=user)
    here = process.municipality
    assert [(one.value, one.followers) for one in audiences.choices(here)] == [(str(process.pk), 2)]
    assert set(audiences.members(here, str(process.pk))) == {user.pk for user in followers}
    assert list(audiences.members(MunicipalityFactory(), str(process.pk))) == []
    assert audiences.choices(draft.municipality) == []
    assert list(audiences.members(draft.municipality, str(draft.pk))) == []


def test_a_newsletter_can_list_what_is_open() -> None:
    process = running(kind=PhaseKind.VIEWS)
    running(process.municipality, kind=PhaseKind.EXECUTION)
    assert [one.url for one in audiences.items(process.municipality)] == [process.get_absolute_url()]
