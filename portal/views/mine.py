"""Mijn AanZet: everything of one person, over all municipalities."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.notifications import compose
from participation.queries.processes import card as process_card
from portal import cards
from portal.queries.mine import mine as everything_of


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My votes cast (that, not what), my neighbourhoods, my messages, and the way to my data."""
    now = clock.now()
    assert request.user.is_authenticated, "login_required"
    data = everything_of(request.user, now)
    return render(
        request,
        "portal/mine.html",
        {
            "data": data,
            "to_vote": [cards.open_card(ballot, now, with_municipality=True) for ballot in data.to_vote],
            "voted": [(ballot, ballot.phase(now)) for ballot in data.voted],
            "processes": [(process, process_card(process, now)) for process in data.processes],
            "messages_shown": [(message, compose.subject(message)) for message in data.messages],
            "homes": [
                (home, url_or_empty("municipalities:my_neighbourhood", home.municipality.slug))
                for home in data.residencies
            ],
            "elsewhere": [
                (
                    item,
                    url_or_empty("municipalities:my_neighbourhood", item.slug)
                    or url_or_empty("portal:home", item.slug),
                )
                for item in data.elsewhere
            ],
            "links": {
                "messages": url_or_empty("notifications:inbox"),
                "preferences": url_or_empty("notifications:preferences"),
                "account": url_or_empty("accounts:overview"),
                "export": url_or_empty("accounts:export"),
                "erase": url_or_empty("accounts:erase"),
            },
        },
    )
