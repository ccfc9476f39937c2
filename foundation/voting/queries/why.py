"""One plain sentence for every code of ``counting.CODES``, and one for every tie."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import euro, whole
from foundation.voting import counting


def cents(value: Any) -> str:
    """Money of the outcome (perhaps a fraction of a cent) as people read it, rounded down to the cent."""
    return euro(int(Fraction(value)))


def number(value: Any) -> str:
    """Votes as people read them: whole, or with the five decimals of transferred votes."""
    votes = Fraction(value)
    if votes.denominator == 1:
        return whole(int(votes))
    return str(number_format(f"{float(votes):.5f}".rstrip("0"), use_l10n=True))


def support(value: int, points: bool) -> str:
    """ "3 votes" or "3 points"."""
    if points:
        return ngettext("%(n)s point", "%(n)s points", value) % {"n": whole(value)}
    return ngettext("%(n)s vote", "%(n)s votes", value) % {"n": whole(value)}


def why(item: counting.Story, titles: Mapping[str, str], *, points: bool = False) -> str:
    """One plain sentence: why this option was chosen, or why not. ``points``: support is in points, not votes."""
    for sentences in (_budget, _support, _rounds, _order):
        if told := sentences(item, titles, points):
            return told
    raise ValueError(f"no sentence for the story code {item.code!r}")


def _budget(item: counting.Story, titles: Mapping[str, str], points: bool) -> str:
    data = item.data
    match item.code:
        case "chosen_by_votes":
            text = (
                _("It had the most points of the projects that still fitted. After it %(left)s was left.")
                if points
                else _("It had the most votes of the projects that still fitted. After it %(left)s was left.")
            )
            return text % {"left": cents(data["left"])}
        case "chosen_by_shares":
            broke = int(Fraction(data["broke"]))
            paid = int(Fraction(data["supporters"])) - broke
            told = ngettext(
                "One supporter paid for it: %(share)s.",
                "%(n)s supporters paid for it together, each at most %(share)s.",
                paid,
            ) % {"n": whole(paid), "share": cents(data["full_share"])}
            if points:
                told = ngettext(
                    "One supporter paid for it: %(share)s for each point.",
                    "%(n)s supporters paid for it together, each at most %(share)s for each point.",
                    paid,
                ) % {"n": whole(paid), "share": cents(data["full_share"])}
            if broke:
                told += " " + ngettext(
                    "%(n)s other supporter had spent their share already.",
                    "%(n)s other supporters had spent their share already.",
                    broke,
                ) % {"n": whole(broke)}
            return told
        case "chosen_by_fill":
            return _("It was paid from what was left, because it had the most votes of the projects that still fitted.")
        case "does_not_fit":
            return _("It costs %(needs)s, but only %(left)s was left when it was its turn.") % {
                "needs": cents(data["needs"]),
                "left": cents(data["left"]),
            }
        case "stopped":
            return _("The count had stopped at “%(title)s”, which did not fit in what was left.") % {
                "title": titles.get(str(data["after"]), str(data["after"]))
            }
        case "supporters_short":
            return _("Its supporters together had %(had)s left of the %(needs)s that it costs.") % {
                "had": cents(data["had"]),
                "needs": cents(data["needs"]),
            }
    return ""


def _support(item: counting.Story, titles: Mapping[str, str], points: bool) -> str:
    data = item.data
    match item.code:
        case "no_votes":
            return _("Nobody voted for it.")
        case "below_threshold":
            if points:
                text = _("It had fewer points than the %(threshold)s that an option needs.")
            else:
                text = _("It had fewer votes than the %(threshold)s that a project needs.")
            return text % {"threshold": whole(int(Fraction(data["threshold"])))}
        case "chosen_by_support":
            if not data["ahead"]:
                return _("It had exactly as much support as the best of the others; the rule for equals chose it.")
            text = _("It came in at place %(place)s, %(ahead)s ahead of the best that was not chosen.")
            return text % {"place": data["place"], "ahead": support(int(data["ahead"]), points)}
        case "too_little_support":
            if not data["behind"]:
                return _("It had exactly as much support as the last one chosen; the rule for equals put it lower.")
            return _("It came %(behind)s short of the last one chosen.") % {
                "behind": support(int(data["behind"]), points)
            }
        case "share_not_reached":
            return _("It did not reach the %(needs)s of the %(valid)s votes that were needed.") % {
                "needs": whole(int(data["needs_votes"])),
                "valid": whole(int(data["valid"])),
            }
        case "turnout_not_reached":
            text = _("Nothing is decided: %(cast)s of the %(electorate)s people voted, and %(needs)s were needed.")
            return text % {
                "cast": whole(int(data["cast"])),
                "electorate": whole(int(data["electorate"])),
                "needs": whole(int(data["turnout_needs"])),
            }
    return ""


def _rounds(item: counting.Story, titles: Mapping[str, str], points: bool) -> str:
    text = {
        "chosen_by_majority": _(
            "In round %(stage)s it had %(held)s of the %(of)s votes that still counted: more than half."
        ),
        "elected_by_quota": _("In round %(stage)s it had %(held)s votes; %(quota)s are enough."),
        "elected_by_remaining": _(
            "In round %(stage)s as many options were left as there were places. It had %(held)s votes then."
        ),
        "excluded": _("It left the count in round %(stage)s: with %(held)s votes it had the fewest."),
        "not_elected": _("It stayed in until the end, round %(stage)s, with %(held)s votes. That was not enough."),
    }.get(item.code, "")
    data = {key: number(value) for key, value in item.data.items() if key in ("stage", "held", "of", "quota")}
    return text % data if text else ""


def _order(item: counting.Story, titles: Mapping[str, str], points: bool) -> str:
    data = item.data
    match item.code:
        case "chosen_by_duels":
            text = ngettext(
                "It came out above %(n)s other option.", "It came out above %(n)s other options.", int(data["beats"])
            )
            return text % {"n": whole(int(data["beats"]))}
        case "beaten":
            text = _("“%(by)s” came out above it: %(strength)s against %(back)s votes, directly or by way of others.")
            return text % {
                "by": titles.get(str(data["by"]), str(data["by"])),
                "strength": whole(int(data["strength"])),
                "back": whole(int(data["back"])),
            }
        case "tied_in_duels":
            text = _("It came out exactly equal to “%(other)s”; the rule for equals put it lower.")
            return text % {"other": titles.get(str(data["equal_to"]), str(data["equal_to"]))}
        case "chosen_by_grade" | "lower_grade" | "grade_too_low":
            text = _("The middle of %(marks)s answers is “%(grade)s”: %(above)s are higher, %(below)s lower.")
            told = text % {
                "grade": data["grade"],
                **{key: whole(int(data[key])) for key in ("marks", "above", "below")},
            }
            if item.code == "grade_too_low":
                told += " " + _("At least “%(least)s” was needed.") % {"least": data["least"]}
            if item.code == "lower_grade":
                told += " " + _("Others came out higher.")
            return told
    return ""


def tie(told: counting.Tie, titles: Mapping[str, str]) -> str:
    """Who was exactly equal, who was taken, and what separated them."""
    out = told.phase == "exclusion"
    reasons = {
        "votes": _("it stands on fewer ballot papers") if out else _("it has more votes"),
        "cost": _("it costs more") if out else _("it costs less"),
        "lot": _("the draw that was fixed beforehand decided"),
        "listed": _("it stands last on the list") if out else _("it stands first on the list"),
        "earlier_stages": _("it had fewer votes in an earlier round")
        if out
        else _("it had more votes in an earlier round"),
    }
    others = ", ".join(f"“{titles[option]}”" for option in told.options if option != told.chosen)
    text = (
        _("“%(chosen)s” was exactly equal to %(others)s and left the count: %(reason)s.")
        if out
        else _("“%(chosen)s” was exactly equal to %(others)s and went first: %(reason)s.")
    )
    return text % {"chosen": titles[told.chosen], "others": others, "reason": reasons[told.decided_by]}
