"""What settings name in tests: other apps that tell about neighbourhoods and hold on to residencies."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.safestring import SafeString

from foundation.municipalities.models import Area, Residency
from foundation.municipalities.queries import AreaSection


def sections(request: HttpRequest, area: Area) -> list[AreaSection]:
    return [AreaSection(f"Stemmingen in {area.name}", SafeString("<p>Twee</p>"))]


def running_vote(residency: Residency) -> list[str]:
    return ["Je stemt nu mee in deze buurt."]
