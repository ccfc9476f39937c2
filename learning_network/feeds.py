"""RSS of what is shared with everyone."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed

from learning_network.open_data import OpenKind, newest

MOST = 50


def rss(request: HttpRequest, kinds: Iterable[OpenKind], *, title: str, description: str, home: str) -> HttpResponse:
    """The newest of these kinds that anybody may read; made anew each time, so that nothing stays that was taken back.

    Args:
        home: the page that the feed belongs to, without the host.
    """
    feed = Rss201rev2Feed(
        title=title,
        link=request.build_absolute_uri(home),
        description=description,
        language="nl",
        feed_url=request.build_absolute_uri(),
    )
    for kind, told in newest(kinds, MOST):
        link = request.build_absolute_uri(told.url)
        feed.add_item(
            title=told.title,
            link=link,
            description=". ".join(part for part in (told.by, told.short) if part),
            pubdate=told.since,
            unique_id=f"{link.partition('#')[0]}#{kind.code}-{told.number}",
            unique_id_is_permalink=False,
            categories=[str(kind.label)],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
