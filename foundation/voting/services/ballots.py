"""From draft to closed: making, changing, announcing, opening, closing and cancelling a ballot."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock, slugs
from foundation.municipalities.models import Area, Municipality
from foundation.voting import notifications
from foundation.voting.enums import BallotState, TraceOf
from foundation.voting.errors import NotReady, VotingError, WrongMoment
from foundation.voting.models import Ballot, BallotArea, BallotSecret, CodeSecret
from foundation.voting.models.ballot import EDITABLE
from foundation.voting.queries.readiness import problems
from foundation.voting.services import followers, freezing, options, paper, rehearsals, reminders, traces
from foundation.voting.services._locks import claimed, locked, move, need


def create(*, municipality: Municipality, title: str, by: User, **fields: Any) -> Ballot:
    """Make a draft; its address follows from the title and stays.

    Args:
        fields: any of ``EDITABLE``.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        ValidationError: the fields contradict each other.
    """
    need("voting.manage_ballots", by, municipality)
    _known(fields)
    with transaction.atomic():
        # Two people who make a ballot with one title at once: the second waits here and gets the next address.
        Municipality.objects.select_for_update(of=("self",), no_key=True).get(pk=municipality.pk)
        ballot = Ballot(
            municipality=municipality, title=title, slug=_free_slug(municipality, title), created_by=by, **fields
        )
        ballot.full_clean()
        ballot.save(force_insert=True)
        audit.record("voting.ballot_created", ballot, by=by, new={"title": title})
    return ballot


def change(*, ballot: Ballot, by: User, areas: Iterable[Area] | None = None, **fields: Any) -> Ballot:
    """Change a ballot that is not open yet.

    Args:
        areas: where voters must live; an empty list is the whole municipality, None leaves it as it is.
        fields: any of ``EDITABLE``.

    Raises:
        WrongMoment: the rules are frozen.
        ValidationError: the fields contradict each other.
        NotReady: an announced ballot would become incomplete.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    _known(fields)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        _editable(ballot)
        old = {name: getattr(ballot, name) for name in fields}
        for name, value in fields.items():
            setattr(ballot, name, value)
        ballot.full_clean()
        ballot.save(update_fields=[*fields]) if fields else None
        changed: dict[str, Any] = {name: getattr(ballot, name) for name in fields if old[name] != getattr(ballot, name)}
        if areas is not None:
            codes = _set_areas(ballot, list(areas))
            if codes is not None:
                changed["areas"] = codes
        if ballot.state == BallotState.ANNOUNCED and (found := problems(ballot, clock.now())):
            raise NotReady(found)
        if {"opens_at", "closes_at"} & set(changed):
            reminders.withdraw_outside(ballot, now=clock.now())
            if ballot.state == BallotState.ANNOUNCED:
                notifications.tell_moved(ballot)
        if changed:
            audit.record(
                "voting.ballot_changed", ballot, by=by, old={k: old[k] for k in changed if k in old}, new=changed
            )
    return ballot


def _set_areas(ballot: Ballot, areas: list[Area]) -> list[str] | None:
    if any(area.municipality_id != ballot.municipality_id for area in areas):
        raise VotingError(_("Choose neighbourhoods of your own municipality."))
    wanted, present = {area.pk for area in areas}, set(ballot.ballot_areas.values_list("area_id", flat=True))
    if wanted == present:
        return None
    ballot.ballot_areas.exclude(area_id__in=wanted).delete()
    BallotArea.objects.bulk_create([BallotArea(ballot=ballot, area_id=pk) for pk in sorted(wanted - present)])
    return sorted(area.code for area in areas)


def announce(*, ballot: Ballot, by: User, now: datetime | None = None) -> Ballot:
    """Show the ballot to residents; it opens by itself at ``opens_at``.

    Raises:
        NotReady: something is missing.
        WrongMoment: it is no draft.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    now = now or clock.now()
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if found := problems(ballot, now):
            raise NotReady(found)
        old = move(ballot, BallotState.ANNOUNCED)
        ballot.announced_at = now
        ballot.announced_by = by
        ballot.save(update_fields=["state", "announced_at", "announced_by"])
        audit.record("voting.ballot_announced", ballot, by=by, old={"state": old}, new={"opens_at": ballot.opens_at})
        notifications.tell_announced(ballot)
    return ballot


def withdraw(*, ballot: Ballot, by: User, reason: str) -> Ballot:
    """Take an announced ballot back to draft.

    Raises:
        WrongMoment: it is not announced, or its opening time has come.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if ballot.takes_votes(clock.now()):
            raise WrongMoment(_("The vote is open already. You can only cancel it."))
        old = move(ballot, BallotState.DRAFT)
        ballot.announced_at = None
        ballot.announced_by = None
        ballot.save(update_fields=["state", "announced_at", "announced_by"])
        audit.record("voting.ballot_withdrawn", ballot, by=by, reason=reason, old={"state": old})
    return ballot


def open_now(*, ballot: Ballot, by: User, now: datetime | None = None) -> Ballot:
    """Open an announced ballot before its time.

    Raises:
        NotReady: something is missing.
        WrongMoment: it is not announced.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    now = now or clock.now()
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if ballot.state != BallotState.ANNOUNCED:
            raise WrongMoment(_("Announce the ballot first."))
        ballot.opens_at = min(now, ballot.opens_at or now)
        if found := problems(ballot, now):
            raise NotReady(found)
        return _open(ballot, by=by, now=now)


def _open(ballot: Ballot, *, by: User | None, now: datetime) -> Ballot:
    """Freeze the rules, make the keys, open. In the caller's transaction with the row locked."""
    move(ballot, BallotState.OPEN)
    rehearsals.wipe(ballot=ballot, by=None)
    signing_key = freezing.freeze(ballot)
    ballot.opened_at = now
    BallotSecret.objects.create(
        ballot=ballot,
        roll_key=secrets.token_bytes(32),
        receipt_key=secrets.token_bytes(32),
        signing_key=signing_key,
    )
    ballot.save(update_fields=["state", "opens_at", "rule_settings", "rules_json", "rules_sha256", "opened_at"])
    audit.record("voting.ballot_opened", ballot, by=by, new={"rules_sha256": ballot.rules_sha256})
    notifications.tell_opened(ballot)
    followers.tell_opened(ballot)
    return ballot


def advance(*, ballot_id: int, now: datetime) -> str | None:
    """Do what the clock asks of a ballot: open an announced one, close an open one. Safe to call at any time, by many.

    An announced ballot that has become incomplete does not open. Returns the new state, or None when nothing was done
    (nothing due, or another process is doing it).
    """
    with transaction.atomic():
        ballot = claimed(ballot_id, BallotState.ANNOUNCED, BallotState.OPEN)
        if ballot is None or not ballot.is_due(now):
            return None
        if ballot.state == BallotState.ANNOUNCED:
            if problems(ballot, now, opening=True):
                return None
            return _open(ballot, by=None, now=now).state
        return _close(ballot, now=now).state


def _close(ballot: Ballot, *, now: datetime) -> Ballot:
    # Changing the row waits for every cast that is under way (they hold FOR SHARE on it) and makes later ones see it.
    move(ballot, BallotState.CLOSED)
    ballot.closed_at = now
    ballot.save(update_fields=["state", "closed_at"])
    audit.record("voting.ballot_closed", ballot, by=None)
    return ballot


def cancel(*, ballot: Ballot, by: User, reason: str) -> Ballot:
    """Stop a ballot for good, before it is counted. Votes that were cast stay locked up and are never shown.

    Raises:
        VotingError: no reason was given.
        WrongMoment: it has been counted.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    if not reason.strip():
        raise VotingError(_("Say why: residents will read it."))
    with transaction.atomic():
        ballot = locked(ballot.pk)
        old = move(ballot, BallotState.CANCELLED)
        ballot.cancel_reason = reason.strip()
        ballot.cancelled_at = clock.now()
        ballot.save(update_fields=["state", "cancel_reason", "cancelled_at"])
        BallotSecret.objects.filter(ballot=ballot).delete()
        CodeSecret.objects.filter(ballot=ballot).delete()
        traces.leave(TraceOf.KEYS)
        paper.wipe_cancelled(ballot=ballot)
        if not ballot.rules_sha256:
            rehearsals.wipe(ballot=ballot, by=by)
        audit.record("voting.ballot_cancelled", ballot, by=by, reason=reason, old={"state": old})
        if ballot.announced_at:
            notifications.tell_cancelled(ballot)
            followers.tell_cancelled(ballot)
    traces.wipe()
    return ballot


def delete_draft(*, ballot: Ballot, by: User) -> None:
    """Throw a draft away, with its projects, pictures and test votes. The audit trail keeps that it was.

    Raises:
        WrongMoment: it is no draft (any more), or letters with codes were asked for: somebody may hold them.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if why := cant_delete(ballot):
            raise WrongMoment(why)
        rehearsals.wipe(ballot=ballot, by=by)
        options.throw_away_pictures(ballot)
        audit.record("voting.ballot_deleted", ballot, by=by, old={"title": ballot.title})
        ballot.delete()


def cant_delete(ballot: Ballot) -> str:
    """Why this ballot can't be thrown away; empty when it can."""
    if ballot.state != BallotState.DRAFT:
        return _("Only a draft can be thrown away.")
    if ballot.code_batches.exists():
        return _(
            "Letters with codes were made for this vote, so it can't be thrown away. Cancel it: then people see why."
        )
    return ""


def _editable(ballot: Ballot) -> None:
    if not ballot.is_editable or ballot.takes_votes(clock.now()):
        raise WrongMoment(_("The vote has opened: its rules are frozen and can't be changed any more."))


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields).difference(EDITABLE):
        raise TypeError(f"not fields of a ballot that may be changed: {sorted(unknown)}")


def _free_slug(municipality: Municipality, title: str) -> str:
    rows = Ballot.objects.filter(municipality=municipality)
    reserved = ["nieuw"]  # an address of the back office
    return slugs.free(title, rows, otherwise="stemming", reserved=reserved, length=70)
