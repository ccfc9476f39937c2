"""The sentences of the public timeline; mails use the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.wording import short_day, short_moment
from participation.enums_outcome import Body, DecisionState

SENTENCES: dict[str, Any] = {
    "publish": _("The process was published."),
    "plan_changed": _("The plan was changed."),
    "dates_moved": _("“%(phase)s” moved: from %(opens_at)s until %(closes_at)s."),
    "text_published": _("Version %(number)s of the text “%(what)s” was published."),
    "choice_told": _("It was made known why this form was chosen: %(form)s."),
    "choice_renewed": _("The form was chosen anew: %(form)s."),
    "finish": _("The process is finished."),
    "reopen": _("The process was taken up again."),
    "stop": _("The process was stopped."),
    "decision_planned": _("About “%(about)s” decides: %(body)s, on %(day)s."),
    "decided": _("Decision on “%(about)s” by %(body)s: %(state)s."),
    "milestone_done": _("Done: %(what)s."),
    "milestone_dropped": _("This will not be done: %(what)s."),
    "milestone_moved": _("“%(what)s” comes later: on %(day)s."),
    "handed_over": _("“%(what)s” is an initiative now and is carried out."),
    "survey_opened": _("A survey was opened about how it went."),
    "group_made": _("There is a new group: “%(what)s”."),
    "lots_drawn": _("Lots were drawn for the places in “%(what)s”."),
    "report_published": _("The final report is there."),
    "report_changed": _("The final report was changed."),
    "problem_stated": _("There is a shared description of the problem: “%(title)s”."),
    "result_noted": _("The result of the vote is known. Proposals that won: %(winners)s."),
}


def say(verb: str, facts: Mapping[str, Any]) -> str:
    """One sentence in the language that is read now; the verb itself where no sentence is known."""
    sentence = SENTENCES.get(verb)
    if sentence is None:
        return verb
    if verb == "dates_moved" and (last := _last_day(facts.get("closes_at"))) is not None:
        whole_days = _("“%(phase)s” moved: from %(opens_at)s through %(last)s.")
        return str(whole_days) % {"phase": facts["phase"], "opens_at": _shown("", facts["opens_at"]), "last": last}
    return str(sentence) % {name: _shown(name, value) for name, value in facts.items()} if facts else str(sentence)


def _shown(name: str, value: Any) -> str:
    if name == "body" and value in Body.values:
        return str(Body(value).label)
    if name == "state" and value in DecisionState.values:
        return str(DecisionState(value).label)
    if name == "day" and isinstance(value, str):
        return short_day(date.fromisoformat(value))
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and "T" in value:
        moment = timezone.localtime(datetime.fromisoformat(value))
        return short_day(moment) if moment.time() == time() else short_moment(moment)
    return str(value)


def _last_day(closes_at: Any) -> str | None:
    """Of what closes at midnight: the day before. None where it closes at another time of day."""
    moment = timezone.localtime(datetime.fromisoformat(closes_at)) if isinstance(closes_at, str) else None
    return short_day(moment - timedelta(minutes=1)) if moment is not None and moment.time() == time() else None
