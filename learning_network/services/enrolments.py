"""Municipalities on their way into a programme: adding them to the board, and moving them over its stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from foundation.meetings.models import Member as SeriesMember
from foundation.meetings.services import series as series_service
from foundation.municipalities.models import OfficialMunicipality
from learning_network import visibility
from learning_network.enums import INSIDE, STAGE_TRANSITIONS, ProgrammeState, Stage
from learning_network.errors import NetworkError, Stale, WrongMoment
from learning_network.models import Enrolment, Programme
from learning_network.services import _moves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.accounts.models import User

WRITABLE = frozenset(
    [
        *("contact_name", "contact_email", "next_step", "next_step_on", "notes"),
        *("fee_cents", "reduction_cents", "reduction_reason", "invoiced_on", "received_cents"),
    ]
)


def add(*, programme: Programme, municipalities: Iterable[OfficialMunicipality], by: User) -> list[Enrolment]:
    """Put municipalities on the board as invited; those that are there already stay where they are.

    Returns:
        the new cards.

    Raises:
        WrongMoment: the programme has ended.
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(programme.pk)
        _moves.need("learning_network.lead", by, row)
        _need_not_ended(row)
        there = set(row.enrolments.values_list("municipality_id", flat=True))
        wanted = {one.pk: one for one in municipalities if one.pk not in there}
        made = Enrolment.objects.bulk_create(
            Enrolment(programme=row, municipality=one, fee_cents=row.fee_cents) for one in wanted.values()
        )
        for enrolment in made:
            audit.record("learning_network.municipality_added", enrolment, by=by, new={"programme": row.title})
    return made


def change(*, enrolment: Enrolment, by: User, version: int | None = None, **fields: Any) -> Enrolment:
    """Change contact, next step, notes or money of a card.

    Raises:
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = _moves.locked_enrolment(enrolment.pk)
        _moves.need("learning_network.lead", by, row.programme)
        _moves.same_version(row, version)
        old = {name: getattr(row, name) for name in fields}
        if old == fields:
            return row
        for name, value in fields.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        row.version += 1
        row.full_clean(exclude=["programme", "municipality"])
        row.save(update_fields=[*fields, "changed_at", "version"])
        changed = [name for name in fields if old[name] != fields[name]]
        audit.record("learning_network.card_changed", row, by=by, new={"fields": changed})
    return row


def move(*, enrolment: Enrolment, stage: str, by: User, reason: str = "", version: int | None = None) -> Enrolment:
    """Bring a municipality to another stage. Who stops says why; who comes in or goes out gets or loses the sessions.

    Raises:
        NetworkError: stopping without a reason, or no place left.
        WrongMoment: the table of stages does not allow it, or the programme has ended.
        Stale, PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(enrolment.programme_id)  # so that two last places are not given at once
        row = _moves.locked_enrolment(enrolment.pk)
        _moves.need("learning_network.lead", by, programme)
        _need_not_ended(programme)
        _moves.same_version(row, version)
        if stage == Stage.STOPPED and not reason.strip():
            raise NetworkError(_("Say why this municipality stops."))
        was_inside = row.stage in INSIDE
        if stage in INSIDE and not was_inside:
            _need_place(programme)
        return _set(row, stage, by=by, reason=reason.strip())


@dataclass
class Moved:
    """What came of moving several cards: those that moved, and of the others the name and why not."""

    moved: list[Enrolment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def move_several(
    *, programme: Programme, cards: Iterable[tuple[int, int]], stage: str, by: User, reason: str = ""
) -> Moved:
    """Bring several cards of a programme to one stage; each that can't go there stays where it is, and the others move.

    Args:
        cards: id and version of each, as they were on the screen.

    Raises:
        NetworkError: stopping without a reason.
        PermissionDenied
    """
    _moves.need("learning_network.lead", by, programme)
    if stage == Stage.STOPPED and not reason.strip():
        raise NetworkError(_("Say why this municipality stops."))
    versions = dict(cards)
    told = Moved()
    rows = programme.enrolments.filter(pk__in=versions).select_related("municipality").order_by("municipality__name")
    for row in rows:
        try:
            told.moved.append(move(enrolment=row, stage=stage, by=by, reason=reason, version=versions[row.pk]))
        except Stale:
            row.refresh_from_db(fields=["stage"])
            now = _("Somebody else just changed this card. It now stands at “%(stage)s”.")
            told.refused.append((str(row), now % {"stage": row.get_stage_display()}))
        except NetworkError as error:
            told.refused.append((str(row), str(error)))
    return told


def _need_not_ended(programme: Programme) -> None:
    if programme.state not in (ProgrammeState.DRAFT, ProgrammeState.RUNNING):
        raise WrongMoment(_("This programme has ended."))


def _need_place(programme: Programme) -> None:
    if programme.places and programme.enrolments.inside().count() >= programme.places:
        raise NetworkError(
            _("All %(places)d places are taken. Make room first, or raise the number of places.")
            % {"places": programme.places}
        )


def _set(row: Enrolment, stage: str, *, by: User | None, reason: str = "") -> Enrolment:
    """Move a locked card, with its audit row and the list of the sessions."""
    was_inside = row.stage in INSIDE
    try:
        old = STAGE_TRANSITIONS.move(row, stage)
    except IllegalMove as error:
        raise WrongMoment(
            _("%(municipality)s can't go from “%(old)s” to “%(new)s”.")
            % {"municipality": row.municipality, "old": row.get_stage_display(), "new": Stage(stage).label}
        ) from error
    row.stage_since = row.changed_at = clock.now()
    row.stage_reason = reason
    row.version += 1
    row.save(update_fields=["stage", "stage_since", "stage_reason", "changed_at", "version"])
    audit.record("learning_network.stage_moved", row, by=by, reason=reason, old={"stage": old}, new={"stage": stage})
    if was_inside != (row.stage in INSIDE):
        people = [one.user for one in row.participants.filter(joined_at__isnull=False, left_at=None) if one.user]
        for person in people:
            visibility.forget(person)
        if row.programme.series is not None:
            if was_inside:
                remove_from_sessions(row.programme, people)
            else:
                series_service.add_members(series=row.programme.series, users=people, by=None)
    return row


def take_part(row: Enrolment, *, by: User | None) -> None:
    """The first person of a committed municipality is in: from now on it takes part. ``row`` is locked."""
    if row.stage == Stage.COMMITTED:
        _set(row, Stage.TAKING_PART, by=by)


def remove_from_sessions(programme: Programme, people: Iterable[User]) -> None:
    """Take people off the list of the sessions, unless they are in the programme in another way."""
    from learning_network.models import Participant, ProgrammeRole

    for person in people:
        still = (
            Participant.objects.present().filter(enrolment__programme=programme, user=person).exists()
            or ProgrammeRole.objects.filter(programme=programme, user=person).exists()
        )
        if still:
            continue
        for member in SeriesMember.objects.filter(series=programme.series, user=person):
            series_service.remove_member(member=member, by=None)
