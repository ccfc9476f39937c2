"""Ticks: any number of options, at most so many, or what fits in the budget together. Text: "1,5,12", ascending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import euro
from foundation.voting import counting, papers
from foundation.voting.enums import LimitKind

from .base import Choice, PaperType, Problem, Rules, whole


class Approval(PaperType):
    name = "approval"

    def items(self, choice: Choice) -> list[str]:
        return [str(number) for number in sorted(set(choice))]

    def from_items(self, items: Iterable[str]) -> Choice:
        return {number for item in items if (number := whole(item)) is not None}

    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        found = []
        limit, chosen = rules["limit"], set(choice)
        if limit["kind"] == LimitKind.NUMBER and len(chosen) > limit["max_choices"]:
            over = len(chosen) - limit["max_choices"]
            text = ngettext(
                "You may choose at most %(max)d projects and chose %(chosen)d. Take %(over)d away.",
                "You may choose at most %(max)d projects and chose %(chosen)d. Take %(over)d away.",
                over,
            )
            found.append(Problem(text % {"max": limit["max_choices"], "chosen": len(chosen), "over": over}))
        if limit["kind"] == LimitKind.BUDGET:
            budget = rules["budget_cents"]
            spent = sum(option["cost_cents"] for option in rules["options"] if option["number"] in chosen)
            if spent > budget:
                text = _("Together your projects cost %(spent)s. That is %(over)s more than the budget of %(budget)s.")
                found.append(
                    Problem(text % {"spent": euro(spent), "over": euro(spent - budget), "budget": euro(budget)})
                )
        return found

    def profile(self, rules: Rules, options: Sequence[counting.Option], ballots: Mapping[str, int]) -> counting.Profile:
        return counting.Profile.approval(
            options,
            (
                [str(number) for number in papers.parse_choices(text)]
                for text, times in ballots.items()
                for _time in range(times)
            ),
            budget=rules["budget_cents"],
            units=100,
            single=self.name == "single",
        )
