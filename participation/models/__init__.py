from participation.models.contribution import Contribution
from participation.models.feasibility import CheckPoints, Verdict
from participation.models.merger import Merger, MergerConsent
from participation.models.problem import Endorsement, Problem, ProblemStatement
from participation.models.process import Follow, Phase, Process, ProcessEvent, Role
from participation.models.proposal import Maker, MakerInvitation, Proposal, ProposalSupport, ProposalVersion
from participation.models.vote import ProcessVote, VotedProposal

__all__ = [
    "CheckPoints",
    "Contribution",
    "Endorsement",
    "Follow",
    "Maker",
    "MakerInvitation",
    "Merger",
    "MergerConsent",
    "Phase",
    "Problem",
    "ProblemStatement",
    "Process",
    "ProcessEvent",
    "ProcessVote",
    "Proposal",
    "ProposalSupport",
    "ProposalVersion",
    "Role",
    "Verdict",
    "VotedProposal",
]
