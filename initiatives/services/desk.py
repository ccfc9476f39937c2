"""What the town hall does with an initiative: take it up, ask, extend, send on, decide, look again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.core.terms import objection_deadline
from foundation.municipalities.enums import STAFF_ROLES
from foundation.municipalities.models import Municipality, Role, Sector
from initiatives import notifications
from initiatives.enums import UNDECIDED, CompetentBody, InitiativeState, Outcome
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Decision, Initiative
from initiatives.queries.terms import weeks_left
from initiatives.services import _moves, letters, terms

OBJECTION_WEEKS = 6  # Awb 7:10: six weeks to decide on an objection, without a committee
LATEST_TOLD_DAYS = 31  # a decision that is told later than this was mistyped


def assign(
    *, municipality: Municipality, ids: Iterable[int], handler: User | None, by: User, sector: Sector | None = None
) -> int:
    """Give initiatives a contact at the town hall, and where wished a sector. None takes the contact away.

    Returns:
        how many changed.

    Raises:
        PermissionDenied: ``by`` does no initiatives here.
        InitiativeError: the handler does not work here, or the sector is another municipality's.
    """
    _moves.need("initiatives.handle", by, municipality)
    if handler is not None and not _works_at(handler, municipality):
        raise InitiativeError(_("%(name)s does not work at this municipality.") % {"name": handler})
    if sector is not None and sector.municipality_id != municipality.pk:
        raise InitiativeError(_("Choose a sector of your own municipality."))
    changed = 0
    with transaction.atomic():
        rows = Initiative.objects.for_municipality(municipality).exclude(submitted_at=None).filter(pk__in=list(ids))
        for initiative in rows.select_for_update(of=("self",)).select_related("handler", "municipality").order_by("pk"):
            new_sector = sector if sector is not None else initiative.sector
            if initiative.handler == handler and initiative.sector == new_sector:
                continue
            old = initiative.handler
            initiative.handler, initiative.sector = handler, new_sector
            initiative.save(update_fields=["handler", "sector"])
            audit.record(
                "initiatives.assigned",
                initiative,
                by=by,
                old={"handler": str(old) if old else "–"},
                new={"handler": str(handler) if handler else "–"},
            )
            if handler is not None and handler != old:
                notifications.tell_assigned(initiative, by=by)
            changed += 1
    return changed


def release_contacts() -> int:
    """Take the contact away where that person does not work here any more, so that it is found among those without one.

    Called by beat, before the warnings: those then go to people who can do something.

    Returns:
        how many initiatives.
    """
    works = Role.objects.filter(municipality=OuterRef("municipality"), user=OuterRef("handler"), kind__in=STAFF_ROLES)
    gone = ~Exists(works) | Q(handler__is_active=False) | Q(handler__erased_at__isnull=False)
    left = Initiative.objects.filter(gone, handler__isnull=False).exclude(
        state__in=[InitiativeState.EVALUATED, InitiativeState.WITHDRAWN]
    )
    with transaction.atomic():
        rows = list(left.select_for_update(of=("self",), skip_locked=True).select_related("handler", "municipality"))
        for initiative in rows:
            old, initiative.handler = initiative.handler, None
            initiative.save(update_fields=["handler"])
            audit.record("initiatives.assigned", initiative, by=None, old={"handler": str(old)}, new={"handler": "–"})
    return len(rows)


def take_up(*, initiative: Initiative, by: User, version: int | None = None) -> Initiative:
    """It is complete: assess it. An initiative that waited for additions goes on from today.

    Raises:
        PermissionDenied, WrongMoment, Stale
    """
    with transaction.atomic():
        row = _opened(initiative, version)
        waited = row.state == InitiativeState.INCOMPLETE
        entry = _moves.move(row, "take_up", by=by)
        if waited:
            terms.resume(row, day=clock.today(), by=by)
        _take(row, by)
        notifications.tell_team(row, entry, by=by)
    return row


def ask_additions(
    *, initiative: Initiative, reason: str, until: date, by: User, version: int | None = None
) -> Initiative:
    """Ask what is missing; the term stands still (Awb 4:5, 4:15).

    Args:
        reason: what is missing, in words for the initiators; everybody may read it.
        until: the last day for the additions, after today.

    Raises:
        InitiativeError: no reason, or a day that is past.
        PermissionDenied, WrongMoment, Stale
    """
    today = clock.today()
    if not reason.strip():
        raise InitiativeError(_("Write down what is missing."))
    if until <= today:
        raise InitiativeError(_("Give them at least until tomorrow."))
    with transaction.atomic():
        row = _opened(initiative, version)
        entry = _moves.move(row, "ask_additions", by=by, reason=reason, facts={"until": until.isoformat()})
        terms.suspend(row, day=today, until=until, reason=reason, by=by)
        letters.additions(row, reason=reason, until=until, day=today, by=by)
        _take(row, by)
        notifications.tell_team(row, entry, by=by)
    return row


def extend(*, initiative: Initiative, weeks: int, reason: str, by: User, version: int | None = None) -> Initiative:
    """Take more time to decide, told within the term (Awb 4:14), at most what the by-law allows in all.

    Raises:
        InitiativeError: too late, too long, or no reason.
        WrongMoment: nothing is being decided.
        PermissionDenied, Stale
    """
    _moves.need("initiatives.handle", by, initiative.municipality)
    if not reason.strip():
        raise InitiativeError(_("Write down why you need more time."))
    today = clock.today()
    with transaction.atomic():
        row = _opened(initiative, version)
        if row.state not in (InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT):
            raise WrongMoment(_("There is nothing to extend: no decision is waited for."))
        left = weeks_left(row)
        if not 1 <= weeks <= left:
            raise InitiativeError(
                _("You can extend by %(weeks)s weeks at most.") % {"weeks": left}
                if left
                else _("The term has been extended as far as the by-law allows.")
            )
        terms.extend(row, day=today, weeks=weeks, reason=reason, by=by)
        due = row.due_on
        if due is None:  # pragma: no cover - a running term has an end
            raise AssertionError("an extended term runs")
        _touch(row)
        entry = _moves.note(
            row, "extended", by_municipality=True, reason=reason, facts={"until": due.isoformat(), "weeks": weeks}
        )
        audit.record("initiatives.extended", row, by=by, reason=reason, new={"weeks": weeks, "until": due})
        letters.extension(row, reason=reason, due=due, day=today, by=by)
        notifications.tell_team(row, entry, by=by)
    return row


def forward(*, initiative: Initiative, body: str, reason: str, by: User, version: int | None = None) -> Initiative:
    """Say that another body decides: the executive receives every request and sends it on.

    Raises:
        InitiativeError: that body has it already.
        WrongMoment, PermissionDenied, Stale
    """
    _moves.need("initiatives.handle", by, initiative.municipality)
    with transaction.atomic():
        row = _opened(initiative, version)
        if row.state not in UNDECIDED:
            raise WrongMoment(_("There is nothing to send on: no decision is waited for."))
        if row.competent_body == body:
            raise InitiativeError(_("It is already there."))
        old, row.competent_body = row.competent_body, CompetentBody(body)
        row.save(update_fields=["competent_body"])
        _touch(row)
        entry = _moves.note(row, "forwarded", by_municipality=True, reason=reason, facts={"body": row.competent_body})
        audit.record(
            "initiatives.forwarded", row, by=by, reason=reason, old={"body": old}, new={"body": row.competent_body}
        )
        letters.forwarded(row, reason=reason, day=clock.today(), by=by)
        notifications.tell_team(row, entry, by=by)
    return row


def decide(
    *,
    initiative: Initiative,
    outcome: str,
    reasons: str,
    by: User,
    decided_on: date,
    notified_on: date,
    conditions: str = "",
    grounds: Iterable[dict[str, str]] = (),
    version: int | None = None,
) -> Decision:
    """Record the decision of the competent body, with reasons (Awb 3:46) and how to object (Awb 3:45).

    Args:
        outcome: one of ``Outcome``; "not treated" only where additions were asked and the time for them is over (Awb 4:5).
        notified_on: the day the initiators are told; the term to object begins the day after (Awb 6:8).
        grounds: of the by-law, where it was refused: ``{"kind": "shall" or "may", "text": ...}``.

    Raises:
        InitiativeError: a day in the future, not treated while the initiators still have time, or ``by`` is in the team.
        ValidationError: no reasons, or conditions missing.
        WrongMoment: somebody else decided first, or it is not at the point of deciding.
        PermissionDenied, Stale
    """
    today = clock.today()
    if decided_on > today:
        raise InitiativeError(_("The decision lies in the future. Record it once it has been taken."))
    if notified_on < decided_on or (notified_on - today).days > LATEST_TOLD_DAYS:
        raise InitiativeError(_("A decision is told on the day it is taken or within a month."))
    agreed = outcome in (Outcome.AGREED, Outcome.AGREED_PARTLY)
    with transaction.atomic():
        row = _opened(initiative, version)
        _moves.need("initiatives.decide", by, row.municipality)
        if by.has_perm("initiatives.edit", row):
            # Awb 2:4: who has a stake in a decision keeps out of it.
            raise InitiativeError(
                _("Nobody decides about a plan of their own team. Let a colleague record the decision.")
            )
        if outcome == Outcome.NOT_TREATED:
            _may_leave_untreated(row, today)
        elif row.state == InitiativeState.INCOMPLETE:
            raise WrongMoment(_("The initiators still have to add something. Take it up first, or don't treat it."))
        taken = Decision(
            initiative=row,
            outcome=outcome,
            body=row.competent_body,
            decided_on=decided_on,
            notified_on=notified_on,
            reasons=reasons.strip(),
            conditions=conditions.strip() if outcome == Outcome.AGREED_PARTLY else "",
            grounds=[] if agreed else list(grounds),
            objection_until=objection_deadline(notified_on),
            by=by,
        )
        taken.full_clean()
        entry = _moves.move(
            row,
            "agree" if agreed else "refuse",
            by=by,
            reason=taken.reasons,
            facts={"outcome": outcome, "body": taken.body, "object_until": taken.objection_until.isoformat()},
            decided_at=clock.now(),
        )
        taken.save(force_insert=True)
        terms.end(row)
        letters.decision(row, taken, by=by)
        notifications.tell_team(row, entry, by=by)
    return taken


def reconsider(*, initiative: Initiative, reason: str, by: User, version: int | None = None) -> Initiative:
    """Take a refusal up again, after an objection or because the facts changed (Awb 7:11, 4:6). A new term begins.

    Raises:
        InitiativeError: no reason.
        WrongMoment, PermissionDenied, Stale
    """
    if not reason.strip():
        raise InitiativeError(_("Write down why you look at it again."))
    today = clock.today()
    with transaction.atomic():
        row = _opened(initiative, version)
        entry = _moves.move(row, "reconsider", by=by, reason=reason, decided_at=None)
        terms.start(row, day=today, weeks=OBJECTION_WEEKS, by=by)
        letters.reconsidered(row, reason=reason, due=row.due_on, day=today, by=by)
        notifications.tell_team(row, entry, by=by)
    return row


def _may_leave_untreated(row: Initiative, today: date) -> None:
    if row.state != InitiativeState.INCOMPLETE:
        raise WrongMoment(_("First ask for what is missing: only after that a plan can be left untreated."))
    if row.answer_by is None or today <= row.answer_by:
        raise InitiativeError(_("The initiators still have time to send their additions."))


def _opened(initiative: Initiative, version: int | None) -> Initiative:
    row = _moves.locked(initiative.pk)
    _moves.same_version(row, version)
    return row


def _touch(row: Initiative) -> None:
    """Let who has an older page open know that something changed."""
    row.version += 1
    row.changed_at = clock.now()
    row.save(update_fields=["version", "changed_at"])


def _take(row: Initiative, by: User) -> None:
    """Whoever takes the first step becomes the contact, so that nobody has to guess whom to ask."""
    if row.handler_id is None and _works_at(by, row.municipality):
        row.handler = by
        row.save(update_fields=["handler"])


def _works_at(user: User, municipality: Municipality) -> bool:
    return Role.objects.for_municipality(municipality).filter(user=user, kind__in=STAFF_ROLES).exists()
