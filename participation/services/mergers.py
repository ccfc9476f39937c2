"""Merging proposals, with the consent of everybody who made them. Rows are locked in one order: proposals, then the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from participation import notifications_proposals as notifications
from participation.enums import ProcessState
from participation.enums_proposals import LIVING, MERGER_TRANSITIONS, MergerState, ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Maker, Merger, MergerConsent, Process, Proposal, ProposalSupport
from participation.rules import forget_makers
from participation.services import _moves, _texts, proposal_threads, proposals

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from foundation.accounts.models import User

_ASKED = MergerState.ASKED


def propose(
    *,
    process: Process,
    by: User,
    sources: Iterable[Proposal],
    reason: str,
    target: Proposal | None = None,
    title: str = "",
    summary: str = "",
    text: str = "",
    cost_cents: int | None = None,
) -> Merger:
    """Ask the makers whether their proposals may become one: ``sources`` into ``target``, or all into a new one.

    Where nobody has to be asked (all accounts are gone) it happens at once.

    Args:
        title, summary, text, cost_cents: of the new proposal; left out where there is a target.

    Raises:
        ParticipationError: fewer than two, of another process, in another plan already, or no reason or text.
        WrongMoment: one of them stopped or stands in a vote.
        PermissionDenied: only the residents' chair and staff.
    """
    ids = sorted({proposal.pk for proposal in sources} - ({target.pk} if target else set()))
    if not reason.strip():
        raise ParticipationError(_("Say why they belong together: the makers read it."))
    if not ids or (target is None and len(ids) < 2):
        raise ParticipationError(_("Choose at least two proposals."))
    if target is None and not (title.strip() and summary.strip() and text.strip()):
        raise ParticipationError(_("Give the new proposal a title, a short summary and a text."))
    with transaction.atomic():
        _moves.need("participation.chair", by, process)
        if process.state != ProcessState.PUBLISHED:
            raise WrongMoment(_("This process does not run now."))
        rows = _locked_proposals([*ids, *([target.pk] if target else [])])
        for row in rows:
            if row.process_id != process.pk or not row.is_public:
                raise ParticipationError(_("Choose proposals of this process that stand on the site."))
            if row.state not in LIVING:
                raise WrongMoment(_("“%(title)s” stopped; it can't be merged.") % {"title": row.title})
            proposals.need_not_voted_on(row)
            if _open_mergers(row).exists():
                raise ParticipationError(_("“%(title)s” is in another plan to merge already.") % {"title": row.title})
        merger = Merger(
            process=process,
            target=target,
            reason=reason.strip(),
            title="" if target else title.strip(),
            summary="" if target else summary.strip(),
            text="" if target else text.strip(),
            cost_cents=None if target else cost_cents,
            asked_by=by,
        )
        _texts.clean(merger)
        merger.save(force_insert=True)
        merger.sources.set(ids)
        makers = {maker.user_id: maker.user for row in rows for maker in row.makers.select_related("user")}
        MergerConsent.objects.bulk_create([MergerConsent(merger=merger, user_id=pk) for pk in sorted(makers)])
        audit.record("participation.merger_asked", merger, by=by, municipality=process.municipality)
        notifications.ask_makers(merger, list(makers.values()), by=by)
        _settle(merger, by=by)
    return merger


def respond(*, merger: Merger, by: User, agrees: bool, reason: str = "") -> Merger:
    """A maker agrees or refuses. One no ends the plan; the last yes carries it out. The same answer twice is one.

    Raises:
        ParticipationError: no without a reason.
        WrongMoment: the plan is over, or one of the proposals has stopped or is being voted on.
        PermissionDenied: not a maker.
    """
    if not agrees and not reason.strip():
        raise ParticipationError(_("Say why not: the others read it."))
    with transaction.atomic():
        row = _locked(merger.pk)
        consent = row.consents.filter(user=by).first()
        if consent is None:
            raise PermissionDenied(_("Only the makers of these proposals are asked."))
        if row.state != _ASKED:
            if consent.agrees == agrees:
                return row
            raise WrongMoment(_("This is not asked any more."))
        consent.agrees, consent.reason, consent.answered_at = agrees, reason.strip()[:1000], clock.now()
        consent.save(update_fields=["agrees", "reason", "answered_at"])
        audit.record(
            "participation.merger_answered", row, by=by, municipality=row.process.municipality, new={"agrees": agrees}
        )
        if not agrees:
            _end(row, MergerState.REFUSED, by=by)
            notifications.tell_merger_ended(row, by=by)
        else:
            _settle(row, by=by)
    return row


def cancel(*, merger: Merger, by: User) -> Merger:
    """Take the plan back before everybody agreed.

    Raises:
        WrongMoment: it is over.
        PermissionDenied: only the residents' chair and staff.
    """
    with transaction.atomic():
        row = _locked(merger.pk)
        _moves.need("participation.chair", by, row.process)
        if row.state != _ASKED:
            raise WrongMoment(_("This is not asked any more."))
        _end(row, MergerState.CANCELLED, by=by)
        notifications.tell_merger_ended(row, by=by)
    return row


# --- For the other services; the proposal is locked already ---------------------------------------------------------------


def end_for(proposal: Proposal, *, by: User | None) -> None:
    """The proposal stops: plans with it are taken back."""
    for row in _open_mergers(proposal).select_for_update(of=("self",)).order_by("pk"):
        _end(row, MergerState.CANCELLED, by=by)
        notifications.tell_merger_ended(row, by=by)


def ask_also(proposal: Proposal, user: User) -> None:
    """Somebody joined its makers: they are asked too."""
    for row in _open_mergers(proposal).select_for_update(of=("self",)).order_by("pk"):
        MergerConsent.objects.bulk_create([MergerConsent(merger=row, user=user)], ignore_conflicts=True)
        notifications.ask_makers(row, [user], by=None)


def left(proposal: Proposal, user: User) -> None:
    """Somebody left its makers: they are not asked any more, unless they make another of these proposals."""
    pending = list(_open_mergers(proposal).values_list("pk", flat=True))
    for pk in sorted(pending):
        row = _locked(pk)
        if row.state != _ASKED or Maker.objects.filter(user=user, proposal__in=_ids(row)).exists():
            continue
        row.consents.filter(user=user).delete()
        _settle(row, by=None)


def _open_mergers(proposal: Proposal) -> QuerySet[Merger]:
    mine = Merger.objects.filter(Q(target=proposal) | Q(sources=proposal), state=_ASKED).values("pk")
    return Merger.objects.filter(pk__in=mine).select_related("process__municipality")


def _ids(merger: Merger) -> list[int]:
    ids = list(merger.sources.values_list("pk", flat=True))
    return sorted([*ids, *([merger.target_id] if merger.target_id else [])])


def _locked_proposals(ids: Iterable[int]) -> list[Proposal]:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("process__municipality", "thread")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def _locked(merger_id: int) -> Merger:
    """The plan with its proposals locked before it: which those are never changes."""
    _locked_proposals(_ids(Merger.objects.get(pk=merger_id)))
    rows = Merger.objects.select_for_update(of=("self",)).select_related("process__municipality", "target")
    found: Merger = rows.get(pk=merger_id)
    return found


def _end(merger: Merger, new: str, *, by: User | None) -> None:
    MERGER_TRANSITIONS.move(merger, new)
    merger.ended_at = clock.now()
    merger.save(update_fields=["state", "ended_at", "result"])
    audit.record(f"participation.merger_{new}", merger, by=by, municipality=merger.process.municipality)


def _settle(merger: Merger, *, by: User | None) -> None:
    """Carry it out once nobody is left who did not agree. The proposals and the plan are locked."""
    if merger.consents.exclude(agrees=True).exists():
        return
    rows = _locked_proposals(_ids(merger))
    for row in rows:
        if row.state not in LIVING:
            raise WrongMoment(_("“%(title)s” stopped; it can't be merged.") % {"title": row.title})
        proposals.need_not_voted_on(row)
    sources = [row for row in rows if row.pk != merger.target_id]
    result = next((row for row in rows if row.pk == merger.target_id), None) or _new(merger, sources, by)
    people = Maker.objects.filter(proposal__in=sources).order_by("since", "pk")
    Maker.objects.bulk_create(
        [Maker(proposal=result, user_id=maker.user_id, is_public=maker.is_public) for maker in people],
        ignore_conflicts=True,
    )
    supporters = ProposalSupport.objects.filter(proposal__in=sources).values_list("user_id", flat=True).distinct()
    ProposalSupport.objects.bulk_create(
        [ProposalSupport(proposal=result, user_id=pk) for pk in sorted(set(supporters))],
        ignore_conflicts=True,
        batch_size=2000,
    )
    for row in sources:
        proposals.move(row, ProposalState.MERGED, by=by, verb="proposal_merged", merged_into=result)
        proposal_threads.close(row, by=by)
    proposal_threads.open_for(result, by=by)
    proposal_threads.refresh_hosts(result)
    for maker in result.makers.select_related("user"):
        forget_makers(maker.user)
    merger.result = result
    _end(merger, MergerState.DONE, by=by)
    notifications.tell_merger_ended(merger, by=by)


def _new(merger: Merger, sources: list[Proposal], by: User | None) -> Proposal:
    """The new proposal: handed in at once, to be checked anew. Its first maker is that of the oldest source."""
    first = sources[0]
    areas = {row.neighbourhood_id for row in sources}
    made = Proposal(
        process=merger.process,
        author=first.author,
        author_is_public=first.author_is_public,
        title=merger.title,
        summary=merger.summary,
        text=merger.text,
        cost_cents=merger.cost_cents,
        category=first.category,
        neighbourhood=first.neighbourhood if len(areas) == 1 else None,
        state=ProposalState.SUBMITTED,
        submitted_at=clock.now(),
    )
    _texts.clean(made)
    made.save(force_insert=True)
    proposals.keep_version(made)
    audit.record("participation.proposal_submitted", made, by=by, municipality=merger.process.municipality)
    return made
