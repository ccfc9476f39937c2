"""The survey on readiness: sent to the contact with one press, answered, and its picture per municipality."""

from __future__ import annotations

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
from foundation.surveys import sealing
from foundation.surveys.models import Invitation, Questionnaire
from foundation.surveys.queries import access
from foundation.surveys.services import answering
from learning_network.enums import ProgrammeRoleKind, Stage
from learning_network.errors import NetworkError
from learning_network.models import Enrolment, EnrolmentSurvey, Programme
from learning_network.queries import readiness
from learning_network.services import programmes
from learning_network.services import readiness as services
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, running

pytestmark = pytest.mark.django_db
ANSWERS = {
    "g-wil": "5",
    "g-wil-toelichting": "Het staat in het akkoord",
    "g-opdrachtgever": "4",
    "g-capaciteit": "2",
    "g-uren": "12",
    "g-open": "3",
    "g-wijk": "keuze",
}


@pytest.fixture
def boss() -> User:
    return lead()


@pytest.fixture
def programme(boss: User) -> Programme:
    return running(by=boss)


def card(programme: Programme, **fields: Any) -> Enrolment:
    return enrolment(programme, **{"stage": Stage.IN_TALKS, "contact_email": "ans@aalburg.example", **fields})


def answer(sent: EnrolmentSurvey, **answers: str) -> None:
    """Fill it in as the contact does, by the personal link."""
    secret = sealing.new_secret()
    answering.save_draft(survey=sent.survey, secret=secret, typed={**ANSWERS, **answers}, now=clock.now())
    answering.send_in(survey=sent.survey, secret=secret, invitation=Invitation.objects.get(survey=sent.survey))


def test_the_contact_gets_a_survey_with_names_that_only_who_runs_the_programme_sees(
    boss: User, programme: Programme
) -> None:
    sent = services.send(enrolment=card(programme), by=boss)
    assert Invitation.objects.get(survey=sent.survey).email == "ans@aalburg.example"
    assert not sent.survey.is_anonymous
    facilitator = UserFactory()
    programmes.give_role(programme=programme, user=facilitator, kind=ProgrammeRoleKind.FACILITATOR, by=boss)
    may = {boss: (True, True), facilitator: (False, True), UserFactory(): (False, False), lead(): (False, False)}
    for user, expected in may.items():
        assert (access.may_manage(user, sent.survey), access.may_see(user, sent.survey)) == expected
    services.send(enrolment=card(programme), by=boss)
    assert Questionnaire.objects.filter(municipality=None).count() == 1


def test_it_is_not_sent_without_an_address_twice_or_to_who_stopped(boss: User, programme: Programme) -> None:
    with pytest.raises(NetworkError, match="e-mailadres"):
        services.send(enrolment=card(programme, contact_email=""), by=boss)
    with pytest.raises(NetworkError, match="gestopt"):
        services.send(enrolment=card(programme, stage=Stage.STOPPED), by=boss)
    row = card(programme)
    services.send(enrolment=row, by=boss)
    with pytest.raises(NetworkError, match="al"):
        services.send(enrolment=row, by=boss)
    with pytest.raises(PermissionDenied):
        services.send(enrolment=card(programme), by=lead())
    assert EnrolmentSurvey.objects.count() == 1


def test_the_picture_is_what_they_answered_last(boss: User, programme: Programme, time_machine: Any) -> None:
    row = card(programme)
    first = services.send(enrolment=row, by=boss)
    assert readiness.pictures([row.pk])[row.pk].waits
    answer(first)
    picture = readiness.pictures([row.pk], words=True)[row.pk]
    assert picture.scores == {"g-wil": 5, "g-opdrachtgever": 4, "g-capaciteit": 2, "g-open": 3}
    assert (picture.mean, picture.area, picture.waits) == (3.5, "Er zijn wijken in beeld", False)
    assert [text for _question, text in picture.words] == ["Het staat in het akkoord", "12 uur per week"]
    assert picture.chart is not None
    assert picture.chart.rows == [
        ["Wil van het bestuur", "5 van 5"],
        ["Ambtelijk opdrachtgever", "4 van 5"],
        ["Capaciteit", "2 van 5"],
        ["Open geest", "3 van 5"],
    ]
    time_machine.move_to(clock.now() + timedelta(days=60))
    again = services.send(enrolment=row, by=boss)
    picture = readiness.pictures([row.pk])[row.pk]
    assert (picture.mean, picture.waits) == (3.5, True)  # the old picture holds until there is a new one
    answer(again, **{"g-capaciteit": "4"})
    assert readiness.pictures([row.pk])[row.pk].mean == 4.0


def test_the_pages_show_it_and_municipalities_side_by_side(boss: User, programme: Programme, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    rows = [card(programme, contact_email=f"a{n}@b.example") for n in range(3)]
    silent = card(programme, contact_email="")
    side_by_side = reverse("learning_network:board_readiness", args=[programme.slug])
    told = client.post(
        reverse("learning_network:board_ask", args=[programme.slug]),
        {"id": [r.pk for r in [*rows, silent]]},
        follow=True,
    ).content.decode()
    assert "De vragenlijst gaat naar 3 contactpersonen." in told
    assert "Vul eerst het e-mailadres" in told
    for one in EnrolmentSurvey.objects.all():
        answer(one)
    page = client.get(side_by_side).content.decode()
    assert page.count("●●○○○") == 3
    assert "3 van 4 gemeenten vulden de lijst in." in page
    shown = client.get(
        reverse("learning_network:card", args=[programme.slug, rows[0].municipality_id])
    ).content.decode()
    assert "Het staat in het akkoord" in shown
    assert "Er zijn wijken in beeld" in shown
    with CaptureQueriesContext(connection) as asked:
        readiness.pictures([row.pk for row in rows])
    assert len(asked) == 2
