"""Helpers of tenancy for views: typed requests and the door of the back office."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from foundation.accounts import second_factor
from foundation.accounts.requests import PersonRequest
from foundation.municipalities.models import Municipality

HOSTS_KEPT_SECONDS = 30.0
_hosts: tuple[float, dict[str, str]] = (0.0, {})


class MunicipalityRequest(PersonRequest):
    """A request for a page of a municipality."""

    municipality: Municipality


View = Callable[..., HttpResponse]


def municipality_of_host(host: str) -> str | None:
    """The slug of the municipality that has this host name (port ignored), or None.

    Asked on every request, so each process keeps the short list for half a minute.
    """
    global _hosts
    kept_until, hosts = _hosts
    if time.monotonic() >= kept_until:
        found = Municipality.objects.exclude(host=None).exclude(host="").values_list("host", "slug")
        hosts = {host: slug for host, slug in found if host}
        _hosts = (time.monotonic() + HOSTS_KEPT_SECONDS, hosts)
    return hosts.get(host.rpartition(":")[0] or host)


def permission_required(permission: str) -> Callable[[View], View]:
    """Only for people with ``permission`` in ``request.municipality``; log in first.

    404 for people without any role here (the back office is not theirs to know), 403 with an explanation for those who
    work here but may not do this.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MunicipalityRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.user.has_perm(permission, request.municipality):
                return second_factor.ask(request) or view(request, *args, **kwargs)
            if not request.user.has_perm("municipalities.see_figures", request.municipality):
                raise Http404
            raise PermissionDenied(_("Your role in this municipality does not allow this."))

        return guarded

    return decorate


def installation_page(view: View) -> View:
    """For pages above the municipalities: who manages this installation. Log in first; for others there is nothing."""

    @wraps(view)
    def door(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm("municipalities.manage_installation"):
            raise Http404
        return second_factor.ask(request) or view(request, *args, **kwargs)

    return door
