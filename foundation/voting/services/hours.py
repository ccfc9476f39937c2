"""Heads of the hour: what the log is at each whole hour, signed, for people outside who want to hold on to it.

A head of the hour adds nothing to the log: it names the last head of a batch. So it can be given every hour, also when too few
votes wait to be mixed (then it says what the hour before said), and it tells no more than the list of heads, which everybody
can ask for at any moment. Observers get a mail at the first hour (with the fingerprint of the rules and the key) and whenever
the log has grown since the last one; an hour without news is signed and published, and mailed to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit
from foundation.voting import notifications, public_log
from foundation.voting.enums import BallotState
from foundation.voting.errors import VotingError, WrongMoment
from foundation.voting.models import Ballot, HourHead, LogHead, Observer
from foundation.voting.services import mixing
from foundation.voting.services._locks import locked, need
from foundation.voting.services.public_log import key_of

MOST_OBSERVERS = 50
_DONE = (BallotState.PUBLISHED, BallotState.CANCELLED)


def sign_hour(*, ballot_id: int, now: datetime) -> HourHead | None:
    """Mix what may be mixed, sign what the log is at this hour, and mail it to the observers if that is news.

    Returns None when this hour is signed already, when the ballot is not open (any more), or keeps no log.
    """
    mixing.empty_inlet(ballot_id=ballot_id)
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic(), connection.cursor() as cursor:
        # With this lock no batch is added meanwhile, and closing waits: the count signs the list of hours.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [mixing.LOCK, ballot_id])
        cursor.execute("SELECT 1 FROM voting_ballot WHERE id = %s AND state = 'open' FOR SHARE", [ballot_id])
        if cursor.fetchone() is None:
            return None
        ballot = Ballot.objects.select_related("municipality").get(pk=ballot_id)
        before = HourHead.objects.filter(ballot=ballot).order_by("-hour").first()
        if "log" not in ballot.frozen or (before is not None and before.hour >= hour):
            return None
        last = LogHead.objects.filter(ballot=ballot).order_by("-number").first()
        made = HourHead(
            ballot=ballot,
            hour=hour,
            number=last.number if last else 0,
            size=last.size if last else 0,
            root=last.root if last else public_log.EMPTY_ROOT,
            head=last.name if last else public_log.NOTHING_BEFORE,
        )
        message = public_log.hour_message(
            rules_sha256=ballot.rules_sha256,
            hour=hour,
            number=made.number,
            size=made.size,
            root=made.root,
            head=made.head,
        )
        made.signature = public_log.sign(key_of(ballot_id), message).hex()
        made.save(force_insert=True)
        if before is None or made.number != before.number:
            notifications.tell_observers(ballot, made)
    return made


def set_observers(*, ballot: Ballot, addresses: Iterable[str], by: User) -> list[str]:
    """Let exactly these addresses get the heads of the hour; returns them, in small letters and sorted.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        ValidationError: one of them is no address; the message names it.
        VotingError: there are too many.
        WrongMoment: the vote is over.
    """
    need("voting.manage_ballots", by, ballot.municipality)
    wanted = sorted({address.strip().lower() for address in addresses if address.strip()})
    if len(wanted) > MOST_OBSERVERS:
        raise VotingError(_("At most %(n)d addresses can follow a vote.") % {"n": MOST_OBSERVERS})
    for address in wanted:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError(_("“%(address)s” is no e-mail address.") % {"address": address}) from error
    with transaction.atomic():
        ballot = locked(ballot.pk)
        if ballot.state in _DONE:
            raise WrongMoment(_("The vote is over: there are no heads any more to send."))
        known = set(Observer.objects.filter(ballot=ballot).values_list("email", flat=True))
        Observer.objects.filter(ballot=ballot).exclude(email__in=wanted).delete()
        Observer.objects.bulk_create(
            Observer(ballot=ballot, email=address) for address in wanted if address not in known
        )
        if known != set(wanted):
            # Numbers only: the audit trail stays, the addresses go when the result is published.
            audit.record(
                "voting.observers_set", ballot, by=by, old={"observers": len(known)}, new={"observers": len(wanted)}
            )
    return wanted
