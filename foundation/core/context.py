"""What every page gets: theme, navigation, language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def layout(request: HttpRequest) -> dict[str, Any]:
    return {}
