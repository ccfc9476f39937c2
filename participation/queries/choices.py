"""What the pages of the choice aid show: an advice in plain words, a choice with its reasons, the versions of the aid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import charts
from foundation.municipalities.models import Municipality
from participation import choice as computing
from participation import choice_data
from participation.choice import Advice, Aid, Change, Form
from participation.choice_default import DEFAULT
from participation.enums import Level, ProcessState, Rung
from participation.enums_choice import ASKS, SERVED, DemocraticValue, weighs
from participation.models import Choice, ChoiceAid, Process, ProcessChoice

RUNNERS_UP = 2  # forms shown beside the advised one


@dataclass(frozen=True)
class Shaping:
    """The aid of a municipality as its administrators see it. ``aid``: the prepared version, else the one in use."""

    aid: Aid
    prepared: ChoiceAid | None
    used: ChoiceAid | None

    @property
    def version(self) -> int:
        """For the forms: 0 when no version is being prepared."""
        return self.prepared.version if self.prepared else 0


def shaping(municipality: Municipality) -> Shaping:
    """The aid in preparation and the one in use, in one query."""
    rows = list(ChoiceAid.objects.for_municipality(municipality).order_by("-in_use_since", "-number"))
    prepared = next((row for row in rows if row.in_use_since is None), None)
    used = next((row for row in rows if row.in_use_since is not None), None)
    shown = prepared or used
    return Shaping(shown.aid if shown else DEFAULT, prepared, used)


def versions(municipality: Municipality) -> list[ChoiceAid]:
    """Versions that are or were in use, the latest first; without their content."""
    rows = ChoiceAid.objects.for_municipality(municipality).in_use().defer("content")
    return list(rows.select_related("created_by"))


def listed(municipality: Municipality) -> QuerySet[Choice]:
    """Choices of a municipality, the newest first, with the process of each."""
    rows: QuerySet[Choice] = (
        Choice.objects.for_municipality(municipality)
        .select_related("municipality", "created_by", "of_process__process")
        .defer("advice", "changes", "reason", "of_process__process__why")
    )
    return rows


def one(municipality: Municipality, pk: int) -> Choice | None:
    """A choice of this municipality."""
    rows = Choice.objects.for_municipality(municipality).select_related(
        *("aid", "municipality", "sector", "created_by", "intended_for", "of_process__process")
    )
    found: Choice | None = rows.filter(pk=pk).first()
    return found


def processes_to_tie(municipality: Municipality) -> QuerySet[Process]:
    """Processes in preparation or running, to tie a choice to."""
    rows = Process.objects.for_municipality(municipality)
    return rows.filter(state__in=[ProcessState.DRAFT, ProcessState.PUBLISHED]).order_by("title")


def of_process(process: Process) -> list[ProcessChoice]:
    """The choices of a process, the one that holds now first."""
    return list(process.choices.select_related("choice__aid").order_by("-number"))


def outcome(
    aid: Aid,
    answers: Mapping[str, str],
    *,
    advice: Advice | None = None,
    changes: tuple[Change, ...] | None = None,
    chosen: str = "",
) -> dict[str, Any]:
    """An advice with all its reasons, for a page.

    Args:
        advice, changes: as they were kept; computed where they are not given.
        chosen: the form that was chosen, to stand beside the advised one.
    """
    advice = advice or computing.advise(aid, answers)
    told = computing.changes(aid, answers) if changes is None else changes
    form = aid.form(advice.form)
    if form is None:
        return {"form_of_advice": None, "answers": answered(aid, answers)}
    taken = aid.form(chosen) or form
    return {
        "form_of_advice": form,
        "level": Level(form.level).label,
        "rung": Rung(form.rung).label,
        "chosen": taken,
        "chosen_level": Level(taken.level).label,
        "follows": taken.key == form.key,
        "advice": advice,
        "reasons": _reasons(aid, answers, advice, form),
        "values": [_value(aid, answers, advice, taken, value) for value in DemocraticValue],
        "chart": _chart(aid, advice, taken),
        "runners": [
            _runner(aid, answers, advice, score.form) for score in advice.ranking[1:] if score.form != taken.key
        ][:RUNNERS_UP],
        "table": _table(aid, advice),
        "changes": [_change(aid, answers, change) for change in told],
        "rules": [rule.text for key in advice.rules if (rule := aid.rule(key))],
        "set_aside": [rule.text for key in advice.set_aside if (rule := aid.rule(key))],
        "tie": _tie(aid, advice),
        "against": [rule.text for key in _vetoes(advice, taken.key) if (rule := aid.rule(key))],
        "answers": answered(aid, answers),
    }


def story(tied: ProcessChoice) -> dict[str, Any]:
    """A choice that was made, as it was then."""
    made = tied.choice
    return {"tied": tied, "choice": made, **kept_outcome(made)}


def kept_outcome(made: Choice) -> dict[str, Any]:
    """The outcome of a choice that was made, from what was kept, not computed anew."""
    return outcome(
        made.aid.aid,
        made.answers,
        advice=choice_data.advice_from(made.advice),
        changes=choice_data.changes_from(made.changes),
        chosen=made.form,
    )


def answered(aid: Aid, answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Questions with the answers that were given."""
    found = []
    for question in aid.questions:
        option = question.option(answers.get(question.key))
        if option is not None:
            found.append({"question": question.text, "answer": option.text, "why": option.why})
    return found


def points_text(points: int) -> str:
    """Points with their sign, as people write it."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def _vetoes(advice: Advice, form: str) -> tuple[str, ...]:
    score = advice.score(form)
    return score.vetoed_by if score else ()


def _reasons(aid: Aid, answers: Mapping[str, str], advice: Advice, form: Form) -> list[dict[str, str]]:
    """The answers that spoke most for the advised form, at most five; where a rule decided the rules say it."""
    score = advice.score(form.key)
    points = score.situation if score else {}
    found = []
    for question in sorted(aid.questions, key=lambda question: -points.get(question.key, 0)):
        option = question.option(answers.get(question.key))
        if option is not None and points.get(question.key, 0) > 0:
            found.append(
                {
                    "question": question.text,
                    "answer": option.text,
                    "why": option.why,
                    "points": points_text(points[question.key]),
                }
            )
    return found[:5]


def _value(aid: Aid, answers: Mapping[str, str], advice: Advice, form: Form, value: DemocraticValue) -> dict[str, Any]:
    served = form.serves.get(value, 0)
    weight = advice.weights.get(value, 0)
    heavier = []
    for key in computing.moved_by(aid, answers, value):
        question = aid.question(key)
        option = question.option(answers.get(key)) if question else None
        if question and option:
            heavier.append(
                {
                    "question": question.text,
                    "answer": option.text,
                    "points": points_text(option.values.get(value, 0)),
                }
            )
    return {
        "code": value.value,
        "label": value.label,
        "asks": ASKS[value],
        "served": served,
        "served_words": str(SERVED[min(max(served, 0), computing.BEST)]),
        "weight": weight,
        "weight_words": weighs(weight),
        "because": form.because.get(value, ""),
        "heavier": heavier,
        "points": weight * served,
    }


def _chart(aid: Aid, advice: Advice, taken: Form) -> charts.Chart:
    """How well the values are served by the chosen or advised form, and by those that come next."""
    keys = list(dict.fromkeys([taken.key, advice.form, *(score.form for score in advice.ranking)]))[:3]
    shown = [form for key in keys if (form := aid.form(key))]
    return charts.grouped_bars(
        [(str(value.label).capitalize(), [form.serves.get(value, 0) for form in shown]) for value in DemocraticValue],
        series=[form.title for form in shown],
        title=_("How well each value is served, from 0 to 4"),
        head=_("Value"),
        value_text=lambda number: _("%(served)s of 4") % {"served": f"{number:g}"},
    )


def _runner(aid: Aid, answers: Mapping[str, str], advice: Advice, key: str) -> dict[str, Any]:
    """A form that comes next, with where it does better and worse than the advised one."""
    form, best = aid.form(key), aid.form(advice.form)
    score, top = advice.score(key), advice.score(advice.form)
    assert form is not None
    assert best is not None
    assert score is not None
    assert top is not None
    better = [v.label for v in DemocraticValue if form.serves.get(v, 0) > best.serves.get(v, 0)]
    worse = [v.label for v in DemocraticValue if form.serves.get(v, 0) < best.serves.get(v, 0)]
    gaps = {
        question.key: top.situation.get(question.key, 0) - score.situation.get(question.key, 0)
        for question in aid.questions
    }
    against = []
    for question in sorted(aid.questions, key=lambda question: -gaps[question.key])[:2]:
        option = question.option(answers.get(question.key))
        if option is not None and gaps[question.key] > 0:
            against.append({"question": question.text, "answer": option.text})
    behind = top.total - score.total
    return {
        "form": form,
        "level": Level(form.level).label,
        "behind": ngettext("%(n)s point less", "%(n)s points less", behind) % {"n": behind},
        "equal": behind == 0,
        "better": [str(label) for label in better],
        "worse": [str(label) for label in worse],
        "against": against,
    }


def _table(aid: Aid, advice: Advice) -> list[dict[str, Any]]:
    """Every form that is offered with its points."""
    rows = []
    for score in (*advice.ranking, *advice.vetoed):
        form = aid.form(score.form)
        if form is None:
            continue
        rows.append(
            {
                "form": form.title,
                "level": Level(form.level).label,
                "situation": score.from_situation,
                "values": score.from_values,
                "total": score.total,
                "vetoes": [rule.text for key in score.vetoed_by if (rule := aid.rule(key))],
            }
        )
    return rows


def _change(aid: Aid, answers: Mapping[str, str], change: Change) -> dict[str, Any]:
    question, form = aid.question(change.question), aid.form(change.form)
    given = question.option(answers.get(change.question)) if question else None
    other = question.option(change.option) if question else None
    return {
        "question": question.text if question else change.question,
        "given": given.text if given else "",
        "other": other.text if other else "",
        "form": form.title if form else _("no form at all"),
        "level": Level(change.level).label if change.level else "",
    }


def _tie(aid: Aid, advice: Advice) -> str:
    if not advice.tied:
        return ""
    names = ", ".join(f"“{form.title}”" for key in advice.tied if (form := aid.form(key)))
    if advice.tie_broken_by == "values":
        return _("%(forms)s came to as many points. The advised form serves the values better, so it goes first.") % {
            "forms": names
        }
    return _(
        "%(forms)s came to as many points and serves the values as well. The advised form stands first in the list of "
        "your municipality, so it goes first. Choose yourself which fits better."
    ) % {"forms": names}
