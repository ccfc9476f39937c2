"""News of the votes of a municipality as RSS: what opens, what closes, what the result is. Never a number of votes."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.voting.enums import BallotState
from foundation.voting.models import Ballot
from foundation.voting.queries import open_data, results_visible

MOST = 50


@require_safe
def news(request: MunicipalityRequest) -> HttpResponse:
    """An item for each step of a vote that the public may know, the newest first."""
    now = clock.now()
    home = request.build_absolute_uri(reverse("voting:index", args=[request.municipality.slug]))
    feed = Rss201rev2Feed(
        title=_("News about votes of %(name)s") % {"name": request.municipality.name},
        link=home,
        description=_("What opens, what closes and what is decided."),
        language="nl",
        feed_url=request.build_absolute_uri(),
    )
    steps = [step for ballot in open_data.ballots(request.municipality, now)[:MOST] for step in _steps(ballot, now)]
    for moment, title, page, ballot in sorted(steps, key=lambda step: step[0], reverse=True)[:MOST]:
        link = request.build_absolute_uri(reverse(f"voting:{page}", args=[request.municipality.slug, ballot.slug]))
        feed.add_item(
            title=title % {"title": ballot.title},
            link=link,
            description="",
            pubdate=moment,
            unique_id=f"{link}#{moment:%Y-%m-%dT%H:%MZ}",
            unique_id_is_permalink=False,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _steps(ballot: Ballot, now: datetime) -> list[tuple[datetime, str, str, Ballot]]:
    """What happened until now: moment, title, page to link to."""
    cancelled = ballot.phase(now) == BallotState.CANCELLED
    until = ballot.cancelled_at if cancelled and ballot.cancelled_at else now
    found = [
        (ballot.announced_at, _("Opens soon: %(title)s"), "detail"),
        (ballot.opened_at or ballot.opens_at, _("Open: %(title)s"), "detail"),
        (ballot.closes_at, _("Closed: %(title)s"), "detail"),
    ]
    if cancelled:
        found.append((ballot.cancelled_at, _("Cancelled: %(title)s"), "detail"))
    if results_visible(ballot, None, now):
        found.append((ballot.published_at, _("Result: %(title)s"), "result"))
    return [(moment, title, page, ballot) for moment, title, page in found if moment is not None and moment <= until]
