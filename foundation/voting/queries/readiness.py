"""What a ballot still lacks before residents may see it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.voting.counting import CountingError, SettingsError, ThresholdSettings, make_settings, rules_for
from foundation.voting.enums import BallotType, Electorate, LimitKind
from foundation.voting.queries.groups import SMALLEST_ELECTORATE, places
from foundation.voting.queries.wording import words_of

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def problems(ballot: Ballot, now: datetime, *, opening: bool = False) -> list[str]:
    """A sentence for each thing that must be mended before announcing (or, with ``opening``, before opening)."""
    return [text for _step, text in missing(ballot, now, opening=opening)]


def missing(ballot: Ballot, now: datetime, *, opening: bool = False) -> list[tuple[str, str]]:
    """As ``problems``, each with the step of the wizard (the name of its page) where it is mended."""
    words = words_of(ballot)
    found = []
    if not ballot.question.strip():
        found.append(("basics", _("Write what the vote is about.")))
    costs = list(ballot.options.values_list("cost_cents", flat=True))
    if len(costs) < (1 if ballot.type == BallotType.SCALE else 2):
        found.append(("projects", words.add_enough))
    if ballot.spends:
        if ballot.budget_cents is None:
            found.append(("rules", _("Fill in the budget.")))
        elif costs and min(costs) > ballot.budget_cents:
            found.append(("projects", _("No project fits in the budget.")))
    if ballot.limit_kind == LimitKind.NUMBER and not ballot.max_choices:
        found.append(("rules", words.say_how_many))
    if ballot.rule not in rules_for(ballot.type, budget=ballot.spends):
        found.append(("rules", _("Choose a counting rule that fits this kind of ballot.")))
    try:
        settings = make_settings(ballot.rule, ballot.rule_settings)
        if isinstance(settings, ThresholdSettings) and settings.turnout and not settings.electorate:
            text = _("Fill in how many people may vote: without it nobody can tell whether enough of them did.")
            found.append(("rules", text))
    except (SettingsError, CountingError, TypeError) as error:
        text = _("The settings of the counting rule are not right: %(error)s")
        found.append(("rules", text % {"error": error}))
    if ballot.electorate == Electorate.GROUP:
        if ballot.group is None:
            found.append(("who_and_when", _("Choose the group whose members may vote.")))
        elif places(ballot.group) < SMALLEST_ELECTORATE:
            text = _("The group needs at least %(n)d members: with fewer the result would tell who chose what.")
            found.append(("who_and_when", text % {"n": SMALLEST_ELECTORATE}))
    if ballot.opens_at is None or ballot.closes_at is None:
        found.append(("who_and_when", _("Fill in when the vote opens and closes.")))
    elif ballot.closes_at <= now and not opening:
        found.append(("who_and_when", _("The closing time lies in the past.")))
    return found
