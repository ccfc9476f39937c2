"""Red threads: composing, publishing, and what falls out of them when its author wants fewer readers."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import pdf
from foundation.notifications.models import Message
from learning_network.enums import Credit, PieceKind, ProgrammeRoleKind, SharedState, Visibility
from learning_network.errors import NetworkError, Stale
from learning_network.models import Programme, ProgrammeRole, RedThread, RedThreadVersion
from learning_network.queries import red_threads as queries
from learning_network.services import circles, red_threads
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import enrolment, lead, member, participant, running
from tests.factories.learning_sharing import lesson, place, practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_factor(settings) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


class World:
    def __init__(self) -> None:
        self.boss: User = lead()
        self.programme: Programme = running(by=self.boss)
        self.facilitator: User = UserFactory()
        ProgrammeRole.objects.create(
            programme=self.programme, user=self.facilitator, kind=ProgrammeRoleKind.FACILITATOR
        )
        enrolled = enrolment(self.programme)
        self.town = enrolled.municipality
        self.author: User = participant(enrolled)
        self.place = place(self.programme, self.town, self.author)
        self.thread: RedThread = red_threads.begin(
            programme=self.programme, title="Wat wij leerden", by=self.facilitator, visibility=Visibility.NETWORK
        )

    def bench(self, name: str, *args: object) -> str:
        return reverse(f"learning_network:{name}", args=[self.programme.slug, self.thread.pk, *args])


@pytest.fixture
def world() -> World:
    return World()


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def read(user: User | None, thread: RedThread) -> str:
    answer = as_(user).get(thread.get_absolute_url())
    return answer.content.decode() if answer.status_code == 200 else ""


def in_document(user: User | None, thread: RedThread) -> str:
    """The words of the document as this person gets it, before typst sets them."""
    version = queries.newest(thread)
    assert version is not None
    return str(queries.document(thread, version, User.objects.get(pk=user.pk) if user else None))


def test_a_facilitator_composes_over_the_pages_and_everybody_in_the_network_reads_it(world: World) -> None:
    first = lesson(world.place, title="Bel de verzekeraar", visibility=Visibility.NETWORK, credit=Credit.BOTH)
    second = practice(world.place, title="De kinderboerderij", visibility=Visibility.EVERYONE)
    closed = lesson(world.place, title="Blijft onder ons", visibility=Visibility.LAB)
    client = as_(world.facilitator)
    choose = client.get(world.bench("red_thread_choose")).content.decode()
    assert "Bel de verzekeraar" in choose
    assert "Blijft onder ons" not in choose
    client.post(world.bench("red_thread_choose"), {"kies": [f"lesson-{first.pk}", f"lesson-{closed.pk}", "x"]})
    client.post(world.bench("red_thread_choose"), {"kies": [f"practice-{second.pk}"]})
    client.post(world.bench("red_thread_edit"), {"kind": "heading", "text": "Beginnen"})
    kinds = list(world.thread.pieces.values_list("kind", flat=True))
    assert kinds == ["lesson", "practice", "heading"]
    heading = world.thread.pieces.get(kind="heading")
    client.post(world.bench("red_thread_put", heading.pk), {"plaats": "1"})
    lesson_piece = world.thread.pieces.get(kind="lesson")
    client.post(world.bench("red_thread_put", lesson_piece.pk), {"richting": "neer"})
    assert list(world.thread.pieces.values_list("kind", flat=True)) == ["heading", "practice", "lesson"]
    client.post(world.bench("red_thread_line", lesson_piece.pk), {"text": "Dit hoorden we vier keer."})
    assert "Dit hoorden we vier keer." in client.get(world.bench("red_thread_preview")).content.decode()
    reader = member()
    assert not read(reader, world.thread)
    world.thread.refresh_from_db()
    asked = client.get(world.bench("red_thread_publish")).content.decode()
    assert "leden van het leernetwerk" in asked
    client.post(world.bench("red_thread_publish"), {"version": world.thread.version})
    shown = read(reader, world.thread)
    assert shown.index("Beginnen") < shown.index("De kinderboerderij") < shown.index("Dit hoorden we vier keer.")
    assert f"{world.author}, {world.town}" in shown
    assert "€" in shown
    assert not read(None, world.thread)
    assert Message.objects.filter(recipient=world.author, kind="learning_network.red_threads").count() == 1
    listed = as_(reader).get(reverse("learning_network:red_threads")).content.decode()
    assert "Wat wij leerden" in listed


@pytest.mark.parametrize("how", ["narrowed", "taken back", "taken away"])
def test_what_its_author_no_longer_shares_is_gone_at_once_and_the_facilitators_hear_it(world: World, how: str) -> None:
    row = lesson(world.place, title="Geheim geworden", learned="Stille woorden", visibility=Visibility.NETWORK)
    other = lesson(world.place, title="Blijft staan", visibility=Visibility.EVERYONE)
    for item in (row, other):
        red_threads.add(thread=world.thread, item=item, by=world.facilitator)
    piece = world.thread.pieces.get(lesson=row)
    red_threads.write_line(piece=piece, text="Regel bij het geheim", by=world.facilitator)
    red_threads.publish(thread=world.thread, by=world.facilitator)
    world.thread.refresh_from_db()
    reader = member()
    assert "Stille woorden" in read(reader, world.thread)
    assert "Stille woorden" in in_document(reader, world.thread)
    if how == "narrowed":
        circles.set_visibility(item=row, visibility=Visibility.LAB, by=world.author)
    elif how == "taken back":
        circles.take_back(item=row, by=world.author)
    else:
        circles.take_away(item=row, reason="Namen", by=world.boss)
    for user in (reader, world.author, world.boss, world.facilitator):
        for shown in (read(user, world.thread), in_document(user, world.thread)):
            assert "Blijft staan" in shown
            assert "Geheim geworden" not in shown
            assert "Regel bij het geheim" not in shown
    told = Message.objects.filter(kind="learning_network.piece_dropped")
    assert set(told.values_list("recipient", flat=True)) == {world.boss.pk, world.facilitator.pk}
    bench = as_(world.facilitator).get(world.bench("red_thread_edit")).content.decode()
    assert "niet te zien" in bench
    # Once it fits again it stands there again; nobody has to compose anew.
    if how == "narrowed":
        circles.set_visibility(item=row, visibility=Visibility.EVERYONE, by=world.author)
        assert "Stille woorden" in read(reader, world.thread)


def test_what_was_taken_back_is_not_told_to_who_may_not_read_it_on_the_bench(world: World) -> None:
    row = lesson(world.place, title="Eerste titel", visibility=Visibility.NETWORK)
    red_threads.add(thread=world.thread, item=row, by=world.facilitator)
    circles.take_back(item=row, by=world.author)
    type(row).objects.filter(pk=row.pk).update(title="Nieuwe geheime titel")
    bench = as_(world.facilitator).get(world.bench("red_thread_edit")).content.decode()
    assert "Nieuwe geheime titel" not in bench
    assert "Dit mag je niet meer lezen" in bench


def test_who_makes_a_document_wider_loses_what_is_narrower(world: World) -> None:
    row = lesson(world.place, title="Alleen het netwerk", visibility=Visibility.NETWORK)
    wide = practice(world.place, title="Voor iedereen")
    for item in (row, wide):
        red_threads.add(thread=world.thread, item=item, by=world.facilitator)
    red_threads.publish(thread=world.thread, by=world.facilitator)
    red_threads.change(thread=world.thread, by=world.facilitator, visibility=Visibility.EVERYONE)
    shown = read(None, world.thread)
    assert "Voor iedereen" in shown
    assert "Alleen het netwerk" not in shown
    assert "Alleen het netwerk" not in read(world.author, world.thread)
    assert "Wat wij leerden" in as_(None).get(reverse("learning_network:news")).content.decode()


def test_a_text_of_another_programme_for_that_programme_only_is_refused(world: World) -> None:
    elsewhere = running(title="Elders", by=world.boss)
    closed = lesson(place(elsewhere, None, world.boss), visibility=Visibility.LAB)
    red_threads.change(thread=world.thread, by=world.facilitator, visibility=Visibility.LAB)
    with pytest.raises(NetworkError):
        red_threads.add(thread=world.thread, item=closed, by=world.boss)
    with pytest.raises(NetworkError):
        red_threads.add(thread=world.thread, item=lesson(world.place, state=SharedState.DRAFT), by=world.facilitator)
    own = lesson(world.place, visibility=Visibility.LAB)
    red_threads.add(thread=world.thread, item=own, by=world.facilitator)
    with pytest.raises(ValidationError):
        red_threads.add(thread=world.thread, item=own, by=world.facilitator)
    red_threads.change(thread=world.thread, by=world.facilitator, visibility=Visibility.EVERYONE)
    with pytest.raises(NetworkError):  # nothing that everybody may read
        red_threads.publish(thread=world.thread, by=world.facilitator)


def test_only_who_runs_the_programme_composes_and_two_of_them_overwrite_nothing(world: World) -> None:
    row = lesson(world.place)
    for user in (world.author, member(), lead(), UserFactory()):
        with pytest.raises(PermissionDenied):
            red_threads.add(thread=world.thread, item=row, by=user)
        with pytest.raises(PermissionDenied):
            red_threads.publish(thread=world.thread, by=user)
        assert as_(user).get(world.bench("red_thread_edit")).status_code in (403, 404)
        assert as_(user).post(world.bench("red_thread_publish")).status_code in (403, 404)
    red_threads.change(thread=world.thread, by=world.boss, version=world.thread.version, title="Van de leider")
    with pytest.raises(Stale):
        red_threads.change(thread=world.thread, by=world.facilitator, version=world.thread.version, title="Van mij")
    sent = {"title": "Van mij", "visibility": "network", "version": world.thread.version}
    answer = as_(world.facilitator).post(world.bench("red_thread_change"), sent)
    assert "Van de leider" in answer.content.decode()


def test_versions_stay_and_a_draft_of_the_next_one_is_not_read(world: World) -> None:
    red_threads.add(thread=world.thread, item=lesson(world.place), by=world.facilitator)
    red_threads.publish(thread=world.thread, by=world.facilitator)
    red_threads.change(thread=world.thread, by=world.facilitator, title="Tweede titel", intro="Nog niet")
    reader = member()
    assert "Tweede titel" not in read(reader, world.thread)
    assert "Tweede titel" not in as_(reader).get(reverse("learning_network:red_threads")).content.decode()
    red_threads.publish(thread=world.thread, by=world.facilitator)
    assert "Nog niet" in read(reader, world.thread)
    assert list(RedThreadVersion.objects.values_list("number", flat=True)) == [2, 1]
    red_threads.take_back(thread=world.thread, by=world.facilitator)
    assert not read(reader, world.thread)
    assert as_(reader).get(reverse("learning_network:red_thread_pdf", args=[world.thread.pk])).status_code == 404
    assert Message.objects.filter(kind="learning_network.red_threads").count() == 1


def test_the_document_is_an_accessible_pdf_with_contents_and_credits_whatever_was_typed(world: World) -> None:
    odd = "<script>alert(1)</script> #strong[x] 🌳 " + "é" * 4_900
    for number in range(3):
        red_threads.add(
            thread=world.thread,
            item=lesson(world.place, title=f"Les {number} 🌳", learned=odd, credit=Credit.NOBODY),
            by=world.facilitator,
        )
    red_threads.add_words(thread=world.thread, kind=PieceKind.TEXT, text=odd, by=world.facilitator)
    red_threads.publish(thread=world.thread, by=world.facilitator)
    answer = as_(world.author).get(reverse("learning_network:red_thread_pdf", args=[world.thread.pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in answer.content
    assert "no-store" in answer["Cache-Control"]
    told = in_document(world.author, world.thread)
    assert "In dit document" in told
    assert "een gemeente" in told
    assert world.town.name not in told
    assert "<script>alert(1)" not in read(world.author, world.thread)
    assert pdf.render("report", queries.document(world.thread, world.thread.versions.first(), world.author))  # type: ignore[arg-type]


def test_reading_and_composing_cost_the_same_queries_for_few_and_for_many(world: World) -> None:
    def asked(url: str) -> int:
        client = as_(world.facilitator)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def fill(number: int) -> None:
        for one in range(number):
            town = enrolment(world.programme)
            where = place(world.programme, town.municipality, participant(town))
            red_threads.add(thread=world.thread, item=lesson(where, title=f"L{one}"), by=world.facilitator)
            red_threads.add(thread=world.thread, item=practice(where, title=f"P{one}"), by=world.facilitator)
            lesson(where, title="Nog vrij")
        red_threads.publish(thread=world.thread, by=world.facilitator)

    fill(1)
    urls = [
        world.thread.get_absolute_url(),
        world.bench("red_thread_edit"),
        world.bench("red_thread_choose"),
        reverse("learning_network:red_threads"),
        reverse("learning_network:news"),
    ]
    asked(urls[0])
    first = [asked(url) for url in urls]
    fill(3)
    assert [asked(url) for url in urls] == first
