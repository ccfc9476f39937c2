"""Options in order of preference, as many as wished. Text: "3,1,7": the best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from foundation.voting import counting

from .base import Choice, Marks, Problem, Rules, whole


class Ranking(Marks):
    name = "ranking"
    field = "plaats"

    def items(self, choice: Choice) -> list[str]:
        return [str(number) for number in choice]

    def from_items(self, items: Iterable[str]) -> Choice:
        return [number for item in items if (number := whole(item)) is not None]

    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        if len(set(choice)) < len(choice):
            return [Problem(_("Your order names an option twice."))]
        return []

    def said(self, rules: Rules, choice: Choice) -> list[tuple[int, str]]:
        return [(number, _("place %(place)d") % {"place": place}) for place, number in enumerate(choice, start=1)]

    def read(self, rules: Rules, raw: Mapping[int, str]) -> tuple[Choice, list[Problem]]:
        places = {number: whole(text) for number, text in raw.items()}
        taken = Counter(place for place in places.values() if place)
        found = []
        for number, place in places.items():
            if not place:
                found.append(Problem(_("Type the number of a place, such as 1 for your best."), number))
            elif taken[place] > 1:
                text = _("You gave place %(place)d more than once. Give every option a place of its own.")
                found.append(Problem(text % {"place": place}, number))
        # Places that were passed over say nothing: 1, 2, 5 is the same order as 1, 2, 3.
        choice = self.ordered(raw)
        return choice, found + self.check(rules, choice)

    def ordered(self, raw: Mapping[int, str]) -> list[int]:
        """The options with a readable place, from best to worst; equal places in the order of the form."""
        places = {number: place for number, text in raw.items() if (place := whole(text))}
        return sorted(places, key=lambda number: places[number])

    def moved(self, raw: Mapping[int, str], number: int, step: int) -> dict[int, str]:
        """What the form shows after a press on "up" (-1) or "down" (1): who has no place yet comes last, or stays out."""
        order = self.ordered(raw)
        if number not in order:
            order += [number] if step < 0 else []
        elif step > 0 and order[-1] == number:
            order.remove(number)  # lower than the last place is no place
        else:
            at = order.index(number)
            to = max(0, at + step)
            order[at], order[to] = order[to], order[at]
        return self.fill(order)

    def fill(self, choice: Choice) -> dict[int, str]:
        return {number: str(place) for place, number in enumerate(choice, start=1)}

    def profile(self, rules: Rules, options: Sequence[counting.Option], ballots: Mapping[str, int]) -> counting.Profile:
        return counting.Profile.ranked_times(
            options, (([str(number) for number in self.parse(text)], times) for text, times in ballots.items())
        )
