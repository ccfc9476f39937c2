"""Writing together: versions and paragraphs, two editors, remarks with their moment, what came of them, the pages."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality
from foundation.notifications.models import Message
from participation.enums import AnswerOutcome, PhaseKind, ProcessRole
from participation.enums_groups import SeatFunction
from participation.errors import ParticipationError, Stale, WrongMoment
from participation.models import Document, Paragraph, Process, Remark, Role
from participation.personal_data import erase, export
from participation.queries import documents as queries
from participation.queries import report
from participation.services import answers, documents, groups, paragraphs, people, remarks
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.factories.participation import open_phase, running

pytestmark = pytest.mark.django_db

TEXT = "# Agenda sport\n\nWij sporten samen.\n\nDe hal is open tot tien uur.\n\nWij vragen geld."


@pytest.fixture
def process() -> Process:
    return running(kind=PhaseKind.WRITING)


def written(process: Process, text: str = TEXT, *, publish: bool = True) -> tuple[Document, User]:
    servant = civil_servant(process.municipality)
    document = documents.create(process=process, by=servant, title="Agenda sport", text=text)
    if publish:
        documents.publish(document=document, by=servant, version=None)
    return document, servant


def now(document: Document, key: int) -> Paragraph:
    return document.versions.order_by("-number")[0].paragraphs.get(key=key)


def rows(document: Document) -> list[tuple[int, int | None, str]]:
    return list(document.versions.order_by("-number")[0].paragraphs.values_list("key", "number", "text"))


def test_a_published_version_is_a_pdf_with_the_numbers_of_the_site(process: Process, client: Client) -> None:
    document, servant = written(process, "# Agenda\n\nWij sporten **samen** & vaak.\n\n- de hal\n- het veld")
    blocks = queries.printed(document, document.versions.get())["blocks"]
    assert [block["kind"] for block in blocks] == ["heading", "paragraph", "paragraph", "list"]
    assert "".join(run["text"] for run in blocks[1]["text"]) == "1. Wij sporten samen & vaak."
    assert "".join(run["text"] for run in blocks[2]["text"]).strip() == "2."
    documents.begin_version(document=document, by=servant)
    place = [process.municipality.slug, process.slug, document.number]
    answer = client.get(reverse("participation:text_pdf", args=[*place, 1]))
    assert answer.content.startswith(b"%PDF")
    assert "sessionid" not in answer.cookies
    assert client.get(reverse("participation:text_pdf", args=[*place, 2])).status_code == 404  # not published
    assert answer.wsgi_request.path in client.get(document.get_absolute_url()).content.decode()


def test_a_text_becomes_numbered_paragraphs_and_headings_have_no_number(process: Process) -> None:
    document, _servant = written(process)
    assert rows(document) == [
        (1, None, "Agenda sport"),
        (2, 1, "Wij sporten samen."),
        (3, 2, "De hal is open tot tien uur."),
        (4, 3, "Wij vragen geld."),
    ]


def test_a_double_click_begins_one_text(process: Process) -> None:
    servant, key = civil_servant(process.municipality), uuid.uuid4()
    made = {documents.create(process=process, by=servant, title="A", text="B", key=key).pk for _ in range(2)}
    assert len(made) == 1


def test_keys_live_on_over_versions_and_are_never_used_again(process: Process) -> None:
    document, servant = written(process)
    documents.begin_version(document=document, by=servant)
    (new,) = paragraphs.add_paragraph(document=document, by=servant, text="Nieuw hier.", after=2)
    assert new.key == 5
    paragraphs.remove_paragraph(paragraph=new, by=servant, version=new.version)
    paragraphs.write_paragraph(paragraph=now(document, 2), by=servant, version=1, text="Wij bewegen.\n\nElke dag.")
    paragraphs.move_paragraph(paragraph=now(document, 4), by=servant, up=True)
    paragraphs.remove_paragraph(paragraph=now(document, 3), by=servant, version=1)
    assert [row for row in rows(document) if row[1]] == [
        (2, 1, "Wij bewegen."),
        (6, 2, "Elke dag."),
        (4, 3, "Wij vragen geld."),
    ]
    assert now(document, 3).is_removed
    second = documents.publish(document=document, by=servant, version=None, note="Korter.")
    first = document.versions.get(number=1)
    states = {one.paragraph.key: (one.state, one.is_moved) for one in queries.comparison(document, first, second)}
    assert states == {
        1: ("same", False),
        2: ("changed", False),
        6: ("new", False),
        3: ("removed", False),
        4: ("same", False),
    }


def test_what_was_published_stays_in_the_database_too(process: Process) -> None:
    document, _servant = written(process)
    for spoil in (
        lambda: now(document, 2).delete(),
        lambda: Paragraph.objects.filter(key=2).update(text="Anders"),
        lambda: document.versions.update(note="Anders"),
        lambda: document.versions.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()


def test_two_editors_never_overwrite_each_other(process: Process) -> None:
    document, servant = written(process, publish=False)
    seen, draft = now(document, 2), document.versions.get()
    paragraphs.write_paragraph(paragraph=seen, by=servant, version=seen.version, text="De eerste was sneller.")
    for late in (
        lambda: paragraphs.write_paragraph(paragraph=seen, by=servant, version=seen.version, text="De tweede"),
        lambda: paragraphs.remove_paragraph(paragraph=seen, by=servant, version=seen.version),
        lambda: paragraphs.rewrite(document=document, by=servant, version=draft.version, text="Alles anders"),
        lambda: documents.publish(document=document, by=servant, version=draft.version),
    ):
        with pytest.raises(Stale):
            late()
    paragraphs.write_paragraph(paragraph=now(document, 3), by=servant, version=1, text="Een andere alinea mag wel.")
    assert now(document, 2).text == "De eerste was sneller."


def test_a_rewritten_draft_keeps_the_keys_of_what_stayed(process: Process) -> None:
    document, servant = written(process)
    draft = documents.begin_version(document=document, by=servant)
    text = "# Agenda sport\n\nWij sporten samen.\n\nErbij.\n\nDe hal is open tot elf uur.\n\nWij vragen geld."
    paragraphs.rewrite(document=document, by=servant, version=draft.version, text=text)
    assert sorted(row[0] for row in rows(document)) == [1, 2, 3, 4, 5]
    assert now(document, 2).text == "Wij sporten samen."
    assert now(document, 4).text == "Wij vragen geld."


def test_a_version_needs_a_change_and_words_for_it(process: Process) -> None:
    document, servant = written(process)
    with pytest.raises(WrongMoment):
        documents.publish(document=document, by=servant, version=None, note="Nog eens")
    documents.begin_version(document=document, by=servant)
    assert documents.begin_version(document=document, by=servant).number == 2  # there is one draft
    with pytest.raises(ParticipationError):
        documents.publish(document=document, by=servant, version=None, note="Niets veranderd")
    paragraphs.write_paragraph(paragraph=now(document, 2), by=servant, version=1, text="Wij sporten meer.")
    with pytest.raises(ParticipationError):
        documents.publish(document=document, by=servant, version=None, note=" ")


def test_who_may_write(process: Process) -> None:
    group = groups.create(process=process, by=civil_servant(process.municipality), title="Schrijfgroep")
    servant = civil_servant(process.municipality)
    document = documents.create(process=process, by=servant, title="Tekst", text="Tekst", group=group)
    chair, note_taker, member, leader = (UserFactory() for _ in range(4))
    Role.objects.create(process=process, user=chair, role=ProcessRole.CHAIR)
    Role.objects.create(process=process, user=note_taker, role=ProcessRole.NOTE_TAKER)
    for user in (member, leader):
        groups.seat(seat=groups.sign_up(group=group, by=user), by=servant)
    groups.give_function(seat=group.seats.get(user=leader), by=servant, function=SeatFunction.NOTE_TAKER)
    allowed = {user: documents.may_write(user, document) for user in (servant, chair, note_taker, leader)}
    assert all(allowed.values())
    elsewhere = civil_servant(MunicipalityFactory())
    for user in (elsewhere, member, UserFactory()):
        assert not documents.may_write(user, document)
        with pytest.raises(PermissionDenied):
            paragraphs.add_paragraph(document=document, by=user, text="Stiekem")
        with pytest.raises(PermissionDenied):
            documents.create(process=process, by=user, title="Eigen", text="Eigen")
    documents.create(process=process, by=leader, title="Van de groep", text="Ja", group=group)
    with pytest.raises(PermissionDenied):
        documents.create(process=process, by=leader, title="Van allemaal", text="Nee")


@pytest.mark.parametrize(
    ("days", "resident", "member"), [((-20, -10), False, False), ((-1, 5), True, True), ((5, 9), False, True)]
)
def test_residents_remark_while_a_writing_phase_is_open_members_before_it_too(
    days: tuple[int, int], *, resident: bool, member: bool
) -> None:
    process = running()
    opens, closes = (clock.now() + timedelta(days=one) for one in days)
    open_phase(process, PhaseKind.WRITING, opens_at=opens, closes_at=closes)
    servant = civil_servant(process.municipality)
    group = groups.create(process=process, by=servant, title="Schrijfgroep")
    document = documents.create(process=process, by=servant, title="Tekst", text=TEXT, group=group)
    documents.publish(document=document, by=servant, version=None)
    insider = UserFactory()
    groups.seat(seat=groups.sign_up(group=group, by=insider), by=servant)
    for user, may in ((UserFactory(), resident), (insider, member)):
        if may:
            assert remarks.add(document=document, by=user, paragraph=2, text="Mooi").number == 1
        else:
            with pytest.raises(WrongMoment):
                remarks.add(document=document, by=user, paragraph=2, text="Mooi")


def test_a_remark_is_made_once_on_the_version_that_was_read_and_its_maker_follows(process: Process) -> None:
    document, servant = written(process)
    user, key = UserFactory(), uuid.uuid4()
    made = {remarks.add(document=document, by=user, paragraph=3, text="Te vroeg", key=key, seen=1).pk for _ in range(2)}
    assert len(made) == 1
    assert process.follows.filter(user=user).exists()
    documents.begin_version(document=document, by=servant)
    paragraphs.write_paragraph(paragraph=now(document, 3), by=servant, version=1, text="Open tot elf uur.")
    documents.publish(document=document, by=servant, version=None, note="Later dicht")
    with pytest.raises(Stale):
        remarks.add(document=document, by=user, paragraph=3, text="Nog een", seen=1)
    with pytest.raises(ParticipationError):
        remarks.add(document=document, by=user, paragraph=99, text="Waar?")


def test_a_new_version_tells_followers_once_and_whose_remarks_led_to_it(process: Process) -> None:
    document, servant = written(process)
    maker, hidden_maker, other = UserFactory(), UserFactory(), UserFactory()
    used = remarks.add(document=document, by=maker, paragraph=3, text="Langer open!", suggestion="Open tot elf uur.")
    hidden = remarks.add(document=document, by=hidden_maker, paragraph=3, text="Scheldwoord")
    remarks.add(document=document, by=other, paragraph=2, text="Mooi zo")
    answers.hide(contribution=hidden, by=servant, reason="Schelden")
    answers.answer(contribution=used, outcome=AnswerOutcome.ADOPTED, text="Gedaan.", by=servant)
    documents.begin_version(document=document, by=servant)
    paragraphs.write_paragraph(
        paragraph=now(document, 3), by=servant, version=1, text="Open tot elf uur.", because_of=[used.pk, hidden.pk]
    )
    second = documents.publish(document=document, by=servant, version=None, note="Langer open")
    news = Message.objects.filter(kind="participation.news", recipient__in=[maker, other], moment__startswith="event-")
    assert news.values("recipient", "moment").distinct().count() == news.count()
    assert list(Message.objects.filter(kind="participation.remark_used").values_list("recipient", flat=True)) == [
        maker.pk
    ]
    (change,) = (one for one in queries.comparison(document, document.versions.get(number=1), second) if one.because)
    assert [one.pk for one in change.because] == [used.pk]
    assert "<del>" in change.left
    assert "<ins>" in change.right
    told = queries.chapter(process)
    assert told is not None
    assert "in twee versies" in told["sentence"]
    assert report.chapters(process)


def test_a_remark_is_exported_and_loses_its_name_when_its_maker_goes(process: Process) -> None:
    document, _servant = written(process)
    user = UserFactory()
    remark = remarks.add(document=document, by=user, paragraph=3, text="Te vroeg dicht")
    assert any("Te vroeg dicht" in str(value) for value in export(user).values())
    erase(user)
    remark.refresh_from_db()
    assert remark.author is None
    assert remark.said == "Alinea 2: Te vroeg dicht"


# --- Pages ------------------------------------------------------------------------------------------------------------


def url(document: Document, name: str, *more: int) -> str:
    process = document.process
    return reverse(f"participation:{name}", args=[process.municipality.slug, process.slug, document.number, *more])


def test_pages_ask_the_same_whatever_the_number_of_paragraphs_and_remarks(client: Client, process: Process) -> None:
    small, servant = written(process, "Een alinea.")
    large, _other = written(process, "\n\n".join(f"Alinea {n}." for n in range(30)))
    people_there = [UserFactory() for _ in range(5)]

    def remarked(document: Document, keys: int, total: int) -> None:
        version = document.versions.get()
        Remark.objects.bulk_create(
            Remark(
                process=process,
                document=document,
                document_version=version,
                key=n % keys + 1,
                number=n % keys + 1,
                author=people_there[n % 5],
                text=f"Opmerking {n}",
            )
            for n in range(total)
        )

    remarked(small, 1, 1)
    remarked(large, 30, 200)
    for document in (small, large):
        documents.begin_version(document=document, by=servant)
        for key in range(1, document.last_key + 1):
            because = document.remarks.filter(key=key).values_list("pk", flat=True)
            paragraphs.write_paragraph(
                paragraph=now(document, key), by=servant, version=1, text=f"Anders {key}.", because_of=because
            )
        documents.publish(document=document, by=servant, version=None, note="Alles anders")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    for name, more in (("text", []), ("text_compare", []), ("text_paragraph", [1])):
        asked(url(small, name, *more))  # what is kept from the first visit on
        assert asked(url(small, name, *more)) == asked(url(large, name, *more)), name
    page = reverse("participation:phase", args=[process.municipality.slug, process.slug, 1])
    both = asked(page)
    written(process)
    assert asked(page) == both
    client.force_login(servant)
    for document in (small, large):
        documents.begin_version(document=document, by=servant)
    asked(url(small, "text_write"))
    assert asked(url(small, "text_write")) == asked(url(large, "text_write"))


def test_nothing_from_people_runs_and_long_texts_with_emoji_stand(client: Client, process: Process) -> None:
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)> **vet** 🌳"
    document, servant = written(process, f"## <script>alert(2)</script>Kop 🌳\n\n{evil}\n\n" + "woord " * 6_500)
    user = UserFactory()
    remarks.add(document=document, by=user, paragraph=2, text=evil, suggestion=evil + " anders")
    documents.begin_version(document=document, by=servant)
    paragraphs.write_paragraph(paragraph=now(document, 2), by=servant, version=1, text=evil + " anders")
    paragraphs.write_paragraph(paragraph=now(document, 3), by=servant, version=1, text="ander " * 6_600)
    documents.publish(document=document, by=servant, version=None, note=evil)
    for address in (url(document, "text"), url(document, "text_compare"), url(document, "text_paragraph", 2)):
        shown = client.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "🌳" in shown


def test_a_remark_by_the_browser_comes_back_at_its_paragraph_and_a_hidden_one_is_gone(
    client: Client, process: Process
) -> None:
    document, servant = written(process)
    page, user = url(document, "text_paragraph", 3), UserFactory()
    assert "csrfmiddlewaretoken" not in client.get(page).content.decode()
    sent = {"key": str(uuid.uuid4()), "seen": "1", "text": "Ik kom later uit mijn werk."}
    first = client.post(page, sent)
    assert first.status_code == 302
    assert "inloggen" in first["Location"] or "login" in first["Location"]
    client.force_login(user)
    assert "Ik kom later" in client.get(page).content.decode()  # what was typed waited for the log-in
    for _twice in range(2):
        assert client.post(page, sent)["Location"] == f"{document.get_absolute_url()}#p-3"
    (remark,) = document.remarks.all()
    assert "Ik kom later" in client.get(page).content.decode()
    answers.hide(contribution=remark, by=servant, reason="Persoonlijk")
    client.logout()
    assert "Ik kom later" not in client.get(page).content.decode()
    elsewhere = MunicipalityFactory()
    assert client.get(page.replace(f"/{process.municipality.slug}/", f"/{elsewhere.slug}/")).status_code == 404


def test_a_draft_is_for_who_writes(client: Client, process: Process, settings: object) -> None:
    document, servant = written(process, publish=False)
    pages = [url(document, name) for name in ("text_write", "text_whole", "text_add", "text_publish", "text_about")]
    pages += [url(document, "text_edit", 2), url(document, "text_remove", 2)]
    for page in pages:
        assert client.get(page).status_code == 302
    assert client.get(url(document, "text")).status_code == 404
    chair = UserFactory()
    people.give_role(process=process, user=chair, role=ProcessRole.CHAIR, by=servant)
    for user, expected in ((UserFactory(), 403), (civil_servant(_elsewhere()), 403), (chair, 200)):
        client.force_login(user)
        for page in pages:
            assert client.get(page).status_code == expected, page


def test_both_texts_are_shown_when_somebody_else_was_first(client: Client, process: Process) -> None:
    document, servant = written(process, publish=False)
    chair = UserFactory()
    people.give_role(process=process, user=chair, role=ProcessRole.CHAIR, by=servant)
    seen = now(document, 2)
    paragraphs.write_paragraph(paragraph=seen, by=servant, version=seen.version, text="Van de ambtenaar.")
    client.force_login(chair)
    page = url(document, "text_edit", 2)
    shown = client.post(page, {"version": seen.version, "text": "Van de voorzitter."})
    assert shown.status_code == 200
    assert "Van de ambtenaar." in shown.content.decode()
    assert "Van de voorzitter." in shown.content.decode()
    again = client.post(page, {"version": shown.context["form"]["version"].value(), "text": "Van ons samen."})
    assert again.status_code == 302
    assert now(document, 2).text == "Van ons samen."
    documents.publish(document=document, by=servant, version=None)
    late = client.post(page, {"version": now(document, 2).version, "text": "Te laat, maar niet kwijt."})
    assert "Te laat, maar niet kwijt." in late.content.decode()


def test_the_draft_is_written_and_published_in_the_browser(client: Client, process: Process) -> None:
    chair = UserFactory()
    Role.objects.create(process=process, user=chair, role=ProcessRole.CHAIR)
    client.force_login(chair)
    begin = reverse("participation:text_new", args=[process.municipality.slug, process.slug])
    client.post(begin, {"title": "Onze agenda", "text": "Een.\r\n\r\nTwee.", "key": str(uuid.uuid4())})
    document = Document.objects.get()
    document.process = process
    client.post(url(document, "text_add") + "?na=1", {"text": "Anderhalf."})
    client.post(url(document, "text_move", 3), {"neer": "1"})
    client.post(url(document, "text_about"), {"version": 1, "title": "Onze agenda", "intro": "Lees mee"})
    client.post(url(document, "text_publish"), {"version": document.versions.get().version})
    assert document.versions.get().published_at
    assert [text for _key, _number, text in rows(document)] == ["Een.", "Twee.", "Anderhalf."]
    client.post(url(document, "text_write"))
    client.post(url(document, "text_remove", 1), {"version": now(document, 1).version})
    draft = document.versions.get(number=2)
    client.post(url(document, "text_publish"), {"version": draft.version, "note": "Korter"})
    shown = client.get(url(document, "text_compare") + "?alles=1")
    assert "Een." in shown.content.decode()
    assert client.get(url(document, "text_version", 1)).status_code == 200
    assert client.get(url(document, "text_version", 9)).status_code == 404


def _elsewhere() -> Municipality:
    return MunicipalityFactory()


def test_a_group_shows_its_texts_and_drafts_only_to_who_writes(client: Client, process: Process) -> None:
    servant = civil_servant(process.municipality)
    group = groups.create(process=process, by=servant, title="Schrijfgroep")
    documents.create(process=process, by=servant, title="Nog een concept", text="Concept", group=group)
    page = group.get_absolute_url()
    assert "Nog een concept" not in client.get(page).content.decode()
    client.force_login(servant)
    assert "Nog een concept" in client.get(page).content.decode()
