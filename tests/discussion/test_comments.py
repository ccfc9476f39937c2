"""Writing, replying, changing and withdrawing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from foundation.core import clock
from foundation.discussion.enums import COMMENT_TRANSITIONS, CommentState, HostRole, Writers
from foundation.discussion.errors import ChangedMeanwhile, NotAllowed, WrongMoment
from foundation.discussion.models import Comment
from foundation.discussion.services import comments, threads
from foundation.notifications.models import Message
from tests.factories import discussion as talk
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, ResidencyFactory, civil_servant

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[int]:
    return sorted(Message.objects.filter(kind=f"discussion.{kind}").values_list("recipient_id", flat=True))


def test_a_comment_can_be_read_and_is_counted() -> None:
    thread = talk.debate()
    talk.comment(thread, text="  Goed\r\nplan \n", side="for")
    talk.comment(thread, side="against")

    thread.refresh_from_db()
    assert (thread.visible_count, thread.for_count, thread.against_count) == (2, 1, 1)
    assert Comment.objects.order_by("pk")[0].text == "Goed\nplan"


@pytest.mark.parametrize("text", ["", "   \n", "x" * 5001])
def test_a_text_is_neither_empty_nor_over_the_limit(text: str) -> None:
    with pytest.raises(NotAllowed):
        talk.comment(talk.thread(), text=text)


def test_a_text_at_the_limit_fits_whatever_its_line_ends() -> None:
    assert len(talk.comment(talk.thread(), text="\r\n".join(["x" * 100] * 49 + ["y" * 51])).text) == 5000


def test_the_database_refuses_a_longer_text_too() -> None:
    made = talk.comment(talk.thread())
    with pytest.raises(IntegrityError, match="comment_text_not_too_long"), transaction.atomic():
        Comment.objects.filter(pk=made.pk).update(text="x" * 5001)


def test_an_argument_needs_a_side_and_a_reply_has_none() -> None:
    thread = talk.debate()
    with pytest.raises(NotAllowed):
        talk.comment(thread, side="")
    top = talk.comment(thread, side="against")

    assert comments.post(thread=thread, by=UserFactory(), text="Nee", side="for", parent=top).side == ""


def test_a_reply_to_a_reply_stands_under_the_same_comment() -> None:
    top = talk.comment(talk.thread())
    first = talk.reply(top)
    second = talk.reply(first, text="Ik ook.")

    top.refresh_from_db()
    assert (second.parent_id, top.reply_count) == (top.pk, 2)


def test_nobody_replies_to_what_was_hidden() -> None:
    hidden = talk.hidden(talk.thread())
    with pytest.raises(WrongMoment):
        talk.reply(hidden)


def test_the_same_text_sent_twice_is_one_comment_until_ten_minutes_later() -> None:
    thread, writer = talk.thread(), UserFactory()
    first = talk.comment(thread, writer)

    assert talk.comment(thread, writer) == first
    Comment.objects.filter(pk=first.pk).update(created_at=clock.now() - timedelta(minutes=11))
    assert talk.comment(thread, writer) != first


def test_a_closed_thread_takes_nothing_until_it_is_opened_again() -> None:
    thread = threads.close_thread(thread=talk.thread(), by=None)
    with pytest.raises(NotAllowed):
        talk.comment(thread)
    threads.reopen_thread(thread=thread, by=None)

    assert talk.comment(thread).is_visible


def test_only_residents_hosts_and_staff_write_where_the_owner_says_so() -> None:
    area = NeighbourhoodFactory()
    host = UserFactory()
    thread = talk.thread(area.municipality, writers=Writers.RESIDENTS, hosts=[(host, HostRole.TEAM)])
    with pytest.raises(NotAllowed):
        talk.comment(thread, UserFactory())

    for welcome in (ResidencyFactory(neighbourhood=area).user, host, civil_servant(area.municipality)):
        assert talk.comment(thread, welcome).is_visible


def test_replies_of_team_and_town_hall_answer_a_question_and_others_do_not() -> None:
    host = UserFactory()
    thread = talk.questions(hosts=[(host, HostRole.INITIATOR)])
    question = talk.comment(thread, text="Wanneer begint het?")

    assert talk.reply(question, host).is_answer
    assert talk.reply(question, civil_servant(thread.municipality)).is_answer
    assert not talk.reply(question, UserFactory()).is_answer
    assert not talk.reply(talk.comment(thread, host, text="En dit?"), host).is_answer


def test_first_contributions_wait_where_the_municipality_wishes_and_later_ones_do_not() -> None:
    municipality = talk.holding(MunicipalityFactory(), 2)
    thread, writer = talk.thread(municipality), UserFactory()
    first = talk.comment(thread, writer, "Een")
    second = talk.comment(thread, writer, "Twee")
    assert (first.state, second.state) == (CommentState.HELD, CommentState.HELD)

    for comment in (first, second):
        talk.decide(comment, "approve")
    assert talk.comment(thread, writer, "Drie").is_visible
    assert talk.comment(thread, civil_servant(municipality), "Vier").is_visible
    assert talk.comment(talk.thread(), UserFactory(), "Elders").is_visible


def test_followers_hear_of_a_held_text_only_once_it_can_be_read() -> None:
    thread = talk.thread(talk.holding(MunicipalityFactory()))
    follower = talk.follower(thread)
    held = talk.comment(thread)
    assert told("comment_posted") == []

    talk.decide(held, "approve")
    assert told("comment_posted") == [follower.pk]


def test_each_person_gets_one_message_of_a_comment_and_the_one_that_says_most() -> None:
    thread = talk.thread()
    asker, named, follower = UserFactory(), UserFactory(name="Jan de Boer"), talk.follower(thread)
    top = talk.comment(thread, asker)
    talk.comment(thread, named, "Ook iets")
    for user in (asker, named):
        talk.follower(thread, user)
    Message.objects.all().delete()
    talk.reply(top, text="Vraag het @jan de boer, die weet het. @Jan de Boer!")

    assert (told("mentioned"), told("replied"), told("comment_posted")) == ([named.pk], [asker.pk], [follower.pk])


@pytest.mark.parametrize("text", ["@Kees", "mail kees@example.nl", "@Jan", "@Janneke de Boer"])
def test_only_whole_names_of_people_who_take_part_are_mentions(text: str) -> None:
    thread = talk.thread()
    talk.comment(thread, UserFactory(name="Jan de Boer"))
    UserFactory(name="Kees")
    talk.comment(thread, text=text)

    assert told("mentioned") == []


def test_a_changed_text_tells_only_who_is_newly_named() -> None:
    thread, writer = talk.thread(), UserFactory()
    one, two = UserFactory(name="An"), UserFactory(name="Bo")
    for user in (one, two):
        talk.comment(thread, user, f"Van {user.name}")
    made = talk.comment(thread, writer, "@An kijk")
    comments.edit(comment=made, by=writer, text="@An en @Bo kijk", seen_version=1)

    assert told("mentioned") == [one.pk, two.pk]


def test_changing_keeps_every_version() -> None:
    writer = UserFactory()
    made = talk.comment(talk.thread(), writer, "Eerst")
    changed = comments.edit(comment=made, by=writer, text="Daarna", seen_version=1)

    assert (changed.text, changed.version) == ("Daarna", 2)
    assert list(changed.versions.values_list("number", "text")) == [(1, "Eerst"), (2, "Daarna")]


def test_a_version_can_never_be_rewritten() -> None:
    made = talk.comment(talk.thread())
    with pytest.raises(Exception, match="written_once"), transaction.atomic():
        made.versions.update(text="Nooit gezegd")


def test_of_two_windows_one_wins_and_nothing_is_overwritten() -> None:
    writer = UserFactory()
    made = talk.comment(talk.thread(), writer, "Eerst")
    comments.edit(comment=made, by=writer, text="Venster een", seen_version=1)
    with pytest.raises(ChangedMeanwhile) as error:
        comments.edit(comment=made, by=writer, text="Venster twee", seen_version=1)

    assert error.value.current.text == "Venster een"


def test_others_change_and_withdraw_nothing() -> None:
    made = talk.comment(talk.thread())
    for service in (
        lambda by: comments.edit(comment=made, by=by, text="Anders", seen_version=1),
        lambda by: comments.withdraw(comment=made, by=by),
    ):
        with pytest.raises(NotAllowed):
            service(civil_servant(made.thread.municipality))


def test_withdrawing_deletes_every_version_and_keeps_the_place_for_replies() -> None:
    writer = UserFactory()
    made = talk.comment(talk.thread(), writer)
    answer = talk.reply(made)
    comments.withdraw(comment=made, by=writer)

    made.refresh_from_db()
    answer.refresh_from_db()
    assert (made.text, made.state, made.versions.count(), answer.is_visible) == ("", "withdrawn", 0, True)


@pytest.mark.parametrize("old", CommentState.values)
@pytest.mark.parametrize("new", CommentState.values)
def test_the_database_knows_the_table_of_states(old: str, new: str) -> None:
    made = talk.comment(talk.thread())
    text = {"text": "" if old == "withdrawn" else "x"}
    fresh = Comment.objects.create(thread=made.thread, author=made.author, state=old, **text)
    row = Comment.objects.filter(pk=fresh.pk)
    change = {"state": new, "text": "" if new == "withdrawn" else "x"}
    if old == new or COMMENT_TRANSITIONS.allows(old, new):
        assert row.update(**change) == 1
    else:
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            row.update(**change)


def test_counts_agree_after_every_kind_of_change() -> None:
    thread, writer = talk.debate(), UserFactory()
    top = talk.comment(thread, writer)
    reply = talk.reply(top)
    talk.decide(reply)
    talk.comment(thread, side="against")
    comments.withdraw(comment=top, by=writer)

    thread.refresh_from_db()
    top.refresh_from_db()
    assert (thread.visible_count, thread.for_count, thread.against_count, top.reply_count) == (1, 0, 1, 0)


@pytest.mark.parametrize("url", ["https://elders.example/", "//elders.example/", "/\\elders.example", "plaats/plan"])
def test_the_page_above_a_thread_lies_in_this_portal(url: str) -> None:
    with pytest.raises(ValidationError):
        talk.thread(url=url)
