"""A proposal in the hands of its makers: writing, handing in, changing, adapting, withdrawing, supporting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from foundation.core.uploads import check_image
from participation import notifications_proposals as notifications
from participation.enums import PhaseKind, ProcessState
from participation.enums_proposals import TRANSITIONS, ProposalState
from participation.errors import ParticipationError, WrongMoment
from participation.models import Maker, Process, Proposal, ProposalSupport, ProposalVersion
from participation.rules import forget_makers
from participation.services import _moves, _open, _texts, answers, proposal_threads

if TYPE_CHECKING:
    from foundation.accounts.models import User

TEXTS = ("title", "summary", "text", "cost_cents", "cost_text")  # what a version keeps
WRITABLE = frozenset([*TEXTS, "category", "co_makers", "neighbourhood", "place", "lon", "lat", "picture_alt"])
MOST_EACH = 20  # proposals of one person in one process
_S = ProposalState
SUPPORTED_IN = (PhaseKind.PROPOSALS, PhaseKind.FEASIBILITY, PhaseKind.DISCUSSION)


def create(
    *,
    process: Process,
    by: User,
    key: UUID | None = None,
    name_is_public: bool = True,
    picture: File[Any] | None = None,
    **fields: Any,
) -> Proposal:
    """Begin a proposal; only its makers see it until it is handed in. The same form sent twice makes one.

    Args:
        key: of the form.
        picture: an upload; drawn anew, so that it does not tell where it was taken.
        fields: of ``WRITABLE``; ``text`` is Markdown, ``cost_cents`` in cents or None.

    Raises:
        WrongMoment: no phase of proposals is open.
        ParticipationError: very many came from this person already.
        ValidationError: per field.
        PermissionDenied
    """
    _known(fields)
    _moves.need("participation.take_part", by, process)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        sent = Proposal.objects.filter(sent_key=key, makers__user=by) if key is not None else Proposal.objects.none()
        there: Proposal | None = sent.first()
        if there is not None:
            return there
        _open.need_one_of(row, PhaseKind.PROPOSALS)
        if Proposal.objects.filter(process=row, author=by).count() >= MOST_EACH:
            raise ParticipationError(_("You made %(most)d proposals here. Give others room too.") % {"most": MOST_EACH})
        proposal = Proposal(process=row, author=by, author_is_public=name_is_public, sent_key=key, **fields)
        if picture is not None:
            proposal.picture = check_image(picture)
        _texts.clean(proposal)
        proposal.save(force_insert=True)
        Maker.objects.create(proposal=proposal, user=by, is_public=name_is_public)
        forget_makers(by)
        audit.record("participation.proposal_begun", proposal, by=by, municipality=row.municipality)
    return proposal


def change(
    *,
    proposal: Proposal,
    by: User,
    version: int | None,
    picture: File[Any] | None = None,
    remove_picture: bool = False,
    **fields: Any,
) -> Proposal:
    """Change a proposal: as a draft, while proposals can be handed in, or when the municipality asked for it.

    Args:
        version: of the proposal when the form was opened.
        picture: another one; None leaves what is there, unless ``remove_picture``.

    Raises:
        Stale: somebody else of the makers saved in between.
        WrongMoment, PermissionDenied, ValidationError
    """
    _known(fields)
    with transaction.atomic():
        row = locked(proposal.pk)
        _moves.need("participation.make", by, row)
        need_changeable(row)
        _moves.same_version(row, version)
        changed = [name for name, value in fields.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, fields[name])
        old_picture = row.picture.name or ""
        if picture is not None:
            row.picture = check_image(picture)
            changed.append("picture")
        elif remove_picture and old_picture:
            row.picture, row.picture_alt = "", ""
            changed += ["picture", "picture_alt"]
        if not changed:
            return row
        row.version += 1
        row.changed_at = clock.now()
        _texts.clean(row)
        if row.submitted_at is not None:
            _need_whole(row)
        row.save(update_fields=[*dict.fromkeys(changed), "version", "changed_at"])
        if "picture" in changed and old_picture:
            transaction.on_commit(partial(row.picture.storage.delete, old_picture), robust=True)
        if row.submitted_at is not None:
            if set(changed) & set(TEXTS):
                keep_version(row)
            if "title" in changed:
                proposal_threads.rename(row, by=by)
        audit.record(
            "participation.proposal_changed",
            row,
            by=by,
            municipality=row.process.municipality,
            new={"fields": sorted(set(changed))},
        )
    return row


def submit(*, proposal: Proposal, by: User, version: int | None = None) -> Proposal:
    """Hand it in for the first time, or again after adapting it. A second press changes nothing.

    Raises:
        ParticipationError: title, summary or text is missing.
        Stale, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = locked(proposal.pk)
        _moves.need("participation.make", by, row)
        if row.state in (_S.SUBMITTED, _S.IN_CHECK):
            return row
        _moves.same_version(row, version)
        need_changeable(row)
        _need_whole(row)
        again = row.submitted_at is not None
        if again:
            move(row, _S.IN_CHECK, by=by, verb="proposal_adapted", adapt_by=None)
            notifications.tell_adapted(row)
            return row
        move(row, _S.SUBMITTED, by=by, verb="proposal_submitted", submitted_at=clock.now())
        keep_version(row)
        proposal_threads.open_for(row, by=by)
        ProposalSupport.objects.bulk_create(
            [ProposalSupport(proposal=row, user_id=pk) for pk in row.makers.values_list("user_id", flat=True)],
            ignore_conflicts=True,
        )
    row.refresh_from_db(fields=["supporters_total"])
    return row


def withdraw(*, proposal: Proposal, by: User, reason: str) -> Proposal:
    """Stop with it. The page stays, with the reason; plans to merge it end.

    Raises:
        ParticipationError: no reason.
        WrongMoment: it stopped already, or people are voting on it.
        PermissionDenied
    """
    if not reason.strip():
        raise ParticipationError(_("Say in a few words why you stop."))
    from participation.services import mergers  # it moves proposals through this module

    with transaction.atomic():
        row = locked(proposal.pk)
        _moves.need("participation.make", by, row)
        need_not_voted_on(row)
        mergers.end_for(row, by=by)
        move(row, _S.WITHDRAWN, by=by, verb="proposal_withdrawn", reason=reason.strip(), state_reason=reason.strip())
        proposal_threads.close(row, by=by)
    return row


def discard(*, proposal: Proposal, by: User) -> None:
    """Throw a draft away.

    Raises:
        WrongMoment: it was handed in already.
        PermissionDenied
    """
    with transaction.atomic():
        row = locked(proposal.pk)
        _moves.need("participation.make", by, row)
        if row.submitted_at is not None:
            raise WrongMoment(_("It was handed in already. You can withdraw it."))
        picture = row.picture.name
        audit.record("participation.proposal_discarded", row, by=by, municipality=row.process.municipality)
        row.delete()
        if picture:
            transaction.on_commit(partial(row.picture.storage.delete, picture), robust=True)


def support(*, proposal: Proposal, by: User) -> None:
    """Support it; often is once. No row in the audit trail: whom somebody supports is theirs.

    Raises:
        WrongMoment: it stopped, or no phase is open in which one can.
        PermissionDenied
    """
    _moves.need("participation.take_part", by, proposal.process)
    with transaction.atomic():
        # A merger takes this row too: support comes before it and is united, or after it and is refused.
        row = Proposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
        if not row.is_living:
            raise WrongMoment(_("You can't support this proposal any more."))
        _open.need_one_of(proposal.process, *SUPPORTED_IN)
        ProposalSupport.objects.bulk_create([ProposalSupport(proposal=row, user=by)], ignore_conflicts=True)


def take_back(*, proposal: Proposal, by: User) -> None:
    """Support it no longer.

    Raises:
        WrongMoment: the numbers stand: no phase is open in which one can support.
    """
    _open.need_one_of(proposal.process, *SUPPORTED_IN)
    with transaction.atomic():
        ProposalSupport.objects.filter(proposal=proposal, user=by).delete()


def hide(*, proposal: Proposal, by: User, reason: str) -> Proposal:
    """Take it off the site with its discussion.

    Raises:
        ParticipationError: no reason.
        PermissionDenied
    """
    with transaction.atomic():
        row = answers.hide(contribution=proposal, by=by, reason=reason)
        proposal_threads.set_public(row, by=by, public=False)
    return row


def show(*, proposal: Proposal, by: User, reason: str) -> Proposal:
    """Put it back with its discussion.

    Raises:
        ParticipationError: no reason.
        PermissionDenied
    """
    with transaction.atomic():
        row = answers.show(contribution=proposal, by=by, reason=reason)
        proposal_threads.set_public(row, by=by, public=True)
    return row


# --- Shared with the other services of proposals -------------------------------------------------------------------------


def locked(proposal_id: int) -> Proposal:
    """The proposal with its row locked until the end of the transaction."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("process__municipality")
    found: Proposal = rows.get(pk=proposal_id)
    return found


def need_changeable(proposal: Proposal) -> None:
    """Refuse makers who change their proposal at a moment that does not allow it.

    Raises:
        WrongMoment
    """
    if why := why_fixed(proposal):
        raise WrongMoment(why)


def why_fixed(proposal: Proposal) -> str:
    """Why its makers can't change it now, in words; "" when they can."""
    process = proposal.process
    if proposal.state == _S.IF_CHANGED:
        if process.state != ProcessState.PUBLISHED:
            return _("This process does not run now.")
        if proposal.adapt_by is not None and clock.today() > proposal.adapt_by:
            return _("The day until which you could change it has passed.")
        return ""
    if proposal.state in (_S.DRAFT, _S.SUBMITTED):
        try:
            _open.need_one_of(process, PhaseKind.PROPOSALS)
        except WrongMoment as error:
            return str(error)
        return ""
    if proposal.state in (_S.WITHDRAWN, _S.MERGED):
        return _("This proposal stopped; it stays as it is.")
    return _("The municipality works with the proposal as it is now. It asks you when something has to change.")


def need_not_voted_on(proposal: Proposal) -> None:
    """Refuse what would take a proposal away from a paper that people vote with.

    Raises:
        WrongMoment
    """
    if proposal.votes.exclude(vote__ballot__state__in=["draft", "cancelled"]).exists():
        raise WrongMoment(_("This proposal stands in a vote. It stays as it is."))


def move(proposal: Proposal, new: str, *, by: Any, verb: str, reason: str = "", **fields: Any) -> None:
    """Change the state of a locked proposal; the only road.

    Raises:
        WrongMoment: the table of states does not allow it; somebody may have been first.
    """
    try:
        old = TRANSITIONS.move(proposal, new)
    except IllegalMove as error:
        raise WrongMoment(
            _("This can't be done now: the proposal is “%(state)s”.") % {"state": proposal.get_state_display()}
        ) from error
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.changed_at = clock.now()
    proposal.version += 1
    proposal.save(update_fields=["state", "changed_at", "version", *fields])
    audit.record(
        f"participation.{verb}",
        proposal,
        by=by,
        municipality=proposal.process.municipality,
        reason=reason,
        old={"state": old},
        new={"state": proposal.state},
    )


def keep_version(proposal: Proposal) -> None:
    """What it says now, for the history."""
    last = proposal.versions.first()
    ProposalVersion.objects.create(
        proposal=proposal,
        number=last.number + 1 if last else 1,
        at=clock.now(),
        **{name: getattr(proposal, name) for name in TEXTS},
    )


def _need_whole(proposal: Proposal) -> None:
    if not (proposal.title.strip() and proposal.summary.strip() and proposal.text.strip()):
        raise ParticipationError(_("A proposal needs a title, a short summary and a text before you can hand it in."))


def _known(fields: dict[str, Any]) -> None:
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"makers do not write {sorted(unknown)}")
