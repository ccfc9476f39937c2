"""Words of initiatives in templates: ``{% load initiatives %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from initiatives import wording

register = template.Library()


@register.simple_tag
def happened(verb: str, facts: Mapping[str, Any] | None = None) -> str:
    """One sentence for a line of the timeline."""
    return wording.happened(verb, facts)
