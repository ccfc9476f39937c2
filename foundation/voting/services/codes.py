"""Batches of voting codes: making the letters, handing them out, blocking them, a new code at the desk.

The clear text of a code exists in the memory of the worker and in the PDF, nowhere else. A part of a batch (its PDF and the
fingerprints of its codes) comes into being in one transaction, so a worker that is killed leaves no code without a letter:
who takes over makes new codes for what was not ready.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from foundation.municipalities.models import Area
from foundation.voting import codes, letters
from foundation.voting.enums import BATCH_TRANSITIONS, BallotState, BatchState, CodeState, Electorate
from foundation.voting.errors import AlreadyVoted, VotingError, WrongMoment
from foundation.voting.models import Ballot, BallotSecret, CodeBatch, CodeSecret, LetterPart, VoterRecord, VotingCode
from foundation.voting.models.codes import MOST_LETTERS
from foundation.voting.services._locks import locked, need

log = logging.getLogger(__name__)

PART = 250  # letters in one PDF: some seconds of work, and what a killed worker has to do again
MOST_ATTEMPTS = 5
MOST_DOWNLOADS = 5
KEPT = timedelta(days=14)  # letters that nobody said were printed go by themselves
_MAKING = (BallotState.DRAFT, BallotState.ANNOUNCED, BallotState.OPEN)


class TakenOver(Exception):
    """Another worker has this batch now, or it was blocked; ours stops without a trace."""


# --- Asking for a batch, and making it ------------------------------------------------------------------------------------


def ask_for_batch(*, ballot: Ballot, name: str, size: int, language: str, area: Area | None, by: User) -> CodeBatch:
    """Put a batch in the queue; the caller asks a worker to begin after the commit.

    Args:
        size: number of letters, 1 to 50,000.
        language: "nl" or "en".
        area: where the votes of these codes count in the turnout; None for the whole electorate.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongMoment: the ballot is not for holders of codes, or it is closed.
        VotingError: the area is not one of this ballot, or the number is out of bounds.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        _takes_codes(ballot)
        if not 1 <= size <= MOST_LETTERS:
            raise VotingError(_("A batch has at least 1 and at most 50,000 letters."))
        if area is not None and area.municipality_id != ballot.municipality_id:
            raise VotingError(_("Choose neighbourhoods of your own municipality."))
        CodeSecret.objects.get_or_create(ballot=ballot, defaults={"code_key": secrets.token_bytes(32)})
        last = ballot.code_batches.aggregate(last=Max("number"))["last"] or 0
        batch = CodeBatch.objects.create(
            ballot=ballot, number=last + 1, name=name, size=size, language=language, area=area, made_by=by
        )
        audit.record(
            "voting.codes_asked",
            ballot,
            by=by,
            new={"batch": str(batch), "number_of_letters": size, "language": language},
        )
    return batch


def _takes_codes(ballot: Ballot) -> None:
    if ballot.electorate != Electorate.CODES:
        raise WrongMoment(_("This vote is not for holders of voting codes."))
    if ballot.state not in _MAKING or ballot.phase(clock.now()) not in _MAKING:
        raise WrongMoment(_("The vote is closed: codes can't be made or changed any more."))


def claim(*, batch_id: int) -> CodeBatch | None:
    """Take a waiting batch, or one whose worker fell silent; None when another worker has it or it is ready."""
    now = clock.now()
    with transaction.atomic():
        batch = (
            CodeBatch.objects.to_be_taken(now)
            .select_for_update(of=("self",), skip_locked=True)
            .filter(pk=batch_id)
            .first()
        )
        if batch is None:
            return None
        if batch.state == BatchState.MAKING:
            BATCH_TRANSITIONS.move(batch, BatchState.WAITING)
        BATCH_TRANSITIONS.move(batch, BatchState.MAKING)
        batch.attempt += 1
        batch.heartbeat_at = now
        batch.save(update_fields=["state", "attempt", "heartbeat_at"])
    return batch


def make_letters(*, batch_id: int, after_part: Callable[[int], None] | None = None) -> CodeBatch | None:
    """Make what is not ready of a batch, part by part.

    Args:
        after_part: called with the number of letters ready after each part.

    Returns:
        the batch, or None when it was not ours to do.
    """
    claimed = claim(batch_id=batch_id)
    if claimed is None:
        return None
    batch = CodeBatch.objects.select_related("ballot__municipality", "ballot__code_secret", "area").get(pk=claimed.pk)
    try:
        if batch.attempt > MOST_ATTEMPTS:  # each time the worker was killed: the batch may be what kills it
            _finish(batch, BatchState.FAILED)
            return batch
        while batch.done < batch.size:
            _make_part(batch)
            if after_part is not None:
                after_part(batch.done)
        _finish(batch, BatchState.MADE)
    except TakenOver:
        return None
    except Exception:
        try:
            _finish(batch, BatchState.FAILED)
        except TakenOver:
            return None
        raise  # for the log of the worker; people read the state
    return batch


def _make_part(batch: CodeBatch) -> None:
    first, last = batch.done + 1, min(batch.done + PART, batch.size)
    clear = [codes.new_code() for _number in range(first, last + 1)]
    pdf = letters.letters_pdf(batch, [(number, code) for number, code in enumerate(clear, start=first)])
    key = bytes(batch.ballot.code_secret.code_key)
    part = LetterPart(batch=batch, number=(first - 1) // PART + 1, first_letter=first, last_letter=last)
    part.file_name = f"{secrets.token_hex(16)}.pdf"
    part.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(part.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    try:
        with transaction.atomic():
            _lock_mine(batch)
            part.save(force_insert=True)
            VotingCode.objects.bulk_create(
                [
                    VotingCode(ballot_id=batch.ballot_id, batch=batch, number=number, fingerprint=fingerprint)
                    for number, fingerprint in enumerate((codes.fingerprint(key, code) for code in clear), start=first)
                ]
            )
            CodeBatch.objects.filter(pk=batch.pk).update(done=last, heartbeat_at=clock.now())
    except BaseException:
        part.path.unlink(missing_ok=True)  # letters whose codes nobody knows
        raise
    batch.done = last


def _lock_mine(batch: CodeBatch) -> None:
    """Hold the row until the commit: from here on nobody takes over, and whoever lost the batch writes nothing."""
    held = CodeBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.attempt != batch.attempt or held.state != BatchState.MAKING:
        raise TakenOver


def _finish(batch: CodeBatch, state: BatchState) -> None:
    with transaction.atomic():
        _lock_mine(batch)
        BATCH_TRANSITIONS.move(batch, state)
        batch.finished_at = batch.heartbeat_at = clock.now()
        batch.save(update_fields=["state", "finished_at", "heartbeat_at"])
        verb = "voting.codes_made" if state == BatchState.MADE else "voting.codes_failed"
        audit.record(verb, batch.ballot, by=None, new={"batch": str(batch), "number_of_letters": batch.done})


def try_again(*, batch: CodeBatch, by: User) -> CodeBatch:
    """Put a batch that failed back in the queue; what was ready stays.

    Raises:
        WrongMoment: it did not fail.
    """
    need("voting.manage_ballots", by, batch.ballot.municipality)
    with transaction.atomic():
        batch = _locked_batch(batch)
        _move(batch, BatchState.WAITING)
        batch.attempt = 0
        batch.save(update_fields=["state", "attempt"])
    return batch


# --- The letters ----------------------------------------------------------------------------------------------------------


def download(*, part: LetterPart, by: User) -> bytes:
    """The PDF of a part. Each download is on the audit trail; after five it stops.

    Raises:
        WrongMoment: the letters are destroyed, blocked or downloaded too often.
    """
    need("voting.manage_ballots", by, part.batch.ballot.municipality)
    with transaction.atomic():
        batch = _locked_batch(part.batch)
        part = LetterPart.objects.select_for_update().get(pk=part.pk)
        if batch.state == BatchState.BLOCKED or part.destroyed_at is not None or not part.path.is_file():
            raise WrongMoment(_("These letters are not kept any more. Make a new batch if you need them."))
        if part.downloads >= MOST_DOWNLOADS:
            raise WrongMoment(_("These letters were downloaded five times. Block this batch and make a new one."))
        part.downloads = F("downloads") + 1  # type: ignore[assignment]
        part.save(update_fields=["downloads"])
        audit.record("voting.letters_downloaded", batch.ballot, by=by, new={"batch": str(batch), "part": part.number})
        return part.path.read_bytes()


def hand_out(*, batch: CodeBatch, by: User) -> CodeBatch:
    """The letters are printed: their PDFs, and with them every code in clear, are destroyed.

    Raises:
        WrongMoment: the batch is not ready, or was printed already.
    """
    need("voting.manage_ballots", by, batch.ballot.municipality)
    with transaction.atomic():
        batch = _locked_batch(batch)
        _move(batch, BatchState.HANDED_OUT)
        batch.handed_out_at = clock.now()
        batch.save(update_fields=["state", "handed_out_at"])
        _destroy(batch)
        audit.record("voting.codes_handed_out", batch.ballot, by=by, new={"batch": str(batch)})
    return batch


def _destroy(batch: CodeBatch) -> None:
    """In the caller's transaction. The files go after the commit; ``destroy_old`` does what a killed process left."""
    parts = list(batch.parts.exclude(file_name=""))
    batch.parts.update(destroyed_at=clock.now(), file_name="")
    paths = [part.path for part in parts]

    def gone() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(gone)


def destroy_old() -> int:
    """Destroy letters that are kept too long, and files that no part knows. Returns how many files went."""
    now = clock.now()
    for pk in (
        CodeBatch.objects.filter(finished_at__lt=now - KEPT, parts__destroyed_at=None)
        .distinct()
        .values_list("pk", flat=True)
    ):
        with transaction.atomic():
            _destroy(CodeBatch.objects.select_for_update(of=("self",)).get(pk=pk))
    folder = settings.PRIVATE_ROOT
    kept = set(LetterPart.objects.exclude(file_name="").values_list("file_name", flat=True))
    gone = 0
    for path in (folder / "letters").glob("*.pdf"):
        # A worker writes the file a moment before the row: give it ten minutes.
        if path.name not in kept and path.stat().st_mtime < now.timestamp() - 600:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


# --- Blocking and replacing -----------------------------------------------------------------------------------------------


def block(*, batch: CodeBatch, by: User, reason: str) -> int:
    """Make every code of a batch worthless. Votes that were cast stay. Returns how many codes died.

    Raises:
        VotingError: no reason was given.
        WrongMoment: it is blocked already.
    """
    need("voting.manage_ballots", by, batch.ballot.municipality)
    if not reason.strip():
        raise VotingError(_("Say why, for the log."))
    with transaction.atomic():
        batch = _locked_batch(batch)
        _move(batch, BatchState.BLOCKED)
        batch.blocked_at = clock.now()
        batch.save(update_fields=["state", "blocked_at"])
        died = VotingCode.objects.filter(batch=batch, state=CodeState.ACTIVE).update(state=CodeState.BLOCKED)
        _destroy(batch)
        audit.record(
            "voting.codes_blocked", batch.ballot, by=by, reason=reason.strip(), new={"batch": str(batch), "died": died}
        )
    return died


def replace(*, ballot: Ballot, letter: tuple[int, int], by: User) -> tuple[VotingCode, bytes]:
    """A new code for somebody who lost their letter; the old one dies. Returns the new code's row and its letter (PDF).

    Args:
        letter: number of the batch and number of the letter in it, as printed on the letter and on the address list.

    Raises:
        VotingError: there is no such letter, or its code is dead already.
        AlreadyVoted: the old code was used.
        WrongMoment: the ballot takes no codes any more.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        held = CodeBatch.objects.select_for_update(of=("self",)).filter(ballot=ballot, number=letter[0]).first()
        ballot = Ballot.objects.select_related("municipality").get(pk=ballot.pk)
        _takes_codes(ballot)
        # A cast holds FOR SHARE on the row of its code: this waits for it, and a later one sees the code dead.
        old = (
            VotingCode.objects.select_for_update(of=("self",)).filter(batch=held, number=letter[1]).first()
            if held
            else None
        )
        if held is None or old is None:
            raise VotingError(_("There is no letter with this number."))
        if old.state != CodeState.ACTIVE:
            raise VotingError(_("The code of this letter is blocked or replaced already."))
        if was_used(ballot, old):
            raise AlreadyVoted(_("Somebody has voted with the code of this letter. It can't be replaced any more."))
        batch = CodeBatch.objects.select_related("ballot__municipality", "ballot__code_secret", "area").get(pk=held.pk)
        last = max(batch.size, VotingCode.objects.filter(batch=batch).aggregate(last=Max("number"))["last"] or 0)
        clear = codes.new_code()
        old.state = CodeState.REPLACED
        old.save(update_fields=["state"])
        fresh = VotingCode.objects.create(
            ballot=ballot,
            batch=batch,
            number=last + 1,
            fingerprint=codes.fingerprint(bytes(batch.ballot.code_secret.code_key), clear),
            replaces=old,
        )
        pdf = letters.letters_pdf(batch, [(fresh.number, clear)])
        audit.record(
            "voting.code_replaced",
            ballot,
            by=by,
            old={"letter": letters.letter_number(batch, old.number)},
            new={"letter": letters.letter_number(batch, fresh.number)},
        )
    return fresh, pdf


def was_used(ballot: Ballot, code: VotingCode) -> bool:
    """Whether the roll has a line for this code. False before opening, and once the keys are destroyed."""
    secret = BallotSecret.objects.filter(ballot=ballot).first()
    if secret is None:
        return False
    key = codes.voter_key(bytes(secret.roll_key), bytes(code.fingerprint))
    return VoterRecord.objects.filter(ballot=ballot, voter_key=key).exists()


def _locked_batch(batch: CodeBatch) -> CodeBatch:
    return CodeBatch.objects.select_for_update(of=("self",)).select_related("ballot__municipality").get(pk=batch.pk)


def _move(batch: CodeBatch, state: BatchState) -> None:
    try:
        BATCH_TRANSITIONS.move(batch, state)
    except IllegalMove as error:
        raise WrongMoment(
            _("This can't be done now: the batch is “%(state)s”.") % {"state": batch.get_state_display()}
        ) from error
