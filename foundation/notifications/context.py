"""The number of unread messages for the header; asked only when a page shows it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from foundation.core.context import NavItem
from foundation.notifications.queries import unread_count


def _count(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0


def unread(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``unread_messages``, 0 for visitors."""
    return {"unread_messages": SimpleLazyObject(lambda: _count(request))}


def account_navigation(request: HttpRequest) -> list[NavItem]:
    """For ``settings.ACCOUNT_NAVIGATION``: the list of messages, with how many are unread."""
    return [NavItem(_("Messages"), reverse("notifications:inbox"), "bell", _count(request))]
