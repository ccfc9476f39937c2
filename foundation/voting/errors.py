"""Why a service says no, in words that a page can show as they are."""

from __future__ import annotations

from collections.abc import Sequence


class VotingError(Exception):
    """A refusal; ``str()`` is a sentence for people, in the language of the request."""


class NotReady(VotingError):
    """The ballot can't be announced or opened yet; ``problems`` says what is missing, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = list(problems)


class WrongMoment(VotingError):
    """The state of the ballot does not allow this (any more)."""


class NotEligible(VotingError):
    """This person may not vote here; the sentence says why."""


class AlreadyVoted(VotingError):
    """The roll already has a line for this voter."""


class BallotClosed(VotingError):
    """The vote came too late or too early; it has not been counted."""


class InvalidChoice(VotingError):
    """What was chosen is not allowed on this ballot; the sentence says why."""


class BoxMismatch(VotingError):
    """Roll and box do not agree, or a vote is not what it was when cast. Counting stops; people must look."""


class WrongReceipt(VotingError):
    """There is no vote with this receipt code, so nothing was changed."""


class AlreadyChanged(VotingError):
    """The vote of this receipt was replaced before; the newer one stands."""
