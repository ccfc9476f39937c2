"""What a person takes along, and what stays when they are erased."""

from __future__ import annotations

import pytest

from foundation.accounts.personal_data import export
from foundation.accounts.services import erase
from foundation.discussion.models import Comment, CommentVersion, Follow, Report, ThreadHost
from foundation.discussion.services import comments, reports
from tests.factories import discussion as talk
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_the_export_holds_every_version_of_own_texts_only() -> None:
    thread, writer = talk.debate(), UserFactory()
    made = talk.comment(thread, writer, "Eerst")
    comments.edit(comment=made, by=writer, text="Daarna", seen_version=1)
    other = talk.comment(thread, text="Van een ander")
    reports.report(comment=other, by=writer, reason="spam", explanation="Reclame")
    talk.follower(thread, writer)
    found = export(writer)["gesprekken"]

    assert [one["tekst"] for one in found["reacties"][0]["versies"]] == ["Eerst", "Daarna"]
    assert (found["meldingen"][0]["toelichting"], len(found["gevolgde gesprekken"])) == ("Reclame", 1)
    assert "Van een ander" not in str(found)


def test_erasing_takes_the_texts_and_leaves_answers_and_places_without_the_name() -> None:
    person = UserFactory(name="Wietske Zwaan")
    thread = talk.questions(hosts=[(person, "team")])
    own = talk.comment(thread, person, "Ik woon op nummer 12")
    talk.reply(own)
    answer = talk.reply(talk.comment(thread), person, "Het begint in mei.")
    reports.report(comment=talk.comment(thread), by=person, reason="other", explanation="Mijn buurman")
    talk.follower(thread, person)
    erase(user=person, by=person)

    own.refresh_from_db()
    answer.refresh_from_db()
    assert (own.text, own.state, own.author, answer.text, answer.author) == (
        *("", "withdrawn", None),
        *("Het begint in mei.", None),
    )
    assert not CommentVersion.objects.filter(text__contains="nummer 12").exists()
    assert not Follow.objects.filter(user=person).exists()
    assert not ThreadHost.objects.filter(user=person).exists()
    report = Report.objects.get()
    assert (report.by, report.explanation) == (None, "–")
    thread.refresh_from_db()
    assert thread.visible_count == Comment.objects.visible().filter(thread=thread).count()
