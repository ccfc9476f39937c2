"""Minutes, decisions and action points; the programme; what returns in the next agenda; what is kept of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from foundation.accounts import personal_data
from foundation.core import clock, pdf
from foundation.meetings.errors import ChangedMeanwhile, MeetingError
from foundation.meetings.models import ActionPoint, Attendee, Minutes
from foundation.meetings.queries import pages
from foundation.meetings.services import agenda, feeds, minutes, registration
from foundation.notifications.models import Message
from tests.factories import meetings as make
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import civil_servant

pytestmark = pytest.mark.django_db


def test_two_note_takers_at_once_never_lose_a_word() -> None:
    notes = UserFactory()
    meeting = make.meeting(note_taker=notes)
    clerk = civil_servant(meeting.municipality)
    first = minutes.save(meeting=meeting, by=notes, text="Opening", version=0)
    minutes.save(meeting=meeting, by=clerk, text="Opening en welkom", version=first.version)
    with pytest.raises(ChangedMeanwhile) as refused:
        minutes.save(meeting=meeting, by=notes, text="Opening en soep", version=first.version)
    assert refused.value.current is not None
    assert refused.value.current.text == "Opening en welkom"
    assert Minutes.objects.get().text == "Opening en welkom"
    # The same words twice (a double press) is no quarrel; and a first draft of two at once is one.
    assert minutes.save(meeting=meeting, by=notes, text="Opening en welkom", version=1).version == 2
    with pytest.raises(ChangedMeanwhile):
        minutes.save(meeting=meeting, by=notes, text="Nog een begin", version=0)


def test_publishing_tells_who_was_there_once_and_shows_it_to_all() -> None:
    notes = UserFactory()
    meeting = make.meeting(note_taker=notes)
    there, away = make.going(meeting), make.going(meeting)
    registration.withdraw(attendee=away, by=away.user)
    with pytest.raises(MeetingError):
        minutes.publish(meeting=meeting, by=notes)
    minutes.save(meeting=meeting, by=notes, text="Tekst", version=0)
    reader = UserFactory()
    assert not pages.may_read_minutes(meeting, Minutes.objects.get(), reader)
    minutes.publish(meeting=meeting, by=notes)
    minutes.publish(meeting=meeting, by=notes)
    assert pages.may_read_minutes(meeting, Minutes.objects.get(), reader)
    assert [row.recipient for row in Message.objects.filter(kind="meetings.minutes")] == [there.user]
    minutes.take_back(meeting=meeting, by=notes)
    assert not pages.may_read_minutes(meeting, Minutes.objects.get(), reader)


def test_open_action_points_return_in_the_next_meeting_of_the_series_and_no_other() -> None:
    series = make.series()
    first, second, third = (make.meeting(series, make.evening(days)) for days in (7, 14, 21))
    clerk = civil_servant(series.municipality)
    point = minutes.add_action(meeting=first, by=clerk, text="Prijzen opvragen", owner_name="Truus")
    done = minutes.add_action(meeting=first, by=clerk, text="Klaar")
    minutes.close_action(point=done, state="done", by=clerk)
    assert list(pages.returning(second)) == [point]
    assert list(pages.returning(first)) == []
    with time_machine.travel(second.starts_at - timedelta(days=1)):
        assert (pages.is_next(second, clock.now()), pages.is_next(third, clock.now())) == (True, False)


def test_the_owner_of_an_action_point_hears_now_and_three_days_before_and_not_when_it_is_done() -> None:
    meeting, owner = make.meeting(), UserFactory()
    clerk = civil_servant(meeting.municipality)
    due = clock.today() + timedelta(days=20)
    point = minutes.add_action(meeting=meeting, by=clerk, text="Prijzen opvragen", owner=owner, due_on=due)
    assert Message.objects.filter(recipient=owner, kind="meetings.action").count() == 1
    planned = Message.objects.get(recipient=owner, kind="meetings.action_due")
    assert clock.today(planned.due_at) == due - timedelta(days=3)
    with pytest.raises(PermissionDenied):
        minutes.close_action(point=point, state="done", by=UserFactory())
    minutes.close_action(point=point, state="done", by=owner)
    assert not Message.objects.filter(kind="meetings.action_due").exists()
    minutes.close_action(point=point, state="open", by=clerk)
    assert Message.objects.filter(kind="meetings.action_due").count() == 1


def test_the_programme_keeps_its_times_right_when_the_meeting_moves() -> None:
    from foundation.meetings.services import meetings

    meeting = make.meeting(None, make.on(clock.today() + timedelta(days=9)))
    part = meeting.parts.get()
    for title, length in (("Soep", 20), ("Praten", 45), ("Afspraken", 15)):
        agenda.add_item(part=part, by=None, title=title, minutes=length)
    agenda.move_item(item=part.items.get(title="Praten"), by=None, up=True)
    agenda.remove_item(item=part.items.get(title="Afspraken"), by=None)

    def times() -> list[str]:
        (timed,) = pages.programme_of(meeting)
        return [f"{line.item.title} {line.starts_at.astimezone(clock.AMSTERDAM):%H:%M}" for line in timed.items]

    assert times() == ["Praten 19:30", "Soep 20:15"]
    meetings.move(
        meeting=meeting, spans=[make.on(clock.today() + timedelta(days=10), "14:00", "14:30")], reason="", by=None
    )
    assert times() == ["Praten 14:00", "Soep 14:45"]
    assert pages.programme_of(meeting)[0].late


def test_a_document_must_be_what_it_says(settings: Any) -> None:
    meeting = make.meeting()
    made = agenda.attach(meeting=meeting, by=None, title="Kaart", file=ContentFile(b"%PDF-1.7 x", name="../kaart.pdf"))
    assert (made.name, made.mime_type) == ("kaart.pdf", "application/pdf")
    with pytest.raises(ValidationError):
        agenda.attach(meeting=meeting, by=None, title="Kaart", file=ContentFile(b"<script>", name="kaart.pdf"))
    agenda.detach(attachment=made, by=None)


def test_the_minutes_as_pdf_hold_what_was_written_with_its_headings_and_lists() -> None:
    notes = UserFactory(name="Noor")
    meeting = make.meeting(note_taker=notes)
    text = "# Opening\nWe aten **soep**.\n\n- een\n- twee\n\n> citaat <script>alert(1)</script>"
    minutes.save(meeting=meeting, by=notes, text=text, version=0)
    minutes.decide(meeting=meeting, by=notes, text="Drie bankjes.")
    minutes.add_action(meeting=meeting, by=notes, text="Bellen", owner_name="Truus")
    context = pages.pdf_context(meeting, notes)
    kinds = [block["kind"] for block in context["blocks"]]
    assert kinds == ["heading", "heading", "paragraph", "list", "quote", "heading", "list", "heading", "table"]
    assert {"text": "soep", "strong": True} in context["blocks"][2]["text"]
    assert pdf.render("report", context).startswith(b"%PDF-1.7")


def test_an_export_tells_everything_and_erasing_lets_the_next_in_and_keeps_what_was_decided() -> None:
    user = UserFactory(name="Samira")
    meeting = make.meeting(capacity=1, chair=user, note_taker=user)
    make.going(meeting, user, needs="Tolk")
    waiting = make.going(meeting)
    brought = registration.sign_up_other(meeting=meeting, by=user, name="Oma", consents=True)
    minutes.save(meeting=meeting, by=user, text="Opening", version=0)
    minutes.add_action(meeting=meeting, by=user, text="Bellen", owner=user)
    feeds.renew(by=user)
    found = personal_data.export(user)["bijeenkomsten"]
    assert (found["bijeenkomsten"][0]["nodig om mee te doen"], found["door jou aangemeld"][0]["naam"]) == (
        "Tolk",
        "Oma",
    )
    assert (len(found["actiepunten"]), len(found["voorzitter of notulist van"])) == (1, 1)

    from foundation.meetings.personal_data import erase

    erase(user)

    assert not Attendee.objects.filter(user=user).exists()
    waiting.refresh_from_db()
    brought.refresh_from_db()
    meeting.refresh_from_db()
    assert (waiting.state, brought.brought_by, meeting.chair, meeting.going_count) == ("going", None, None, 1)
    assert Minutes.objects.get().text == "Opening"
    assert ActionPoint.objects.get().who == "–"
