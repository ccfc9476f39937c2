"""Trying a ballot out before it opens: test votes that never come near roll, inlet, box or log, and go for good.

A rehearsal has tables of its own (docs/decisions/0006-rehearsals-apart.md): what is append-only could not be wiped. The
paper is checked and counted by the same code as a real vote, on the rules as they would be frozen now.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections import Counter
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.voting import counting, paper_types
from foundation.voting.counting.canonical import canonical_json
from foundation.voting.enums import BallotType, LimitKind
from foundation.voting.errors import InvalidChoice, NotReady, WrongMoment
from foundation.voting.models import Ballot, Rehearsal, RehearsalVote
from foundation.voting.paper_types import Choice
from foundation.voting.queries.readiness import problems
from foundation.voting.services._locks import locked, need
from foundation.voting.services.counting import profile_of
from foundation.voting.services.freezing import rules_of

log = logging.getLogger(__name__)
MOST_VOTES = 2000
_SEED = "rehearsal"  # a test needs no secret draw


def start(*, ballot: Ballot, by: User) -> Rehearsal:
    """Begin, or begin again with an empty box.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        NotReady: the ballot is not complete: there is nothing to try out yet.
        WrongMoment: it has opened.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = _before_opening(ballot)
        if found := problems(ballot, clock.now()):
            raise NotReady(found)
        Rehearsal.objects.filter(ballot=ballot).delete()
        made = Rehearsal.objects.create(ballot=ballot, rules_sha256=_fingerprint(ballot), started_by=by)
        audit.record("voting.rehearsal_started", ballot, by=by)
    return made


def cast(*, ballot: Ballot, choices: Choice, by: User) -> None:
    """Put one test vote in.

    Raises:
        InvalidChoice: a real vote with this choice would be refused too.
        WrongMoment: no rehearsal is going on, or the ballot was changed since it began.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        rehearsal, rules = _going_on(ballot)
        paper = paper_types.of(rules)
        if found := paper.check(rules, choices):
            raise InvalidChoice(found[0].text)
        _room_for(rehearsal, 1)
        RehearsalVote.objects.create(rehearsal=rehearsal, choices=paper.text(choices))


def cast_random(*, ballot: Ballot, number: int, by: User) -> int:
    """Put ``number`` made-up test votes in, each as the rules allow; returns how many.

    Raises:
        WrongMoment: no rehearsal is going on, or the ballot was changed, or there would be too many.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        rehearsal, rules = _going_on(ballot)
        number = max(1, number)
        _room_for(rehearsal, number)
        paper, draw = paper_types.of(rules), random.SystemRandom()
        texts = [paper.text(_made_up(rules, draw)) for _vote in range(number)]
        RehearsalVote.objects.bulk_create(RehearsalVote(rehearsal=rehearsal, choices=text) for text in texts)
    return number


def close(*, ballot: Ballot, by: User) -> None:
    """Stop taking test votes; from now on the test result can be seen.

    Raises:
        WrongMoment: no rehearsal is going on.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        rehearsal, _rules = _going_on(ballot)
        rehearsal.closed_at = clock.now()
        rehearsal.save(update_fields=["closed_at"])


def wipe(*, ballot: Ballot, by: User | None) -> bool:
    """Throw the rehearsal with all its test votes away; returns whether there was one. The audit trail keeps that it was.

    Opening does this by itself (``by`` None, in its own transaction).
    """
    if by is not None:
        need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        gone, _rows = Rehearsal.objects.filter(ballot=ballot).delete()
        if gone:
            audit.record("voting.rehearsal_wiped", ballot, by=by)
            transaction.on_commit(_clean)
    return bool(gone)


def outcome_of(ballot: Ballot) -> tuple[Ballot, counting.Outcome]:
    """The ballot as it would be frozen, and the outcome of the test votes so far. Nothing is stored.

    Raises:
        WrongMoment: no rehearsal, or the ballot was changed since it began.
    """
    rehearsal = Rehearsal.objects.filter(ballot=ballot).first()
    if rehearsal is None or rehearsal.rules_sha256 != _fingerprint(ballot):
        raise WrongMoment(_changed())
    tried = as_frozen(ballot)
    rule = tried.frozen["rule"]
    settings = counting.make_settings(rule["name"], {**rule["settings"], "lot_seed": _SEED})
    merged = Counter(rehearsal.votes.values_list("choices", flat=True))
    return tried, counting.count(profile_of(tried, dict(merged)), rule["name"], settings)


def as_frozen(ballot: Ballot) -> Ballot:
    """A copy of the ballot in memory with its rules as they would be frozen now."""
    tried = Ballot.objects.select_related("municipality").get(pk=ballot.pk)
    tried.__dict__["frozen"] = rules_of(tried)
    return tried


def is_current(ballot: Ballot, rehearsal: Rehearsal) -> bool:
    """Whether the ballot is still what was rehearsed."""
    return rehearsal.rules_sha256 == _fingerprint(ballot)


def _fingerprint(ballot: Ballot) -> str:
    return hashlib.sha256(canonical_json(rules_of(ballot)).encode()).hexdigest()


def _before_opening(ballot: Ballot) -> Ballot:
    ballot = locked(ballot.pk)
    if not ballot.is_editable or ballot.takes_votes(clock.now()):
        raise WrongMoment(_("The vote has opened. You rehearse before that."))
    return ballot


def _going_on(ballot: Ballot) -> tuple[Rehearsal, dict[str, Any]]:
    ballot = _before_opening(ballot)
    rehearsal = Rehearsal.objects.filter(ballot=ballot).first()
    if rehearsal is None or rehearsal.closed_at is not None:
        raise WrongMoment(_("There is no rehearsal going on."))
    if not is_current(ballot, rehearsal):
        raise WrongMoment(_changed())
    return rehearsal, rules_of(ballot)


def _changed() -> str:
    return _("The vote was changed after the rehearsal began. Begin again.")


def _room_for(rehearsal: Rehearsal, number: int) -> None:
    if rehearsal.votes.count() + number > MOST_VOTES:
        raise WrongMoment(_("A rehearsal holds at most %(most)d test votes.") % {"most": MOST_VOTES})


def _made_up(rules: dict[str, Any], draw: random.SystemRandom) -> Choice:
    """A choice as somebody might make it; now and then a blank one."""
    numbers = [option["number"] for option in rules["options"]]
    draw.shuffle(numbers)
    some = numbers[: draw.randint(1, min(len(numbers), 12))]
    if draw.random() < 0.03:
        return []
    match rules["type"]:
        case BallotType.SINGLE:
            return some[:1]
        case BallotType.SCALE:
            return {number: draw.randrange(len(rules["scale"])) for number in some}
        case BallotType.POINTS:
            left, given = rules["points"]["total"], dict[int, int]()
            for number in some:
                given[number] = draw.randint(1, min(left, rules["points"]["each"]))
                left -= given[number]
                if not left:
                    break
            return given
        case BallotType.RANKING:
            return some
    if rules["limit"]["kind"] == LimitKind.NUMBER:
        return some[: rules["limit"]["max_choices"]]
    if rules["limit"]["kind"] == LimitKind.BUDGET:
        costs = {option["number"]: option["cost_cents"] for option in rules["options"]}
        picked, left = [], rules["budget_cents"]
        for number in numbers:
            if costs[number] <= left:
                picked.append(number)
                left -= costs[number]
        return picked
    return some


def _clean() -> None:
    """VACUUM, so that the wiped rows leave the pages of the table too. Nothing happens inside a transaction."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM voting_rehearsalvote")
        cursor.execute("VACUUM voting_rehearsal")
