"""The tables of votes that must be rewritten when rows are removed from them. How: ``foundation.core.traces``."""

from __future__ import annotations

from foundation.core.traces import leave, register, wipe
from foundation.voting.enums import TraceOf
from foundation.voting.models import (
    BallotSecret,
    CodeSecret,
    InletVote,
    PaperBatch,
    PaperEntry,
    ReplacedVote,
    Vote,
    VotingCode,
)

__all__ = ["leave", "wipe"]

# Casting with a code locks the row of the code, and that leaves the number of the transaction on it: freezing wipes it out,
# so that the letters tell neither which of them voted nor when.
register(TraceOf.INLET, InletVote, frozen=(VotingCode,))
register(TraceOf.BOX, Vote, ReplacedVote)
register(TraceOf.KEYS, BallotSecret, CodeSecret)
register(TraceOf.PAPER, PaperEntry, PaperBatch)
