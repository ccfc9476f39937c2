"""Series of meetings, and the people who are invited to all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.meetings.enums import AttendeeState, Visibility
from foundation.meetings.models import Member, Series
from foundation.meetings.services import _locks, invitations

if TYPE_CHECKING:
    from foundation.municipalities.models import Municipality

CHANGEABLE = ("title", "purpose", "visibility", "organiser", "host_title", "host_url")


@transaction.atomic
def create_series(
    *,
    municipality: Municipality | None,
    title: str,
    by: User | None,
    purpose: str = "",
    visibility: str = Visibility.PUBLIC,
    organiser: str = "",
    host: str = "",
    host_title: str = "",
    host_url: str = "",
    is_single: bool = False,
) -> Series:
    """Make a series. The caller has checked who may: staff pages do so, and upper apps by their own rules.

    Args:
        municipality: whose it is; None for a series of several, such as those of the learning network.
        host: key of the upper app whose rules hold besides (``foundation.meetings.hosts``).
        host_title, host_url: what it belongs to, and its page: a path in this portal.
        is_single: one meeting that stands alone.
        by: None for the clock.

    Raises:
        ValidationError: a title that is too long, an address outside this portal.
    """
    made = Series(
        municipality=municipality,
        title=title,
        purpose=purpose,
        visibility=visibility,
        organiser=organiser,
        host=host,
        host_title=host_title,
        host_url=host_url,
        is_single=is_single,
    )
    made.full_clean()
    made.save(force_insert=True)
    if not is_single:
        audit.record("meetings.series_created", made, by=by, new={"visibility": str(visibility)})
    return made


@transaction.atomic
def change_series(*, series: Series, by: User | None, version: int | None = None, **fields: Any) -> Series:
    """Change any of ``CHANGEABLE``. ``by`` None: the upper app itself, which has checked who may.

    Raises:
        PermissionDenied, ChangedMeanwhile, ValidationError.
    """
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"change_series does not know {sorted(unknown)}")
    found = Series.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=series.pk)
    if by is not None:
        _locks.need("meetings.manage_series", by, found)
    _locks.same_version(found, version)
    old = {name: getattr(found, name) for name in fields}
    if old == fields:
        return found
    for name, value in fields.items():
        setattr(found, name, value)
    found.version += 1
    found.full_clean()
    found.save(update_fields=[*fields, "version"])
    audit.record("meetings.series_changed", found, by=by, old=old, new=fields)
    return found


@transaction.atomic
def add_members(
    *, series: Series, by: User | None, users: Iterable[User] = (), addresses: Iterable[tuple[str, str]] = ()
) -> int:
    """Put people on the list of a series: they are invited to every meeting that is still to come, and to later ones.

    Args:
        addresses: (name, e-mail address); an address with an account counts as that account.
        by: None for the upper app itself.

    Returns:
        how many are new. They hear of all coming meetings in one message.
    """
    locked = Series.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=series.pk)
    if by is not None:
        _locks.need("meetings.manage_series", by, locked)
    people, strangers = invitations.sorted_out(users, addresses)
    there = dict(Member.objects.filter(series=locked).values_list("pk", "user_id"))
    known = set(there.values())
    people = [user for user in people if user.pk not in known]  # a long list is most often there already
    if not people and not strangers:
        return 0
    Member.objects.bulk_create([Member(series=locked, user=user) for user in people], ignore_conflicts=True)
    Member.objects.bulk_create(
        [Member(series=locked, name=name, email=email) for email, name in strangers.items()], ignore_conflicts=True
    )
    # The row of the series is locked: whoever is new has a higher number than who was there.
    rows = Member.objects.filter(series=locked, pk__gt=max(there, default=0))
    count = rows.count()
    if not count:
        return 0
    coming = list(
        locked.meetings.standing().upcoming(clock.now()).select_related("series__municipality", "chair", "note_taker")
    )
    if coming:
        new = list(rows.select_related("user"))
        invitations.put_on_lists(coming, new)
        invitations.tell_of_dates(locked, coming, new, f"joined-{max(member.pk for member in new)}")
    audit.record("meetings.members_added", locked, by=by, new={"count": count})
    return count


@transaction.atomic
def remove_member(*, member: Member, by: User | None) -> None:
    """Take somebody off the list of a series, and off the lists of its coming meetings; they hear of it per meeting."""
    from foundation.meetings.services import registration

    series = Series.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=member.series_id)
    if by is not None:
        _locks.need("meetings.manage_series", by, series)
    audit.record("meetings.member_removed", series, by=by)
    coming = series.meetings.standing().upcoming(clock.now())
    for meeting in coming:
        row = (
            meeting.attendees.filter(user=member.user, email=member.email).exclude(state=AttendeeState.REMOVED).first()
        )
        if row is not None:
            registration.remove(attendee=row, by=by)
    member.delete()
