"""Letters with a voting code: what stands in them, in Dutch or English, as one PDF of many letters."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from foundation.core import pdf
from foundation.voting import codes

if TYPE_CHECKING:
    from foundation.voting.models import Ballot, CodeBatch


def code_address(ballot: Ballot) -> str:
    """The address where a code is typed, as it is printed."""
    return settings.SITE_URL + reverse("voting:code", args=[ballot.municipality.slug, ballot.slug])


def qr_text(ballot: Ballot, code: str) -> str:
    """What the QR code holds: the address with the code behind ``#``, which a browser never sends to any server."""
    return f"{code_address(ballot)}#{codes.readable(code)}"


def letter_number(batch: CodeBatch, number: int) -> str:
    """The number printed on a letter, with which the desk finds its code: batch, dash, letter."""
    return f"{batch.number}-{number:05d}"


def letters_pdf(batch: CodeBatch, clear: Sequence[tuple[int, str]]) -> bytes:
    """A tagged PDF (PDF/UA-1) with one page per letter.

    Args:
        clear: letter numbers with their codes in clear text, which is kept nowhere else.
    """
    return pdf.render("voting_letter", context(batch, clear))


def context(batch: CodeBatch, clear: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """The data of the template; texts in the language of the batch."""
    ballot = batch.ballot
    with translation.override(batch.language):
        when = _("You can vote from %(from)s until %(until)s.") % {
            "from": _moment(ballot.opens_at),
            "until": _moment(ballot.closes_at),
        }
        # Strings of the address and the picture go under ``url``: they are no running text and may not be changed.
        return {
            "language": batch.language,
            "title": _("Your voting code for %(ballot)s") % {"ballot": ballot.title},
            "municipality": ballot.municipality.name,
            "intro": _("With this code you can vote in “%(ballot)s”. You need no account.") % {"ballot": ballot.title},
            "when": when if ballot.opens_at and ballot.closes_at else "",
            "code_label": _("Your voting code"),
            "code_help": _("Capital or small letters, spaces and dashes make no difference."),
            "how": _("How to vote"),
            "steps": [
                _("Scan the QR code with your phone, or go to the address below."),
                _("Type your voting code."),
                _("Choose, check your vote and send it in."),
            ],
            "address": {"url": code_address(ballot)},
            "qr_alt": _("QR code with the address of the vote and your voting code"),
            "notes_title": _("Good to know"),
            "remarks": [
                _("You can vote once with this code. Throw the letter away after voting."),
                _("Your vote is secret. Nobody can see what you chose with this code, not even the municipality."),
                _("Keep the code to yourself: who has it can vote with it."),
                _(
                    "Lost your letter, or does the code not work? Ask the desk of your municipality for a new code. Tell them the number of the letter if you have it."
                ),
            ],
            "number_label": _("Number of this letter"),
            "letters": [
                {"number": letter_number(batch, number), "code": codes.readable(code), "url": _qr(ballot, code)}
                for number, code in clear
            ],
        }


def _qr(ballot: Ballot, code: str) -> str:
    picture = io.BytesIO()
    segno.make(qr_text(ballot, code), error="m", micro=False).save(
        picture, kind="svg", border=4, xmldecl=False, nl=False
    )
    return picture.getvalue().decode()


def _moment(moment: Any) -> str:
    return date_format(localtime(moment), "j F Y, H:i") if moment else ""
