"""The meetings of a process on its pages, and beginning to plan them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.meetings.addresses import address
from foundation.municipalities.tenancy import MunicipalityRequest
from participation.errors import ParticipationError
from participation.models import Process
from participation.queries import series as queries
from participation.services import series as services
from participation.views._shared import process_or_404


@require_POST
@login_required
def begin(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """To the page where meetings of this process are planned; it is made where there is none."""
    process = process_or_404(request, slug)
    if not request.user.has_perm("participation.take_notes", process):
        raise PermissionDenied(_("Staff, the chair and the note-taker plan the meetings."))
    try:
        made = services.begin(process=process, by=request.user)  # type: ignore[arg-type]
    except ParticipationError as error:
        messages.error(request, str(error))
        return redirect(process.get_absolute_url())
    return redirect(address("manage_series", made.series, made.series_id))


def aside(request: HttpRequest, process: Process) -> dict[str, Any] | None:
    """The next meetings; where there are none yet, the way to plan them for who may."""
    series = queries.series_of(process)
    if series is None and not (process.is_public and request.user.has_perm("participation.take_notes", process)):
        return None
    return {"template": "participation/series/_aside.html", "series": series}
