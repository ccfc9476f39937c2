"""Who may do what with meetings. ``meetings.manage`` takes (user, municipality); the others (user, series) or (user, meeting)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from foundation.meetings import hosts
from foundation.meetings.enums import AttendeeState
from foundation.meetings.models import ON_THE_LIST, Attendee, Meeting, Member, Series
from foundation.municipalities.rules import is_staff_member

if TYPE_CHECKING:
    from foundation.accounts.models import User


@rules.predicate
def manages_series(user: User, series: Series) -> bool:
    """Staff of its municipality, and whom the upper app names."""
    if not user.is_authenticated:
        return False
    if series.municipality is not None and is_staff_member(user, series.municipality):
        return True
    if series.municipality is None and not series.host:
        return bool(user.is_superuser)
    return hosts.of(series).may_manage(user, series)


@rules.predicate
def manages(user: User, meeting: Meeting) -> bool:
    return bool(manages_series(user, meeting.series))


@rules.predicate
def chairs(user: User, meeting: Meeting) -> bool:
    return bool(user.is_authenticated and meeting.is_chaired_by(user))


@rules.predicate
def takes_notes(user: User, meeting: Meeting) -> bool:
    return bool(user.is_authenticated and meeting.is_minuted_by(user))


@rules.predicate
def is_on_its_list(user: User, meeting: Meeting) -> bool:
    return bool(
        user.is_authenticated
        and Attendee.objects.filter(meeting=meeting, user=user).exclude(state=AttendeeState.REMOVED).exists()
    )


@rules.predicate
def is_public(user: User, meeting: Meeting) -> bool:
    return meeting.series.is_public


@rules.predicate
def host_shows(user: User, meeting: Meeting) -> bool:
    return bool(user.is_authenticated and hosts.of(meeting.series).may_see(user, meeting.series))


@rules.predicate
def belongs_to_series(user: User, series: Series) -> bool:
    """Public, or on one of its lists."""
    if series.is_public:
        return True
    if not user.is_authenticated:
        return False
    return (
        hosts.of(series).may_see(user, series)
        or Member.objects.filter(series=series, user=user).exists()
        or Attendee.objects.filter(meeting__series=series, user=user, state__in=ON_THE_LIST).exists()
        or series.meetings.filter(chair=user).exists()
        or series.meetings.filter(note_taker=user).exists()
    )


leads = chairs | manages
rules.add_perm("meetings.manage", is_staff_member)
rules.add_perm("meetings.manage_series", manages_series)
rules.add_perm("meetings.see_series", manages_series | belongs_to_series)
rules.add_perm("meetings.organise", manages)
rules.add_perm("meetings.lead", leads)
rules.add_perm("meetings.check_in", leads | takes_notes)
rules.add_perm("meetings.write_minutes", takes_notes | manages)
rules.add_perm("meetings.publish_minutes", takes_notes | leads)
rules.add_perm("meetings.see", is_public | leads | takes_notes | is_on_its_list | host_shows)
