"""What the portal shows on the page of a neighbourhood (``settings.AREA_SECTIONS``): the votes that are open or coming there."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.models import Area
from foundation.municipalities.queries import AreaSection
from foundation.voting.models import Ballot
from portal import cards

SHOWN = 6


def sections(request: HttpRequest, area: Area) -> list[AreaSection]:
    """One section with the votes for this area in particular, or with a project in it; none when there are none."""
    now = clock.now()
    here = Q(ballot_areas__area__in=[area.pk, area.parent_id]) | Q(options__area=area)
    ballots = Ballot.objects.public().filter(here, municipality=area.municipality_id).select_related("municipality")
    ballots = ballots.prefetch_related("areas").defer("rules_json").distinct()
    found = [cards.open_card(ballot, now) for ballot in ballots.open(now)[:SHOWN]]
    found += [cards.coming_card(ballot, now) for ballot in ballots.coming(now)[:SHOWN]]
    if not found:
        return []
    content = render_to_string("portal/area_section.html", {"cards": found}, request)
    return [AreaSection(_("What you can vote on here"), content)]
