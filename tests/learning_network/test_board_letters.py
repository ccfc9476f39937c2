"""Letters of invitation and confirmation: their words, what stands in them, and that they were sent."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as mailbox
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.notifications.models import AddressOptOut, Bounce, Message
from foundation.notifications.services import deliver_due
from learning_network import letters, personal_data
from learning_network.enums import LetterKind, Stage
from learning_network.errors import Stale
from learning_network.models import Enrolment, Programme, SentLetter
from learning_network.services import letters as services
from tests.core.test_pdf import assert_accessible
from tests.factories.accounts import UserFactory
from tests.factories.learning_network import OfficialFactory, enrolment, lead, running

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 12)


@pytest.fixture
def boss() -> User:
    return lead(name="Lea de Lead")


@pytest.fixture
def programme(boss: User) -> Programme:
    return running(by=boss, title="Loslaten in de wijk", starts_on=date(2026, 4, 1), fee_text="Zaal en begeleiding.")


def words_of(letter: dict[str, Any]) -> str:
    """All words of a letter, in one string."""

    def told(value: Any) -> str:
        if isinstance(value, dict):
            return " ".join(told(one) for one in value.values())
        if isinstance(value, list | tuple):
            return " ".join(told(one) for one in value)
        return str(value)

    return told(letter)


def test_the_letter_holds_municipality_dates_money_and_conditions(programme: Programme) -> None:
    card = enrolment(
        programme,
        municipality=OfficialFactory(name="Aalburg"),
        contact_name="Ans Bos",
        fee_cents=1_250_000,
        reduction_cents=250_000,
        reduction_reason="eerste Changelab",
    )
    [invitation] = letters.compose(programme, [card], letters.words(programme, LetterKind.INVITATION), on=ON)
    told = words_of(invitation)
    for fact in (
        "Gemeente Aalburg",
        "T.a.v. Ans Bos",
        "Beste Ans Bos,",
        "Uitnodiging: doe mee met Loslaten in de wijk",
        "1 april 2026",
        "€\xa012.500",
        "-€\xa02.500",
        "eerste Changelab",
        "€\xa010.000",
        "Zaal en begeleiding.",
        "Wil van het bestuur",
        "Lea de Lead",
    ):
        assert fact in told, fact
    assert "[" not in told
    [confirmation] = letters.compose(programme, [card], letters.words(programme, LetterKind.CONFIRMATION), on=ON)
    told = words_of(confirmation)
    assert "Onze spelregels" in told
    assert "van woensdag 1 april 2026" in told
    assert "[" not in told


def test_many_letters_are_one_accessible_document_and_two_queries(programme: Programme) -> None:
    cards = [enrolment(programme, municipality=OfficialFactory(name=f"Dorp {n}")) for n in range(3)]
    kept = letters.words(programme, LetterKind.CONFIRMATION)
    with CaptureQueriesContext(connection) as asked:
        composed = letters.compose(programme, cards, kept, on=ON)
    assert len(asked) == 2
    assert_accessible(letters.render(programme, LetterKind.CONFIRMATION, composed))
    with pytest.raises(ValueError, match="1 to 400"):
        letters.render(programme, LetterKind.CONFIRMATION, [])


def test_leads_change_the_words_and_of_two_the_second_hears_it(programme: Programme, boss: User) -> None:
    usual = letters.words(programme, LetterKind.INVITATION)
    fields = {"subject": "Kom naar [programma]", "text": "Voor [gemeente].", "sender": "BV\n", "signature": "Ik"}
    services.save_words(programme=programme, kind="invitation", by=boss, version=usual.version, **fields)
    with pytest.raises(Stale):
        services.save_words(programme=programme, kind="invitation", by=boss, version=usual.version, **fields)
    card = enrolment(programme, municipality=OfficialFactory(name="Aalburg"))
    [letter] = letters.compose(programme, [card], letters.words(programme, "invitation"), on=ON)
    assert letter["title"] == "Kom naar Loslaten in de wijk"
    assert letter["blocks"][0] == {"kind": "paragraph", "text": "Voor Aalburg."}
    with pytest.raises(ValidationError):
        services.save_words(programme=programme, kind="invitation", by=boss, **{**fields, "text": " "})


def test_what_was_sent_can_be_read_again_as_it_was(programme: Programme, boss: User, settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    card = enrolment(programme, municipality=OfficialFactory(name="Aalburg"), stage=Stage.INVITED, fee_cents=100)
    with pytest.raises(ValidationError):
        services.mark_sent(
            programme=programme,
            kind="invitation",
            enrolments=[card],
            sent_on=clock.today() + timedelta(days=1),
            by=boss,
        )
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("learning_network:letters_sent", args=[programme.slug, "invitation"])
    client.post(address, {"id": card.pk, "sent_on": "2026-03-12"})
    sent = SentLetter.objects.get()
    assert (sent.kind, sent.sent_on, sent.recorded_by) == ("invitation", date(2026, 3, 12), boss)
    assert "€\xa01" in words_of(sent.content)
    services.save_words(
        programme=programme, kind="invitation", subject="Anders", text="Anders", sender="", signature="", by=boss
    )
    assert sent.content["title"].startswith("Uitnodiging")
    again = reverse("learning_network:letter_as_sent", args=[programme.slug, card.municipality_id, sent.pk])
    assert_accessible(b"".join(client.get(again)))
    page = client.get(reverse("learning_network:board_letters", args=[programme.slug])).content.decode()
    assert "Verstuurd op 12 maart 2026" in page
    for name in ("card_letter",):
        one = client.get(reverse(f"learning_network:{name}", args=[programme.slug, card.municipality_id, "invitation"]))
        assert one.headers["Content-Type"] == "application/pdf"
        assert io.BytesIO(one.content).read(5) == b"%PDF-"
    assert client.get(reverse("learning_network:letters_pdf", args=[programme.slug, "anders"])).status_code == 404
    # Nobody at this stage: no empty document.
    empty = client.get(reverse("learning_network:letters_pdf", args=[programme.slug, "confirmation"]))
    assert empty.status_code == 302


def test_a_contact_who_is_erased_is_on_no_card_and_in_no_letter(programme: Programme, boss: User) -> None:
    ans = UserFactory(name="Ans Bos")
    card = enrolment(programme, contact_name="Ans Bos", contact_email=ans.email.upper())
    other = enrolment(programme, contact_name="Bo Blij", contact_email="bo@elders.example")
    services.mark_sent(programme=programme, kind="invitation", enrolments=[card, other], sent_on=ON, by=boss)
    assert [row["naam"] for row in personal_data.export(ans)["wervingsbord"]] == ["Ans Bos"]
    personal_data.erase(ans)
    card.refresh_from_db()
    other.refresh_from_db()
    assert (card.contact_name, card.contact_email, other.contact_name) == ("", "", "Bo Blij")
    told = [words_of(one.content) for one in SentLetter.objects.order_by("enrolment")]
    assert "Ans" not in told[0]
    assert "Bo Blij" in told[1]


# --- Sent from here by e-mail -----------------------------------------------------------------------------------------


@pytest.fixture
def card(programme: Programme) -> Enrolment:
    return enrolment(programme, contact_name="Ans Bos", contact_email="ans@aalburg.example")


def mail_page(client: Client, card: Enrolment) -> tuple[str, dict[str, str]]:
    """The page on which a letter is looked at, and what its form sends."""
    url = reverse("learning_network:letter_mail", args=[card.programme.slug, card.municipality_id, "invitation"])
    html = client.get(url).content.decode()
    form = dict(re.findall(r'name="(key|seen|address)" value="([^"]*)"', html))
    return url, form


@pytest.fixture
def desk(boss: User, settings: Any) -> Client:
    settings.TWO_FACTOR_FOR_STAFF = False
    client = Client()
    client.force_login(boss)
    return client


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_once_by_e_mail_with_its_pdf_and_is_kept_on_the_card(card: Enrolment, desk: Client) -> None:
    url, form = mail_page(desk, card)
    assert form["address"] == "ans@aalburg.example"
    for _twice in range(2):
        assert desk.post(url, form).status_code == 302
    sent = SentLetter.objects.get()
    assert (sent.address, sent.kind) == ("ans@aalburg.example", "invitation")
    deliver_due()
    [mail] = mailbox.outbox
    assert mail.to == ["ans@aalburg.example"]
    assert "Uitnodiging" in mail.subject
    assert "Beste Ans Bos," in mail.body
    [letter] = [part for part in mail.message().walk() if part.get_content_type() == "application/pdf"]
    content = letter.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.startswith(b"%PDF")
    html = desk.get(reverse("learning_network:card", args=[card.programme.slug, card.municipality_id])).content.decode()
    assert "per e-mail naar ans@aalburg.example" in html


def test_what_changed_since_it_was_looked_at_is_not_sent(card: Enrolment, desk: Client, boss: User) -> None:
    url, form = mail_page(desk, card)
    Enrolment.objects.filter(pk=card.pk).update(contact_email="ander@aalburg.example")
    assert "is intussen veranderd" in desk.post(url, form).content.decode()
    Enrolment.objects.filter(pk=card.pk).update(contact_email=form["address"])
    services.save_words(
        programme=card.programme, kind="invitation", by=boss, subject="Anders", text="x", sender="", signature=""
    )
    assert "is intussen veranderd" in desk.post(url, form).content.decode()
    assert not SentLetter.objects.exists()
    assert not Message.objects.exists()


def test_an_address_that_signed_off_gets_nothing_and_one_that_bounces_is_named(card: Enrolment, desk: Client) -> None:
    url, form = mail_page(desk, card)
    Bounce.objects.create(address=form["address"], times=9, last_at=clock.now())
    assert "kwam een paar keer terug" in desk.get(url).content.decode()
    AddressOptOut.objects.create(address=form["address"], topic="learning_network")
    assert "afgemeld" in desk.post(url, form).content.decode()
    assert not SentLetter.objects.exists()


def test_only_who_leads_the_programme_sends_letters(card: Enrolment, programme: Programme) -> None:
    with pytest.raises(PermissionDenied):
        services.send(
            enrolment=card, kind="invitation", address=card.contact_email, seen="", key=uuid4(), by=UserFactory()
        )
