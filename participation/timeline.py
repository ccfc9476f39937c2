"""The sentences of the public timeline; mails use the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Any] = {
    "publish": _("The process was published."),
    "plan_changed": _("The plan was changed."),
    "dates_moved": _("“%(phase)s” moved: from %(opens_at)s until %(closes_at)s."),
    "finish": _("The process is finished."),
    "reopen": _("The process was taken up again."),
    "stop": _("The process was stopped."),
}


def say(verb: str, facts: Mapping[str, Any]) -> str:
    """One sentence in the language that is read now; the verb itself where no sentence is known."""
    sentence = SENTENCES.get(verb)
    if sentence is None:
        return verb
    return str(sentence) % {name: _shown(value) for name, value in facts.items()} if facts else str(sentence)


def _shown(value: Any) -> str:
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and "T" in value:
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "j F Y H:i")
    return str(value)
