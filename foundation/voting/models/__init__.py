from foundation.voting.models.ballot import Ballot
from foundation.voting.models.box import InletVote, ReplacedVote, Vote
from foundation.voting.models.codes import CodeBatch, CodeSecret, LetterPart, VotingCode
from foundation.voting.models.count import Count, Result
from foundation.voting.models.group import GroupMember, VoterGroup
from foundation.voting.models.log import HourHead, LogEntry, LogHead, Observer
from foundation.voting.models.option import BallotArea, Option
from foundation.voting.models.paper import PaperBatch, PaperDesk, PaperEntry, PaperTally
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
    "GroupMember",
    "HourHead",
    "InletVote",
    "LetterPart",
    "LogEntry",
    "LogHead",
    "Observer",
    "Option",
    "PaperBatch",
    "PaperDesk",
    "PaperEntry",
    "PaperTally",
    "Rehearsal",
    "RehearsalVote",
    "Reminder",
    "ReplacedVote",
    "Result",
    "Vote",
    "VoterGroup",
    "VoterRecord",
    "VotingCode",
]
