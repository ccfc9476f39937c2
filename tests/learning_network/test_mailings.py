from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from foundation.accounts.models import User
from foundation.notifications.models import Message
from foundation.notifications.services import deliver_bulk
from learning_network.enums import MailingState
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Mailing, Member
from learning_network.queries.mailings import receivers_of
from learning_network.services import mailings
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, member, participant, running

pytestmark = pytest.mark.django_db


def draft(by: User, **fields: Any) -> Mailing:
    return mailings.write(by=by, **{"subject": "Nieuws", "text": "Dag allemaal.\n\nTot ziens.", **fields})


def sent_to(mailing: Mailing) -> list[int]:
    rows = Message.objects.filter(kind="learning_network.mailing", about=mailing.about)
    return sorted(rows.values_list("recipient_id", flat=True))


def test_who_fits_one_choice_of_each_kind_gets_a_mailing() -> None:
    boss = lead()
    programme = running(by=boss)
    here, there = OfficialFactory(), OfficialFactory()
    ina = participant(enrolment(programme, municipality=here))
    bert = member(municipality=there)
    member(municipality=here, wants_mailings=False)
    Member.objects.filter(user=ina).update(interests=["role", "support"])
    Member.objects.filter(user=bert).update(interests=["tasks"])
    everybody = draft(boss)
    assert set(receivers_of(everybody)) == {ina, bert}
    assert set(receivers_of(draft(boss, interests=["support", "tasks"]))) == {ina, bert}
    assert set(receivers_of(draft(boss, interests=["tasks"], municipalities=[here]))) == set()
    assert set(receivers_of(draft(boss, municipalities=[here, there]))) == {ina, bert}
    assert set(receivers_of(draft(boss, programmes=[programme]))) == {ina}


def test_a_worker_killed_in_the_middle_of_a_batch_leaves_nobody_out_and_doubles_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss = lead()
    people = [member() for _number in range(7)]
    row = mailings.send(mailing=draft(boss), by=boss)
    assert mailings.write_batch(mailing_id=row.pk, size=3) == 3

    class Killed(BaseException):
        """What a kill looks like from inside: no handler catches it."""

    real = mailings.notifications.write_to

    def killed(*args: Any, **kwargs: Any) -> int:
        real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(mailings.notifications, "write_to", killed)
    with pytest.raises(Killed):
        mailings.write_batch(mailing_id=row.pk, size=3)
    monkeypatch.undo()
    assert (len(sent_to(row)), row.receivers.count()) == (3, 4)
    assert mailings.run_due() is False
    assert sent_to(row) == sorted(one.pk for one in people)
    row.refresh_from_db()
    assert (row.state, row.receivers_total) == (MailingState.SENT, 7)
    assert mailings.run_due() is False
    assert len(sent_to(row)) == 7


def test_a_mailing_is_sent_once_and_not_changed_afterwards() -> None:
    boss = lead()
    member()
    row = draft(boss)
    mailings.write(by=boss, mailing=row, version=1, subject="Beter")
    with pytest.raises(Stale):
        mailings.write(by=boss, mailing=row, version=1, subject="Te laat")
    mailings.send(mailing=row, by=boss)
    for act in (mailings.send, mailings.discard):
        with pytest.raises(WrongMoment):
            act(mailing=row, by=boss)
    with pytest.raises(WrongMoment):
        mailings.write(by=boss, mailing=row, subject="Anders")


def test_nobody_gets_a_mailing_that_fits_nobody_and_only_leads_send() -> None:
    boss = lead()
    row = draft(boss)
    with pytest.raises(NetworkError):
        mailings.send(mailing=row, by=boss)
    for stranger in (member(), UserFactory()):
        with pytest.raises(PermissionDenied):
            mailings.send(mailing=row, by=stranger)
        with pytest.raises(PermissionDenied):
            draft(stranger)


def test_who_switches_mailings_off_after_the_sending_began_gets_no_mail(mailoutbox: Any) -> None:
    boss = lead()
    stays, leaves = member(), member()
    row = mailings.send(mailing=draft(boss), by=boss)
    mailings.run_due()
    Member.objects.filter(user=leaves).update(wants_mailings=False)
    deliver_bulk()
    assert [mail.to for mail in mailoutbox] == [[stays.email]]
    assert row.receivers.count() == 0


def test_pages_of_a_mailing(client: Client, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    boss = lead()
    town = OfficialFactory()
    member(municipality=town)
    client.force_login(boss)
    url = "/leernetwerk/beheer/post/nieuw/"
    data = {"subject": "Nieuws", "text": "Dag!", "municipalities": town.name.upper()}
    assert client.post(url, data | {"municipalities": "Nergenshuizen"}).status_code == 422
    assert client.post(url, data).status_code == 302
    row = Mailing.objects.get()
    page = client.get(row.get_absolute_url())
    assert page.context["receivers"] == 1
    assert client.post(row.get_absolute_url(), {"doe": "proef"}).status_code == 302
    assert Message.objects.filter(recipient=boss, kind="learning_network.mailing_test").count() == 1
    assert client.post(row.get_absolute_url(), {"doe": "verstuur"}).status_code == 302
    mailings.run_due()
    page = client.get(row.get_absolute_url())
    assert page.context["progress"].messages == 1
