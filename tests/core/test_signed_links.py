from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing

from changelab import links as of_labs
from changelab.models import LabMember
from foundation.core.signed_links import BadLink
from learning_network import links as of_participants
from learning_network import links_members as of_members
from learning_network.models import MemberInvitation, Participant
from tests.factories.changelab import lab
from tests.factories.learning_network import enrolment, lead, running

pytestmark = pytest.mark.django_db

# Made by the code of November 2026, before these links had one road. Mails that were sent then must keep working.
KEY = "a-key-of-long-ago-that-never-changes-in-this-test"
RIA = "eyJpZCI6NywidG8iOiJyaWFAZ2VtZWVudGUuZXhhbXBsZSJ9"
SENT = {
    of_participants: f"{RIA}~uOZb1RwoDhTCrSiHkm9D2rBDgJDy_t91LbIEZR5R8Vg",
    of_members: "eyJpZCI6NywidG8iOiJyaWFAZ2VtZWVudGUuZXhhbXBsZSIsImF0IjoiMjAyNjAzMDEwOTMwMTUifQ"
    "~G8NQZWeGo39-sPBgADIXBxT99eEKjgA06_wZqmUSb6s",
    of_labs: f"{RIA}~WPfPVgmX6trFR8c367tsAVV20zxnglgkTXOnq5ZJrgA",
}


def _ria_of_then(module: Any) -> Any:
    """The row that the old link was made for."""
    ria: dict[str, Any] = {"pk": 7, "email": "ria@gemeente.example"}
    if module is of_participants:
        return Participant.objects.create(**ria, enrolment=enrolment(running()))
    if module is of_members:
        at = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
        return MemberInvitation.objects.create(**ria, invited_at=at, invited_by=lead())
    made = lab()
    made.members.all().delete()  # whoever has number 7
    return LabMember.objects.create(**ria, lab=made)


@pytest.mark.parametrize("module", SENT, ids=lambda module: module.__name__)
def test_a_link_that_was_sent_before_is_read_and_made_the_same(settings: Any, module: Any) -> None:
    settings.SECRET_KEY = KEY
    row, sent = _ria_of_then(module), SENT[module]
    assert module.token_of(row) == sent
    assert module.address_of(row).endswith(f"/{sent}/")
    assert module.read(sent) == row
    for bad in [*(token for token in SENT.values() if token != sent), sent[:-1], sent.replace("~", ""), "bestaat-niet"]:
        with pytest.raises(BadLink):
            module.read(bad)
    type(row).objects.filter(pk=7).update(email="ria@elders.example")  # corrected: the old mail went to somebody else
    with pytest.raises(BadLink):
        module.read(sent)


@pytest.mark.parametrize("payload", [{"id": 0, "to": "x"}, {"id": "x", "to": "x"}, {"to": "x"}, [], "7", 7, None])
def test_something_else_that_we_signed_is_no_link(payload: Any) -> None:
    with pytest.raises(BadLink):
        of_labs.read(signing.Signer(salt="changelab.member", sep="~").sign_object(payload))
