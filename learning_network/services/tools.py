"""The toolbox: tools, experiences with them, and keeping them fresh."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import notifications_tools as notifications
from learning_network.enums import SharedState
from learning_network.errors import NetworkError
from learning_network.models import Practice, Tool, ToolExperience
from learning_network.models.tool import FRESH
from learning_network.services import _moves, circles
from learning_network.services.voices import need_not_wider, voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

WRITABLE = frozenset(
    [
        *("title", "summary", "situation", "steps", "needs", "hours", "people", "cost_cents", "time_needed"),
        *("matters", "moments", "links", "visibility"),
    ]
)


def add(
    *,
    by: User,
    programme: Programme | None = None,
    municipality: OfficialMunicipality | None = None,
    practices: Iterable[Practice] = (),
    **fields: Any,
) -> Tool:
    """Put a tool into the toolbox; ``by`` keeps it fresh.

    Args:
        programme, municipality: a place where ``by`` can write for (``queries.places``).
        practices: where it was used; ``by`` may read them.
        fields: any of ``WRITABLE``.

    Raises:
        ValidationError
        PermissionDenied: not their place.
    """
    circles.need_place(by=by, programme=programme, municipality=municipality)
    with transaction.atomic():
        row = Tool(programme=programme, municipality=municipality, author=by, confirmed_at=clock.now(), **fields)
        row.created_at = row.confirmed_at or clock.now()
        row.full_clean(exclude=["author", "search"])
        row.save()
        row.practices.set(practices)
        audit.record("learning_network.tool_added", row, by=by, new={"visibility": row.visibility})
        return circles.share(item=row, visibility=row.visibility, by=by)


def change(
    *, tool: Tool, by: User, version: int | None = None, practices: Iterable[Practice] | None = None, **fields: Any
) -> Tool:
    """Change a tool; that confirms it too. Practices that ``by`` can't read stay linked.

    Raises:
        NetworkError: wider circle after somebody told an experience.
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = circles.locked(tool)
        if "visibility" in fields and row.experiences.exists():
            need_not_wider(row, fields["visibility"])
        circles.write(row, by=by, version=version, fields=fields)
        if practices is not None:
            seen = Practice.objects.visible_to(by).values("pk")
            row.practices.set([*practices, *row.practices.exclude(pk__in=seen)])
        _confirm(row)
    return row


def share(*, tool: Tool, by: User) -> Tool:
    """Put a tool that was taken back into the toolbox again.

    Raises:
        WrongMoment, PermissionDenied
    """
    return circles.share(item=tool, visibility=tool.visibility, by=by)


def tell_experience(*, tool: Tool, worked: str, text: str, by: User, version: int | None = None) -> ToolExperience:
    """Tell what happened when somebody used a tool, or tell it anew; one per person. It confirms the tool.

    Raises:
        NetworkError: the tool is not in the toolbox (any more).
        Stale, ValidationError
        PermissionDenied: not in the network, or may not read it.
    """
    with transaction.atomic():
        row = circles.locked(tool)
        _moves.need("learning_network.use_tool", by, row)
        there = ToolExperience.objects.select_for_update(of=("self",)).filter(tool=row, author=by).first()
        if there is not None:
            _moves.same_version(there, version)
        one = there or ToolExperience(
            tool=row, author=by, municipality=voice(by, row.programme), created_at=clock.now()
        )
        one.worked, one.text = worked, text.strip()
        one.full_clean(exclude=["tool", "author", "municipality"])
        one.changed_at = clock.now()
        one.version += 1 if there else 0
        one.save()
        _confirm(row)
        if there is None:
            audit.record("learning_network.tool_experience_told", row, by=by, new={"worked": worked})
            notifications.tell_experience(one)
    return one


def confirm(*, tool: Tool, by: User) -> Tool:
    """Say that a tool is still good.

    Raises:
        PermissionDenied: neither its keeper, nor somebody who told an experience in the past year.
    """
    with transaction.atomic():
        row = circles.locked(tool)
        _moves.need("learning_network.confirm_tool", by, row)
        _confirm(row)
        audit.record("learning_network.tool_confirmed", row, by=by)
    return row


def _confirm(row: Tool) -> None:
    row.confirmed_at = clock.now()
    row.save(update_fields=["confirmed_at"])


def hide_experience(*, experience: ToolExperience, reason: str, by: User) -> ToolExperience:
    """Take an experience away, or put it back; who leads where the tool stands.

    Raises:
        NetworkError: no reason.
        PermissionDenied
    """
    if experience.hidden_at is None and not reason.strip():
        raise NetworkError(_("Say why you take this away."))
    with transaction.atomic():
        row = ToolExperience.objects.select_for_update(of=("self",)).select_related("tool").get(pk=experience.pk)
        _moves.need("learning_network.take_away", by, row.tool)
        row.hidden_at = clock.now() if row.hidden_at is None else None
        row.save(update_fields=["hidden_at"])
        verb = "experience_hidden" if row.hidden_at else "experience_put_back"
        audit.record(f"learning_network.{verb}", row.tool, by=by, reason=reason.strip())
    return row


def remind(now: datetime | None = None) -> int:
    """Ask the keepers of tools that nobody confirmed for a year whether they are still good; once for each year.

    Returns:
        how many messages are new.
    """
    now = now or clock.now()
    rows = Tool.objects.filter(state=SharedState.SHARED, hidden_at__isnull=True, confirmed_at__lt=now - FRESH)
    new = 0
    for row in rows.select_related("author").iterator(chunk_size=500):
        with transaction.atomic():
            new += notifications.remind_keeper(row)
    return new
