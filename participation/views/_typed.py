"""What was typed is kept over a log-in; a click on the map becomes a neighbourhood and a point; drawn parts are kept."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from foundation.core import maps, typed
from foundation.municipalities.models import Municipality
from foundation.municipalities.queries import neighbourhood_at, neighbourhoods_of
from foundation.municipalities.tenancy import MunicipalityRequest

APP = "participation"
MAP_WIDTH = 280  # fits a telephone of 320 pixels without being stretched, so that a click can be placed


def log_in_first(request: MunicipalityRequest, back: str = "") -> HttpResponse:
    """To the log-in page, and back; a form that was sent finds its text again. Files have to be chosen anew."""
    typed.keep(request, APP)
    return redirect_to_login(back or request.get_full_path())


def give_back(request: MunicipalityRequest, form: BaseForm) -> None:
    """Fill an empty form with what was typed before the log-in, once; its version too, so that a newer text is noticed."""
    if request.user.is_authenticated:
        typed.give_back(request, form, APP, _("What you typed stands below again. Look it over and send it."))


def new_key() -> str:
    """A key for an empty form, so that sending it twice makes one."""
    return str(uuid.uuid4())


def take_click(request: MunicipalityRequest) -> Any:
    """The posted data after a click on the map, with the neighbourhood and the point in it; None where nobody clicked.

    Enter in a text field presses the first button, which is the map, at 0,0: that counts as no click.
    """
    if "plek.x" not in request.POST:
        return None
    try:
        x, y = (float(request.POST.get(name, "")) for name in ("plek.x", "plek.y"))
    except ValueError:
        return None
    if (x, y) == (0.0, 0.0) or not all(-1000 < number < 100_000 for number in (x, y)):
        return None
    posted = request.POST.copy()
    areas = list(neighbourhoods_of(request.municipality))
    if not any(area.geometry for area in areas):
        return posted
    lon, lat = maps.projection_of(areas, MAP_WIDTH).lonlat(x, y)
    area = neighbourhood_at(request.municipality, lon, lat)
    if area is None:
        messages.warning(request, _("There is no neighbourhood at that place. Try once more, or use the list."))
        return posted
    posted["neighbourhood"] = area.code
    posted["lon"], posted["lat"] = str(round(lon, 5)), str(round(lat, 5))  # about a metre
    return posted


def has_map(municipality: Municipality) -> bool:
    """Whether the shapes of its neighbourhoods are known."""
    return neighbourhoods_of(municipality).filter(geometry__isnull=False).exists()


def map_query(form: BaseForm) -> str:
    """What the small map marks: the neighbourhood and point in the form."""
    wanted = {"buurt": form["neighbourhood"].value(), "lon": form["lon"].value(), "lat": form["lat"].value()}
    return urlencode({name: str(value)[:20] for name, value in wanted.items() if value not in (None, "")})
