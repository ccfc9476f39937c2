"""The second factor of people who work here: whether it is missing, and the way to set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

from foundation.accounts.queries import has_two_factor

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def missing(user: Any) -> bool:
    """Whether this person, who is logged in and acts for others, must still set up a second factor."""
    return settings.TWO_FACTOR_FOR_STAFF and not has_two_factor(user)


def ask(request: HttpRequest) -> HttpResponse | None:
    """The way to the page that sets one up, from where they go on to the page they asked for; None: nothing is missing.

    Doors call this after they know that the person is logged in and may come in.
    """
    return show_how(request.get_full_path()) if missing(request.user) else None


def show_how(after: str) -> HttpResponse:
    """To the page that sets one up; ``after`` is the path where they were going."""
    return redirect_to_login(after, reverse("accounts:two_factor_needed"))
