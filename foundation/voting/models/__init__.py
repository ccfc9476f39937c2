from foundation.voting.models.ballot import Ballot, BallotArea, Option
from foundation.voting.models.box import InletVote, Vote
from foundation.voting.models.codes import CodeBatch, CodeSecret, LetterPart, VotingCode
from foundation.voting.models.count import Count, Result
from foundation.voting.models.log import LogEntry, LogHead
from foundation.voting.models.rehearsal import Rehearsal, RehearsalVote
from foundation.voting.models.reminder import Reminder
from foundation.voting.models.roll import BallotSecret, VoterRecord

__all__ = [
    "Ballot",
    "BallotArea",
    "BallotSecret",
    "CodeBatch",
    "CodeSecret",
    "Count",
    "InletVote",
    "LetterPart",
    "LogEntry",
    "LogHead",
    "Option",
    "Rehearsal",
    "RehearsalVote",
    "Reminder",
    "Result",
    "Vote",
    "VoterRecord",
    "VotingCode",
]
