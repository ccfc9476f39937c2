"""Asking for advice, giving it, and saying what was done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from learning_network import notifications_advice as notifications
from learning_network import visibility
from learning_network.enums import AdviceOutcome, SharedState
from learning_network.errors import NetworkError, WrongMoment
from learning_network.models import Advice, AdviceRequest, AdviceThanks
from learning_network.services import _moves, circles
from learning_network.services.voices import need_not_wider, voice

if TYPE_CHECKING:
    from datetime import date

    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

WRITABLE = frozenset(["title", "theme", "situation", "tried", "wants", "until", "visibility"])
# After this time without a word about it, the asker is asked what was done with the advice.
UNUSED_AFTER = timedelta(days=14)
# Nobody is reminded of a question whose day is longer ago than this.
REMINDED_UNTIL = timedelta(days=180)


def ask(
    *,
    by: User,
    programme: Programme | None = None,
    municipality: OfficialMunicipality | None = None,
    **fields: Any,
) -> AdviceRequest:
    """Ask the others for advice, for one's municipality in a programme or as a member of the network; they hear of it.

    Args:
        programme, municipality: a place where ``by`` can write for (``queries.places``).
        fields: any of ``WRITABLE``.

    Raises:
        ValidationError
        PermissionDenied: not their place.
    """
    circles.need_place(by=by, programme=programme, municipality=municipality)
    with transaction.atomic():
        row = AdviceRequest(programme=programme, municipality=municipality, author=by, created_at=clock.now(), **fields)
        _need_future(row.until)
        row.full_clean(exclude=["author", "search"])
        row.save()
        audit.record("learning_network.advice_asked", row, by=by, new={"visibility": row.visibility})
        return share(request=row, by=by)


def share(*, request: AdviceRequest, by: User) -> AdviceRequest:
    """Put a question that is new, or was taken back, before its readers; they hear of it once.

    Raises:
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = circles.share(item=request, visibility=request.visibility, by=by)
        notifications.tell_asked(row)
    return row


def change(*, request: AdviceRequest, by: User, version: int | None = None, **fields: Any) -> AdviceRequest:
    """Change a question that is open.

    Raises:
        NetworkError: wider circle after the first advice.
        WrongMoment: it was closed.
        Stale, ValidationError, PermissionDenied
    """
    if unknown := set(fields) - WRITABLE:
        raise TypeError(f"change does not know {sorted(unknown)}")
    with transaction.atomic():
        row = circles.locked(request)
        if row.closed_at is not None:
            raise WrongMoment(_("This question is closed: what was done with the advice stands."))
        if "visibility" in fields and row.advices.exists():
            need_not_wider(row, fields["visibility"])
        if fields.get("until", row.until) != row.until:
            _need_future(fields["until"])
        circles.write(row, by=by, version=version, fields=fields)
    return row


def _need_future(until: date | None) -> None:
    if until is not None and until < clock.today():
        raise ValidationError({"until": _("Choose a day that is still to come.")})


def give(*, request: AdviceRequest, text: str, by: User) -> Advice:
    """Advise; who asked hears of it.

    Raises:
        ValidationError: nothing written.
        WrongMoment: the question is closed or taken back.
        PermissionDenied: not in the network, or one's own question.
    """
    with transaction.atomic():
        row = _open(request)
        _moves.need("learning_network.advise", by, row)
        advice = Advice(
            request=row,
            author=by,
            municipality=voice(by, row.programme),
            text=text.strip(),
            created_at=clock.now(),
            changed_at=clock.now(),
        )
        advice.full_clean(exclude=["request", "author", "municipality"])
        advice.save()
        audit.record("learning_network.advice_given", advice, by=by, new={"title": row.title})
        notifications.tell_given(advice)
    return advice


def change_advice(*, advice: Advice, text: str, by: User, version: int | None = None) -> Advice:
    """Write one's own advice anew, while the question is open.

    Raises:
        Stale, ValidationError, WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        request = _open(advice.request)
        row = Advice.objects.select_for_update(of=("self",)).get(pk=advice.pk)
        _moves.need("learning_network.write_advice", by, row)
        _moves.same_version(row, version)
        if row.text == text.strip():
            return row
        row.text = text.strip()
        row.full_clean(exclude=["request", "author", "municipality"])
        row.changed_at = clock.now()
        row.version += 1
        row.save(update_fields=["text", "changed_at", "version"])
        audit.record("learning_network.advice_changed", row, by=by, new={"title": request.title})
    return row


def thank(*, advice: Advice, by: User) -> None:
    """Thank for an advice, once; its author hears of the first thanks of the asker.

    Raises:
        PermissionDenied: who may not read it, or one's own.
    """
    with transaction.atomic():
        row = Advice.objects.select_related("request", "author").get(pk=advice.pk)
        _moves.need("learning_network.thank", by, row)
        _thanks, new = AdviceThanks.objects.get_or_create(advice=row, user=by, defaults={"at": clock.now()})
        if new and row.author is not None and visibility.may_edit(by, row.request):
            notifications.tell_thanked(row)


def take_thanks_back(*, advice: Advice, by: User) -> None:
    """Undo ``thank``."""
    AdviceThanks.objects.filter(advice=advice, user=by).delete()


def close(*, request: AdviceRequest, closing: str, outcomes: Mapping[int, tuple[str, str]], by: User) -> AdviceRequest:
    """Say what was done with the advice, and close the question. Every adviser hears what was done with theirs.

    Args:
        outcomes: key of the advice -> (``AdviceOutcome``, why).

    Raises:
        ValidationError: an advice without an outcome, "not used" without a why; under ``outcome-<key>`` and
            ``reason-<key>``.
        NetworkError: no word on what was done.
        WrongMoment, PermissionDenied
    """
    with transaction.atomic():
        row = _open(request)
        _moves.need("learning_network.edit", by, row)
        if not closing.strip():
            raise ValidationError({"closing": _("Say in a few sentences what you did.")})
        advices = list(row.advices.select_for_update(of=("self",)).filter(hidden_at__isnull=True))
        missing: dict[str, list[str]] = {}
        now = clock.now()
        for one in advices:
            outcome, reason = outcomes.get(one.pk, ("", ""))
            if outcome not in AdviceOutcome.values:
                missing[f"outcome-{one.pk}"] = [_("Say what you did with this advice.")]
            elif outcome == AdviceOutcome.NOT_USED and not reason.strip():
                missing[f"reason-{one.pk}"] = [_("Say why you did not use this advice.")]
            one.outcome, one.outcome_reason = outcome, reason.strip()
        if missing:
            raise ValidationError(missing)
        Advice.objects.bulk_update(advices, ["outcome", "outcome_reason"])
        row.closing, row.closed_at, row.changed_at = closing.strip(), now, now
        row.version += 1
        row.save(update_fields=["closing", "closed_at", "changed_at", "version"])
        audit.record("learning_network.advice_closed", row, by=by, new={"advices": len(advices)})
        notifications.tell_closed(row, by=by)
    return row


def hide(*, advice: Advice, reason: str, by: User) -> Advice:
    """Take an advice away, or put it back; who leads where the question stands.

    Raises:
        NetworkError: no reason.
        PermissionDenied
    """
    if advice.hidden_at is None and not reason.strip():
        raise NetworkError(_("Say why you take it away; the author reads that."))
    with transaction.atomic():
        row = Advice.objects.select_for_update(of=("self",)).select_related("request").get(pk=advice.pk)
        _moves.need("learning_network.take_away", by, row.request)
        row.hidden_at = clock.now() if row.hidden_at is None else None
        row.save(update_fields=["hidden_at"])
        verb = "advice_hidden" if row.hidden_at else "advice_put_back"
        audit.record(f"learning_network.{verb}", row, by=by, reason=reason.strip())
    return row


def remind(now: datetime | None = None) -> int:
    """Remind askers whose day has passed, and those whose advice lies unused; each occasion once. From any worker.

    Returns:
        how many messages are new.
    """
    now = now or clock.now()
    today = clock.today(now)
    rows = (
        AdviceRequest.objects.open()
        .filter(until__gt=today - REMINDED_UNTIL)
        .annotate(newest=Max("advices__created_at"))
        .select_related("author", "programme")
    )
    new = 0
    for row in rows.filter(until__lt=today).iterator(chunk_size=500):
        with transaction.atomic():
            new += notifications.remind_of_day(row)
    for row in rows.filter(until__gte=today, newest__lt=now - UNUSED_AFTER).iterator(chunk_size=500):
        with transaction.atomic():
            new += notifications.remind_of_unused(row, row.newest)
    return new


def _open(request: AdviceRequest) -> AdviceRequest:
    """The question, locked, if it is open.

    Raises:
        WrongMoment
    """
    row = circles.locked(request)
    if row.closed_at is not None:
        raise WrongMoment(_("This question is closed: what was done with the advice stands."))
    if row.state != SharedState.SHARED or row.hidden_at is not None:
        raise WrongMoment(_("This question is not open (any more)."))
    return row
