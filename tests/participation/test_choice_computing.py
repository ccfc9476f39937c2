"""The computation of the choice aid: properties that hold for every aid, and the default aid on situations we know."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation import choice, choice_data
from participation.choice import BEST, LEVELS, RUNGS, VALUES, Aid, Form, Option, Question, Rule
from participation.choice_default import DEFAULT
from participation.enums import Form as FormCode
from participation.enums import Level, Rung
from participation.enums_choice import DemocraticValue

KEYS = ("a", "b", "c", "d")
points = st.integers(-6, 6)


def option(key: str) -> st.SearchStrategy[Option]:
    return st.builds(
        Option,
        key=st.just(key),
        text=st.just(key),
        levels=st.dictionaries(st.sampled_from(LEVELS), points, max_size=2),
        rungs=st.dictionaries(st.sampled_from(RUNGS), points, max_size=2),
        forms=st.dictionaries(st.sampled_from(KEYS), points, max_size=3),
        values=st.dictionaries(st.sampled_from(VALUES), st.integers(-2, 3), max_size=2),
    )


def question(key: str) -> st.SearchStrategy[Question]:
    return st.integers(2, 4).flatmap(
        lambda count: st.tuples(*(option(f"o{n}") for n in range(count))).map(
            lambda options: Question(key, key, "", options)
        )
    )


def form(key: str) -> st.SearchStrategy[Form]:
    return st.builds(
        Form,
        key=st.just(key),
        title=st.just(key),
        text=st.just(""),
        level=st.sampled_from(LEVELS),
        rung=st.sampled_from(RUNGS),
        serves=st.fixed_dictionaries({value: st.integers(0, BEST) for value in VALUES}),
        offered=st.booleans(),
    )


def rule(key: str) -> st.SearchStrategy[Rule]:
    asked = st.sets(st.sampled_from(["o0", "o1"]), min_size=1).map(lambda keys: tuple(sorted(keys)))
    return st.builds(
        Rule,
        key=st.just(key),
        text=st.just(key),
        when=st.dictionaries(st.sampled_from(["q0", "q1"]), asked, min_size=1, max_size=2),
        only=st.sets(st.sampled_from(KEYS), max_size=3).map(lambda keys: tuple(sorted(keys))),
        least=st.dictionaries(st.sampled_from(VALUES), st.integers(0, BEST), max_size=1),
    )


aids = st.builds(
    Aid,
    questions=st.tuples(*(question(f"q{n}") for n in range(3))),
    forms=st.tuples(*(form(key) for key in KEYS)),
    rules=st.lists(st.sampled_from(["r0", "r1", "r2"]), unique=True, max_size=3).flatmap(
        lambda keys: st.tuples(*(rule(key) for key in keys))
    ),
    values=st.fixed_dictionaries({value: st.integers(0, 3) for value in VALUES}),
)
answered = aids.flatmap(
    lambda aid: st.tuples(
        st.just(aid),
        st.fixed_dictionaries(
            {asked.key: st.sampled_from([option.key for option in asked.options]) for asked in aid.questions}
        ),
    )
)
quick = settings(max_examples=60, deadline=None)


@quick
@given(answered, st.integers(1, 9))
def test_scaled_weights_leave_the_advice_and_the_whole_ranking(case: tuple[Aid, dict[str, str]], by: int) -> None:
    aid, answers = case
    plain, larger = choice.advise(aid, answers), choice.advise(choice.scaled(aid, by), answers)
    assert [score.form for score in plain.ranking] == [score.form for score in larger.ranking]
    assert [score.total * by for score in plain.ranking] == [score.total for score in larger.ranking]
    assert (plain.form, plain.tied, plain.tie_broken_by) == (larger.form, larger.tied, larger.tie_broken_by)


@quick
@given(answered)
def test_a_rule_that_is_applied_holds_for_every_form_that_can_be_advised(case: tuple[Aid, dict[str, str]]) -> None:
    aid, answers = case
    advice = choice.advise(aid, answers)
    for rule in aid.rules:
        assert (rule.key in (*advice.rules, *advice.set_aside)) == rule.holds(answers)
        if rule.key in advice.rules:
            assert all(rule.allows(aid.form(score.form)) for score in advice.ranking)
    assert {score.form for score in (*advice.ranking, *advice.vetoed)} == {form.key for form in aid.offered}
    assert all(score.vetoed_by for score in advice.vetoed)
    # A rule is only set aside where it would have left nothing of what earlier rules left.
    left = list(aid.offered)
    for rule in (aid.rule(key) for key in (rule.key for rule in aid.rules)):
        if rule.key in advice.set_aside:
            assert not any(rule.allows(form) for form in left)
        elif rule.key in advice.rules:
            left = [form for form in left if rule.allows(form)]


@quick
@given(answered, st.sampled_from(["forms", "levels", "rungs", "serves", "value"]))
def test_more_points_for_the_advised_form_leave_it_advised(case: tuple[Aid, dict[str, str]], how: str) -> None:
    aid, answers = case
    advice = choice.advise(aid, answers)
    best = aid.form(advice.form)
    if best is None:
        return
    if how == "serves":
        better = replace(best, serves=dict.fromkeys(VALUES, BEST))
        more = replace(aid, forms=tuple(better if form is best else form for form in aid.forms), rules=())
        same = replace(aid, rules=())
        if choice.advise(same, answers).form != best.key:
            return
    else:
        first = aid.questions[0]
        given_option = first.option(answers[first.key])
        assert given_option is not None
        if how == "value":
            value = next((v for v in VALUES if all(best.serves[v] >= f.serves[v] for f in aid.forms)), None)
            if value is None:
                return
            raised = replace(given_option, values={**given_option.values, value: given_option.values.get(value, 0) + 2})
        elif how == "forms":
            raised = replace(
                given_option, forms={**given_option.forms, best.key: given_option.forms.get(best.key, 0) + 3}
            )
        else:
            # The points of a whole level or rung: only forms that share it can catch up, and they rise by as much.
            key = best.level if how == "levels" else best.rung
            old = getattr(given_option, how)
            raised = replace(given_option, **{how: {**old, key: old.get(key, 0) + 3}})
        options = tuple(raised if option is given_option else option for option in first.options)
        more = replace(aid, questions=(replace(first, options=options), *aid.questions[1:]))
    assert choice.advise(more, answers).form == best.key


@quick
@given(answered)
def test_what_is_told_to_change_the_advice_does_and_nothing_nearer_is_left_out(
    case: tuple[Aid, dict[str, str]],
) -> None:
    aid, answers = case
    now = choice.advise(aid, answers).form
    told = choice.changes(aid, answers)
    for change in told:
        then = choice.advise(aid, {**answers, change.question: change.option})
        assert then.form == change.form != now
    for asked in aid.questions:
        keys = [option.key for option in asked.options]
        here = keys.index(answers[asked.key])
        leading_elsewhere = {
            key: abs(place - here)
            for place, key in enumerate(keys)
            if choice.advise(aid, {**answers, asked.key: key}).form != now
        }
        nearest = min(leading_elsewhere.values(), default=None)
        assert {change.option for change in told if change.question == asked.key} == {
            key for key, steps in leading_elsewhere.items() if steps == nearest
        }


@quick
@given(answered)
def test_ties_are_told_and_broken_by_values_and_then_by_the_order_of_the_forms(
    case: tuple[Aid, dict[str, str]],
) -> None:
    aid, answers = case
    advice = choice.advise(aid, answers)
    if not advice.ranking:
        assert advice.form == ""
        return
    best = advice.ranking[0]
    equal = [score for score in advice.ranking if score.total == best.total]
    assert set(advice.tied) == {score.form for score in equal[1:]}
    assert (advice.tie_broken_by == "") == (len(equal) == 1)
    assert best.from_values == max(score.from_values for score in equal)
    order = [form.key for form in aid.forms]
    as_good = [score.form for score in equal if score.from_values == best.from_values]
    assert best.form == min(as_good, key=order.index)


@quick
@given(answered)
def test_an_aid_and_an_advice_come_back_from_json_as_they_were(case: tuple[Aid, dict[str, str]]) -> None:
    aid, answers = case
    again = choice_data.aid_from(json.loads(json.dumps(choice_data.to_data(aid))))
    assert again == aid
    advice = choice.advise(aid, answers)
    assert choice_data.advice_from(json.loads(json.dumps(choice_data.to_data(advice)))) == advice
    told = choice.changes(aid, answers)
    assert choice_data.changes_from(json.loads(json.dumps(choice_data.to_data(told)))) == told
    assert choice.advise(again, answers) == advice


# --- The default aid ---------------------------------------------------------------------------------------------------

# Answers in the order of the questions: open, kind, holder, reach, conflict, knowledge, money, time, law, council,
# capacity, attention, executor, promises.
SITUATIONS = {
    "road works that stand": (
        "nothing plan municipality few little little plan short no self hardly no municipality nothing",
        "letter",
    ),
    "a street that gets new trees": (
        "details plan municipality few some some plan short no self some no municipality nothing",
        "hearing",
    ),
    "a zoning plan": (
        "much plan municipality neighbourhood some much none middle yes self some no municipality nothing",
        "statutory",
    ),
    "hours of the waste station": (
        "details list municipality everybody little little plan short no listens hardly no municipality nothing",
        "panel",
    ),
    "a sharp conflict about energy": (
        "much course both everybody sharp some none middle no listens some partly municipality broken",
        "open_table",
    ),
    "traffic in two streets that quarrel": (
        "much plan both few sharp much plan long no listens enough no together nothing",
        "working_group",
    ),
    "the village for ten years": (
        "all course both everybody some some none long no listens enough partly together promised",
        "agenda",
    ),
    "the worn square": (
        "much neighbourhood both neighbourhood some little plan middle no gives enough yes together promised",
        "residents",
    ),
    "a sum for the neighbourhood": (
        "all list both neighbourhood little little divide long no gives some partly together nothing",
        "budget",
    ),
    "residents who want the community centre": (
        "all task residents neighbourhood little some plan long no gives some partly residents nothing",
        "government",
    ),
}


def answers_of(situation: str) -> dict[str, str]:
    line, _form = SITUATIONS[situation]
    return dict(zip((question.key for question in DEFAULT.questions), line.split(), strict=True))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_default_aid_advises_what_a_careful_colleague_would(situation: str) -> None:
    assert choice.advise(DEFAULT, answers_of(situation)).form == SITUATIONS[situation][1]


def test_the_default_aid_is_whole_and_speaks_the_words_of_the_process() -> None:
    assert list(choice.problems(DEFAULT)) == []
    assert 12 <= len(DEFAULT.questions) <= 15
    assert {form.key for form in DEFAULT.forms} == set(FormCode.values)
    assert set(LEVELS) == set(Level.values)
    assert set(RUNGS) == set(Rung.values)
    assert set(VALUES) == set(DemocraticValue.values)
    known = {"levels": set(LEVELS), "rungs": set(RUNGS), "forms": set(FormCode.values), "values": set(VALUES)}
    for asked in DEFAULT.questions:
        for option in asked.options:
            for name, keys in known.items():
                assert set(getattr(option, name)) <= keys, (asked.key, option.key)
    assert all(set(form.because) == set(VALUES) for form in DEFAULT.forms)


def test_the_law_goes_before_a_decision_that_was_taken_and_the_collision_is_told() -> None:
    advice = choice.advise(DEFAULT, {**answers_of("road works that stand"), "law": "yes"})
    assert advice.form == "statutory"
    assert "closed" in advice.set_aside


def test_the_example_of_the_manual_adds_up() -> None:
    """docs/choice-aid.md works this example out by hand."""
    advice = choice.advise(DEFAULT, answers_of("hours of the waste station"))
    best, second = advice.ranking[:2]
    assert (best.form, best.from_situation, best.from_values, best.total) == ("panel", 17, 13, 30)
    assert (second.form, second.total) == ("statutory", 23)
    assert dict(advice.weights) == {
        "inclusion": 2,
        "influence": 1,
        "ownership": 1,
        "deliberation": 1,
        "legitimacy": 2,
    }


def test_nothing_answered_and_nothing_offered_give_no_error() -> None:
    assert choice.advise(DEFAULT, {}).ranking[0].situation == {}
    assert choice.changes(DEFAULT, {}) == ()
    bare = replace(DEFAULT, forms=tuple(replace(form, offered=False) for form in DEFAULT.forms))
    assert choice.advise(bare, answers_of("the worn square")).form == ""
    assert ("few_forms", "") in list(choice.problems(bare))
