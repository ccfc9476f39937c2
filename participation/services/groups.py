"""Working groups and open tables: making them, signing up, drawing lots, giving places, and what they write down."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.meetings.enums import Visibility
from foundation.meetings.models import Series
from foundation.meetings.services import series as series_service
from foundation.municipalities.enums import STAFF_ROLES, RoleKind
from foundation.municipalities.rules import kinds_of
from participation import notifications
from participation.enums_groups import SEAT_TRANSITIONS, USUAL_TARGETS, SeatFunction, SeatRole, SeatState
from participation.errors import ParticipationError, WrongMoment
from participation.lots import drawn
from participation.models import Draw, Group, Process, Seat, Target
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

WRITABLE = frozenset(["title", "purpose", "themes", "deepens", "sign_up_until", "is_open"])
HOST = "participation.group"
MOST = 60


def create(*, process: Process, by: User, targets: Mapping[str, int] | None = None, **fields: Any) -> Group:
    """Make a group, with a series of meetings of its own.

    Args:
        targets: role -> places; two council members, four residents and three civil servants unless given.
        fields: of ``WRITABLE``.

    Raises:
        ValidationError, ParticipationError, PermissionDenied
    """
    _known(fields)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.chair", by, row)
        if row.groups.count() >= MOST:
            raise ParticipationError(_("A process has at most %(most)s groups.") % {"most": MOST})
        group = Group(process=row, **fields)
        _same_process(group)
        group.full_clean(exclude=["series"])
        group.save()
        _set_targets(group, USUAL_TARGETS if targets is None else targets)
        group.series = series_service.create_series(
            municipality=row.municipality,
            title=f"{row.title}: {group.title}"[:120],
            by=by,
            purpose=group.purpose[:500],
            visibility=Visibility.PUBLIC,
            host=HOST,
            host_title=group.title,
            host_url=group.get_absolute_url(),
        )
        group.save(update_fields=["series"])
        audit.record("participation.group_made", group, by=by, municipality=row.municipality)
        if row.is_public:
            event = _moves.note(row, "group_made", facts={"what": group.title})
            notifications.tell_followers(row, event, by=by)
    return group


def change(
    *, group: Group, by: User, version: int | None, targets: Mapping[str, int] | None = None, **fields: Any
) -> Group:
    """Change a group, or how it is meant to be composed. Places that were given stay given.

    Raises:
        Stale, ValidationError, ParticipationError, PermissionDenied
    """
    _known(fields)
    with transaction.atomic():
        row = _locked(group)
        _moves.need("participation.chair", by, row.process)
        _moves.same_version(row, version)
        for name, value in fields.items():
            setattr(row, name, value)
        _same_process(row)
        row.version += 1
        row.full_clean(exclude=["series"])
        row.save()
        if targets is not None:
            _set_targets(row, targets)
        audit.record("participation.group_changed", row, by=by, municipality=row.process.municipality)
    return row


def sign_up(
    *, group: Group, by: User, role: str = SeatRole.RESIDENT, motivation: str = "", name_is_public: bool = True
) -> Seat:
    """Sign up for a group. A second time changes nothing; who left and comes back stands at the end of the line.

    Args:
        role: as who; council members and civil servants only by their role in the municipality.

    Raises:
        WrongMoment: one can't sign up (any more).
        ParticipationError: the group asks for nobody in this role, or it is not yours.
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked(group)
        _moves.need("participation.take_part", by, row.process)
        _may_sign_up(row)
        if not row.targets.filter(role=role).exists():
            raise ParticipationError(_("This group asks for nobody in this role."))
        if role not in roles_of(by, row):
            raise ParticipationError(_("You can't sign up in this role."))
        there = row.seats.filter(user=by).first()
        if there is not None and there.state != SeatState.GONE:
            return there
        last = row.seats.aggregate(last=Max("number"))["last"] or 0
        has_drawn = row.draws.filter(role=role).exists()
        state = SeatState.RESERVE if has_drawn else SeatState.SIGNED_UP
        fields: dict[str, Any] = {
            "role": role,
            "motivation": motivation.strip(),
            "name_is_public": name_is_public,
            "state": state,
            "number": last + 1,
            "place_in_line": _end_of_line(row, role) if has_drawn else None,
            "signed_up_at": clock.now(),
        }
        if there is None:
            there = Seat.objects.create(group=row, user=by, **fields)
        else:
            for name, value in fields.items():
                setattr(there, name, value)
            there.save()
        audit.record("participation.group_joined", row, by=by, municipality=row.process.municipality)
    return there


def leave(*, seat: Seat, by: User) -> Seat:
    """Stop taking part. Who is first in the line of the same role takes the place, and is told.

    Raises:
        PermissionDenied: somebody else's place, and not chair or staff.
    """
    with transaction.atomic():
        row = _locked(seat.group)
        there = row.seats.select_for_update(of=("self",)).get(pk=seat.pk)
        if there.user_id != by.pk:
            _moves.need("participation.chair", by, row.process)
        if there.state == SeatState.GONE:
            return there
        had_place = there.state == SeatState.SEATED
        SEAT_TRANSITIONS.move(there, SeatState.GONE)
        there.function, there.place_in_line = SeatFunction.MEMBER, None
        there.save()
        audit.record("participation.group_left", row, by=by, municipality=row.process.municipality)
        if had_place:
            _next_in_line(row, there.role)
    return there


def seat(*, seat: Seat, by: User) -> Seat:
    """Give somebody a place by hand, as long as there is one.

    Raises:
        ParticipationError: every place of this role is taken.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _locked(seat.group)
        _moves.need("participation.chair", by, row.process)
        there = row.seats.select_for_update(of=("self",)).get(pk=seat.pk)
        if there.state not in (SeatState.SIGNED_UP, SeatState.RESERVE):
            raise WrongMoment(_("This person doesn't wait for a place."))
        if free_places(row, there.role) < 1:
            raise ParticipationError(_("Every place for this role is taken."))
        _seated(row, there)
        audit.record("participation.group_seated", row, by=by, municipality=row.process.municipality)
    return there


def give_function(*, seat: Seat, by: User, function: str) -> Seat:
    """Make somebody with a place chair or note-taker of the group, or a member again.

    Raises:
        WrongMoment: no place.
        PermissionDenied
    """
    with transaction.atomic():
        row = _locked(seat.group)
        _moves.need("participation.chair", by, row.process)
        there = row.seats.select_for_update(of=("self",)).get(pk=seat.pk)
        if there.state != SeatState.SEATED or there.user is None:
            raise WrongMoment(_("Only who has a place can be chair or note-taker."))
        there.function = SeatFunction(function)
        there.save(update_fields=["function"])
        audit.record(
            "participation.group_function",
            row,
            by=by,
            municipality=row.process.municipality,
            new={"person": str(there.user), "function": str(there.get_function_display())},
        )
    return there


def draw(*, group: Group, by: User, role: str, seed: str = "") -> Draw:
    """Draw lots among those who signed up in one role: the first get the places, the others stand in line in that order.

    Args:
        seed: what the order follows from; published with the outcome, so that anybody can draw again. Made by chance
            unless given; agreed on beforehand and not knowable then (the numbers of a lottery) is better.

    Raises:
        WrongMoment: one can still sign up.
        ParticipationError: nobody waits in this role.
        PermissionDenied
    """
    seed = seed.strip() or secrets.token_hex(16)
    with transaction.atomic():
        row = _locked(group)
        _moves.need("participation.run", by, row.process.municipality)
        if row.is_open and (row.sign_up_until is None or row.sign_up_until > clock.now()):
            raise WrongMoment(_("Close the sign-up first: who signs up later would miss the lots."))
        waiting = list(
            row.seats.select_for_update(of=("self",))
            .filter(role=role, state__in=[SeatState.SIGNED_UP, SeatState.RESERVE], user__isnull=False)
            .order_by("number")
        )
        if not waiting:
            raise ParticipationError(_("Nobody waits for a place in this role."))
        places = free_places(row, role)
        order = drawn([one.number for one in waiting], seed)
        made = Draw.objects.create(
            group=row,
            role=role,
            seed=seed,
            numbers=[one.number for one in waiting],
            order=order,
            places=max(places, 0),
            drawn_by=by,
        )
        by_number = {one.number: one for one in waiting}
        for place, number in enumerate(order, start=1):
            one = by_number[number]
            if place <= places:
                _seated(row, one)
            else:
                one.state, one.place_in_line = SeatState.RESERVE, place - max(places, 0)
                one.save(update_fields=["state", "place_in_line"])
                notifications.tell_seat(one, "reserve")
        audit.record(
            "participation.lots_drawn",
            row,
            by=by,
            municipality=row.process.municipality,
            new={"role": role, "seed": seed, "places": made.places, "number": len(order)},
        )
        _moves.note(row.process, "lots_drawn", facts={"what": row.title})
    return made


def write(*, group: Group, by: User, text: str, version: int | None) -> Group:
    """Save what the group advises; by its chair, its note-taker, or who leads the process.

    Raises:
        Stale, PermissionDenied, ValidationError
    """
    with transaction.atomic():
        row = _locked(group)
        if not may_write(by, row):
            raise PermissionDenied(_("Only the chair and the note-taker of this group can do this."))
        _moves.same_version(row, version)
        row.framework, row.framework_at = text.strip(), clock.now()
        row.version += 1
        row.full_clean(exclude=["series"])
        row.save()
        audit.record("participation.group_advised", row, by=by, municipality=row.process.municipality)
    return row


def may_write(user: Any, group: Group) -> bool:
    """Whether this person writes for the group: its chair and note-taker, and who leads the process."""
    if not user.is_authenticated:
        return False
    if user.has_perm("participation.chair", group.process):
        return True
    writers = (SeatFunction.CHAIR, SeatFunction.NOTE_TAKER)
    return group.seats.filter(user=user, state=SeatState.SEATED, function__in=writers).exists()


def may_lead(user: Any, series: Series) -> bool:
    """For ``foundation.meetings``: who plans the meetings of a group."""
    group = Group.objects.select_related("process__municipality").filter(series=series).first()
    return group is not None and user.is_authenticated and may_write(user, group)


def members_of(series: Series) -> list[User]:
    """For ``foundation.meetings``: whom the organiser can invite with one press."""
    seats = Seat.objects.filter(group__series=series, state=SeatState.SEATED).select_related("user")
    return [one.user for one in seats if one.user is not None]


def roles_of(user: User, group: Group) -> list[str]:
    """As who this person can sign up: by their role in the municipality; else as a resident or for an organisation."""
    kinds = kinds_of(user, group.process.municipality)
    found: list[str] = []
    if RoleKind.COUNCIL_MEMBER in kinds:
        found.append(SeatRole.COUNCIL)
    if RoleKind.ALDERMAN in kinds:
        found.append(SeatRole.COLLEGE)
    if kinds & set(STAFF_ROLES):
        found.append(SeatRole.SERVANT)
    return found or [SeatRole.RESIDENT, SeatRole.SOCIETY]


def free_places(group: Group, role: str) -> int:
    """Places of a role that nobody has; below nothing where more were given than are wanted now."""
    wanted = sum(group.targets.filter(role=role).values_list("seats", flat=True))
    return wanted - group.seats.filter(role=role, state=SeatState.SEATED).count()


def _seated(group: Group, one: Seat) -> None:
    SEAT_TRANSITIONS.move(one, SeatState.SEATED)
    one.place_in_line = None
    one.save(update_fields=["state", "place_in_line"])
    if group.series is not None and one.user is not None:
        series_service.add_members(series=group.series, by=None, users=[one.user])
    notifications.tell_seat(one, "seated")


def _next_in_line(group: Group, role: str) -> None:
    first = group.seats.filter(role=role, state=SeatState.RESERVE, user__isnull=False).order_by("place_in_line").first()
    if first is not None and free_places(group, role) > 0:
        _seated(group, first)


def _end_of_line(group: Group, role: str) -> int:
    last = group.seats.filter(role=role).aggregate(last=Max("place_in_line"))["last"] or 0
    return int(last) + 1


def _may_sign_up(group: Group) -> None:
    if not group.process.is_public or group.process.ended_at is not None:
        raise WrongMoment(_("This process does not run now."))
    if not group.is_open or (group.sign_up_until is not None and group.sign_up_until <= clock.now()):
        raise WrongMoment(_("One can't sign up for this group any more."))


def _set_targets(group: Group, targets: Mapping[str, int]) -> None:
    wanted = {role: seats for role, seats in targets.items() if seats}
    if not wanted:
        raise ParticipationError(_("Say how many people the group wants."))
    group.targets.exclude(role__in=wanted).delete()
    for role in SeatRole.values:
        if role in wanted:
            Target.objects.update_or_create(group=group, role=role, defaults={"seats": wanted[role]})


def _same_process(group: Group) -> None:
    if group.deepens is not None and group.deepens.process_id != group.process_id:
        raise ParticipationError(_("A group deepens one of the same process."))


def _locked(group: Group) -> Group:
    _moves.locked(group.process_id)
    rows = Group.objects.select_for_update(of=("self",)).select_related("process__municipality", "series", "deepens")
    return rows.get(pk=group.pk)


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"a group does not hold {sorted(unknown)}")
