"""Points divided over the options. Text: "3:2,7:1", ascending by option, without zeros."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.voting import counting

from .base import Choice, Marks, Problem, Rules, as_mapping, pairs, whole


class Points(Marks):
    name = "points"
    field = "punten"

    def items(self, choice: Choice) -> list[str]:
        return [f"{number}:{points}" for number, points in sorted(as_mapping(choice).items()) if points]

    def from_items(self, items: Iterable[str]) -> Choice:
        return pairs(items)

    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        total, each = rules["points"]["total"], rules["points"]["each"]
        given = as_mapping(choice)
        text = _("Give at most %(max)d points to one option; here you gave %(given)d.")
        found = [
            Problem(text % {"max": each, "given": points}, number)
            for number, points in given.items()
            if not 0 <= points <= each
        ]
        if (spent := sum(given.values())) > total:
            text = _("You have %(total)d points and gave %(given)d. Take %(over)d away.")
            found.append(Problem(text % {"total": total, "given": spent, "over": spent - total}))
        return found

    def said(self, rules: Rules, choice: Choice) -> list[tuple[int, str]]:
        given = sorted(as_mapping(choice).items(), key=lambda pair: (-pair[1], pair[0]))
        return [(n, ngettext("%(n)d point", "%(n)d points", points) % {"n": points}) for n, points in given if points]

    def read(self, rules: Rules, raw: Mapping[int, str]) -> tuple[Choice, list[Problem]]:
        choice, found = {}, []
        for number, text in raw.items():
            points = whole(text)
            if points is None:
                found.append(Problem(_("Type a whole number of points, such as 2."), number))
            elif points:
                choice[number] = points
        return choice, found + self.check(rules, choice)

    def fill(self, choice: Choice) -> dict[int, str]:
        return {number: str(points) for number, points in as_mapping(choice).items()}

    def profile(self, rules: Rules, options: Sequence[counting.Option], ballots: Mapping[str, int]) -> counting.Profile:
        return counting.Profile.scored(
            options,
            (
                {str(number): points for number, points in as_mapping(self.parse(text)).items()}
                for text, times in ballots.items()
                for _time in range(times)
            ),
            budget=rules["budget_cents"],
            units=100,
        )
