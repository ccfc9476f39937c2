"""What a ballot still lacks before residents may see it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.voting.counting import CountingError, SettingsError, ThresholdSettings, make_settings, rules_for
from foundation.voting.enums import BallotType, LimitKind

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def problems(ballot: Ballot, now: datetime, *, opening: bool = False) -> list[str]:
    """A sentence for each thing that must be mended before announcing (or, with ``opening``, before opening)."""
    found = []
    if not ballot.question.strip():
        found.append(_("Write what the vote is about."))
    costs = list(ballot.options.values_list("cost_cents", flat=True))
    if len(costs) < (1 if ballot.type == BallotType.SCALE else 2):
        found.append(_("Add at least two projects."))
    if ballot.spends:
        if ballot.budget_cents is None:
            found.append(_("Fill in the budget."))
        elif costs and min(costs) > ballot.budget_cents:
            found.append(_("No project fits in the budget."))
    if ballot.limit_kind == LimitKind.NUMBER and not ballot.max_choices:
        found.append(_("Say how many projects a voter may choose."))
    if ballot.rule not in rules_for(ballot.type, budget=ballot.spends):
        found.append(_("Choose a counting rule that fits this kind of ballot."))
    try:
        settings = make_settings(ballot.rule, ballot.rule_settings)
        if isinstance(settings, ThresholdSettings) and settings.turnout and not settings.electorate:
            found.append(_("Fill in how many people may vote: without it nobody can tell whether enough of them did."))
    except (SettingsError, CountingError, TypeError) as error:
        found.append(_("The settings of the counting rule are not right: %(error)s") % {"error": error})
    if ballot.opens_at is None or ballot.closes_at is None:
        found.append(_("Fill in when the vote opens and closes."))
    elif ballot.closes_at <= now and not opening:
        found.append(_("The closing time lies in the past."))
    return found
