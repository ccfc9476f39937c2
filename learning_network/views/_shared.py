"""Fetching programmes, the doors of the pages, and their menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts import second_factor
from foundation.core import typed
from learning_network import visibility
from learning_network.models import Programme

APP = "learning_network"
View = Callable[..., HttpResponse]
# Permissions of pages that are no back office: strangers read why they can't come in, and no second factor is asked.
OF_EVERYBODY = frozenset(
    ["learning_network.take_part", "learning_network.see_programme", "learning_network.read_network"]
)


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme that this person may know of.

    Raises:
        Http404: there is none, or it is in preparation and not theirs to know.
    """
    found = Programme.objects.select_related("series").filter(slug=slug).first()
    if found is None or not request.user.has_perm("learning_network.see_programme", found):
        raise Http404
    return found


def for_programme(permission: str) -> Callable[[View], View]:
    """For who may do this in the programme with this slug; the view gets the programme.

    Log in first; 404 for who may not know of it, 403 with an explanation for who may not do this. The pages of who runs
    it do not exist for who is not in the network, and ask for a second factor, as those of staff of a municipality do.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            programme = programme_or_404(request, slug)
            if not request.user.has_perm(permission, programme):
                refuse(request, permission, _("This page is for people of this programme."))
            if permission not in OF_EVERYBODY and (refused := second_factor.ask(request)) is not None:
                return refused
            return view(request, programme, *args, **kwargs)

        return door

    return decorate


def for_network(permission: str = "learning_network.read_network") -> Callable[[View], View]:
    """For who may do this in the network; log in first, then as ``for_programme``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                typed.keep(request, APP)
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                refuse(request, permission, _("This page is for members of the learning network."))
            if permission not in OF_EVERYBODY and (refused := second_factor.ask(request)) is not None:
                return refused
            return view(request, *args, **kwargs)

        return door

    return decorate


def refuse(request: HttpRequest, permission: str, why: str) -> NoReturn:
    """Say why somebody can't come in; to strangers, that there is nothing here.

    Raises:
        PermissionDenied, Http404
    """
    if permission in OF_EVERYBODY or visibility.in_network(request.user):
        raise PermissionDenied(why)
    raise Http404


ONLY_LEADS = frozenset(["werving"])


def lead_menu(programme: Programme, here: str, user: Any = None) -> list[dict[str, Any]]:
    """The pages of who runs a programme, with the one that is open marked. Slices add their page here.

    Args:
        user: who looks; a facilitator sees no pages of leads. None: everything.
    """
    may_lead = user is None or user.has_perm("learning_network.lead", programme)
    pages = [
        ("overzicht", _("Overview"), "learning_network:lead"),
        ("plan", _("Plan"), "learning_network:plan" if may_lead else "learning_network:questions"),
        ("werving", _("Recruitment"), "learning_network:board"),
        ("sessies", _("Sessions"), "learning_network:sessions_staff"),
        ("rode-draden", _("Red threads"), "learning_network:red_threads_work"),
    ]
    return [
        {"name": name, "label": label, "url": reverse(url, args=[programme.slug]), "here": name == here}
        for name, label, url in pages
        if may_lead or name not in ONLY_LEADS
    ]
