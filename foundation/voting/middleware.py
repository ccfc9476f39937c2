"""The door of the ballot box: what a vote needs is fetched in one go before the municipality and the user are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.middleware import enter
from foundation.voting.passes import is_theirs
from foundation.voting.queries import door


class lean_door:  # noqa: N801  (named as Django's function middleware are)
    """For POSTs of a vote (views with ``takes_votes = True``): ``request.door``, and with it user and municipality.

    Stands after sessions, CSRF and authentication, which have done their work before a view is looked at. The user is who
    ``django.contrib.auth.get_user`` would give: the account of the session, active, with a session made under their present
    password; in a ballot with codes it may be nobody. In every other case nothing is set and the usual path goes on as if we were not here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if request.method != "POST" or not getattr(view, "takes_votes", False):
            return
        town, slug = kwargs.get("municipality_slug"), kwargs.get("slug")
        session = request.session
        user_id = session.get(SESSION_KEY)
        if not (town and slug) or not (user_id is None or str(user_id).isdecimal()):
            return
        found = door.look(town, slug, None if user_id is None else int(user_id), clock.now())
        if found is None or (isinstance(found.user, User) and not is_theirs(session, found.user)):
            return
        request._cached_user = found.user  # type: ignore[attr-defined]
        request.door = found  # type: ignore[attr-defined]
        del kwargs["municipality_slug"]
        enter(request, found.municipality)
