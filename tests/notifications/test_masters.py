"""A letter that is filled in says the same, byte by byte of its texts, as one that is written anew."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default as policy

import pytest

from foundation.notifications import masters
from foundation.notifications.kinds import Letter

BLANK = "https://blank.invalid/"
LINK = "https://aanzet.example/gouda/volgen/eyJmIjox~" + "x" * 90 + "/"
FORM = Letter(
    subject="Nieuws 🌳 uit de buurt",
    text=f"Hoi é,\n.\n..punt\n\nAfmelden: {BLANK}\n",
    html=f'<p>Hoi é</p>\n<a href="{BLANK}">Afmelden</a> {BLANK}',
    list_id="nieuws.gouda.aanzet.example",
)


def filled(form: Letter, link: str = LINK, to: str = "anna@bücher.example") -> tuple[EmailMessage, EmailMessage, bool]:
    """The e-mail as it goes, and as it would go without a master; and whether a master was used."""
    letter = replace(
        form,
        text=form.text.replace(BLANK, link),
        html=form.html.replace(BLANK, link.replace("&", "&amp;")),
        unsubscribe=link,
        master=form,
        blank=BLANK,
    )
    mail = masters.letter_mail(
        letter,
        subject=letter.subject,
        sender='"Gemeente Sint-Ængel" <aanzet@example.nl>',
        to=to,
        shared={"List-Id": f"<{letter.list_id}>", "Auto-Submitted": "auto-generated"},
        own={"Message-ID": "<1@example.nl>", "List-Unsubscribe": f"<{link}>"},
    )
    told, anew = masters.source(mail), mail.message().as_bytes(linesep="\r\n")
    assert anew.count(b"\n") == anew.count(b"\r\n")
    assert told.count(b"\n") == told.count(b"\r\n")
    return (
        email.message_from_bytes(told, policy=policy),  # type: ignore[arg-type]
        email.message_from_bytes(anew, policy=policy),  # type: ignore[arg-type]
        masters._filled_in(mail) is not None,
    )


def same(first: EmailMessage, second: EmailMessage) -> None:
    names = {name.lower() for name in first}
    assert names == {name.lower() for name in second}
    assert len(list(first)) == len(names)  # none twice
    for name in names - {"date", "content-type"}:
        assert str(first[name]).strip() == str(second[name]).strip(), name
    assert first.get_content_type() == second.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        parts = [mail.get_body((kind,)) for mail in (first, second)]
        assert parts[0].get_content() == parts[1].get_content()  # type: ignore[union-attr]
    assert not first.defects


def test_filled_in_letter_is_the_written_one() -> None:
    told, anew, by_master = filled(FORM)
    assert by_master
    same(told, anew)
    assert LINK in told.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "invalid" not in str(told)


@pytest.mark.parametrize(
    ("form", "link"),
    [
        (replace(FORM, text="x" * 1200 + BLANK), LINK),  # such lines go as quoted-printable, where the blank may be cut
        (FORM, LINK + "?a=1&b=2"),  # written otherwise in HTML
    ],
)
def test_letter_that_cannot_be_filled_in_is_written_anew(form: Letter, link: str) -> None:
    told, anew, by_master = filled(form, link)
    assert not by_master
    same(told, anew)


def test_two_receivers_share_nothing_of_their_own() -> None:
    first, _anew, _used = filled(FORM, to="anna@mail.example")
    second, _anew, _used = filled(FORM, LINK + "tweede/", to="bram@mail.example")
    assert (first["To"], second["To"]) == ("anna@mail.example", "bram@mail.example")
    assert "tweede" not in str(first)
    assert "anna" not in str(second)
