from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from foundation.notifications.enums import Channel, DeliveryState
from foundation.notifications.models import Delivery, Digest, Message, Preference
from foundation.notifications.services import deliver_due, send_digests
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NEWS, notify_all
from tests.notifications.smtp_server import Behaviour

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM)


ORDINARY = date(2026, 3, 12)
SPRING_FORWARD = date(2026, 3, 29)  # 02:00 becomes 03:00; 17:00 is 15:00 UTC
FALL_BACK = date(2026, 10, 25)  # 03:00 becomes 02:00; 17:00 is 16:00 UTC


@pytest.mark.parametrize("day", [ORDINARY, SPRING_FORWARD, FALL_BACK])
def test_overview_goes_at_five_in_amsterdam_also_when_the_clock_changes(day: date, time_machine: Any) -> None:
    time_machine.move_to(at(day, 9), tick=False)
    notify_all([UserFactory()], kind=NEWS)
    for minute in (0, 45):
        time_machine.move_to(at(day, 16, minute), tick=False)
        assert send_digests() == 0
    time_machine.move_to(at(day, 17), tick=False)
    assert send_digests() == 1
    assert Digest.objects.get().day == day


@pytest.mark.parametrize("day", [ORDINARY, SPRING_FORWARD, FALL_BACK])
def test_a_whole_day_of_beats_makes_one_overview(day: date, time_machine: Any) -> None:
    user = UserFactory()
    moment = at(day, 0).astimezone(ZoneInfo("UTC"))
    end = at(day + timedelta(days=1), 0).astimezone(ZoneInfo("UTC"))
    made, number = 0, 0
    while moment < end:
        time_machine.move_to(moment, tick=False)
        if moment.minute == 0:
            number += 1
            notify_all([user], kind=NEWS, moment=str(number))
        made += send_digests()
        moment += timedelta(minutes=15)
    assert made == 1
    assert number == {ORDINARY: 24, SPRING_FORWARD: 23, FALL_BACK: 25}[day]


def test_overview_tells_everything_once(smtp: Behaviour, time_machine: Any) -> None:
    time_machine.move_to(at(ORDINARY, 17))
    user = UserFactory(name="Anna")
    notify_all([user], kind=NEWS, moment="1", context={"title": "het park & de <speeltuin>", "text": "x"})
    notify_all([user], kind=NEWS, moment="2", context={"title": "de brug", "text": "x"})
    assert (send_digests(), send_digests()) == (1, 0)
    assert deliver_due().sent == 1
    mail = smtp.mail_to(user.email)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert text.index("PROEVEN") < text.index("Nieuws: het park & de <speeltuin>") < text.index("Nieuws: de brug")
    assert "het park &amp; de &lt;speeltuin&gt;" in html
    assert "donderdag 12 maart 2026" in text
    assert mail["List-Unsubscribe"] is not None
    time_machine.move_to(at(ORDINARY + timedelta(days=1), 17))
    assert send_digests() == 0  # nothing new


def test_after_five_it_waits_until_tomorrow(time_machine: Any) -> None:
    user = UserFactory()
    time_machine.move_to(at(ORDINARY, 17), tick=False)
    notify_all([user], kind=NEWS, moment="1")
    assert send_digests() == 1
    time_machine.move_to(at(ORDINARY, 18), tick=False)
    notify_all([user], kind=NEWS, moment="2")
    assert send_digests() == 0
    time_machine.move_to(at(ORDINARY + timedelta(days=1), 17), tick=False)
    assert send_digests() == 1
    assert set(Message.objects.values_list("digest__day", flat=True)) == {ORDINARY, ORDINARY + timedelta(days=1)}


def test_what_was_read_or_switched_off_or_planned_is_not_told(time_machine: Any) -> None:
    time_machine.move_to(at(ORDINARY, 17), tick=False)
    reader, off, planned = UserFactory.create_batch(3)
    notify_all([reader, off], kind=NEWS)
    notify_all([planned], kind=NEWS, due_at=at(ORDINARY, 20))
    Message.objects.filter(recipient=reader).update(read_at=at(ORDINARY, 12))
    Preference.objects.create(user=off, topic="test", channel=Channel.NONE)
    assert send_digests() == 0
    assert not Digest.objects.exists()
    Preference.objects.all().delete()
    assert send_digests() == 0  # it was decided that they need not be told


def test_database_refuses_a_second_overview_of_a_day() -> None:
    user = UserFactory()
    Digest.objects.create(recipient=user, day=ORDINARY)
    with pytest.raises(IntegrityError, match="digest_once_a_day"), transaction.atomic():
        Digest.objects.create(recipient=user, day=ORDINARY)


def test_who_left_meanwhile_gets_no_overview(smtp: Behaviour, time_machine: Any) -> None:
    time_machine.move_to(at(ORDINARY, 17))
    user = UserFactory()
    notify_all([user], kind=NEWS)
    send_digests()
    get_user_model().objects.update(is_active=False)
    assert deliver_due().suppressed == 1
    assert Delivery.objects.get().state == DeliveryState.SUPPRESSED


def test_long_overview_is_cut_with_a_count(smtp: Behaviour, time_machine: Any) -> None:
    time_machine.move_to(at(ORDINARY, 17))
    user = UserFactory()
    for number in range(53):
        notify_all([user], kind=NEWS, moment=str(number))
    send_digests()
    deliver_due()
    text = smtp.mail_to(user.email).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("Nieuws: het park") == 50
    assert "3" in text.partition("Nieuws: het park")[2].rpartition("Nieuws: het park")[2]
