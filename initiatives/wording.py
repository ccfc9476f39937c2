"""What happened to an initiative, in plain words: one sentence per line of the timeline, for pages, feeds and mails.

``SAYINGS`` is the one table: a part of this app that writes lines with a verb of its own adds its row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.core.wording import short_day
from initiatives.enums import CompetentBody, CooperativeStage, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Saying:
    """A sentence, or how to choose one by the facts, with the picture beside it."""

    sentence: StrOrPromise | Callable[[Facts], StrOrPromise]
    icon: str = "circle-dot"


_ADDED = _("The initiators sent their additions.")
SAYINGS: dict[str, Saying] = {
    "submit": Saying(lambda facts: _ADDED if facts.get("again") else _("The plan was handed in."), "send"),
    "add": Saying(_ADDED, "plus"),
    "ask_additions": Saying(_("The municipality asked for additions, until %(day)s."), "help-circle"),
    "take_up": Saying(_("The plan is complete. The municipality assesses it."), "building-community"),
    "extended": Saying(_("The municipality needs more time: until %(day)s."), "clock"),
    "forwarded": Saying(_("The plan was sent on: %(body)s decides."), "arrow-right"),
    "agree": Saying(
        lambda facts: (
            _("Agreed, with conditions: %(body)s decided.")
            if facts.get("outcome") == Outcome.AGREED_PARTLY
            else _("Agreed: %(body)s decided.")
        ),
        "circle-check",
    ),
    "refuse": Saying(
        lambda facts: (
            _("Not treated: the plan was not complete.")
            if facts.get("outcome") == Outcome.NOT_TREATED
            else _("Refused: %(body)s decided.")
        ),
        "x",
    ),
    "reconsider": Saying(_("The municipality looks at the decision again."), "reload"),
    "start": Saying(_("The work has begun."), "player-play"),
    "finish": Saying(_("The plan is finished."), "circle-check"),
    "evaluate": Saying(_("Municipality and initiators looked back together."), "star"),
    "withdraw": Saying(_("The initiators withdrew their plan."), "arrow-left"),
    "changed": Saying(_("The initiators changed the text of their plan."), "edit"),
    "news": Saying(_("The initiators told news: %(title)s"), "message"),
    "progress": Saying(_("There is news of how it goes."), "chart-bar"),
    "costs_told": Saying(_("The municipality told what the task costs now."), "coins"),
    "stage": Saying(_("The cooperative is now at the stage: %(stage)s.")),
    "handed_over": Saying(_("This was decided elsewhere and is carried out now. It comes from: %(origin)s.")),
    "imported": Saying(
        lambda facts: (
            _("The municipality put this plan here. It comes from: %(place)s.")
            if facts.get("from")
            else _("The municipality put this plan here, from an earlier list.")
        )
    ),
    "hidden": Saying(_("The municipality took this plan off the site."), "eye-off"),
    "shown": Saying(_("The municipality put this plan back on the site."), "eye"),
    "agreement_signed": Saying(_("Municipality and initiators signed an agreement on %(day)s."), "pencil"),
}


def happened(verb: str, facts: Facts | None = None) -> str:
    """The sentence for a line of the timeline; "" for a verb that is not known.

    Args:
        verb: ``TimelineEntry.verb``: a key of ``ACTIONS``, or another word that a service wrote.
        facts: ``TimelineEntry.facts``.
    """
    facts = facts or {}
    known = SAYINGS.get(verb)
    if known is None:
        return str(facts.get("text", ""))
    sentence = known.sentence(facts) if callable(known.sentence) else known.sentence
    return (str(sentence) % _words(facts)).strip()


def icon(verb: str) -> str:
    """The picture of a line of the timeline."""
    known = SAYINGS.get(verb)
    return known.icon if known else Saying.icon


def _words(facts: Facts) -> dict[str, str]:
    """What the places in the sentences are filled with, as people write it."""
    day, body, stage = facts.get("until") or facts.get("day"), facts.get("body"), facts.get("stage")
    return {
        "day": short_day(date.fromisoformat(day)) if day else "",
        "body": str((CompetentBody(body) if body in CompetentBody.values else CompetentBody.COLLEGE).label),
        "stage": str(CooperativeStage(stage).label) if stage in CooperativeStage.values else "",
        "place": str(facts.get("from", "")),
        "title": str(facts.get("title", "")),
        "origin": str(facts.get("origin", "")),
    }
