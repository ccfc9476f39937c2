"""Which practices and lessons may stand in a document: those that all of its readers may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from learning_network.enums import SharedState, Visibility

if TYPE_CHECKING:
    from learning_network.models import RedThread, Shared

# From narrow to wide. People of a programme are in the network, and everybody is among everyone.
WIDTH = {Visibility.LAB: 0, Visibility.NETWORK: 1, Visibility.EVERYONE: 2}


def fits(item: Shared, thread: RedThread) -> bool:
    """Whether everybody who reads the document may read this text; the same rule as ``fitting``."""
    if item.state != SharedState.SHARED or item.hidden_at is not None:
        return False
    if item.visibility == Visibility.LAB:
        return thread.visibility == Visibility.LAB and item.programme_id == thread.programme_id
    return WIDTH[Visibility(item.visibility)] >= WIDTH[Visibility(thread.visibility)]


def fitting(thread: RedThread) -> Q:
    """The rows of practices or lessons that fit."""
    wide_enough = [code for code, width in WIDTH.items() if width >= WIDTH[Visibility(thread.visibility)]]
    circles = Q(visibility__in=[code for code in wide_enough if code != Visibility.LAB])
    if thread.visibility == Visibility.LAB:
        circles |= Q(visibility=Visibility.LAB, programme_id=thread.programme_id)
    return Q(state=SharedState.SHARED, hidden_at__isnull=True) & circles
