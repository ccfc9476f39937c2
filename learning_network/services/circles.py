"""What happens to every text that is shared: sharing it, choosing another circle, taking it back, taking it away.

Who narrows a text, or takes it back, takes it out of the red threads that are read by more people; ``dropping`` tells
who facilitates those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from learning_network import limits
from learning_network.enums import SHARED_TRANSITIONS, SharedState, Visibility
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Shared
from learning_network.queries.places import places
from learning_network.services import _moves, dropping

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

Item = TypeVar("Item", bound=Shared)


def locked(item: Item) -> Item:
    """The row of any kind of text, locked until the end of the transaction."""
    rows = type(item)._default_manager.select_for_update(of=("self",)).select_related("programme", "municipality")
    found: Item = rows.get(pk=item.pk)  # type: ignore[assignment]
    return found


def need_place(*, by: User, programme: Programme | None, municipality: OfficialMunicipality | None) -> None:
    """Refuse who writes for a place that is not theirs.

    Raises:
        PermissionDenied
    """
    wanted = (programme.pk if programme else None, municipality.pk if municipality else None)
    there = {
        (place.programme.pk if place.programme else None, place.municipality.pk if place.municipality else None)
        for place in places(by)
    }
    if wanted not in there:
        raise PermissionDenied(_("You can't write for this municipality in this programme."))


def share(*, item: Item, visibility: str, by: User, version: int | None = None) -> Item:
    """Let a circle read it: a draft, or what was taken back.

    Raises:
        WrongMoment: it is shared already.
        NetworkError: a lead took it away.
        ValidationError: only for a programme, of a text without one; or a circle that does not exist.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.edit", by, row)
        _moves.same_version(row, version)
        if row.hidden_at is not None:
            raise NetworkError(_("This was taken away by who leads the programme. Ask them first."))
        try:
            SHARED_TRANSITIONS.move(row, SharedState.SHARED)
        except IllegalMove as error:
            raise WrongMoment(_("This is shared already.")) from error
        row.visibility = checked(row, visibility)
        row.shared_at = row.shared_at or clock.now()
        _save(row, "state", "visibility", "shared_at")
        audit.record("learning_network.shared_with", row, by=by, new={"visibility": row.visibility})
    return row


def set_visibility(*, item: Item, visibility: str, by: User, version: int | None = None) -> Item:
    """Let another circle read it: wider, or narrower.

    Raises:
        WrongMoment: it is not shared.
        Stale, PermissionDenied, ValidationError
    """
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.edit", by, row)
        _moves.same_version(row, version)
        if row.state != SharedState.SHARED:
            raise WrongMoment(_("Share this first."))
        old = row.visibility
        if checked(row, visibility) == old:
            return row
        stood_in = dropping.where_it_stands(row)
        row.visibility = visibility
        _save(row, "visibility")
        audit.record(
            "learning_network.circle_changed", row, by=by, old={"visibility": old}, new={"visibility": visibility}
        )
        dropping.tell(row, stood_in)
    return row


def take_back(*, item: Item, by: User, version: int | None = None) -> Item:
    """Nobody but its own people reads it any more.

    Raises:
        WrongMoment: it is not shared.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.edit", by, row)
        _moves.same_version(row, version)
        stood_in = dropping.where_it_stands(row)
        try:
            SHARED_TRANSITIONS.move(row, SharedState.WITHDRAWN)
        except IllegalMove as error:
            raise WrongMoment(_("Nobody else reads this: there is nothing to take back.")) from error
        _save(row, "state")
        audit.record("learning_network.item_taken_back", row, by=by)
        dropping.tell(row, stood_in)
    return row


def fall_back(*, item: Item, by: User) -> Item:
    """Take back a shared text together with what it came from; for an app above, which has checked who may.

    Its author reads it still, and can share it again as ``limits`` allow.
    """
    with transaction.atomic():
        row = locked(item)
        if row.state != SharedState.SHARED:
            return row
        stood_in = dropping.where_it_stands(row)
        SHARED_TRANSITIONS.move(row, SharedState.WITHDRAWN)
        _save(row, "state")
        audit.record("learning_network.item_fell_back", row, by=by)
        dropping.tell(row, stood_in)
    return row


def take_away(*, item: Item, reason: str, by: User) -> Item:
    """A lead takes it off every page, with the reason; its author still reads it.

    Raises:
        NetworkError: no reason.
        PermissionDenied
    """
    if not reason.strip():
        raise NetworkError(_("Say why you take this away."))
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.take_away", by, row)
        if row.hidden_at is not None:
            return row
        stood_in = dropping.where_it_stands(row)
        row.hidden_at = clock.now()
        _save(row, "hidden_at")
        audit.record("learning_network.item_taken_away", row, by=by, reason=reason.strip())
        dropping.tell(row, stood_in)
    return row


def give_back(*, item: Item, by: User) -> Item:
    """A lead puts back what was taken away.

    Raises:
        PermissionDenied
    """
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.take_away", by, row)
        if row.hidden_at is None:
            return row
        row.hidden_at = None
        _save(row, "hidden_at")
        audit.record("learning_network.item_given_back", row, by=by)
    return row


def throw_away(*, item: Shared, by: User) -> None:
    """Throw a draft away that nobody else has read.

    Raises:
        WrongMoment: it was shared once: take it back instead.
        PermissionDenied
    """
    with transaction.atomic():
        row = locked(item)
        _moves.need("learning_network.edit", by, row)
        if row.state != SharedState.DRAFT:
            raise WrongMoment(_("This was shared. Take it back instead."))
        audit.record("learning_network.item_thrown_away", row, by=by)
        row.delete()


def checked(row: Shared, visibility: str) -> str:
    """The circle, where this text may have it.

    Raises:
        ValidationError
    """
    if visibility not in Visibility.values:
        raise ValidationError({"visibility": _("Choose who may read this.")})
    if visibility == Visibility.LAB and row.programme_id is None:
        raise ValidationError({"visibility": _("Choose the programme that may read this, or a wider circle.")})
    limits.need(row, visibility)
    return visibility


def _save(row: Shared, *fields: str) -> None:
    row.changed_at = clock.now()
    row.version += 1
    row.save(update_fields=[*fields, "changed_at", "version"])


def write(row: Item, *, by: User, version: int | None, fields: dict[str, Any]) -> bool:
    """Change fields of a locked text, with its audit row.

    Returns:
        whether anything changed.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    _moves.need("learning_network.edit", by, row)
    _moves.same_version(row, version)
    old = {name: getattr(row, name) for name in fields}
    if old == fields:
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean(exclude=["author", "search"])
    _save(row, *fields)
    changed = [name for name in fields if old[name] != fields[name]]
    audit.record("learning_network.item_changed", row, by=by, new={"fields": changed})
    return True
