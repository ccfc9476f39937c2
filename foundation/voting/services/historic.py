"""An earlier election from a `.pb` or BLT file, with its votes: for showing, testing and demo. Voters on its roll are made up."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Municipality
from foundation.voting import paper_types, papers
from foundation.voting.counting import blt, pabulib, rules_for
from foundation.voting.enums import BallotState, BallotType, LimitKind
from foundation.voting.models import Ballot, BallotSecret
from foundation.voting.paper_types.base import Choice
from foundation.voting.services import ballots, freezing, mixing, options
from foundation.voting.services._locks import locked, move, need
from foundation.voting.services.imports import options_from_file

ElectionFile: TypeAlias = pabulib.PabulibFile | blt.BltFile


def import_historic(
    *,
    municipality: Municipality,
    file: ElectionFile,
    by: User,
    title: str = "",
    question: str = "",
    closes_at: datetime | None = None,
    rule: str | None = None,
    rule_settings: dict[str, Any] | None = None,
) -> Ballot:
    """Make a ballot with the projects and the votes of a file, closed and ready to be counted.

    It never takes votes itself and tells nobody anything. Codes are new, so nobody finds an old vote back.

    Args:
        file: of any kind of votes: ticks, points or rankings.
        closes_at: moment of closing, in the past; yesterday when left out.
        rule, rule_settings: how to count; as ``fields_of`` when left out.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        VotingError, ValidationError: its options can't stand on a paper of ours.
    """
    need("voting.manage_ballots", by, municipality)
    fields = fields_of(file, rule=rule, rule_settings=rule_settings)
    new_options, fields["budget_cents"] = options_of(file, municipality, spends=fields.pop("spends"))
    closes_at = closes_at or clock.now() - timedelta(days=1)
    with transaction.atomic():
        ballot = ballots.create(
            municipality=municipality,
            title=title or file.get("description")[:120] or _("Earlier election"),
            question=question or _("The votes of this election come from the public file."),
            opens_at=closes_at - timedelta(days=14),
            closes_at=closes_at,
            by=by,
            **fields,
        )
        options.replace_all(ballot=ballot, options=new_options, by=by)
        ballot = locked(ballot.pk)
        ballot.is_historic = True
        _walk_to_closed(ballot, by=by)
        numbers = {option.reference: option.number for option in ballot.options.all()}
        votes = mixing.fill_box(ballot_id=ballot.pk, papers=_papers(file, numbers, ballot.type))
        _fill_roll(ballot, votes)
        audit.record("voting.historic_imported", ballot, by=by, new={"votes": votes})
    return ballot


def fields_of(
    file: ElectionFile, *, rule: str | None = None, rule_settings: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a ballot of ours must be to hold the votes of a file: fields of ``models.ballot.EDITABLE``, and ``spends``.

    Without ``rule``: what the file states if that fits its papers, else STV for a BLT file, equal shares where money is
    divided, and a run-off for other rankings.
    """
    fields: dict[str, Any] = {"limit_kind": LimitKind.NONE, "spends": True}
    wanted: tuple[str, dict[str, Any]] = ("equal_shares", {})
    kind = "ordinal" if isinstance(file, blt.BltFile) else file.get("vote_type").lower()
    if kind in ("approval", "choose-1"):
        fields["type"] = BallotType.APPROVAL
        if file.get("max_length").isdecimal():
            fields |= {"limit_kind": LimitKind.NUMBER, "max_choices": int(file.get("max_length"))}
    elif kind in ("cumulative", "scoring"):
        # Parts of a point, where a file gives those, are our points: all are multiplied alike.
        given = [ballot.points or (0,) for ballot, _times in file.profile().ballots]
        fields |= {
            "type": BallotType.POINTS,
            "points_total": max(map(sum, given), default=1),
            "points_each": max(map(max, given), default=1),
        }
        wanted = ("equal_shares", {"utility": "points"})
    else:  # the reader knows no other kind than "ordinal"
        fields |= {"type": BallotType.RANKING, "spends": False}
        wanted = ("stv", {"seats": file.seats}) if isinstance(file, blt.BltFile) else ("instant_runoff", {})
    stated = pabulib.stated_rule(file)
    if rule is not None:
        wanted = (rule, rule_settings or {})
    elif stated is not None and stated.name in rules_for(fields["type"], budget=fields["spends"]):
        wanted = (stated.name, rule_settings or stated.settings.to_dict())
    return {**fields, "rule": wanted[0], "rule_settings": wanted[1]}


def options_of(
    file: ElectionFile, municipality: Municipality, *, spends: bool
) -> tuple[list[options.NewOption], int | None]:
    """The options of a file, ``reference`` being what it calls them, and its budget in cents (None where nothing is spent)."""
    if isinstance(file, blt.BltFile):
        named = [options.NewOption((option.name or option.id)[:200]) for option in file.profile().options]
        ids = [option.id for option in file.profile().options]
        return [replace(option, reference=name) for option, name in zip(named, ids, strict=True)], None
    found, budget_cents = options_from_file(file, municipality)
    return (found, budget_cents) if spends else ([replace(option, cost_cents=0) for option in found], None)


def _walk_to_closed(ballot: Ballot, *, by: User) -> None:
    """The states that a live ballot goes through, at the moments of the election."""
    move(ballot, BallotState.ANNOUNCED)
    ballot.announced_at = ballot.opens_at
    ballot.announced_by = by
    ballot.save(update_fields=["state", "announced_at", "announced_by", "is_historic"])
    move(ballot, BallotState.OPEN)
    signing_key = freezing.freeze(ballot)
    BallotSecret.objects.create(
        ballot=ballot,
        roll_key=secrets.token_bytes(32),
        receipt_key=secrets.token_bytes(32),
        signing_key=signing_key,
    )
    ballot.opened_at = ballot.opens_at
    ballot.save(update_fields=["state", "opened_at", "rule_settings", "rules_json", "rules_sha256"])
    move(ballot, BallotState.CLOSED)
    ballot.closed_at = ballot.closes_at
    ballot.save(update_fields=["state", "closed_at"])


def choices_of(file: ElectionFile, numbers: Mapping[str, int], kind: str) -> Iterator[tuple[Choice, int]]:
    """The papers in a file as choices on ours, each with how often it was cast.

    ``numbers``: of our options, by what the file calls them. ``kind``: the type of our ballot.
    """
    profile = file.profile()
    ids = [numbers[option.id] for option in profile.options]
    for ballot, times in profile.ballots:
        chosen = [ids[position] for position in ballot.choices]
        if kind == BallotType.POINTS:
            yield dict(zip(chosen, ballot.points or (), strict=True)), times
        else:
            yield chosen, times


def _papers(file: ElectionFile, numbers: dict[str, int], kind: str) -> Iterator[tuple[str, str, bytes, bytes]]:
    paper = paper_types.PAPER_TYPES[kind]
    used: set[str] = set()
    for choice, times in choices_of(file, numbers, kind):
        text = paper.text(choice)
        for _again in range(times):
            code, nonce = _new_code(used), secrets.token_bytes(papers.NONCE_BYTES)
            yield code, text, nonce, papers.commitment(nonce, code, text)


def _new_code(used: set[str]) -> str:
    while True:
        number = secrets.randbits(5 * papers.CODE_LENGTH)
        code = "".join(papers.CODE_ALPHABET[(number >> (5 * place)) & 31] for place in range(papers.CODE_LENGTH))
        if code not in used:
            used.add(code)
            return code


def _fill_roll(ballot: Ballot, votes: int) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY voting_voterrecord (ballot_id, voter_key, area_id) FROM STDIN") as copy,
    ):
        for _voter in range(votes):
            copy.write_row((ballot.pk, secrets.token_bytes(32), None))
