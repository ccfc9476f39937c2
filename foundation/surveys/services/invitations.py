"""Inviting and reminding. Lists are written at once; messages go out in batches by a worker, each exactly once.

A mailing walks over the invitations by number. Each batch is one transaction: take the mailing (``skip_locked``), write the
messages (unique per person, kind and moment), move on. A killed worker leaves nothing behind, and the next goes on.
Who has answered is looked up inside the task, and told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.surveys import hosts, notifications
from foundation.surveys.enums import Audience, MailingKind, MailingState, Phase, SurveyState
from foundation.surveys.errors import SurveyError, WrongMoment
from foundation.surveys.models import Invitation, Mailing, Survey
from foundation.surveys.services._locks import locked, need

if TYPE_CHECKING:
    from foundation.surveys.hosts import People

BATCH = 100
MOST = 50_000
MOST_REMINDERS = 3


@transaction.atomic
def invite(*, survey: Survey, audience: str, by: User, users: Iterable[User] = (), emails: Iterable[str] = ()) -> int:
    """Put people on the list; they get their personal link when the survey opens, or within a minute when it is open.

    Who is on the list already (by account, or by address) is passed over. Addresses of accounts are tied to the account.

    Args:
        audience: as which they answer; not ``anyone``.
        emails: valid addresses, in any case of letters.

    Returns:
        how many are new.

    Raises:
        PermissionDenied: ``by`` may not manage it.
        ValidationError: something is no address.
        SurveyError: the survey is over, or does not have this audience.
    """
    row = locked(survey.pk)
    need(row, by)
    now = clock.now()
    if row.phase(now) not in (Phase.DRAFT, Phase.PLANNED, Phase.OPEN):
        raise WrongMoment(_("This survey is over."))
    if audience == Audience.ANYONE or audience not in row.audiences:
        raise SurveyError(_("This survey is not for that group."))
    people = {user.pk: user for user in users if user.is_active and user.erased_at is None}
    addresses = {address.strip().lower() for address in emails}
    for address in addresses:
        validate_email(address)
    known = User.objects.filter(email__in=addresses, is_active=True, erased_at=None)
    for user in known:
        people[user.pk] = user
    addresses -= {user.email.lower() for user in people.values()}
    before = row.invitations.count()
    if before + len(people) + len(addresses) > MOST:
        raise SurveyError(_("A survey has at most %(most)d invitations.") % {"most": MOST})
    rows = [Invitation(survey=row, audience=audience, user=user) for user in people.values()]
    rows += [Invitation(survey=row, audience=audience, email=address) for address in sorted(addresses)]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    new = row.invitations.count() - before
    if new:
        audit.record("surveys.people_invited", row, by=by, new={"number": new, "audience": audience})
        if row.state == SurveyState.PUBLISHED:
            _plan_invitations(row, now, by)
    return new


def invite_members(*, survey: Survey, audience: str, by: User) -> int:
    """Invite everybody whom the upper app counts as this audience; how many are new. Raises as ``invite``."""
    people: People = hosts.of(survey).members(survey, audience)
    return invite(survey=survey, audience=audience, by=by, users=people.users, emails=people.emails)


@transaction.atomic
def plan_reminder(*, survey: Survey, due_at: datetime, by: User) -> Mailing:
    """Plan a reminder to those who have not answered by then.

    Raises:
        SurveyError: the moment lies outside the survey, or there are enough reminders.
    """
    row = locked(survey.pk)
    need(row, by)
    now = clock.now()
    if row.phase(now) not in (Phase.PLANNED, Phase.OPEN):
        raise WrongMoment(_("Reminders can be planned once the survey is published, until it closes."))
    assert row.opens_at is not None
    assert row.closes_at is not None
    if due_at < now:
        raise SurveyError(_("This moment lies in the past."))
    if not row.opens_at <= due_at < row.closes_at:
        raise SurveyError(_("Choose a moment between opening and closing of the survey."))
    standing = row.mailings.filter(kind=MailingKind.REMINDER).exclude(state=MailingState.WITHDRAWN).count()
    if standing >= MOST_REMINDERS:
        raise SurveyError(_("A survey has at most %(most)d reminders.") % {"most": MOST_REMINDERS})
    made = Mailing.objects.create(survey=row, kind=MailingKind.REMINDER, due_at=due_at, made_by=by)
    audit.record("surveys.reminder_planned", row, by=by, new={"due_at": due_at})
    return made


@transaction.atomic
def withdraw(*, mailing: Mailing, by: User) -> None:
    """Take away a mailing that has not begun.

    Raises:
        WrongMoment: it has begun, or is over.
    """
    row = locked(mailing.survey_id)
    need(row, by)
    held = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if held.state != MailingState.PLANNED or held.done:
        raise WrongMoment(_("This has been sent or taken away already."))
    held.state = MailingState.WITHDRAWN
    held.save(update_fields=["state"])
    audit.record("surveys.mailing_withdrawn", row, by=by, old={"due_at": held.due_at})


def due(now: datetime) -> list[int]:
    """Ids of mailings whose moment has come."""
    return list(Mailing.objects.due(now).values_list("pk", flat=True))


def send_batch(*, mailing_id: int, now: datetime) -> bool:
    """Write the next batch of messages; whether there is more to do in this mailing (by us)."""
    with transaction.atomic():
        mailing = (
            Mailing.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=mailing_id, state=MailingState.PLANNED, due_at__lte=now)
            .select_related("survey__municipality")
            .first()
        )
        if mailing is None:
            return False
        survey = mailing.survey
        if not survey.takes_answers(now):
            if survey.phase(now) == Phase.PLANNED:
                return False  # its opening was moved
            mailing.state = MailingState.WITHDRAWN
            mailing.save(update_fields=["state"])
            return False
        if not mailing.total:
            mailing.total = survey.invitations.count()
        waiting = survey.invitations.filter(pk__gt=mailing.after).select_related("user").order_by("pk")
        batch = list(waiting[:BATCH])
        is_reminder = mailing.kind == MailingKind.REMINDER
        kind = notifications.REMINDED if is_reminder else notifications.INVITED
        moment = f"reminder-{mailing.pk}" if is_reminder else "invitation"
        for invitation in batch:
            if not invitation.has_answered:
                notifications.tell(invitation, mailing, kind, moment)
        mailing.done += len(batch)
        if batch:
            mailing.after = batch[-1].pk
        if len(batch) < BATCH:
            mailing.state = MailingState.DONE
            mailing.done = mailing.total = max(mailing.done, mailing.total)
        mailing.save(update_fields=["state", "after", "total", "done"])
        if mailing.state == MailingState.DONE and is_reminder:
            audit.record("surveys.reminder_sent", survey, by=None)
        return mailing.state == MailingState.PLANNED


def _plan_invitations(survey: Survey, now: datetime, by: User) -> None:
    """A mailing for the new ones: those after the last that a mailing has dealt with, or is going to."""
    assert survey.opens_at is not None
    mailings = survey.mailings.select_for_update().filter(kind=MailingKind.INVITATION)
    if mailings.filter(state=MailingState.PLANNED).exists():
        mailings.filter(state=MailingState.PLANNED).update(total=0)  # it comes by the new ones, and counts again
        return
    last = mailings.filter(state=MailingState.DONE).order_by("-after").first()
    after = last.after if last else 0
    Mailing.objects.create(
        survey=survey,
        kind=MailingKind.INVITATION,
        due_at=max(now, survey.opens_at),
        after=after,
        total=survey.invitations.filter(pk__gt=after).count(),
        made_by=by,
    )
