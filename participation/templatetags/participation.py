from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from participation import timeline

register = template.Library()


@register.simple_tag
def process_event(verb: str, facts: Mapping[str, Any]) -> str:
    """The sentence of one line of the timeline of a process."""
    return timeline.say(verb, facts)
