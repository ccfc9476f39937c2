"""What the portal shows on the page of a neighbourhood (``settings.AREA_SECTIONS``): its votes, processes and initiatives."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.models import Area
from foundation.municipalities.queries import AreaSection
from foundation.voting.models import Ballot
from initiatives.cards import card as initiative_card
from initiatives.queries.lists import newest
from participation.queries import portal as processes
from participation.queries.processes import card as process_card
from portal import cards

SHOWN = 6


def sections(request: HttpRequest, area: Area) -> list[AreaSection]:
    """The votes for this area in particular, or with a project in it, and its newest initiatives; none where there are none."""
    now = clock.now()
    here = Q(ballot_areas__area__in=[area.pk, area.parent_id]) | Q(options__area=area)
    ballots = Ballot.objects.public().filter(here, municipality=area.municipality_id).select_related("municipality")
    ballots = ballots.prefetch_related("areas").defer("rules_json").distinct()
    found = [cards.open_card(ballot, now) for ballot in ballots.open(now)[:SHOWN]]
    found += [cards.coming_card(ballot, now) for ballot in ballots.coming(now)[:SHOWN]]
    shown = []
    if found:
        content = render_to_string("portal/area_section.html", {"cards": found}, request)
        shown.append(AreaSection(_("What you can vote on here"), content))
    if running := processes.in_area(area, limit=SHOWN):
        context = {"cards": [process_card(process, now) for process in running]}
        content = render_to_string("portal/area_section.html", context, request)
        shown.append(AreaSection(_("What you can take part in here"), content))
    if plans := newest(area.municipality, area=area, limit=SHOWN):
        plan_context = {"cards": [initiative_card(plan) for plan in plans]}
        content = render_to_string("portal/area_section.html", plan_context, request)
        shown.append(AreaSection(_("Initiatives of residents here"), content))
    return shown
