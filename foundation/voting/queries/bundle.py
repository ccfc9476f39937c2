"""Everything that is published of a vote in one zip, the same bytes each time. The views ask the gate before they call this."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from foundation.voting.counting.canonical import canonical_json
from foundation.voting.models import LogEntry, LogHead, Result, Vote
from foundation.voting.queries import exports, public_log
from foundation.voting.verifier import recount

if TYPE_CHECKING:
    from foundation.voting.models import Ballot

_README = """\
Alles om deze stemming na te gaan                                     (English below)

{title}

Download het programma recount.py van de pagina met de uitslag, en typ:

    python recount.py bundel.zip

Het programma heeft alleen Python 3.11 of nieuwer nodig. Het zegt in gewone taal wat klopt en wat niet.

rules.json      de regels, zoals ze bij de opening zijn vastgelegd
votes.txt       alle stemmen zonder namen: code;keuzes;nonce (vervangen stemmen: code;vervangen;vastlegging)
log.txt         het openbare logboek: de vastlegging van elke stem, in de volgorde van binnenkomst per groep
heads.json      de getekende koppen van het logboek
hours.json      wat het logboek op elk heel uur was, getekend en aan waarnemers gemaild
statement.json  de totalen en de vingerafdruk van de uitslag; statement.sig is de handtekening eronder
result.json     de uitslag met elke stap
votes.pb        dezelfde stemmen in de vorm van Pabulib, bij stemmingen over geld
SHA256SUMS      de vingerafdruk van elk bestand

Everything to check this vote. Download recount.py from the page with the result, and type:

    python recount.py bundel.zip --lang en

rules.json      the rules as they were fixed at the opening
votes.txt       all votes without names: code;choices;nonce (replaced votes: code;vervangen;commitment)
log.txt         the public log: the commitment of every vote
heads.json      the signed heads of the log
hours.json      what the log was at each whole hour, signed and mailed to observers
statement.json  the totals and the fingerprint of the result; statement.sig is its signature
result.json     the result with every step
votes.pb        the same votes in the form of Pabulib, where money is divided
SHA256SUMS      the fingerprint of each file

A commitment is SHA-256("commit" || nonce || "code;choices").
"""


def has_bundle(ballot: Ballot) -> bool:
    """Whether this ballot was opened with a public log, so that there is something to check."""
    return "log" in ballot.frozen


def bundle(ballot: Ballot) -> bytes:
    """The zip of a counted ballot, not packed: the verifier rebuilds it byte for byte."""
    made = files(ballot)
    made[recount.SUMS] = "".join(
        f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made)
    ).encode()
    return recount.write_zip(made)


def files(ballot: Ballot) -> dict[str, bytes]:
    """The files by name, without the list of their fingerprints."""
    result = Result.objects.select_related("count").get(count__ballot=ballot)
    entries = LogEntry.objects.filter(ballot=ballot).order_by("position").values_list("commitment", flat=True)
    heads = [public_log.as_dict(head) for head in LogHead.objects.filter(ballot=ballot).order_by("number")]
    made = {
        "README.txt": _README.format(title=ballot.frozen["title"]).encode(),
        "rules.json": ballot.rules_json.encode(),
        "votes.txt": _votes(ballot).encode(),
        "log.txt": "".join(f"{bytes(entry).hex()}\n" for entry in entries.iterator(chunk_size=5000)).encode(),
        "heads.json": canonical_json(heads).encode(),
        "hours.json": hours_json(ballot).encode(),
        "statement.json": result.statement.encode(),
        "statement.sig": f"{result.statement_signature}\n".encode(),
        "result.json": canonical_json(result.outcome).encode(),
    }
    if ballot.frozen["type"] == "approval" and ballot.frozen["budget_cents"]:
        made["votes.pb"] = exports.votes_pb(ballot).encode()
    return made


def hours_json(ballot: Ballot) -> str:
    """The heads of the hour as they are published; the count signs the hash of this text."""
    return canonical_json([public_log.hour_as_dict(head) for head in public_log.hours(ballot).reverse()])


def _votes(ballot: Ballot) -> str:
    votes = Vote.objects.filter(ballot=ballot).order_by("code").values_list("code", "choices", "nonce")
    lines = [f"{code};{choices};{bytes(nonce).hex()}" for code, choices, nonce in votes.iterator(chunk_size=5000)]
    return "".join(f"{line}\n" for line in sorted([*lines, *exports.replaced_lines(ballot)]))
