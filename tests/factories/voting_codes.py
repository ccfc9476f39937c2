"""Ballots with codes whose clear text a test knows; the program itself keeps none."""

from __future__ import annotations

from typing import Any

from foundation.municipalities.models import Area
from foundation.voting import codes
from foundation.voting.enums import BatchState
from foundation.voting.models import Ballot, CodeBatch, VotingCode
from foundation.voting.services import codes as service
from tests.factories import voting


def batch_of(
    ballot: Ballot, *, size: int, language: str = "nl", area: Area | None = None, make: bool = True
) -> CodeBatch:
    """A batch, with its letters made unless ``make`` is False."""
    batch = service.ask_for_batch(
        ballot=ballot, name="Zuid", size=size, language=language, area=area, by=ballot.created_by
    )
    if make:
        service.make_letters(batch_id=batch.pk)
        batch.refresh_from_db()
    return batch


def with_codes(
    ballot: Ballot | None = None, *, size: int, area: Area | None = None, **fields: Any
) -> tuple[Ballot, list[str]]:
    """An open ballot and the clear text of ``size`` codes of a new batch of it, without making letters."""
    ballot = ballot or voting.opened(electorate="codes", **fields)
    batch = batch_of(ballot, size=size, area=area, make=False)
    clear = [codes.new_code() for _number in range(size)]
    key = bytes(batch.ballot.code_secret.code_key)
    VotingCode.objects.bulk_create(
        VotingCode(ballot=ballot, batch=batch, number=number, fingerprint=codes.fingerprint(key, code))
        for number, code in enumerate(clear, start=1)
    )
    CodeBatch.objects.filter(pk=batch.pk).update(state=BatchState.HANDED_OUT, done=size)
    return ballot, clear
