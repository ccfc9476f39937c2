"""Which pages stand in the navigation; asked by foundation.core.context through settings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def public(request: HttpRequest) -> list[dict[str, Any]]:
    return []


def staff(request: HttpRequest) -> list[dict[str, Any]]:
    return []
