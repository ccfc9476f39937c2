"""je or u: a municipality chooses, and then every text follows; the catalogues nl_X-u hold what differs from nl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import Client
from django.utils import translation

from foundation.municipalities.enums import FORMAL_DUTCH, AddressForm
from foundation.notifications.services import deliver_due, notify
from foundation.voting.notifications import CLOSING_SOON
from tests.factories import voting
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory

INFORMAL = re.compile(r"\b(je|jij|jou|jouw|jouwe|jullie|jezelf)\b", re.IGNORECASE)
# After "u" the verb has the form of the second person, which ends on a t: "kunt u", "u kunt".
BARE_VERB = re.compile(
    r"\b(ben|heb|kun|wil|zul|zie|vind|kies|krijg|lees|denk|doe|ga|kom|hoef|woon|werk|word|maak|bewaar|gebruik) u\b"
    r"|\b(ben|heb|kun|wil|zul|hoef) uw\b"
    r"|\bu (ben|heb|kun|kan|wil|zal)\b"
    # "u" is no possessive: "uw buurt", never "u buurt".
    r"|\bu (account|adres|adreslijst|brief|browser|buurt|code|e-mailadres|formulier|gegevens|gemeente|keuze|naam|plan)\b"
    r"|\bu (regel|stem|stembewijs|stembiljet|stemcode|telefoon|wachtwoord|woonplaats)\b"
    r"|\buw (bent|hebt|kunt|wilt|mag|moet|krijgt|ziet|woont|stemt)\b",
    re.IGNORECASE,
)
# Texts that name the informal form itself, in the choice between the two.
SAYS_JE_ON_PURPOSE = {"je (informal)", "Kies je buurt"}
APPS = sorted(path.name for path in Path(settings.LOCALE_PATHS[0]).parent.iterdir() if path.is_dir())


def read(app: str, language: str) -> Catalog:
    with (Path(settings.LOCALE_PATHS[0]).parent / app / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="nl", domain="django")


def texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string),)


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def served(message: Message, language: str) -> tuple[str, ...]:
    """What people read in this language, in the singular and the plural."""
    with translation.override(language):
        if isinstance(message.id, tuple | list):
            return tuple(translation.ngettext(*message.id, number) for number in (1, 2))
        if message.context:
            return (translation.pgettext(message.context, message.id),)
        return (translation.gettext(message.id),)


@pytest.mark.parametrize("app", APPS)
def test_no_formal_text_says_je(app: str) -> None:
    found = list(messages(read(app, "nl_X-u")))

    assert found
    for message in found:
        for text in texts(message):
            assert not INFORMAL.search(text), text
            assert not BARE_VERB.search(text), text


@pytest.mark.parametrize("app", APPS)
def test_every_text_that_says_je_has_a_formal_form(app: str) -> None:
    formal = read(app, "nl_X-u")

    missing = [
        message.id
        for message in messages(read(app, "nl"))
        if any(INFORMAL.search(text) for text in texts(message))
        and message.id not in SAYS_JE_ON_PURPOSE
        and formal.get(message.id, message.context) is None
    ]

    assert missing == []


@pytest.mark.parametrize("app", APPS)
def test_a_formal_text_keeps_its_plurals_and_names(app: str) -> None:
    informal = read(app, "nl")

    for message in messages(read(app, "nl_X-u")):
        known = informal.get(message.id, message.context)
        assert known is not None, f"no text any more: {message.id}"
        assert len(texts(message)) == len(texts(known)), message.id
        for formal, plain in zip(texts(message), texts(known), strict=True):
            assert formal != plain, f"the same as without u: {plain}"
            assert sorted(re.findall(r"%\(\w+\)[sd]|</?\w+", formal)) == sorted(
                re.findall(r"%\(\w+\)[sd]|</?\w+", plain)
            ), plain


@pytest.mark.parametrize("app", APPS)
def test_what_says_no_je_reads_the_same_where_u_is_said(app: str) -> None:
    """Also where Django or allauth have their own Dutch for the same English: ours comes first in both."""
    for message in messages(read(app, "nl")):
        plain, formal = served(message, "nl"), served(message, FORMAL_DUTCH)
        if message.id in SAYS_JE_ON_PURPOSE or not any(INFORMAL.search(text) for text in plain):
            assert formal == plain
        else:
            assert not any(INFORMAL.search(text) for text in formal), formal


@pytest.mark.django_db
def test_home_and_votes_say_u_only_in_the_municipality_that_chose_it(client: Client) -> None:
    cache.clear()
    pages: dict[str, str] = {}
    for form in (AddressForm.U, AddressForm.JE):
        town = MunicipalityFactory(slug=f"zegt-{form}", address_form=form)
        NeighbourhoodFactory(municipality=town)
        ballot = voting.opened(town)
        for name, path in (("home", ""), ("votes", "stemmingen/"), ("vote", f"stemmingen/{ballot.slug}/")):
            response = client.get(f"/{town.slug}/{path}")
            assert response.status_code == 200
            main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
            assert main is not None
            pages[f"{name} {form}"] = main.group()

    assert "U bent aan zet" in pages["home u"]
    assert "Vertel waar u woont" in pages["home u"]
    assert "Hier beslist u mee" in pages["votes u"]
    assert "zoveel projecten als u wilt" in pages["vote u"]
    assert "Jij bent aan zet" in pages["home je"]
    assert "Hier beslis je mee" in pages["votes je"]
    assert "zoveel projecten als je wilt" in pages["vote je"]
    for name, html in pages.items():
        assert bool(INFORMAL.search(html)) == name.endswith(" je"), name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "subject", "reason"),
    [
        (AddressForm.U, "U kunt nog stemmen: Buurtbudget", "U krijgt deze e-mail omdat u een account hebt"),
        (AddressForm.JE, "Je kunt nog stemmen: Buurtbudget", "Je krijgt deze e-mail omdat je een account hebt"),
    ],
)
def test_an_e_mail_speaks_as_its_municipality_does(
    form: AddressForm, subject: str, reason: str, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    town = MunicipalityFactory(address_form=form)
    ballot = voting.opened(town)
    resident = voting.resident(town)
    with transaction.atomic():
        notify(
            kind=CLOSING_SOON,
            recipients=[resident],
            about=f"voting.ballot:{ballot.pk}",
            moment="form of address",
            context={"title": ballot.title, "closes_at": ballot.closes_at},
            url=ballot.get_absolute_url(),
            municipality=town,
        )

    deliver_due()

    [mail] = [mail for mail in mailoutbox if mail.to == [resident.email]]
    html = str(mail.alternatives[0][0])
    assert mail.subject == subject
    for text in (str(mail.body), html):
        assert reason in re.sub(r"\s+", " ", text)
        assert bool(INFORMAL.search(text)) == (form == AddressForm.JE)
    assert translation.get_language() == "nl"
