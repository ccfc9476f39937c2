from __future__ import annotations

import pytest
from django.test import Client

from learning_network import personal_data
from learning_network.models import Advice, AdviceThanks, MemberInvitation, ToolExperience
from learning_network.services import advice, mailings, members, tools
from tests.factories import learning_sharing as sharing
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import lead, member

pytestmark = pytest.mark.django_db


def test_what_somebody_gave_is_exported_and_stays_without_their_name(client: Client) -> None:
    boss = lead()
    invited = members.invite(email="ria@gemeente.example", by=boss)
    ria, asker = UserFactory(name="Ria Kanters"), member()
    members.accept(invitation=invited, by=ria)
    question = sharing.advice_request(sharing.place(None, None, asker), visibility="everyone")
    tool = sharing.tool(sharing.place(None, None, asker), visibility="everyone")
    given = advice.give(request=question, text="Begin klein.", by=ria)
    other = advice.give(request=question, text="Begin groot.", by=member())
    advice.thank(advice=other, by=ria)
    tools.tell_experience(tool=tool, worked="yes", text="Het ging goed.", by=ria)
    mailings.send(mailing=mailings.write(by=boss, subject="Nieuws", text="Dag!"), by=boss)

    told = personal_data.export(ria)
    assert [row["advies"] for row in told["adviezen"]] == ["Begin klein."]
    assert [row["wat"] for row in told["ervaringen met hulpmiddelen"]] == ["Het ging goed."]
    assert len(told["bedankjes"]) == 1
    assert [row["adres"] for row in told["uitnodigingen voor het netwerk"]] == ["ria@gemeente.example"]

    personal_data.erase(ria)
    assert Advice.objects.get(pk=given.pk).author is None
    assert ToolExperience.objects.get().author is None
    assert not AdviceThanks.objects.exists()
    assert not MemberInvitation.objects.exists()
    assert mailings.run_due() is False
    client.force_login(asker)
    page = client.get(question.get_absolute_url()).content.decode()
    assert "Begin klein." in page
    assert "Ria Kanters" not in page
