"""The page with the receipt, drawn once for many voters.

Of this page only the code and its picture differ from voter to voter. So the usual template is drawn once, with marks in
their places, and kept in this process for a few seconds under everything else that it shows; each voter gets a copy with
their own code in it. A page with a message on it, of somebody with a role here, or of a form that was sent twice is drawn in full.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from foundation.core.quick_qr import svg
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.models import Ballot
from foundation.voting.queries.door import AtTheDoor
from foundation.voting.services.casting import Receipt

KEPT_SECONDS = 10.0  # "today" on the page may be that old
MOST_KEPT = 64
TEMPLATE = "voting/receipt.html"
# Nothing that a municipality or a visitor writes can hold these.
_CODE, _READABLE, _PICTURE = secrets.token_hex(16), secrets.token_hex(16), secrets.token_hex(16)
_MARKS = re.compile(f"({_CODE}|{_READABLE}|{_PICTURE})")
_drawn: OrderedDict[tuple[object, ...], tuple[float, str]] = OrderedDict()


@dataclass(frozen=True)
class _Blank:
    """Stands for a receipt while the page around it is drawn."""

    code: str = _CODE
    readable: str = _READABLE
    repeated: bool = False


@dataclass(frozen=True)
class KeptReceipt:
    """The page that is kept, for ``foundation.voting.fast_lane``: until when (``time.monotonic``), and with marks in it."""

    door: AtTheDoor
    until: float
    page: str

    def parts(self) -> list[bytes]:
        """The page cut at its marks: text, hole, text, hole, ..., text."""
        return [part.encode() for part in _MARKS.split(self.page)]


def filled(parts: list[bytes], receipt: Receipt) -> bytes:
    """The page of one voter, from ``KeptReceipt.parts``."""
    readable = receipt.readable
    holes = {_CODE.encode(): receipt.code, _READABLE.encode(): readable, _PICTURE.encode(): svg(readable)}
    page = parts.copy()
    page[1::2] = [holes[part].encode() for part in parts[1::2]]
    return b"".join(page)


def receipt_page(
    request: MunicipalityRequest, ballot: Ballot, receipt: Receipt, *, changed: bool = False
) -> HttpResponse:
    """The answer to a vote: the receipt. ``changed``: it took the place of an earlier one."""
    key = _key(request, ballot)
    if key is None or receipt.repeated or changed:
        context = {"ballot": ballot, "receipt": receipt, "qr": mark_safe(svg(receipt.readable)), "changed": changed}
        return render(request, TEMPLATE, context)
    now = time.monotonic()
    kept = _drawn.get(key)
    if kept is None or now >= kept[0]:
        context = {"ballot": ballot, "receipt": _Blank(), "qr": _PICTURE}
        kept = _drawn[key] = (now + KEPT_SECONDS, render_to_string(TEMPLATE, context, request))
        while len(_drawn) > MOST_KEPT:
            _drawn.popitem(last=False)
    page = kept[1].replace(_CODE, receipt.code).replace(_READABLE, receipt.readable)
    response = HttpResponse(page.replace(_PICTURE, svg(receipt.readable)))
    response.kept_receipt = KeptReceipt(request.door, *kept)  # type: ignore[attr-defined]
    return response


def _key(request: HttpRequest, ballot: Ballot) -> tuple[object, ...] | None:
    """All that the page shows beside the receipt; None when it must be drawn in full."""
    door = getattr(request, "door", None)
    if (
        door is None
        or any(getattr(door.user, "_role_kinds", {}).values())
        or SessionStorage.session_key in request.session
    ):
        return None
    return (
        door.version,
        door.user.is_authenticated,
        request.get_host(),
        request.get_full_path(),
        get_language(),
        door.unread,
    )
