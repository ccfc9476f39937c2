"""A grade per statement, or no opinion. Text: "1:4,2:2", ascending; a grade is its place in the scale, the worst being 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from foundation.voting import counting

from .base import Choice, Marks, Problem, Rules, as_mapping, pairs, whole


class Scale(Marks):
    name = "scale"
    field = "oordeel"

    def items(self, choice: Choice) -> list[str]:
        return [f"{number}:{grade}" for number, grade in sorted(as_mapping(choice).items())]

    def from_items(self, items: Iterable[str]) -> Choice:
        return pairs(items)

    def check_marks(self, rules: Rules, choice: Choice) -> list[Problem]:
        size = len(rules["scale"])
        text = _("Choose one of the answers.")
        return [Problem(text, number) for number, grade in as_mapping(choice).items() if not 0 <= grade < size]

    def said(self, rules: Rules, choice: Choice) -> list[tuple[int, str]]:
        return [(number, rules["scale"][grade]) for number, grade in sorted(as_mapping(choice).items())]

    def read(self, rules: Rules, raw: Mapping[int, str]) -> tuple[Choice, list[Problem]]:
        size = len(rules["scale"])
        # A radio button can't hold a wrong answer: what is no grade was made up, and told like one off the scale.
        choice = {number: grade if (grade := whole(text)) is not None else size for number, text in raw.items()}
        return choice, self.check(rules, choice)

    def fill(self, choice: Choice) -> dict[int, str]:
        return {number: str(grade) for number, grade in as_mapping(choice).items()}

    def profile(self, rules: Rules, options: Sequence[counting.Option], ballots: Mapping[str, int]) -> counting.Profile:
        return counting.Profile.graded(
            options,
            (
                {str(number): grade for number, grade in as_mapping(self.parse(text)).items()}
                for text, times in ballots.items()
                for _time in range(times)
            ),
            scale=rules["scale"],
        )
