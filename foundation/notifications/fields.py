"""JSON that keeps moments and days, so that a message can show them in the reader's language."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class ContextEncoder(DjangoJSONEncoder):
    """Writes a datetime as ``{"$datetime": iso}``, a date as ``{"$date": iso}``, lazy texts as text."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return {"$datetime": o.isoformat()}
        if isinstance(o, date):
            return {"$date": o.isoformat()}
        return super().default(o)


def _revive(value: dict[str, Any]) -> Any:
    match value:
        case {"$datetime": str(text)} if len(value) == 1:
            return datetime.fromisoformat(text)
        case {"$date": str(text)} if len(value) == 1:
            return date.fromisoformat(text)
    return value


class ContextDecoder(json.JSONDecoder):
    """Reads what ``ContextEncoder`` wrote."""

    def __init__(self, **options: Any) -> None:
        super().__init__(object_hook=_revive, **options)
