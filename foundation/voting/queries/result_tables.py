"""What a rule tells besides a sentence per option: rounds, duels, answers, points, a verdict. For the result page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from foundation.core import charts
from foundation.core.wording import whole
from foundation.voting import counting
from foundation.voting.queries.why import number

MOST_DUELS = 15  # a wider table says nothing on a page; all of it is in the JSON


@dataclass(frozen=True)
class Table:
    """``head`` names the columns; the first cell of a row is its name."""

    title: str
    head: list[str]
    rows: list[list[str]]
    notes: tuple[str, ...] = ()


def tables(outcome: counting.Outcome, titles: Mapping[str, str]) -> list[Table]:
    """Rounds of an elimination, and who was put above whom."""
    found = []
    if outcome.rounds:
        found.append(_rounds(outcome, titles))
    if outcome.duels is not None:
        found.append(_duels(outcome.duels, titles))
    return found


def _rounds(outcome: counting.Outcome, titles: Mapping[str, str]) -> Table:
    rounds = outcome.rounds
    last = {option: place for place, option in enumerate(outcome.winners)}
    order = sorted(
        rounds[0].tallies,
        key=lambda option: (
            last.get(option, len(last)),
            -_stays(rounds, option),
            -rounds[0].tallies[option],
            int(option),
        ),
    )
    rows = []
    for option in order:
        cells, elected = [titles[option]], False
        for round_ in rounds:
            elected = elected or option in round_.elected
            votes = round_.tallies[option]
            cells.append((number(votes) + (" ✓" if elected else "")) if votes or elected else "–")
        rows.append(cells)
    if any(round_.exhausted for round_ in rounds):
        rows.append([_("No further choice on the paper"), *(number(round_.exhausted) for round_ in rounds)])
    if any(round_.lost for round_ in rounds):
        rows.append([_("Lost in rounding"), *(number(round_.lost) for round_ in rounds)])
    notes = [
        _("Round %(round)s: “%(option)s” leaves the count, its votes go on.")
        % {"round": round_.number, "option": titles[round_.option]}
        if round_.action == "excluded"
        else _("Round %(round)s: what “%(option)s” has too many goes on.")
        % {"round": round_.number, "option": titles[round_.option]}
        for round_ in rounds
        if round_.option
    ]
    if outcome.quota is not None:
        notes.insert(0, _("An option is elected with %(quota)s votes.") % {"quota": whole(outcome.quota)})
    head = [_("Option"), *(_("Round %(round)s") % {"round": round_.number} for round_ in rounds)]
    return Table(_("The rounds"), head, rows, (*notes, _("✓: elected.")))


def _stays(rounds: tuple[counting.Round, ...], option: str) -> int:
    return sum(1 for round_ in rounds if round_.tallies[option])


def _duels(duels: counting.Duels, titles: Mapping[str, str]) -> Table:
    order = [*duels.order, *(option for option in duels.options if option not in duels.order)][:MOST_DUELS]
    place = {option: at for at, option in enumerate(duels.options)}
    rows = [
        [f"{option}. {titles[option]}"]
        + ["–" if option == other else whole(duels.votes[place[option]][place[other]]) for other in order]
        for option in order
    ]
    head = [_("Put above"), *(f"{option}." for option in order)]
    note = _("Read a row from left to right: so many voters put this option above the one in the column.")
    return Table(_("All against all"), head, rows, (note,))


def chart(outcome: counting.Outcome, titles: Mapping[str, str]) -> charts.Chart | None:
    """The answers per statement, or the points per option; None for other rules."""
    if outcome.grades is not None:
        grades = outcome.grades
        order = [*grades.order, *(option for option in grades.counts if option not in grades.order)]
        return charts.grouped_bars(
            [(titles[option], [float(votes) for votes in grades.counts[option]]) for option in order],
            series=list(grades.scale),
            title=_("The answers to each statement"),
            head=_("Statement"),
            value_text=lambda value: whole(int(value)),
        )
    if outcome.rule == "points_sum":
        best = sorted(outcome.stories, key=lambda item: (item.round is None, item.round or 0, -item.support))
        return charts.bar_chart(
            [charts.Bar(titles[item.option], item.support, "" if item.chosen else "muted") for item in best],
            title=_("The points of each option"),
            head=[_("Option"), _("Points")],
            value_text=lambda value: whole(int(value)),
        )
    return None


def verdict(outcome: counting.Outcome) -> str:
    """Whether a vote with a threshold decided something, in one sentence; "" without a threshold."""
    found: Any = outcome.verdict
    if found is None:
        return ""
    numbers = {name: whole(getattr(found, name)) for name in ("needs", "valid", "cast", "turnout_needs", "electorate")}
    text = {
        "reached": _("The threshold is reached: %(needs)s of the %(valid)s votes were enough."),
        "no_votes": _("Nothing is decided: nobody chose anything."),
        "turnout": _("Nothing is decided: too few people voted. %(cast)s did, and %(turnout_needs)s were needed."),
        "share": _("Nothing is decided: no option got the %(needs)s of the %(valid)s votes that were needed."),
    }[found.reason]
    return text % numbers
