"""Letting envelopes with paper votes in: who may vote, once. What is in the envelope is not looked at here.

An envelope that is let in is a line in the roll from that moment on, so its voter can't vote online any more; and who voted online
can't send an envelope. No row stands for an envelope: only a sum per member of staff, so nothing leads from a voter to a pile.
"""

from __future__ import annotations

import copy
import hmac
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Area
from foundation.voting import codes
from foundation.voting.enums import BallotState, CodeState, Electorate
from foundation.voting.errors import NotEligible, VotingError, WrongMoment
from foundation.voting.models import Ballot, BallotSecret, CodeSecret, PaperDesk, PaperTally
from foundation.voting.queries import eligibility
from foundation.voting.queries import paper as paper_queries
from foundation.voting.services._locks import need

ADMITTED, VOTED, DEAD_CODE = "admitted", "voted", "dead_code"
_LEAST_TOKEN = 16


@dataclass(frozen=True)
class Answer:
    """What became of an envelope. ``reason`` says why it is set aside; ``number`` is how many this person let in so far."""

    admitted: bool
    reason: str
    number: int


def take(ballot: Ballot, *, by: User) -> tuple[Ballot, PaperDesk]:
    """Hold the ballot (closing, counting and cancelling wait) and its paper, as long as paper may still come in.

    In the caller's transaction. Every service of paper begins so: two of them never work on one ballot at once.

    Raises:
        PermissionDenied: ``by`` may not enter paper here.
        WrongMoment: this ballot takes no paper, not yet, or not any more.
    """
    need("voting.enter_paper", by, ballot.municipality)
    with connection.cursor() as cursor:  # casts hold the same lock: they pass
        cursor.execute("SELECT 1 FROM voting_ballot WHERE id = %s FOR SHARE", [ballot.pk])
    held = Ballot.objects.select_related("municipality").get(pk=ballot.pk)
    if not paper_queries.takes_paper(held) or held.is_historic:
        raise WrongMoment(_("Votes on paper don't count in this vote."))
    if held.state not in (BallotState.OPEN, BallotState.CLOSED):
        raise WrongMoment(_("Paper can be taken in from the opening until the count. That is not now."))
    PaperDesk.objects.get_or_create(ballot=held)
    desk = PaperDesk.objects.select_for_update(of=("self",)).get(ballot=held)
    if desk.closed_at is not None:
        raise WrongMoment(_("It was said that all paper is in. The votes are being counted."))
    return held, desk


def let_in_code(*, ballot: Ballot, code: str, form_token: str, by: User) -> Answer:
    """Let an envelope in on the voting code that it carries; the code is used from now on.

    Args:
        code: as ``codes.parse`` gives it.
        form_token: the random text of the form; sending one form twice gives one answer.

    Raises:
        NotEligible: it is no code of this ballot.
        WrongMoment: see ``take``.
    """

    def voter(ballot: Ballot, secret: BallotSecret) -> tuple[bytes, int | None, str]:
        keys = CodeSecret.objects.filter(ballot=ballot).first()
        fingerprint = codes.fingerprint(bytes(keys.code_key), code) if keys else b""
        with connection.cursor() as cursor:  # who blocks or replaces the code waits for us, as for a cast
            cursor.execute(
                "SELECT c.state, b.area_id FROM voting_votingcode c JOIN voting_codebatch b ON b.id = c.batch_id"
                " WHERE c.ballot_id = %s AND c.fingerprint = %s FOR SHARE OF c",
                [ballot.pk, fingerprint],
            )
            row = cursor.fetchone()
        if row is None:
            raise NotEligible(_("We don't know this code. Compare it with the envelope once more."))
        dead = "" if row[0] == CodeState.ACTIVE else DEAD_CODE
        return codes.voter_key(bytes(secret.roll_key), fingerprint), row[1], dead

    if ballot.electorate != Electorate.CODES:
        raise NotEligible(_("This vote is not for holders of voting codes."))
    return _let_in(ballot, voter, form_token, by)


def let_in_account(*, ballot: Ballot, email: str, form_token: str, by: User) -> Answer:
    """Let an envelope in for somebody with an account, whose identity the desk has seen.

    Raises:
        NotEligible: there is no such account, or this person may not vote here.
        WrongMoment: see ``take``.
    """

    def voter(ballot: Ballot, secret: BallotSecret) -> tuple[bytes, int | None, str]:
        person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise NotEligible(_("There is no account with this address."))
        seen = copy.copy(ballot)
        seen.required_assurance = 0  # the desk has seen who this is and where they live
        found = eligibility.check_person(seen, person, clock.now())
        if not found.may_vote:
            raise NotEligible(_("This person may not vote here. What the portal tells them: %s") % found.text)
        return eligibility.key_of(secret, person), found.area_id, ""

    _for_people(ballot)
    return _let_in(ballot, voter, form_token, by)


def let_in_person(
    *,
    ballot: Ballot,
    first_name: str,
    born: date,
    postcode: str,
    house_number: str,
    area: Area | None,
    form_token: str,
    by: User,
) -> Answer:
    """Let an envelope in for somebody without an account, whose identity the desk has seen.

    What is typed is not kept: a keyed hash of it stands in the roll, so that the same person is not let in twice at the desk. That
    they vote online too, with an account made for it, can't be seen: where that matters, use voting codes.

    Args:
        area: where this person lives, when the ballot tells turnout per neighbourhood.

    Raises:
        NotEligible: too young, or of another neighbourhood.
        WrongMoment: see ``take``.
    """

    def voter(ballot: Ballot, secret: BallotSecret) -> tuple[bytes, int | None, str]:
        _old_enough(ballot, born)
        areas = eligibility.electorate_areas(ballot)
        if area is not None and area.municipality_id != ballot.municipality_id:
            raise NotEligible(_("Choose neighbourhoods of your own municipality."))
        if areas and (area is None or not areas & {area.pk, area.parent_id}):
            raise NotEligible(_("This vote is for residents of another part of the municipality."))
        parts = [_bare(first_name), born.isoformat(), _bare(postcode), _bare(house_number)]
        key = hmac.digest(bytes(secret.roll_key), "\n".join(["desk", *parts]).encode(), "sha256")
        return key, area.pk if area else None, ""

    if ballot.electorate != Electorate.RESIDENTS:
        raise NotEligible(_("Only residents can vote without an account."))
    if not _bare(first_name) or not _bare(postcode) or not _bare(house_number):
        raise VotingError(_("Fill in everything: with it nobody is let in twice."))
    return _let_in(ballot, voter, form_token, by)


def _for_people(ballot: Ballot) -> None:
    if ballot.electorate == Electorate.CODES:
        raise NotEligible(_("In this vote an envelope carries a voting code."))


def _old_enough(ballot: Ballot, born: date) -> None:
    day = clock.today(ballot.opens_at or clock.now())
    if born > day or born.year < day.year - 130:
        raise NotEligible(_("This date of birth can't be right."))
    if ballot.minimum_age and day.year - born.year < ballot.minimum_age:
        raise NotEligible(_("This person is too young to vote here."))


def _bare(text: str) -> str:
    """Letters and figures only, without accents and case: "Zoë " and "zoe" are one name."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))


def _let_in(
    ballot: Ballot,
    voter: Callable[[Ballot, BallotSecret], tuple[bytes, int | None, str]],
    form_token: str,
    by: User,
) -> Answer:
    """Ask ``voter`` for key, area and a reason to refuse; write the line of the roll and one more in the tally."""
    if not _LEAST_TOKEN <= len(form_token) <= 64:
        raise VotingError(_("Something went wrong with the form. Try it again."))
    with transaction.atomic():
        ballot, _desk = take(ballot, by=by)
        tally, _made = PaperTally.objects.get_or_create(ballot=ballot, by=by)
        if tally.last_token == form_token:  # the same form once more: a double click, or a page that was reloaded
            return _answer(tally)
        secret = BallotSecret.objects.get(ballot=ballot)
        key, area_id, reason = voter(ballot, secret)
        if not reason and not _in_roll(ballot, key, area_id):
            reason = VOTED
        tally.last_token, tally.last_answer = form_token, reason or ADMITTED
        if reason:
            tally.set_aside += 1
        else:
            tally.envelopes += 1
        tally.save(update_fields=["envelopes", "set_aside", "last_token", "last_answer"])
        answer = _answer(tally)
        if reason:
            audit.record("voting.envelope_set_aside", ballot, by=by, reason=answer.reason)
    return answer


def _in_roll(ballot: Ballot, key: bytes, area_id: int | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO voting_voterrecord (ballot_id, voter_key, area_id) VALUES (%s, %s, %s)"
            " ON CONFLICT (ballot_id, voter_key) DO NOTHING",
            [ballot.pk, key, area_id],
        )
        return bool(cursor.rowcount == 1)


def _answer(tally: PaperTally) -> Answer:
    reasons = {
        ADMITTED: "",
        VOTED: _("This voter has voted already, online or on paper."),
        DEAD_CODE: _("This code was blocked, or replaced by a new one."),
    }
    return Answer(tally.last_answer == ADMITTED, reasons[tally.last_answer], tally.envelopes)


def close(*, ballot: Ballot, by: User) -> PaperDesk:
    """All paper is in: from now on the votes may be counted. Doing it twice is no harm.

    Raises:
        WrongMoment: the vote is not closed yet.
        VotingError: an envelope or a batch still waits.
    """
    need("voting.enter_paper", by, ballot.municipality)
    done = PaperDesk.objects.filter(ballot=ballot, closed_at__isnull=False).first()
    if done is not None:
        return done
    with transaction.atomic():
        ballot, desk = take(ballot, by=by)
        if ballot.state != BallotState.CLOSED:
            raise WrongMoment(_("The vote is still open: paper may still come in."))
        if found := paper_queries.lacking(ballot):
            raise VotingError(" ".join(found))
        desk.closed_at, desk.closed_by = clock.now(), by
        desk.save(update_fields=["closed_at", "closed_by"])
        people = PaperTally.objects.filter(ballot=ballot).select_related("by")
        audit.record(
            "voting.paper_closed",
            ballot,
            by=by,
            new={
                "envelopes": paper_queries.envelopes(ballot),
                "per_person": {str(tally.by_id): tally.envelopes for tally in people},
            },
        )
    return desk
