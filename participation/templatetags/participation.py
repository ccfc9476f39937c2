from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template

from participation import timeline
from participation.enums import AnswerOutcome
from participation.models import Phase
from participation.queries import processes

register = template.Library()


@register.simple_tag
def process_event(verb: str, facts: Mapping[str, Any]) -> str:
    """The sentence of one line of the timeline of a process."""
    return timeline.say(verb, facts)


@register.filter
def ending(phase: Phase) -> str:
    """Until when a phase is open, in words."""
    return processes.ending(phase)


@register.filter
def until(closes_at: datetime) -> str:
    """Until when something is open, inside a sentence: "t/m vrijdag 4 december 2026"."""
    return processes.until(closes_at)


@register.filter
def answer_kind(outcome: str) -> str:
    """The kind of badge of an answer: green is only for what was taken over."""
    return {AnswerOutcome.ADOPTED: "success", AnswerOutcome.PARTLY: "info"}.get(AnswerOutcome(outcome), "")


@register.inclusion_tag("participation/outcome/_blocks.html")
def report_blocks(blocks: Sequence[Mapping[str, Any]], level: int = 3) -> dict[str, Any]:
    """Facts of the report, in the blocks of ``foundation.core.pdf``.

    Args:
        level: of the headings in them.
    """
    # ``items`` of a mapping is its method to a template, so the pairs and lines go by another name.
    return {"level": level, "blocks": [{**block, "lines": block.get("items", [])} for block in blocks]}
