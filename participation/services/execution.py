"""Carrying out what was decided: milestones until done, and proposals that become initiatives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from initiatives.services.handover import open_in_execution
from participation import notifications
from participation.errors import ParticipationError, WrongMoment
from participation.models import HandOver, Maker, Milestone, Process, Proposal
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

MOST = 60


def plan(*, process: Process, by: User, title: str, due_on: date, text: str = "") -> Milestone:
    """A step more of the execution.

    Raises:
        ValidationError, ParticipationError, PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if row.milestones.count() >= MOST:
            raise ParticipationError(_("A process has at most %(most)s milestones.") % {"most": MOST})
        made = Milestone(process=row, title=title, due_on=due_on, text=text)
        made.full_clean()
        made.save()
        audit.record("participation.milestone_planned", made, by=by, municipality=row.municipality)
    return made


def change(
    *, milestone: Milestone, by: User, version: int | None, title: str, due_on: date, text: str = "", note: str = ""
) -> Milestone:
    """Change a step; a later day of a public process asks for words on why and is told to followers.

    Raises:
        ParticipationError: it comes later and nothing says why.
        Stale, ValidationError, PermissionDenied
    """
    with transaction.atomic():
        process, row = _locked(milestone)
        _moves.need("participation.run", by, process.municipality)
        _moves.same_version(row, version)
        if row.done_on or row.dropped_on:
            raise WrongMoment(_("This milestone is closed."))
        later, old_day = due_on > row.due_on and process.is_public, row.due_on
        if later and not note.strip():
            raise ParticipationError(_("Say why it comes later; everybody can read it."))
        row.title, row.due_on, row.text, row.note = title, due_on, text, note.strip()
        row.version += 1
        row.full_clean()
        row.save()
        audit.record(
            "participation.milestone_changed",
            row,
            by=by,
            municipality=process.municipality,
            reason=row.note,
            old={"due_on": old_day},
            new={"due_on": due_on},
        )
        if later:
            facts = {"what": row.title, "day": due_on.isoformat()}
            event = _moves.note(process, "milestone_moved", reason=row.note, facts=facts)
            notifications.tell_followers(process, event, by=by)
    return row


def close(
    *, milestone: Milestone, by: User, done: bool, note: str, on: date | None = None, version: int | None = None
) -> Milestone:
    """Say that a step is done, or that it will not be done and why. Followers get to know.

    Args:
        on: the day it was done; today unless given, never later.

    Raises:
        ParticipationError: not done without a reason, or a day in the future.
        WrongMoment: closed already.
        Stale, PermissionDenied
    """
    today = clock.today()
    if on is not None and on > today:
        raise ParticipationError(_("That day lies in the future."))
    if not done and not note.strip():
        raise ParticipationError(_("Say why it is not done."))
    with transaction.atomic():
        process, row = _locked(milestone)
        _moves.need("participation.run", by, process.municipality)
        _moves.same_version(row, version)
        if row.done_on or row.dropped_on:
            raise WrongMoment(_("This milestone is closed."))
        row.note = note.strip() or row.note
        row.done_on, row.dropped_on = (on or today, None) if done else (None, today)
        row.version += 1
        row.save()
        verb = "milestone_done" if done else "milestone_dropped"
        audit.record(f"participation.{verb}", row, by=by, municipality=process.municipality, reason=row.note)
        event = _moves.note(process, verb, reason=row.note, facts={"what": row.title})
        notifications.tell_followers(process, event, by=by)
    return row


def start(*, proposal: Proposal, by: User, budget_cents: int | None = None) -> HandOver:
    """Make an initiative in execution of a proposal, carried by its makers who have an account. Once per proposal.

    Args:
        budget_cents: what it gets; its cost as the municipality sees it unless given.

    Raises:
        ParticipationError: it did not win, or it is an initiative already.
        PermissionDenied: ``by`` runs no processes or no initiatives here.
    """
    with transaction.atomic():
        process = _moves.locked(proposal.process_id)
        _moves.need("participation.run", by, process.municipality)
        row = (
            Proposal.objects.select_for_update(of=("self",))
            .select_related("neighbourhood", "sector")
            .get(pk=proposal.pk)
        )
        if HandOver.objects.filter(proposal=row).exists():
            raise WrongMoment(_("This proposal is an initiative already."))
        if row.won is False or row.state != "feasible":
            raise ParticipationError(_("Only a feasible proposal that did not lose the vote is carried out."))
        made = open_in_execution(
            municipality=process.municipality,
            by=by,
            title=row.title,
            summary=row.summary,
            story=row.text,
            origin_label=process.title,
            origin_url=row.get_absolute_url(),
            team=[maker.user for maker in Maker.objects.filter(proposal=row).select_related("user") if maker.user],
            neighbourhood=row.neighbourhood,
            sector=row.sector,
            place=row.place,
        )
        cost = row.municipal_cost_cents if row.municipal_cost_cents is not None else row.cost_cents
        try:
            handed = HandOver.objects.create(
                process=process,
                proposal=row,
                initiative=made,
                budget_cents=cost if budget_cents is None else budget_cents,
            )
        except IntegrityError as error:  # pragma: no cover - the row of the process is locked
            raise WrongMoment(_("This proposal is an initiative already.")) from error
        audit.record(
            "participation.handed_over",
            row,
            by=by,
            municipality=process.municipality,
            new={"initiative": made.pk, "budget_cents": handed.budget_cents},
        )
        event = _moves.note(process, "handed_over", facts={"what": row.title})
        notifications.tell_followers(process, event, by=by)
    return handed


def _locked(milestone: Milestone) -> tuple[Process, Milestone]:
    process = _moves.locked(milestone.process_id)
    row = Milestone.objects.select_for_update().get(pk=milestone.pk)
    row.process = process
    return process, row
