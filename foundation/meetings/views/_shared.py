"""Finding what one may know of, the door of pages for who leads, and the frame of a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from foundation.accounts import second_factor
from foundation.meetings import hosts
from foundation.meetings.addresses import address
from foundation.meetings.models import Meeting, Series
from foundation.municipalities.rules import is_staff_member
from foundation.municipalities.tenancy import MunicipalityRequest

View = Callable[..., HttpResponse]


def series_or_404(request: HttpRequest, series_id: int, permission: str = "meetings.see_series") -> Series:
    """A series of this municipality (or of none, on the pages of the installation) that this person may know of."""
    municipality = getattr(request, "municipality", None)
    found = Series.objects.for_municipality(municipality).select_related("municipality").filter(pk=series_id).first()
    if found is None or not request.user.has_perm(permission, found):
        raise Http404
    return found


def any_meeting(request: HttpRequest, meeting_id: int) -> Meeting:
    """A meeting of this municipality (or of none), whoever asks."""
    found = (
        Meeting.objects.for_municipality(getattr(request, "municipality", None))
        .select_related("series__municipality", "chair", "note_taker")
        .filter(pk=meeting_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def meeting_or_404(request: HttpRequest, meeting_id: int) -> Meeting:
    """A meeting that this person may see, else 404."""
    found = any_meeting(request, meeting_id)
    if not request.user.has_perm("meetings.see", found):
        raise Http404
    return found


def leading(permission: str) -> Callable[[View], View]:
    """For the pages of who has a task in a meeting; the view gets the meeting.

    Log in first; 404 for who may not see the meeting, 403 for who may see it but not do this.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: MunicipalityRequest, meeting_id: int, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            meeting = meeting_or_404(request, meeting_id)
            if not request.user.has_perm(permission, meeting):
                raise PermissionDenied(_("Only who leads or minutes this meeting can do this."))
            return _second_factor(request, meeting.series) or view(request, meeting, **kwargs)

        return door

    return decorate


def organising(view: View) -> View:
    """For back office pages of one meeting; the view gets the meeting. Strangers: 404."""

    @wraps(view)
    def door(request: MunicipalityRequest, meeting_id: int, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        meeting = any_meeting(request, meeting_id)
        _need(request, "meetings.organise", meeting)
        return _second_factor(request, meeting.series) or view(request, meeting, **kwargs)

    return door


def managing_series(view: View) -> View:
    """For back office pages of a series; the view gets the series. Strangers: 404."""

    @wraps(view)
    def door(request: MunicipalityRequest, series_id: int, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        municipality = getattr(request, "municipality", None)
        series = (
            Series.objects.for_municipality(municipality).select_related("municipality").filter(pk=series_id).first()
        )
        if series is None:
            raise Http404
        _need(request, "meetings.manage_series", series)
        return _second_factor(request, series) or view(request, series, **kwargs)

    return door


def _need(request: MunicipalityRequest, permission: str, about: Any) -> None:
    if request.user.has_perm(permission, about):
        return
    municipality = getattr(request, "municipality", None)
    if municipality is not None and request.user.has_perm("municipalities.see_figures", municipality):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))
    raise Http404


def _second_factor(request: MunicipalityRequest, series: Series) -> HttpResponse | None:
    """Staff, and who manages by a host that asks it, prove who they are twice; residents who chair or take notes need not."""
    municipality = getattr(request, "municipality", None)
    staff = (
        request.user.is_superuser
        or (municipality is not None and is_staff_member(request.user, municipality))
        or (hosts.of(series).second_factor and request.user.has_perm("meetings.manage_series", series))
    )
    return second_factor.ask(request) if staff else None


def frame(request: HttpRequest) -> str:
    """The frame of back office pages: with the menu of the municipality where there is one."""
    return "base.html" if getattr(request, "municipality", None) is None else "base_staff.html"


def here(name: str, meeting: Meeting, *args: Any) -> str:
    """The path of a page of this meeting."""
    return address(name, meeting.series, meeting.pk, *args)
