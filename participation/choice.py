"""The computation of the choice aid (*passende samenwerking*): which form of participation fits, and what would change that.

Pure Python: no Django, no clock, no chance. Everything is counted in whole points, so that anybody can add it up by hand;
``docs/choice-aid.md`` does so for one example.

The score of a form is the sum of two parts:

- **situation**: for each question the points that the given answer adds to the form itself, to its level and to its rung of
  the ladder;
- **values**: for each democratic value how heavily it weighs here (what the municipality sets, plus what the answers add, but
  never less than nothing) times how well the form serves it (0 to 4).

Rules (*vetoes*) go before points. They are looked at in the order in which the municipality put them; a rule that would leave
no form at all is set aside, and that is told. Of two forms with the same score the one goes first that serves the values best;
are these the same too, then the one that stands first in the list of forms. That a tie was broken, and how, is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

VALUES = ("inclusion", "influence", "ownership", "deliberation", "legitimacy")
LEVELS = ("ourselves", "together", "letting_go")
RUNGS = ("inform", "consult", "advise", "coproduce", "codecide")
BEST = 4  # how well a form can serve a value: 0 (not) to 4 (very well)
HEAVIEST = 5  # how heavily a municipality can let a value weigh
FURTHEST = 20  # points that one answer can give or take
Text = Any  # a str, or in the default aid a text that is translated when it is read


@dataclass(frozen=True)
class Option:
    """An answer, with the points it gives or takes (whole numbers) per level, rung and form, and what it makes values weigh.

    Attributes:
        why: one sentence that says what this answer means for the advice.
    """

    key: str
    text: Text
    why: Text = ""
    levels: Mapping[str, int] = field(default_factory=dict)
    rungs: Mapping[str, int] = field(default_factory=dict)
    forms: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question with its answers, in order: neighbours in the list lie close to each other."""

    key: str
    text: Text
    help: Text = ""
    options: tuple[Option, ...] = ()

    def option(self, key: str | None) -> Option | None:
        """The answer with this key, or None."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class Form:
    """A form of participation: what it is, on which level and rung, and how well it serves each value (0 to ``BEST``)."""

    key: str
    title: Text
    text: Text
    level: str
    rung: str
    serves: Mapping[str, int]
    because: Mapping[str, Text] = field(default_factory=dict)
    offered: bool = True


@dataclass(frozen=True)
class Rule:
    """A veto or a threshold.

    It holds when each question of ``when`` is answered with one of the named options. Then only the forms of ``only``
    remain (empty: all of them) that serve each value of ``least`` at least that well.
    """

    key: str
    text: Text
    when: Mapping[str, tuple[str, ...]]
    only: tuple[str, ...] = ()
    least: Mapping[str, int] = field(default_factory=dict)

    def holds(self, answers: Mapping[str, str]) -> bool:
        return bool(self.when) and all(answers.get(question) in options for question, options in self.when.items())

    def allows(self, form: Form) -> bool:
        enough = all(form.serves.get(value, 0) >= least for value, least in self.least.items())
        return enough and (not self.only or form.key in self.only)


@dataclass(frozen=True)
class Aid:
    """A whole choice aid. ``values``: how heavily each value weighs before anything is answered (0 to ``HEAVIEST``)."""

    questions: tuple[Question, ...]
    forms: tuple[Form, ...]
    rules: tuple[Rule, ...]
    values: Mapping[str, int]

    def question(self, key: str) -> Question | None:
        return next((question for question in self.questions if question.key == key), None)

    def form(self, key: str) -> Form | None:
        return next((form for form in self.forms if form.key == key), None)

    def rule(self, key: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.key == key), None)

    @property
    def offered(self) -> tuple[Form, ...]:
        return tuple(form for form in self.forms if form.offered)


@dataclass(frozen=True)
class Score:
    """What a form came to.

    Attributes:
        situation: question -> points, for the questions that gave or took any.
        values: value -> weight times how well it is served.
        vetoed_by: keys of the rules that took it out; empty for a form that can be advised.
    """

    form: str
    situation: Mapping[str, int]
    values: Mapping[str, int]
    vetoed_by: tuple[str, ...] = ()

    @property
    def from_situation(self) -> int:
        return sum(self.situation.values())

    @property
    def from_values(self) -> int:
        return sum(self.values.values())

    @property
    def total(self) -> int:
        return self.from_situation + self.from_values


@dataclass(frozen=True)
class Advice:
    """The outcome.

    Attributes:
        form: the advised form; "" when no form is offered at all.
        ranking: the scores of the forms that can be advised, best first.
        vetoed: the scores of those that a rule took out, best first.
        weights: how heavily each value weighs with these answers.
        rules: keys of the rules that held and were applied, in order.
        set_aside: keys of the rules that held but would have left nothing.
        tied: the other forms with the same score as the advised one.
        tie_broken_by: "" without a tie, "values" or "order".
    """

    form: str
    level: str
    rung: str
    ranking: tuple[Score, ...]
    vetoed: tuple[Score, ...]
    weights: Mapping[str, int]
    rules: tuple[str, ...]
    set_aside: tuple[str, ...]
    tied: tuple[str, ...] = ()
    tie_broken_by: str = ""

    def score(self, form: str) -> Score | None:
        return next((score for score in (*self.ranking, *self.vetoed) if score.form == form), None)


@dataclass(frozen=True)
class Change:
    """Another answer to one question that leads to another form.

    Attributes:
        steps: how many places further in the list of answers it stands than the answer that was given.
    """

    question: str
    option: str
    steps: int
    form: str
    level: str


def advise(aid: Aid, answers: Mapping[str, str]) -> Advice:
    """The form that fits, with everything it follows from.

    Args:
        answers: question -> option. Unknown keys and questions that are not answered yet count for nothing.
    """
    chosen = _chosen(aid, answers)
    weights = value_weights(aid, answers)
    kept, applied, set_aside = list(aid.offered), [], []
    vetoes: dict[str, list[str]] = {}
    for rule in aid.rules:
        if not rule.holds(answers):
            continue
        left = [form for form in kept if rule.allows(form)]
        if not left:
            set_aside.append(rule.key)
            continue
        applied.append(rule.key)
        for form in aid.offered:
            if not rule.allows(form):
                vetoes.setdefault(form.key, []).append(rule.key)
        kept = left
    place = {form.key: number for number, form in enumerate(aid.forms)}
    scores = [_score(form, chosen, weights, tuple(vetoes.get(form.key, ()))) for form in aid.offered]
    scores.sort(key=lambda score: (-score.total, -score.from_values, place[score.form]))
    ranking = tuple(score for score in scores if not score.vetoed_by)
    vetoed = tuple(score for score in scores if score.vetoed_by)
    best = aid.form(ranking[0].form) if ranking else None
    tied = [score for score in ranking[1:] if score.total == ranking[0].total]
    broken_by = ""
    if tied:
        broken_by = "order" if tied[0].from_values == ranking[0].from_values else "values"
    return Advice(
        form=best.key if best else "",
        level=best.level if best else "",
        rung=best.rung if best else "",
        ranking=ranking,
        vetoed=vetoed,
        weights=weights,
        rules=tuple(applied),
        set_aside=tuple(set_aside),
        tied=tuple(score.form for score in tied),
        tie_broken_by=broken_by,
    )


def changes(aid: Aid, answers: Mapping[str, str]) -> tuple[Change, ...]:
    """What would change the advice: per answered question the nearest other answer that leads to another form.

    Nearest is fewest places away in the list of answers; where an answer on both sides is as near, both are told. A question
    of which no other answer changes the form is not in it.
    """
    now = advise(aid, answers).form
    found: list[Change] = []
    for question in aid.questions:
        given = question.option(answers.get(question.key))
        if given is None:
            continue
        here = question.options.index(given)
        other: list[Change] = []
        for place, option in enumerate(question.options):
            if option is given:
                continue
            then = advise(aid, {**answers, question.key: option.key})
            if then.form != now:
                other.append(Change(question.key, option.key, abs(place - here), then.form, then.level))
        nearest = min((change.steps for change in other), default=0)
        found += [change for change in other if change.steps == nearest]
    return tuple(found)


def value_weights(aid: Aid, answers: Mapping[str, str]) -> dict[str, int]:
    """How heavily each value weighs with these answers; never less than nothing."""
    chosen = _chosen(aid, answers)
    return {
        value: max(0, aid.values.get(value, 0) + sum(option.values.get(value, 0) for option in chosen.values()))
        for value in VALUES
    }


def moved_by(aid: Aid, answers: Mapping[str, str], value: str) -> list[str]:
    """The questions whose answer makes this value weigh more or less."""
    return [key for key, option in _chosen(aid, answers).items() if option.values.get(value, 0)]


def unanswered(aid: Aid, answers: Mapping[str, str]) -> list[str]:
    """The questions that still wait for an answer, in order."""
    chosen = _chosen(aid, answers)
    return [question.key for question in aid.questions if question.key not in chosen]


def problems(aid: Aid) -> Iterator[tuple[str, str]]:
    """What makes an aid unfit for use: pairs of a code and the key of what it is about."""
    if not aid.questions:
        yield "no_questions", ""
    if len(aid.offered) < 2:
        yield "few_forms", ""
    for part in (aid.questions, aid.forms, aid.rules):
        keys = [thing.key for thing in part]
        yield from (("twice", key) for key in dict.fromkeys(keys) if keys.count(key) > 1)
    for question in aid.questions:
        if len(question.options) < 2:
            yield "few_options", question.key
        for option in question.options:
            points = (option.levels, option.rungs, option.forms, option.values)
            if any(abs(number) > FURTHEST for part in points for number in part.values()):
                yield "out_of_range", question.key
    for form in aid.forms:
        if any(not 0 <= number <= BEST for number in form.serves.values()):
            yield "out_of_range", form.key
    for value, weight in aid.values.items():
        if not 0 <= weight <= HEAVIEST:
            yield "out_of_range", value
    known = {question.key: {option.key for option in question.options} for question in aid.questions}
    forms = {form.key for form in aid.forms}
    for rule in aid.rules:
        if not rule.when or any(
            question not in known or not options or not set(options) <= known[question]
            for question, options in rule.when.items()
        ):
            yield "rule_asks_unknown", rule.key
        if not set(rule.only) <= forms or not (rule.only or rule.least):
            yield "rule_leaves_unknown", rule.key


def scaled(aid: Aid, by: int) -> Aid:
    """The same aid with all points and weights multiplied; its advice is the same."""

    def more(points: Mapping[str, int]) -> dict[str, int]:
        return {key: by * number for key, number in points.items()}

    questions = tuple(
        replace(
            question,
            options=tuple(
                replace(
                    option,
                    levels=more(option.levels),
                    rungs=more(option.rungs),
                    forms=more(option.forms),
                    values=more(option.values),
                )
                for option in question.options
            ),
        )
        for question in aid.questions
    )
    return replace(aid, questions=questions, values=more(aid.values))


def _chosen(aid: Aid, answers: Mapping[str, str]) -> dict[str, Option]:
    given = ((question.key, question.option(answers.get(question.key))) for question in aid.questions)
    return {key: option for key, option in given if option is not None}


def _score(form: Form, chosen: Mapping[str, Option], weights: Mapping[str, int], vetoed_by: tuple[str, ...]) -> Score:
    points = {
        key: option.levels.get(form.level, 0) + option.rungs.get(form.rung, 0) + option.forms.get(form.key, 0)
        for key, option in chosen.items()
    }
    return Score(
        form=form.key,
        situation={key: number for key, number in points.items() if number},
        values={value: weights[value] * form.serves.get(value, 0) for value in VALUES},
        vetoed_by=vetoed_by,
    )
