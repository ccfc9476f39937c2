"""What happened to an initiative, in plain words: one sentence per line of the timeline, for pages, feeds and mails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from foundation.core.wording import short_day
from initiatives.enums import CompetentBody, CooperativeStage, Outcome


def happened(verb: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence for a line of the timeline.

    Args:
        verb: ``TimelineEntry.verb``: a key of ``ACTIONS``, or another word that a service wrote.
        facts: ``TimelineEntry.facts``.
    """
    facts = facts or {}
    until = _day(facts.get("until"))
    match verb:
        case "submit":
            if facts.get("again"):
                return _("The initiators sent their additions.")
            return _("The plan was handed in.")
        case "add":
            return _("The initiators sent their additions.")
        case "ask_additions":
            return _("The municipality asked for additions, until %(day)s.") % {"day": until}
        case "take_up":
            return _("The plan is complete. The municipality assesses it.")
        case "extended":
            return _("The municipality needs more time: until %(day)s.") % {"day": until}
        case "forwarded":
            return _("The plan was sent on: %(body)s decides.") % {"body": _body(facts)}
        case "agree":
            if facts.get("outcome") == Outcome.AGREED_PARTLY:
                return _("Agreed, with conditions: %(body)s decided.") % {"body": _body(facts)}
            return _("Agreed: %(body)s decided.") % {"body": _body(facts)}
        case "refuse":
            if facts.get("outcome") == Outcome.NOT_TREATED:
                return _("Not treated: the plan was not complete.")
            return _("Refused: %(body)s decided.") % {"body": _body(facts)}
        case "reconsider":
            return _("The municipality looks at the decision again.")
        case "start":
            return _("The work has begun.")
        case "finish":
            return _("The plan is finished.")
        case "evaluate":
            return _("Municipality and initiators looked back together.")
        case "stage":
            stage = facts.get("stage")
            label = CooperativeStage(stage).label if stage in CooperativeStage.values else ""
            return _("The cooperative is now at the stage: %(stage)s.") % {"stage": label}
        case "imported":
            if facts.get("from"):
                return _("The municipality put this plan here. It comes from: %(place)s.") % {"place": facts["from"]}
            return _("The municipality put this plan here, from an earlier list.")
        case "hidden":
            return _("The municipality took this plan off the site.")
        case "shown":
            return _("The municipality put this plan back on the site.")
        case "agreement_signed":
            day = _day(facts.get("day"))
            return _("Municipality and initiators signed an agreement on %(day)s.") % {"day": day}
        case "withdraw":
            return _("The initiators withdrew their plan.")
    return str(facts.get("text", ""))


def _day(text: Any) -> str:
    return short_day(date.fromisoformat(text)) if text else ""


def _body(facts: Mapping[str, Any]) -> str:
    body = facts.get("body")
    return str(CompetentBody(body).label) if body in CompetentBody.values else str(CompetentBody.COLLEGE.label)
