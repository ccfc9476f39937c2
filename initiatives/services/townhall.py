"""Inside the town hall: views of sectors, shared risks, one step up, notes. Nothing of it becomes public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.enums import RoleKind
from foundation.municipalities.models import Role, Sector
from initiatives import notifications_inside as notifications
from initiatives.enums import EscalatedTo, RiskState, Stance
from initiatives.errors import InitiativeError
from initiatives.models import Escalation, Initiative, InternalNote, Risk, SectorView
from initiatives.services._moves import need, same_version

REMIND_DAYS = 2


def ask_sectors(
    *, initiative: Initiative, sectors: Iterable[Sector], answer_by: date, by: User, question: str = ""
) -> list[SectorView]:
    """Ask sectors for their view before a day; one that was asked already keeps its first question.

    Returns:
        the views that are new.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        InitiativeError: a day that is past, no sector, or a sector of another municipality.
    """
    need("initiatives.handle", by, initiative.municipality)
    chosen = list(sectors)
    if not chosen:
        raise InitiativeError(_("Choose at least one sector."))
    if any(sector.municipality_id != initiative.municipality_id for sector in chosen):
        raise InitiativeError(_("Choose sectors of your own municipality."))
    today = clock.today()
    if answer_by < today:
        raise InitiativeError(_("This day is past. Choose a day to come."))
    with transaction.atomic():
        Initiative.objects.select_for_update(of=("self",)).get(pk=initiative.pk)
        asked = set(initiative.sector_views.values_list("sector_id", flat=True))
        new = [
            SectorView.objects.create(
                initiative=initiative,
                sector=sector,
                question=question,
                asked_on=today,
                answer_by=answer_by,
                asked_by=by,
            )
            for sector in chosen
            if sector.pk not in asked
        ]
        for view in new:
            audit.record(
                "initiatives.sector_asked", initiative, by=by, new={"sector": view.sector.name, "answer_by": answer_by}
            )
            notifications.tell_sector(view, by=by)
    return new


def may_answer(user: User, view: SectorView) -> bool:
    """Whether somebody may speak for a sector: who has a role in it, and administrators."""
    municipality = view.initiative.municipality
    if user.has_perm("municipalities.manage", municipality):
        return True
    return Role.objects.for_municipality(municipality).filter(user=user, sector=view.sector_id).exists()


def answer(
    *,
    view: SectorView,
    stance: str,
    by: User,
    text: str = "",
    condition: str = "",
    benefit: str = "",
    risk: str = "",
    version: int | None = None,
) -> SectorView:
    """Give or change the view of a sector.

    Raises:
        PermissionDenied: ``by`` does not belong to the sector.
        ValidationError: an objection without the condition under which it falls.
        Stale: a colleague answered in the meantime.
    """
    if not may_answer(by, view):
        raise PermissionDenied(_("Only people of this sector give its view."))
    with transaction.atomic():
        row = SectorView.objects.select_for_update(of=("self",)).select_related("initiative", "sector").get(pk=view.pk)
        same_version(row, version)
        old = row.stance
        row.stance, row.text, row.benefit, row.risk = Stance(stance), text, benefit, risk
        row.condition = "" if stance == Stance.SUPPORT else condition
        row.answered_on, row.answered_by = clock.today(), by
        row.version += 1
        row.full_clean()
        row.save()
        # The audit trail says that the sector answered and how; the words stay in the view.
        audit.record(
            "initiatives.sector_answered",
            row.initiative,
            by=by,
            old={"sector": row.sector.name, "stance": old},
            new={"sector": row.sector.name, "stance": row.stance},
        )
        notifications.tell_view_given(row, by=by)
    return row


def save_risk(
    *,
    initiative: Initiative,
    by: User,
    title: str,
    likelihood: int,
    impact: int,
    owners: Iterable[Sector],
    measure: str = "",
    state: str = RiskState.OPEN,
    risk: Risk | None = None,
    version: int | None = None,
) -> Risk:
    """Put a risk in the register or change it. It always has somebody who carries it, and may have several.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        InitiativeError: nobody carries it, or a sector of another municipality.
        ValidationError: numbers outside 1 to 5, covered without a measure.
        Stale: a colleague changed it in the meantime.
    """
    need("initiatives.handle", by, initiative.municipality)
    carriers = list(owners)
    if not carriers:
        raise InitiativeError(_("Choose who carries this risk: one sector or more."))
    if any(sector.municipality_id != initiative.municipality_id for sector in carriers):
        raise InitiativeError(_("Choose sectors of your own municipality."))
    with transaction.atomic():
        row = Risk(initiative=initiative)
        if risk is not None:
            row = Risk.objects.select_for_update().get(pk=risk.pk, initiative=initiative)
            same_version(row, version)
            row.version += 1
        row.title, row.likelihood, row.impact = title, likelihood, impact
        row.measure, row.state = measure, RiskState(state)
        row.full_clean()
        row.save()
        row.owners.set(carriers)
        audit.record(
            "initiatives.risk_saved",
            initiative,
            by=by,
            new={"risk": title, "state": row.state, "owners": sorted(sector.name for sector in carriers)},
        )
    return row


def escalate(*, initiative: Initiative, to: str, recipient: User, question: str, by: User) -> Escalation:
    """Lay a knot before a director or alderman: one step, no form in between.

    Raises:
        PermissionDenied: ``by`` handles no initiatives here.
        InitiativeError: no question, or the person has no role here that fits.
    """
    need("initiatives.handle", by, initiative.municipality)
    if not question.strip():
        raise InitiativeError(_("Write down what they must decide."))
    if recipient not in recipients(initiative, to):
        raise InitiativeError(_("This person can't be asked: choose somebody from the list."))
    with transaction.atomic():
        made = Escalation.objects.create(
            initiative=initiative, to=to, recipient=recipient, question=question.strip(), asked_by=by
        )
        audit.record("initiatives.escalated", initiative, by=by, new={"to": to, "recipient": str(recipient)})
        notifications.tell_escalated(made)
    return made


def recipients(initiative: Initiative, to: str) -> list[User]:
    """Who can be asked: aldermen for the alderman, everybody who works here for the director."""
    kinds = (
        [RoleKind.ALDERMAN]
        if to == EscalatedTo.ALDERMAN
        else [RoleKind.ADMINISTRATOR, RoleKind.CIVIL_SERVANT, RoleKind.AMBASSADOR]
    )
    found = User.objects.filter(
        roles__municipality=initiative.municipality_id, roles__kind__in=kinds, is_active=True, erased_at=None
    )
    return list(found.distinct().order_by("name", "email"))


def answer_escalation(*, escalation: Escalation, answer: str, by: User) -> Escalation:
    """What the director or alderman says; once.

    Raises:
        PermissionDenied: it was not laid before ``by``.
        InitiativeError: no answer, or it was answered.
    """
    if escalation.recipient_id != by.pk:
        raise PermissionDenied(_("This question was asked to somebody else."))
    if not answer.strip():
        raise InitiativeError(_("Write down your answer."))
    with transaction.atomic():
        row = Escalation.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=escalation.pk)
        if row.answered_at is not None:
            raise InitiativeError(_("You have answered this already."))
        row.answer, row.answered_at = answer.strip(), clock.now()
        row.save(update_fields=["answer", "answered_at"])
        audit.record("initiatives.escalation_answered", row.initiative, by=by, new={"to": row.to})
        notifications.tell_escalation_answered(row)
    return row


def add_note(*, initiative: Initiative, text: str, by: User) -> InternalNote:
    """Write something down for colleagues.

    Raises:
        PermissionDenied: ``by`` does not work here.
        InitiativeError: nothing was written.
    """
    need("initiatives.see_work", by, initiative.municipality)
    if not text.strip():
        raise InitiativeError(_("Write something first."))
    return InternalNote.objects.create(initiative=initiative, text=text.strip(), by=by)


def remind(*, today: date | None = None) -> int:
    """Remind sectors that have not answered, once before the day and once after it; called by beat.

    Returns:
        how many messages are new.
    """
    today = today or clock.today()
    late = today - timedelta(days=14)
    waiting = SectorView.objects.filter(
        stance="", answer_by__range=(late, today + timedelta(days=REMIND_DAYS)), initiative__decided_at=None
    )
    told = 0
    for pk in waiting.values_list("pk", flat=True):
        with transaction.atomic():
            view = (
                SectorView.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("initiative__municipality", "initiative__handler", "sector")
                .filter(pk=pk, stance="")
                .first()
            )
            if view is not None:
                told += notifications.remind_sector(view, late=today > view.answer_by)
    return told
