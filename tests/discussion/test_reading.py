"""What each reader sees of a thread, and what a hidden text never reaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.core import clock
from foundation.discussion.enums import Action, Audience, HostRole, Sort
from foundation.discussion.models import Comment, Thread
from foundation.discussion.queries import thread_page
from foundation.discussion.queries.history import compare
from foundation.discussion.services import comments, threads
from foundation.municipalities.enums import RoleKind
from foundation.notifications import compose
from foundation.notifications.models import Message
from tests.factories import discussion as talk
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, RoleFactory, SectorFactory, civil_servant

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = "Zebrapad37"


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def client_of(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, BACKEND)
    return client


def pages_of(comment: Comment) -> list[str]:
    """Every public page on which the comment could turn up."""
    slug = comment.thread.municipality.slug
    base = f"/{slug}/gesprek/reactie/{comment.pk}/"
    top = f"/{slug}/gesprek/reactie/{comment.parent_id or comment.pk}/"
    return [
        f"/{slug}/gesprek/{comment.thread_id}/",
        f"/{slug}/gesprek/{comment.thread_id}/?volgorde=reacties",
        f"/{slug}/gesprek/{comment.thread_id}/schrijf/?op={comment.pk}",
        top,
        f"{top}?op={comment.pk}",
        *(f"{base}{page}/" for page in ("versies", "wijzigen", "intrekken", "melden", "herbeoordeling")),
    ]


def hidden(thread: Thread, **fields: Any) -> Comment:
    return talk.hidden(thread, text=SECRET, **fields)


def returned(thread: Thread, **fields: Any) -> Comment:
    made = talk.comment(thread, text=SECRET, **fields)
    talk.decide(made, Action.RETURN)
    return made


def held(thread: Thread, **fields: Any) -> Comment:
    talk.holding(thread.municipality)
    return talk.comment(thread, text=SECRET, **fields)


def withdrawn(thread: Thread, **fields: Any) -> Comment:
    made = talk.comment(thread, text=SECRET, **fields)
    talk.reply(made)
    return comments.withdraw(comment=made, by=made.author)


def cleaned(thread: Thread, **fields: Any) -> Comment:
    """Returned, changed and approved: the version before stays closed."""
    made = returned(thread, **fields)
    comments.edit(comment=made, by=made.author, text="Netjes.", seen_version=1)
    talk.decide(made, Action.APPROVE)
    return made


def hidden_reply(thread: Thread, by: Any = None) -> Comment:
    made = talk.reply(talk.comment(thread), by, SECRET)
    talk.decide(made)
    return made


MAKERS = (hidden, returned, held, withdrawn, cleaned, hidden_reply)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("person", ["anonymous", "resident", "writer", "elsewhere", "alderman", "moderator"])
def test_a_text_that_may_not_be_read_turns_up_for_nobody_else(make: Callable[..., Comment], person: str) -> None:
    thread, writer = talk.thread(), UserFactory()
    reader = {
        "anonymous": lambda: None,
        "resident": UserFactory,
        "writer": lambda: writer,
        "elsewhere": lambda: civil_servant(MunicipalityFactory()),
        "alderman": lambda: RoleFactory(municipality=thread.municipality, kind=RoleKind.ALDERMAN).user,
        "moderator": lambda: civil_servant(thread.municipality),
    }[person]()
    made = Comment.objects.get(pk=make(thread, by=writer).pk)
    client = client_of(reader)
    seen = [path for path in pages_of(made) if SECRET in client.get(path).content.decode()]

    if person == "writer" and make is not withdrawn:
        assert seen
    elif person == "moderator" and make is not withdrawn:
        assert {path.rsplit("/", 2)[-2] for path in seen} <= {"versies"}
        desk = client.get(f"/{thread.municipality.slug}/beheer/gesprek/reactie/{made.pk}/")
        assert (SECRET in desk.content.decode()) == (make is not cleaned)
    else:
        assert seen == []


@pytest.mark.parametrize("make", MAKERS)
def test_no_message_holds_a_text_or_a_name(make: Callable[..., Comment]) -> None:
    thread, writer = talk.thread(), UserFactory(name="Wietske Zwaan")
    civil_servant(thread.municipality)
    talk.follower(thread)
    make(thread, by=writer)

    for message in Message.objects.all():
        said = f"{compose.subject(message)} {compose.body_text(message)} {message.context}".replace(
            str(message.recipient), ""
        )
        assert SECRET not in said
        assert "Wietske" not in said


def test_what_a_reader_sees_in_the_place_of_a_text() -> None:
    thread, now = talk.thread(), clock.now()
    for make in (hidden, returned, withdrawn):
        make(thread)
    items = thread_page(thread, AnonymousUser(), sort=Sort.OLDEST, now=now).items

    assert [item.gone for item in items] == [
        "De gemeente heeft deze tekst verborgen. De reden: beledigt of bedreigt iemand.",
        "De gemeente heeft de schrijver gevraagd om deze tekst aan te passen.",
        "De schrijver heeft deze tekst ingetrokken.",
    ]
    assert {(item.name, str(item.html)) for item in items} == {("", "")}


def test_what_was_refused_before_anybody_read_it_leaves_no_trace() -> None:
    thread = talk.thread()
    talk.decide(held(thread))

    assert thread_page(thread, AnonymousUser(), now=clock.now()).items == []


def test_badges_tell_role_and_sector_in_words_and_the_answer_comes_first() -> None:
    host = UserFactory(name="Ria")
    thread = talk.questions(hosts=[(host, HostRole.INITIATOR)])
    sector = SectorFactory(municipality=thread.municipality, name="Openbare Ruimte")
    staff = RoleFactory(municipality=thread.municipality, sector=sector).user
    question = talk.comment(thread, host, "Wanneer?")
    talk.reply(question)
    talk.reply(question, staff)
    [item] = thread_page(thread, AnonymousUser(), now=clock.now()).items

    assert item.badges == ["initiatiefnemer"]
    assert [reply.badges for reply in item.replies] == [["ambtenaar, Openbare Ruimte"], []]
    assert [reply.is_answer for reply in item.replies] == [True, False]


def test_somebody_without_a_name_does_not_show_their_address() -> None:
    thread = talk.thread()
    talk.comment(thread, UserFactory(name="", email="geheim.adres@example.nl"))

    assert "geheim.adres" not in Client().get(thread.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("sort", "expected"), [("nieuwste", "cba"), ("oudste", "abc"), ("reacties", "bca"), ("onzin", "cba")]
)
def test_the_order(sort: str, expected: str) -> None:
    thread = talk.thread()
    rows = {text: talk.comment(thread, text=text) for text in "abc"}
    talk.reply(rows["b"])
    page = thread_page(thread, AnonymousUser(), sort=sort, now=clock.now())

    assert "".join(str(item.html)[3] for item in page.items) == expected


def test_sides_are_counted_and_filter() -> None:
    thread = talk.debate()
    for side in ("for", "for", "against"):
        talk.comment(thread, side=side)
    thread.refresh_from_db()
    page = thread_page(thread, AnonymousUser(), side="against", now=clock.now())

    assert ([side["count"] for side in page.sides], [item.side for item in page.items]) == ([2, 1], ["against"])


@pytest.mark.parametrize("reader", ["anonymous", "resident", "moderator"])
def test_one_comment_and_many_cost_the_same_queries(reader: str) -> None:
    thread = talk.debate()
    user: Any = {
        "anonymous": AnonymousUser,
        "resident": UserFactory,
        "moderator": lambda: civil_servant(thread.municipality),
    }[reader]()

    def queries() -> int:
        fresh = Thread.objects.select_related("municipality").get(pk=thread.pk)
        if reader != "anonymous":
            user.__dict__.pop("_role_kinds", None)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert thread_page(fresh, user, now=clock.now()).items
        return len(caught)

    first = talk.comment(thread)
    talk.reply(first)
    one = queries()
    for number in range(24):
        top = talk.comment(thread, text=f"Nummer {number}")
        if number > 20:
            for _reply in range(7):
                talk.reply(top)
            hidden(thread)

    assert queries() == one
    assert one <= 10


def test_five_replies_are_shown_and_the_rest_is_counted() -> None:
    thread = talk.thread()
    top = talk.comment(thread)
    for number in range(7):
        talk.reply(top, text=f"Antwoord {number}")
    [item] = thread_page(thread, AnonymousUser(), now=clock.now()).items

    assert (len(item.replies), item.more) == (5, 2)
    assert b"Antwoord 6" in Client().get(top.get_absolute_url().partition("#")[0]).content


@pytest.mark.parametrize(
    ("audience", "stranger", "staff"),
    [(Audience.EVERYBODY, 200, 200), (Audience.STAFF, 404, 200), (Audience.NOBODY, 404, 404)],
)
def test_who_reads_a_thread(audience: str, stranger: int, staff: int) -> None:
    thread = talk.thread()
    made = talk.comment(thread)
    follower = talk.follower(thread)
    threads.change_thread(thread=thread, by=None, audience=audience)
    for user, expected in ((None, stranger), (follower, stranger), (civil_servant(thread.municipality), staff)):
        client = client_of(user)
        for path in (thread.get_absolute_url(), made.get_absolute_url().partition("#")[0]):
            assert client.get(path).status_code == expected
    if audience == Audience.STAFF:
        Message.objects.all().delete()
        talk.comment(thread, civil_servant(thread.municipality), "Onder ons")
        assert not Message.objects.filter(recipient=follower).exists()


def test_a_thread_of_elsewhere_is_not_found_under_another_municipality() -> None:
    thread, other = talk.thread(), MunicipalityFactory()

    assert Client().get(f"/{other.slug}/gesprek/{thread.pk}/").status_code == 404


def test_a_difference_is_marked_and_everything_is_escaped() -> None:
    old, new = compare("een <b>oud</b> huis", "een nieuw huis & tuin")

    assert old == "een<del> &lt;b&gt;oud&lt;/b&gt;</del> huis"
    assert new == "een<ins> nieuw</ins> huis<ins> &amp; tuin</ins>"


def test_a_kept_list_never_shows_what_was_hidden_or_misses_what_is_new() -> None:
    thread = talk.thread()
    made = talk.comment(thread, text=SECRET)
    assert SECRET in Client().get(thread.get_absolute_url()).content.decode()
    with CaptureQueriesContext(connection) as caught:
        Client().get(thread.get_absolute_url())
    kept = len(caught)
    talk.comment(thread, text="Nieuw erbij")
    with CaptureQueriesContext(connection) as caught:
        assert "Nieuw erbij" in Client().get(thread.get_absolute_url()).content.decode()
    assert len(caught) > kept  # drawn anew
    talk.decide(made)
    assert SECRET not in Client().get(thread.get_absolute_url()).content.decode()
