"""Reading the public log: heads, entries, and where the vote of a receipt stands. Tells no choice and no time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from foundation.voting import papers
from foundation.voting.models import HourHead, InletVote, LogEntry, LogHead, ReplacedVote, Vote
from foundation.voting.public_log import hour_text

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


@dataclass(frozen=True)
class Place:
    """Where a receipt leads. ``status``: "logged", "waiting" (in the inlet), "no_log" (an older ballot),
    "replaced" (its voter changed it later) or "unknown".

    ``position`` counts from 1. ``choices`` is filled only where the asker may see results.
    """

    status: str
    code: str = ""
    commitment: str = ""
    position: int = 0
    head: LogHead | None = None
    choices: str | None = None


def heads(ballot: Ballot) -> QuerySet[LogHead]:
    """The heads, newest first."""
    return LogHead.objects.filter(ballot=ballot).order_by("-number")


def entries(ballot: Ballot) -> list[str]:
    """All commitments in the order of the log, in hexadecimal."""
    found = LogEntry.objects.filter(ballot=ballot).order_by("position").values_list("commitment", flat=True)
    return [bytes(commitment).hex() for commitment in found.iterator(chunk_size=5000)]


def as_dict(head: LogHead) -> dict[str, Any]:
    """A head as it is published."""
    return {
        "number": head.number,
        "size": head.size,
        "root": head.root,
        "day": head.day.isoformat(),
        "previous": head.previous,
        "signature": head.signature,
        "name": head.name,
    }


def hours(ballot: Ballot) -> QuerySet[HourHead]:
    """The heads of the hour, newest first."""
    return HourHead.objects.filter(ballot=ballot).order_by("-hour")


def hour_as_dict(head: HourHead) -> dict[str, Any]:
    """A head of the hour as it is published."""
    return {
        "hour": hour_text(head.hour),
        "number": head.number,
        "size": head.size,
        "root": head.root,
        "head": head.head,
        "signature": head.signature,
    }


def record(ballot: Ballot) -> dict[str, Any]:
    """The whole list of heads with what is needed to check their signatures."""
    return {
        "ballot": ballot.slug,
        "rules_sha256": ballot.rules_sha256,
        "public_key": ballot.frozen.get("log", {}).get("public_key", ""),
        "heads": [as_dict(head) for head in heads(ballot).reverse()],
        "hours": [hour_as_dict(head) for head in hours(ballot).reverse()],
    }


def clean_code(text: str) -> str:
    """A receipt code as people type it, in the form in which it is kept; "" when it can't be one."""
    code = text.strip().upper().translate(_LOOKALIKES)
    return code if re.fullmatch(f"[{papers.CODE_ALPHABET}]{{{papers.CODE_LENGTH}}}", code) else ""


def find(ballot: Ballot, typed: str, *, with_choices: bool) -> Place:
    """Where the vote with this receipt code stands.

    Args:
        typed: the code, with or without lines and in any case.
        with_choices: whether the gate lets results be seen now.
    """
    code = clean_code(typed)
    vote = Vote.objects.filter(ballot=ballot, code=code).first() if code else None
    if vote is None and code and (gone := ReplacedVote.objects.filter(ballot=ballot, code=code).first()):
        return _place(ballot, "replaced", code, bytes(gone.commitment))
    if vote is None:
        waits = bool(code) and InletVote.objects.filter(ballot=ballot, code=code).exists()
        return Place("waiting" if waits else "unknown", code)
    return _place(ballot, "logged", code, bytes(vote.commitment), vote.choices if with_choices else None)


def _place(ballot: Ballot, status: str, code: str, commitment: bytes, choices: str | None = None) -> Place:
    """With its line and head, where it has them: a vote that was replaced while it waited gets its line with the next batch."""
    entry = LogEntry.objects.filter(ballot=ballot, commitment=commitment).first()
    if entry is None:
        return Place("no_log" if status == "logged" else status, code, commitment.hex(), choices=choices)
    head = heads(ballot).filter(size__gt=entry.position).last()
    return Place(status, code, commitment.hex(), entry.position + 1, head, choices)
