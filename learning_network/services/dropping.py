"""What drops out of red threads when its author narrows it or takes it back: who facilitates them hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from learning_network import notifications
from learning_network.enums import SharedState
from learning_network.fitting import fits
from learning_network.models import Lesson, Practice, RedThread, RedThreadPiece, RedThreadVersion

if TYPE_CHECKING:
    from learning_network.models import Shared


def where_it_stands(item: Shared) -> list[RedThread]:
    """The red threads in which readers, or who works on them, find this text now."""
    if not isinstance(item, Practice | Lesson):
        return []
    kind = "practice" if isinstance(item, Practice) else "lesson"
    newest = RedThreadVersion.objects.filter(thread=OuterRef("pk")).order_by("-number")[:1]
    rows = RedThread.objects.annotate(published=Subquery(newest.values("pieces"))).filter(
        Exists(RedThreadPiece.objects.filter(thread=OuterRef("pk"), **{kind: item}))
        | Q(published__contains=[{"kind": kind, "id": item.pk}]),
        hidden_at__isnull=True,
    )
    rows = rows.exclude(state=SharedState.WITHDRAWN).select_related("programme")
    return [thread for thread in rows if fits(item, thread)]


def tell(item: Shared, stood_in: list[RedThread]) -> None:
    """Tell who facilitates, for each document that this text just fell out of."""
    for thread in stood_in:
        if not fits(item, thread):
            notifications.tell_dropped(thread, item)
