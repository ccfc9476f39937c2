"""The words and tables of an initiative: its kinds, its states, and who may take it from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.core.states import Transitions


class InitiativeKind(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood initiative")
    CHALLENGE = "challenge", _("right to challenge")
    CARE = "care", _("care cooperative")
    ENERGY = "energy", _("energy cooperative")
    COOPERATIVE = "cooperative", _("other cooperative")


COOPERATIVES = (InitiativeKind.CARE, InitiativeKind.ENERGY, InitiativeKind.COOPERATIVE)


class Ask(models.TextChoices):
    """What the makers ask of the municipality."""

    MONEY = "money", _("money")
    PERMIT = "permit", _("a permit")
    SPACE = "space", _("a place")
    ADVICE = "advice", _("advice")
    HANDS = "hands", _("hands")


class InitiativeState(models.TextChoices):
    """Where an initiative is in its life. Residents read these words, so they are plain ones."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")
    INCOMPLETE = "incomplete", _("waiting for additions")
    IN_ASSESSMENT = "in_assessment", _("being assessed")
    AGREED = "agreed", _("agreed")
    REFUSED = "refused", pgettext_lazy("decision", "refused")
    IN_EXECUTION = "in_execution", _("being carried out")
    FINISHED = "finished", _("finished")
    EVALUATED = "evaluated", _("looked back on")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Mover(models.TextChoices):
    """Who is at the move (*aan zet*)."""

    TEAM = "team", _("the initiators")
    MUNICIPALITY = "municipality", _("the municipality")
    NOBODY = "nobody", _("nobody")


AT_THE_MOVE: dict[str, Mover] = {
    InitiativeState.DRAFT: Mover.TEAM,
    InitiativeState.SUBMITTED: Mover.MUNICIPALITY,
    InitiativeState.INCOMPLETE: Mover.TEAM,
    InitiativeState.IN_ASSESSMENT: Mover.MUNICIPALITY,
    InitiativeState.AGREED: Mover.TEAM,
    InitiativeState.REFUSED: Mover.NOBODY,
    InitiativeState.IN_EXECUTION: Mover.TEAM,
    InitiativeState.FINISHED: Mover.MUNICIPALITY,
    InitiativeState.EVALUATED: Mover.NOBODY,
    InitiativeState.WITHDRAWN: Mover.NOBODY,
}


@dataclass(frozen=True)
class Action:
    """One road through the table of states.

    Attributes:
        old: the states it may start from.
        new: the state it leads to.
        movers: who may take it: the team, the municipality (permission ``permission``), or both.
        permission: what staff needs for it.
    """

    old: tuple[str, ...]
    new: str
    movers: tuple[Mover, ...]
    permission: str = "initiatives.handle"


_S = InitiativeState
# Every change of state goes through one of these; the table of transitions follows from them.
ACTIONS: dict[str, Action] = {
    "submit": Action((_S.DRAFT, _S.INCOMPLETE), _S.SUBMITTED, (Mover.TEAM,)),
    "ask_additions": Action((_S.SUBMITTED, _S.IN_ASSESSMENT), _S.INCOMPLETE, (Mover.MUNICIPALITY,)),
    "take_up": Action((_S.SUBMITTED, _S.INCOMPLETE), _S.IN_ASSESSMENT, (Mover.MUNICIPALITY,)),
    "agree": Action((_S.IN_ASSESSMENT,), _S.AGREED, (Mover.MUNICIPALITY,), "initiatives.decide"),
    # From incomplete: not treated, because what was missing did not come (Awb 4:5).
    "refuse": Action((_S.IN_ASSESSMENT, _S.INCOMPLETE), _S.REFUSED, (Mover.MUNICIPALITY,), "initiatives.decide"),
    # After an objection, or when the facts changed (Awb 7:11, 4:6).
    "reconsider": Action((_S.REFUSED,), _S.IN_ASSESSMENT, (Mover.MUNICIPALITY,), "initiatives.decide"),
    "start": Action((_S.AGREED,), _S.IN_EXECUTION, (Mover.TEAM, Mover.MUNICIPALITY)),
    "finish": Action((_S.IN_EXECUTION,), _S.FINISHED, (Mover.TEAM, Mover.MUNICIPALITY)),
    "evaluate": Action((_S.FINISHED,), _S.EVALUATED, (Mover.MUNICIPALITY,)),
    "withdraw": Action(
        (_S.DRAFT, _S.SUBMITTED, _S.INCOMPLETE, _S.IN_ASSESSMENT, _S.AGREED, _S.IN_EXECUTION),
        _S.WITHDRAWN,
        (Mover.TEAM,),
    ),
}

TRANSITIONS = Transitions(
    "state",
    {
        state: list(dict.fromkeys(action.new for action in ACTIONS.values() if state in action.old))
        for state in InitiativeState
    },
)
# States in which the municipality's term to decide runs, or stands still.
UNDECIDED = (_S.SUBMITTED, _S.INCOMPLETE, _S.IN_ASSESSMENT)
# The road that most initiatives go, as the path on the page shows it.
MAIN_ROAD = (_S.SUBMITTED, _S.IN_ASSESSMENT, _S.AGREED, _S.IN_EXECUTION, _S.FINISHED, _S.EVALUATED)


class CompetentBody(models.TextChoices):
    """Who decides by law; the executive receives every request and sends it on (VNG model by-law 2024)."""

    COLLEGE = "college", _("the executive")
    COUNCIL = "council", _("the council")
    MAYOR = "mayor", _("the mayor")

    @property
    def in_full(self) -> str:
        """As it stands in an address: a letter to the executive goes to the mayor and aldermen."""
        return str(_("the mayor and aldermen") if self is CompetentBody.COLLEGE else self.label)


class TermEventKind(models.TextChoices):
    """What happened to the term within which to decide."""

    RECEIVED = "received", _("received")
    SUSPENDED = "suspended", _("stands still")
    RESUMED = "resumed", _("goes on")
    EXTENDED = "extended", _("extended")


class Outcome(models.TextChoices):
    AGREED = "agreed", _("agreed")
    AGREED_PARTLY = "agreed_partly", _("agreed, with conditions")
    REFUSED = "refused", pgettext_lazy("decision", "refused")
    NOT_TREATED = "not_treated", _("not treated")  # Awb 4:5


class TeamRole(models.TextChoices):
    INITIATOR = "initiator", _("initiator")
    MEMBER = "member", _("member of the team")


class LetterKind(models.TextChoices):
    """What a letter to the initiators is about."""

    ADDITIONS = "additions", _("request for additions")
    EXTENSION = "extension", _("more time to decide")
    FORWARDED = "forwarded", _("sent on to who decides")
    DECISION = "decision", _("decision")
    RECONSIDERED = "reconsidered", _("decision taken up again")


class BudgetKind(models.TextChoices):
    """A line of a budget: what it costs, or one of the three places that money comes from."""

    COST = "cost", _("costs")
    OWN = "own", _("own contribution")
    OTHER = "other", _("other funds")
    ASKED = "asked", _("asked of the municipality")


class Stance(models.TextChoices):
    """What a sector says of an initiative, inside the town hall."""

    SUPPORT = "support", _("supports it")
    CONDITION = "condition", _("supports it on a condition")
    OBJECTION = "objection", _("objects")


class RiskState(models.TextChoices):
    OPEN = "open", _("open")
    COVERED = "covered", _("covered by a measure")
    GONE = "gone", _("gone")


class EscalatedTo(models.TextChoices):
    DIRECTOR = "director", _("director")
    ALDERMAN = "alderman", _("alderman")


class PublicValue(models.TextChoices):
    """The five values that an initiative can add to."""

    COMMUNITY = "community", _("community")
    DEMOCRACY = "democracy", _("democracy")
    ECONOMY = "economy", _("economy")
    PURCHASING_POWER = "purchasing_power", _("purchasing power")
    SUSTAINABILITY = "sustainability", _("sustainability")


class Offer(models.TextChoices):
    """How challengers would do a task; the law asks neither better nor cheaper."""

    BETTER = "better", _("better")
    CHEAPER = "cheaper", _("cheaper")
    OTHERWISE = "otherwise", _("in another way")


class LegalForm(models.TextChoices):
    GROUP = "group", _("a group without legal form")
    ASSOCIATION = "association", _("association")
    FOUNDATION = "foundation", _("foundation")
    COOPERATIVE = "cooperative", _("cooperative")
    OTHER = "other", _("another form")


class Verdict(models.TextChoices):
    """Whether a challenge meets a requirement of the by-law."""

    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    UNMET = "unmet", _("not met")


class CooperativeStage(models.TextChoices):
    """How far a cooperative has grown: residents who find each other, a link between demand and supply, a provider."""

    NETWORK = "network", _("network")
    INTERMEDIARY = "intermediary", _("intermediary")
    PROVIDER = "provider", _("provider")


class Transparency(models.TextChoices):
    """What a cooperative does about being intermediary and provider in one hand."""

    SPLIT = "split", _("Intermediary and provider are two legal persons with their own boards.")
    OTHERS = "others", _("The intermediary names other providers too, with their prices.")
    MEMBERS = "members", _("The members decide every year whether the roles stay together.")
    FIGURES = "figures", _("Prices, profit and quality are published.")
    OUTSIDER = "outsider", _("Somebody from outside looks whether clients are advised fairly.")


class HandsState(models.TextChoices):
    """Where a request for hands is."""

    OPEN = "open", _("looking for hands")
    MATCHED = "matched", _("hands found")
    DONE = "done", _("done")
    CLOSED = "closed", _("stopped")


HANDS_TRANSITIONS = Transitions(
    "state",
    {
        HandsState.OPEN: [HandsState.MATCHED, HandsState.DONE, HandsState.CLOSED],
        HandsState.MATCHED: [HandsState.OPEN, HandsState.DONE, HandsState.CLOSED],
        HandsState.DONE: [],
        HandsState.CLOSED: [],
    },
)


class OfferState(models.TextChoices):
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("not needed")
    WITHDRAWN = "withdrawn", _("taken back")


class ImportState(models.TextChoices):
    """Where a file of initiatives is on its way in, and perhaps out again."""

    MAPPING = "mapping", _("columns to be chosen")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, not imported yet")
    IMPORTING = "importing", _("being imported")
    DONE = "done", _("imported")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("failed")


IMPORT_WORKING = (ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING)
_I = ImportState
IMPORT_TRANSITIONS = Transitions(
    "state",
    {
        _I.MAPPING: [_I.CHECKING],
        _I.CHECKING: [_I.CHECKED, _I.FAILED],
        _I.CHECKED: [_I.CHECKING, _I.IMPORTING],
        _I.IMPORTING: [_I.DONE, _I.FAILED],
        _I.DONE: [_I.UNDOING],
        # Broken off while it was taken away: everything still stands, so that one can try again.
        _I.UNDOING: [_I.UNDONE, _I.DONE],
        _I.UNDONE: [],
        _I.FAILED: [_I.CHECKING],
    },
)
