"""Ballot types, limits and counting rules in words for residents, as short as they can be."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.voting.enums import BallotType, LimitKind

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


@dataclass(frozen=True)
class Words:
    """What stands on the paper, in the words of this kind of vote: projects, options or statements."""

    one: str
    many: str
    heading: str
    add: str
    add_enough: str
    say_how_many: str
    none_yet: str
    put_on: str


def words_of(ballot: Ballot) -> Words:
    """Projects where money is divided, statements on a scale, else options."""
    if ballot.type == BallotType.SCALE:
        return Words(
            _("Statement"),
            _("Statements"),
            _("Statements to judge"),
            _("Add statements"),
            _("Add at least one statement."),
            "",
            _("There are no statements yet"),
            _("%(n)d statements stand on the ballot paper."),
        )
    if ballot.spends:
        return Words(
            _("Project"),
            _("Projects"),
            _("Projects to choose from"),
            _("Add projects"),
            _("Add at least two projects."),
            _("Say how many projects a voter may choose."),
            _("There are no projects yet"),
            _("%(n)d projects stand on the ballot paper."),
        )
    return Words(
        _("Option"),
        _("Options"),
        _("Options to choose from"),
        _("Add options"),
        _("Add at least two options."),
        _("Say how many options a voter may choose."),
        _("There are no options yet"),
        _("%(n)d options stand on the ballot paper."),
    )


def type_text(type_: str) -> str:
    """What a voter does on a paper of this type."""
    return {
        "single": _("One option, or none. For a yes or no, or one plan out of several."),
        "approval": _("A tick for every option that the voter likes. Also for dividing a budget."),
        "points": _("The voter gives points; more for what matters more."),
        "ranking": _("The best first, then the next. Nobody has to rank everything."),
        "scale": _("An answer for each statement, from disagree to agree."),
    }[type_]


def limit_text(ballot: Ballot) -> str:
    """How much one voter may choose, in one sentence."""
    match ballot.type:
        case BallotType.SINGLE:
            return _("You choose one option.")
        case BallotType.POINTS:
            return _("You divide %(total)s points. You give at most %(each)s points to one option.") % {
                "total": ballot.points_total or "…",
                "each": ballot.points_each or "…",
            }
        case BallotType.RANKING:
            return _("You put the options in your order: the best gets place 1. You rank as many as you like.")
        case BallotType.SCALE:
            return _("You say for each statement how much you agree. You may pass statements over.")
    if ballot.limit_kind == LimitKind.NUMBER:
        said = _("You choose at most %(max)s projects.") if ballot.spends else _("You choose at most %(max)s options.")
        return said % {"max": ballot.max_choices or "…"}
    if ballot.limit_kind == LimitKind.BUDGET:
        return _("You choose as many projects as you like, as long as they fit in the budget together.")
    return (
        _("You choose as many projects as you like.") if ballot.spends else _("You choose as many options as you like.")
    )


def rule_text(rule: str) -> str:
    """How the votes are counted, in words for residents."""
    return {
        "equal_shares": _(
            "Every voter gets an equal share of the budget. A project goes ahead when its supporters can pay for it "
            "together from their shares. So the money is divided fairly over all groups of voters."
        ),
        "greedy": _(
            "The project with the most votes goes first, then the next, and so on. A project that does not fit in what "
            "is left of the budget is passed over."
        ),
        "plurality": _("The option with the most votes wins, also when that is less than half."),
        "threshold": _(
            "The option with the most votes wins, but only when it gets a fixed part of the votes, and, if that is asked, "
            "when enough people voted. Otherwise nothing is decided."
        ),
        "most_votes": _("The options with the most ticks win."),
        "points_sum": _("All points are added up. The options with the most points win."),
        "instant_runoff": _(
            "All first choices are counted. Has no option more than half, then the last one leaves and its votes go to the "
            "next choice of those voters. This goes on until one option has more than half."
        ),
        "stv": _(
            "An option with enough votes is elected. What it has too many goes to the next choice of its voters. Is nobody "
            "elected, then the last one leaves and those votes go on. So large and small groups each get their part."
        ),
        "schulze": _(
            "Every option is compared with every other one: which of the two do more voters put higher? "
            "The option that comes out above all others wins."
        ),
        "median_grade": _(
            "All answers for a statement are put in a row from worst to best. The answer in the middle is the outcome: "
            "half of the voters are at least as positive."
        ),
    }[rule]


def settings_text(ballot: Ballot) -> list[str]:
    """What was set besides: sentences, perhaps none."""
    settings, said = ballot.rule_settings or {}, []
    seats = settings.get("seats", 1)
    if ballot.rule in ("most_votes", "points_sum", "stv", "schulze"):
        said.append(ngettext("%(n)d option is chosen.", "%(n)d options are chosen.", seats) % {"n": seats})
    if ballot.rule == "threshold":
        share, turnout = (
            int(100 * Fraction(settings.get(name, d))) for name, d in (("share", "1/2"), ("turnout", "0"))
        )
        said.append(_("The winner needs at least %(share)d %% of the votes.") % {"share": share})
        if turnout:
            text = _("At least %(turnout)d %% of the %(electorate)d people who may vote must take part.")
            said.append(text % {"turnout": turnout, "electorate": settings.get("electorate", 0)})
    if least := settings.get("least_grade", 0):
        said.append(_("The middle answer must be at least “%(grade)s”.") % {"grade": ballot.scale[least]})
    if threshold := settings.get("threshold", 0):
        said.append(_("An option needs at least %(threshold)d votes or points.") % {"threshold": threshold})
    return said
