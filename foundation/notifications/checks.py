"""System checks: each kind of message can be written. Warnings, so that one bad text never stops the portal."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from foundation.notifications import kinds


def check_kinds(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """The templates of every kind exist and can be read, and its topic has a name."""
    found: list[CheckMessage] = []
    for kind in kinds.all_kinds():
        for name in filter(None, (kind.body, kind.body_html)):
            try:
                get_template(name)
            except (TemplateDoesNotExist, TemplateSyntaxError) as error:
                found.append(
                    Warning(
                        f"The message {kind.code} can't be written: {type(error).__name__} {error}",
                        hint=f"Make or mend templates/{name}.",
                        id="notifications.W002",
                    )
                )
        if not kinds.topic(kind.topic).help:
            found.append(
                Warning(
                    f"The message {kind.code} has the topic '{kind.topic}', which no app explains.",
                    hint="Call kinds.register_topic(Topic(code, name, help)) in the app's notifications.py.",
                    id="notifications.W001",
                )
            )
    return found
