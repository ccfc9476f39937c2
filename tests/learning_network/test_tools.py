from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.notifications.models import Message
from learning_network import finder
from learning_network.enums import Visibility
from learning_network.errors import NetworkError, Stale
from learning_network.models import Member, Practice, Tool
from learning_network.queries import tools as queries
from learning_network.services import circles, tools
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db
FIELDS = {
    "title": "De lege stoel",
    "summary": "Wie ontbreekt er aan tafel?",
    "situation": "Er komen steeds dezelfde mensen naar bijeenkomsten.",
    "steps": "Zet een stoel neer\nVraag wie daar hoort",
    "matters": ["few"],
    "moments": ["begin", "middle"],
    "time_needed": "hour",
    "visibility": Visibility.NETWORK,
}


def tool(by: User, **fields: Any) -> Tool:
    place = Member.objects.get(user=by).municipality
    return tools.add(by=by, municipality=place, **FIELDS | fields)


def keeper() -> User:
    return member(municipality=OfficialFactory())


def test_three_answers_lead_to_the_tools_that_fit_and_time_counts_upwards() -> None:
    user = keeper()
    quick, slow = tool(user), tool(user, title="Buurtonderzoek", time_needed="weeks", matters=["few", "trust"])
    tool(user, title="Ruzie", matters=["conflict"])
    rows = queries.in_toolbox(user)
    assert set(queries.fitting(rows, {"wat": "few", "tijd": "hour"})) == {quick}
    assert set(queries.fitting(rows, {"wat": "few", "waar": "begin", "tijd": "months"})) == {quick, slow}
    assert queries.counts(rows, finder.QUESTIONS[0]) == {"few": 2, "trust": 1, "conflict": 1}
    assert queries.counts(rows, finder.QUESTIONS[2]) == {"hour": 2, "day": 2, "weeks": 3, "months": 3}


def test_dutch_words_find_a_tool_in_other_forms() -> None:
    user = keeper()
    row = tool(user)
    assert list(queries.listed(queries.in_toolbox(user), "bijeenkomst")) == [row]
    assert list(queries.listed(queries.in_toolbox(user), "fietspad")) == []


def test_one_person_has_one_experience_with_a_tool_and_changes_it() -> None:
    user, other = keeper(), keeper()
    row = tool(user)
    first = tools.tell_experience(tool=row, worked="partly", text="Het bleef stil.", by=other)
    again = tools.tell_experience(tool=row, worked="yes", text="Nu wel.", by=other, version=first.version)
    assert row.experiences.get() == again
    with pytest.raises(Stale):
        tools.tell_experience(tool=row, worked="no", text="Te laat.", by=other, version=1)
    with pytest.raises(PermissionDenied):
        tools.tell_experience(tool=row, worked="yes", text="Van buiten", by=UserFactory())
    assert Message.objects.filter(recipient=user, kind="learning_network.tool_experience").count() == 1
    with pytest.raises(NetworkError):
        tools.change(tool=row, by=user, visibility=Visibility.EVERYONE)


def test_a_tool_that_nobody_confirmed_for_a_year_is_marked_and_its_keeper_asked_once(time_machine: Any) -> None:
    time_machine.move_to("2026-01-10T09:00:00+01:00", tick=False)
    user, other, third = keeper(), keeper(), keeper()
    row = tool(user)
    tools.tell_experience(tool=row, worked="yes", text="Goed.", by=other)
    time_machine.move_to("2027-01-09T09:00:00+01:00", tick=False)
    assert tools.remind() == 0
    assert other.has_perm("learning_network.confirm_tool", row)
    time_machine.move_to("2027-01-11T09:00:00+01:00", tick=False)
    assert [tools.remind(), tools.remind()] == [1, 0]
    row.refresh_from_db()
    assert row.is_stale(row.confirmed_at.replace(year=2028))
    assert Message.objects.filter(recipient=user, kind="learning_network.tool_stale").count() == 1
    for stranger in (other, third):  # the experience of other is more than a year old
        with pytest.raises(PermissionDenied):
            tools.confirm(tool=row, by=stranger)
    tools.confirm(tool=row, by=user)
    assert tools.remind() == 0
    time_machine.move_to("2028-02-01T09:00:00+01:00", tick=False)
    assert tools.remind() == 1
    tools.tell_experience(tool=row, worked="no", text="Nu niet.", by=third)
    assert tools.remind() == 0
    assert third.has_perm("learning_network.confirm_tool", row)


def test_where_the_author_is_gone_the_leads_of_the_network_keep_a_tool(time_machine: Any) -> None:
    time_machine.move_to("2026-01-10T09:00:00+01:00", tick=False)
    boss, user = lead(), keeper()
    row = tool(user)
    Tool.objects.filter(pk=row.pk).update(author=None)
    time_machine.move_to("2027-02-10T09:00:00+01:00", tick=False)
    assert tools.remind() == 1
    row.refresh_from_db()
    assert tools.confirm(tool=row, by=boss).confirmed_at is not None


MATRIX = {
    "stranger": (False, False, False, False),
    "resident": (False, False, False, False),
    "member": (True, True, False, False),
    "keeper": (True, True, True, False),
    "lead": (True, True, False, True),
}


@pytest.mark.parametrize("who", MATRIX)
def test_who_reads_uses_changes_and_takes_away_a_tool(who: str) -> None:
    people: dict[str, Any] = {
        "stranger": AnonymousUser(),
        "resident": UserFactory(),
        "member": keeper(),
        "keeper": keeper(),
        "lead": lead(),
    }
    row = tool(people["keeper"])
    asked = ("read", "use_tool", "edit", "take_away")
    assert tuple(people[who].has_perm(f"learning_network.{one}", row) for one in asked) == MATRIX[who]
    circles.take_away(item=row, reason="Reclame", by=people["lead"])
    assert queries.in_toolbox(people[who]).count() == 0


def test_practices_that_an_editor_cannot_read_stay_linked() -> None:
    boss = lead()
    programme = running(by=boss)
    inside = participant(enrolment(programme))
    town = inside.participations.get().enrolment.municipality
    secret = Practice.objects.create(
        title="Van het lab", programme=programme, municipality=town, author=inside, visibility="lab"
    )
    user = keeper()
    row = tool(user)
    row.practices.add(secret)
    tools.change(tool=row, by=user, practices=[], title="Anders")
    assert list(row.practices.all()) == [secret]
    assert list(Practice.objects.visible_to(user).filter(tools=row)) == []


def test_pages_of_the_toolbox(client: Client) -> None:
    user = keeper()
    client.force_login(user)
    place = f":{Member.objects.get(user=user).municipality_id}"
    url = reverse("learning_network:tool_new")
    data = FIELDS | {"place": place, "links": "Handleiding https://voorbeeld.example/stoel", "cost_cents": "12,50"}
    assert client.post(url, data | {"links": "geen adres"}).status_code == 422
    assert client.post(url, data | {"links": "https://aanzet.example/leernetwerk/praktijken/99999/"}).status_code == 422
    assert client.post(url, data).status_code == 302
    row = Tool.objects.get()
    assert row.cost_cents == 1250
    assert row.links == [{"title": "Handleiding", "url": "https://voorbeeld.example/stoel"}]
    assert "Vraag wie daar hoort" in client.get(row.get_absolute_url()).content.decode()
    assert client.post(row.get_absolute_url(), {"worked": "yes", "text": "Ja!"}).status_code == 302
    change = client.get(reverse("learning_network:tool_change", args=[row.pk]))
    assert "Handleiding https://voorbeeld.example/stoel" in change.content.decode()
    found = client.get(reverse("learning_network:toolbox"), {"wat": "few", "waar": "begin"})
    assert found.context["page"].paginator.count == 1
    assert client.post(reverse("learning_network:tool_act", args=[row.pk]), {"doe": "terug"}).status_code == 302
    assert client.get(reverse("learning_network:toolbox")).context["page"].paginator.count == 0


def test_a_public_tool_names_no_persons_and_sets_no_cookie(client: Client) -> None:
    user = keeper()
    user.name = "Kees de Bewaarder"
    user.save()
    row = tool(user, visibility=Visibility.EVERYONE)
    page = client.get(row.get_absolute_url())
    assert page.status_code == 200
    assert "Kees de Bewaarder" not in page.content.decode()
    assert not page.cookies
    hidden = tool(user, title="Alleen voor leden")
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_the_toolbox_costs_the_same_with_one_tool_and_with_three(client: Client) -> None:
    user = keeper()
    client.force_login(user)

    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            assert client.get(reverse("learning_network:toolbox"), {"wat": "few"}).status_code == 200
        return len(spent)

    tool(user)
    cost()
    one = cost()
    for _number in range(2):
        tools.tell_experience(tool=tool(user), worked="yes", text="Ja", by=user)
    assert cost() == one
