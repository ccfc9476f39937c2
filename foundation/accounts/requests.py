"""The type of a request behind a door that only people who are logged in get through."""

from __future__ import annotations

from django.http import HttpRequest

from foundation.accounts.models import User


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
