"""The journey: checklists, observations, insights, prototypes, reflections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from changelab.enums import PROTOTYPE_TRANSITIONS, PrototypeState
from changelab.errors import ChangelabError, WrongMoment
from changelab.models import CheckItem, Insight, Lab, Observation, Prototype, Reflection
from changelab.services import _items, _moves
from foundation.core import audit, clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changelab.models import LabMember
    from foundation.accounts.models import User
    from foundation.meetings.models import Meeting

OBSERVATION_FIELDS = frozenset(["text", "source", "who"])
INSIGHT_FIELDS = frozenset(["text", "more"])
PROTOTYPE_FIELDS = frozenset(["title", "hypothesis", "insight", "try_out", "learned", "next_try"])
MOST_AT_ONCE = 200


def check(*, item: CheckItem, done: bool, by: User) -> CheckItem:
    """Tick a line of a checklist, or take the tick away.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        lab = _moves.locked(item.lab_id)
        _moves.need("changelab.work", by, lab)
        _moves.need_running(lab)
        row = CheckItem.objects.select_for_update().get(pk=item.pk)
        if done != (row.done_at is not None):
            row.done_at, row.done_by = (clock.now(), by) if done else (None, None)
            row.save(update_fields=["done_at", "done_by"])
    return row


def add_check(*, lab: Lab, movement: str, text: str, by: User) -> CheckItem:
    """A line of one's own on the checklist of a movement."""
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.lead_lab", by, row)
        _moves.need_running(row)
        last = row.check_items.filter(movement=movement).count()
        made = CheckItem(lab=row, movement=movement, number=last + 1, text=text.strip())
        made.full_clean(exclude=["lab", "done_by"])
        made.save()
    return made


def observe(*, lab: Lab, by: User, sent_key: UUID | None = None, **fields: Any) -> Observation:
    """Bring in what somebody saw or heard; the same form sent twice brings in one observation.

    Raises:
        WrongMoment, ValidationError, PermissionDenied
    """
    if sent_key is not None and (there := Observation.objects.filter(sent_key=sent_key, author=by).first()):
        return there
    made = Observation(lab=lab, sent_key=sent_key, **fields)
    try:
        with transaction.atomic():
            _items.add(made, by=by)
    except IntegrityError:  # the second of two clicks at the same moment
        return Observation.objects.get(sent_key=sent_key)
    return made


def observe_by_link(*, member: LabMember, text: str, sent_key: UUID) -> Observation:
    """Bring in what somebody saw or heard in the room, by their personal link and without an account.

    It stands without a name. The same form sent twice brings in one observation.

    Raises:
        WrongMoment: they are not asked any more, came in with an account, or the lab does not run.
        ValidationError
    """
    with transaction.atomic():
        lab = _moves.locked(member.lab_id)
        if (there := Observation.objects.filter(sent_key=sent_key, lab=lab).first()) is not None:
            return there
        _moves.need_running(lab)
        row = lab.members.get(pk=member.pk)
        if row.left_at is not None:
            raise WrongMoment(_("This invitation is not valid any more."))
        if row.user_id is not None:
            raise WrongMoment(_("You came into the lab with an account. Log in, and bring it in there."))
        made = Observation(lab=lab, text=text.strip(), sent_key=sent_key, created_at=clock.now())
        made.full_clean(exclude=["lab", "author"])
        made.save()
        audit.record("changelab.item_added", made, by=None, new={"kind": str(made._meta.verbose_name)})
    return made


def change_observation(*, observation: Observation, by: User, version: int | None = None, **fields: Any) -> Observation:
    changed: Observation = _items.change(observation, by=by, version=version, writable=OBSERVATION_FIELDS, **fields)
    return changed


def find_insight(
    *, lab: Lab, by: User, observations: Iterable[Observation] = (), loose_only: bool = False, **fields: Any
) -> Insight:
    """Say what observations tell together; they move under it.

    Raises:
        ChangelabError: with ``loose_only``, somebody else grouped all of them meanwhile.
        WrongMoment, ValidationError, PermissionDenied
    """
    found = list(observations)
    with transaction.atomic():
        made: Insight = _items.add(Insight(lab=lab, **fields), by=by)
        moved = group(insight=made, observations=found, by=by, loose_only=loose_only)
        if loose_only and found and not moved:
            raise ChangelabError(_("These observations were grouped meanwhile. Look where they stand now."))
    return made


def change_insight(*, insight: Insight, by: User, version: int | None = None, **fields: Any) -> Insight:
    changed: Insight = _items.change(insight, by=by, version=version, writable=INSIGHT_FIELDS, **fields)
    return changed


def group(
    *,
    insight: Insight | None,
    observations: Iterable[Observation],
    by: User,
    lab: Lab | None = None,
    loose_only: bool = False,
) -> int:
    """Put observations of the lab under an insight, or out of it.

    Args:
        loose_only: leave those that somebody put under an insight meanwhile where they are.

    Returns:
        how many moved.

    Raises:
        ChangelabError: one of another lab.
        WrongMoment, PermissionDenied
    """
    found = list(observations)[:MOST_AT_ONCE]
    home = insight.lab_id if insight is not None else (lab.pk if lab is not None else 0)
    with transaction.atomic():
        row = _moves.locked(home)
        _moves.need("changelab.work", by, row)
        _moves.need_running(row)
        if any(one.lab_id != row.pk for one in found):
            raise ChangelabError(_("These observations are of another lab."))
        rows = Observation.objects.filter(pk__in=[one.pk for one in found])
        return (rows.filter(insight=None) if loose_only else rows).update(insight=insight)


def try_something(*, lab: Lab, by: User, follows: Prototype | None = None, **fields: Any) -> Prototype:
    """Name a prototype: what is tried and what one thinks will happen.

    Args:
        follows: the try before this one.
    """
    _insight_fits(lab, fields)
    if follows is not None and follows.lab_id != lab.pk:
        raise ChangelabError(_("That prototype is of another lab."))
    made: Prototype = _items.add(Prototype(lab=lab, follows=follows, **fields), by=by)
    return made


def change_prototype(*, prototype: Prototype, by: User, version: int | None = None, **fields: Any) -> Prototype:
    _insight_fits(prototype.lab, fields)
    changed: Prototype = _items.change(prototype, by=by, version=version, writable=PROTOTYPE_FIELDS, **fields)
    return changed


def move_prototype(
    *, prototype: Prototype, state: str, by: User, learned: str = "", version: int | None = None
) -> Prototype:
    """Begin to try it, keep it or drop it; who keeps or drops it says what was learned.

    Raises:
        ChangelabError: nothing was learned yet.
        Stale, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row: Prototype = _items.locked(prototype, by=by)
        _moves.same_version(row, version)
        if learned.strip():
            row.learned = learned.strip()
        if state in (PrototypeState.KEPT, PrototypeState.DROPPED) and not row.learned.strip():
            raise ChangelabError(_("Write first what you learned."))
        old = _moves.set_state(row, PROTOTYPE_TRANSITIONS, state)
        row.version += 1
        row.changed_at = clock.now()
        row.save(update_fields=["state", "learned", "version", "changed_at"])
        audit.record("changelab.prototype_moved", row, by=by, old={"state": old}, new={"state": state})
    return row


def reflect(
    *,
    lab: Lab,
    moment: str,
    text: str,
    is_shared: bool,
    by: User,
    meeting: Meeting | None = None,
) -> Reflection:
    """Write down what one thinks before or after a meeting; writing again changes it. Nobody else reads it unless shared.

    Raises:
        ChangelabError: a meeting of another series.
        ValidationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(lab.pk)
        _moves.need("changelab.work", by, row)
        if meeting is not None and meeting.series_id != row.series_id:
            raise ChangelabError(_("That meeting is not of this lab."))
        made = Reflection.objects.select_for_update().filter(lab=row, user=by, meeting=meeting, moment=moment).first()
        made = made or Reflection(lab=row, user=by, meeting=meeting, moment=moment)
        if made.pk:
            made.version += 1
        made.text, made.is_shared, made.at = text.strip(), is_shared, clock.now()
        made.full_clean(exclude=["lab", "user", "meeting"])
        made.save()
    return made


def _insight_fits(lab: Lab, fields: dict[str, Any]) -> None:
    insight = fields.get("insight")
    if insight is not None and insight.lab_id != lab.pk:
        raise ChangelabError(_("That insight is of another lab."))
