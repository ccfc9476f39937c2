"""Fetching an initiative for its team, and the menu of the team's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from foundation.core import typed
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.models import Initiative
from initiatives.queries import page as page_queries

APP = "initiatives"
View = Callable[..., HttpResponse]


def for_team(permission: str = "initiatives.edit") -> Callable[[View], View]:
    """Only for the team: log in first; 404 where the initiative is not theirs to know, 403 with a reason where it is.

    The view gets the initiative in place of its slug.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MunicipalityRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            initiative = page_queries.find(request.municipality, slug, request.user)
            if initiative is None:
                raise Http404
            if not request.user.has_perm(permission, initiative):
                raise PermissionDenied(
                    _("Only the initiators can do this.")
                    if request.user.has_perm("initiatives.edit", initiative)
                    else _("Only the team of this initiative can do this.")
                )
            return view(request, initiative, *args, **kwargs)

        return guarded

    return decorate


def give_back(request: MunicipalityRequest, form: BaseForm) -> None:
    """What was typed before the log-in stands in the form again."""
    typed.give_back(request, form, APP, _("You were logged out. What you typed stands below again. Save it now."))


class Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that was told how many rows there are: the counts per neighbourhood already say it."""

    def __init__(self, rows: Any, per_page: int, total: int) -> None:
        super().__init__(rows, per_page)
        self._total = total

    @cached_property
    def count(self) -> int:
        return self._total


def team_menu(initiative: Initiative, here: str) -> list[dict[str, Any]]:
    """The pages on which a team works, with the one that is open marked."""
    base = [initiative.municipality.slug, initiative.slug]
    pages = [
        ("plan", _("Text"), reverse("initiatives:edit", args=base)),
        ("plek", _("Place"), reverse("initiatives:edit_place", args=base)),
        *(
            (name, label, reverse("initiatives:lines", args=[*base, name]))
            for name, label in (
                ("nieuws", _("News")),
                ("fotos", _("Pictures")),
                ("documenten", _("Documents")),
                ("begroting", _("Budget")),
                ("planning", _("Planning")),
            )
        ),
        ("team", _("Team"), reverse("initiatives:team", args=base)),
    ]
    return [{"name": name, "label": label, "url": url, "here": name == here} for name, label, url in pages]
