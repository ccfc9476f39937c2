from participation.models.choice import Choice, ChoiceAid, ProcessChoice
from participation.models.contribution import Contribution
from participation.models.document import Document, DocumentVersion, Paragraph, Remark
from participation.models.evaluation import ProcessSurvey, Reach
from participation.models.feasibility import CheckPoints, Verdict
from participation.models.group import Draw, Group, Seat, Target
from participation.models.merger import Merger, MergerConsent
from participation.models.outcome import Decision, HandOver, Milestone, PublicView, Report
from participation.models.problem import Endorsement, Problem, ProblemStatement
from participation.models.process import Follow, Phase, Process, ProcessEvent, Role
from participation.models.proposal import Maker, MakerInvitation, Proposal, ProposalSupport, ProposalVersion
from participation.models.series import ProcessSeries
from participation.models.vote import ProcessVote, VotedProposal

__all__ = [
    "CheckPoints",
    "Choice",
    "ChoiceAid",
    "Contribution",
    "Decision",
    "Document",
    "DocumentVersion",
    "Draw",
    "Endorsement",
    "Follow",
    "Group",
    "HandOver",
    "Maker",
    "MakerInvitation",
    "Merger",
    "MergerConsent",
    "Milestone",
    "Paragraph",
    "Phase",
    "Problem",
    "ProblemStatement",
    "Process",
    "ProcessChoice",
    "ProcessEvent",
    "ProcessSeries",
    "ProcessSurvey",
    "ProcessVote",
    "Proposal",
    "ProposalSupport",
    "ProposalVersion",
    "PublicView",
    "Reach",
    "Remark",
    "Report",
    "Role",
    "Seat",
    "Target",
    "Verdict",
    "VotedProposal",
]
