"""Hands (*klussenbank*): an initiative or a sector asks, civil servants offer hours; matched, closed and counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.core.states import IllegalMove
from foundation.municipalities.models import Municipality, Sector
from foundation.notifications.services import notify
from initiatives.enums import HANDS_TRANSITIONS, HandsState, OfferState
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import HandsOffer, HandsRequest, Initiative
from initiatives.notifications import HANDS
from initiatives.services._moves import is_over, need


def may_run(user: User, request: HandsRequest) -> bool:
    """Whether somebody decides about the offers: the initiators, and everybody who handles initiatives here."""
    if request.initiative is not None and user.has_perm("initiatives.speak_for", request.initiative):
        return True
    return user.has_perm("initiatives.handle", request.municipality)


def may_be_asked_for(initiative: Initiative) -> bool:
    """Whether hands can be asked for a plan now: it is public and still goes on."""
    return initiative.is_public and not is_over(initiative)


def ask(
    *,
    municipality: Municipality,
    by: User,
    title: str,
    hours: int,
    text: str = "",
    needed_by: date | None = None,
    initiative: Initiative | None = None,
    sector: Sector | None = None,
) -> HandsRequest:
    """Ask for hands, for an initiative (by its initiators or by staff) or for a sector (by staff).

    Raises:
        PermissionDenied: somebody else asks.
        InitiativeError: neither initiative nor sector, one of elsewhere, one that is not public, or a day that is past.
        ValidationError: no title, or hours out of range.
    """
    asks_for_team = initiative is not None and by.has_perm("initiatives.speak_for", initiative)
    if not asks_for_team:
        need("initiatives.handle", by, municipality)
    if (initiative is not None and initiative.municipality_id != municipality.pk) or (
        sector is not None and sector.municipality_id != municipality.pk
    ):
        raise InitiativeError(_("Choose something of your own municipality."))
    if initiative is not None and not initiative.is_public:
        raise InitiativeError(_("Hand in the plan first; then civil servants can see it."))
    if initiative is not None and not may_be_asked_for(initiative):
        raise InitiativeError(_("This plan does not go on, so no hands are needed."))
    if needed_by is not None and needed_by < clock.today():
        raise InitiativeError(_("This day is past. Choose a day to come."))
    with transaction.atomic():
        row = HandsRequest(
            municipality=municipality,
            initiative=initiative,
            sector=sector,
            title=title.strip(),
            text=text.strip(),
            hours=hours,
            needed_by=needed_by,
            asked_by=by,
        )
        row.full_clean()
        row.save()
        audit.record("initiatives.hands_asked", row, by=by, new={"hours": hours})
    return row


def offer(*, request: HandsRequest, by: User, hours: int, text: str = "") -> HandsOffer:
    """Offer hours; offering again changes the offer as long as it was not accepted.

    Raises:
        PermissionDenied: ``by`` does not work here.
        WrongMoment: hands are not looked for any more, or the offer was accepted.
        ValidationError: hours out of range.
    """
    need("initiatives.see_work", by, request.municipality)
    with transaction.atomic():
        row = _locked(request)
        if row.state != HandsState.OPEN:
            raise WrongMoment(_("Hands are not looked for any more."))
        made = HandsOffer.objects.filter(request=row, user=by).first() or HandsOffer(request=row, user=by)
        if made.state == OfferState.ACCEPTED:
            raise WrongMoment(_("Your offer has been accepted already."))
        made.hours, made.text, made.state = hours, text.strip(), OfferState.OFFERED
        made.full_clean()
        made.save()
        audit.record("initiatives.hands_offered", row, by=by, new={"hours": hours})
        _tell(row, _askers(row), f"offer-{made.pk}-{clock.now().isoformat()}", by)
    return made


def answer(*, offer: HandsOffer, accept: bool, by: User) -> HandsOffer:
    """Take an offer or say that it is not needed. Enough hours taken: hands are found.

    Raises:
        PermissionDenied: ``by`` does not decide about this request.
        WrongMoment: the offer was answered or taken back, or the request is over.
    """
    with transaction.atomic():
        row = _locked(offer.request)
        _need_runner(row, by)
        made = HandsOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        if made.state != OfferState.OFFERED or row.state not in (HandsState.OPEN, HandsState.MATCHED):
            raise WrongMoment(_("This offer was answered already."))
        made.state = OfferState.ACCEPTED if accept else OfferState.DECLINED
        made.save(update_fields=["state"])
        taken = sum(row.offers.filter(state=OfferState.ACCEPTED).values_list("hours", flat=True))
        if row.state == HandsState.OPEN and taken >= row.hours:
            _move(row, HandsState.MATCHED)
        audit.record("initiatives.hands_answered", row, by=by, new={"state": made.state})
        _tell(row, [made.user], f"answer-{made.pk}-{made.state}", by)
    return made


def withdraw(*, offer: HandsOffer, by: User) -> HandsOffer:
    """Take one's own offer back; the request looks for hands again when too few hours are left.

    Raises:
        PermissionDenied: it is somebody else's.
        WrongMoment: the work is over.
    """
    if offer.user_id != by.pk:
        raise PermissionDenied(_("This is somebody else's offer."))
    with transaction.atomic():
        row = _locked(offer.request)
        if row.state not in (HandsState.OPEN, HandsState.MATCHED):
            raise WrongMoment(_("The work is over already."))
        made = HandsOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        was_taken = made.state == OfferState.ACCEPTED
        made.state = OfferState.WITHDRAWN
        made.save(update_fields=["state"])
        if was_taken and row.state == HandsState.MATCHED:
            _move(row, HandsState.OPEN)
        audit.record("initiatives.hands_withdrawn", row, by=by)
        if was_taken:
            _tell(row, _askers(row), f"back-{made.pk}", by)
    return made


def close(*, request: HandsRequest, by: User, done: dict[int, int] | None) -> HandsRequest:
    """End a request: the work is done, with the hours of each helper, or it is not needed any more.

    Args:
        done: accepted offer's key -> hours worked; None when it stops without work.

    Raises:
        PermissionDenied: ``by`` does not decide about this request.
        InitiativeError: hours below nothing, or of somebody who was not accepted.
        WrongMoment: it has ended.
    """
    with transaction.atomic():
        row = _locked(request)
        _need_runner(row, by)
        accepted = {offer.pk: offer for offer in row.offers.filter(state=OfferState.ACCEPTED)}
        if done is not None:
            if not set(done) <= set(accepted) or any(hours < 0 or hours > 2_000 for hours in done.values()):
                raise InitiativeError(_("Fill in the hours of the people whose offer you took: 0 to 2,000."))
            for pk, hours in done.items():
                HandsOffer.objects.filter(pk=pk).update(hours_done=hours)
        _move(row, HandsState.DONE if done is not None else HandsState.CLOSED)
        audit.record(
            "initiatives.hands_closed", row, by=by, new={"state": row.state, "hours": sum((done or {}).values())}
        )
    return row


def _locked(request: HandsRequest) -> HandsRequest:
    rows = HandsRequest.objects.select_for_update(of=("self",))
    return rows.select_related("municipality", "initiative__municipality", "sector").get(pk=request.pk)


def _need_runner(row: HandsRequest, by: User) -> None:
    if not may_run(by, row):
        raise PermissionDenied(_("Only who asked for these hands can do this."))


def _move(row: HandsRequest, state: HandsState) -> None:
    try:
        HANDS_TRANSITIONS.move(row, state)
    except IllegalMove as error:
        raise WrongMoment(_("This request has ended already.")) from error
    row.save(update_fields=["state"])


def _askers(row: HandsRequest) -> list[Any]:
    if row.initiative is not None:
        return list(
            User.objects.filter(initiative_teams__initiative=row.initiative, initiative_teams__role="initiator")
        )
    return [row.asked_by] if row.asked_by else []


def _tell(row: HandsRequest, people: list[Any], moment: str, by: User) -> None:
    notify(
        kind=HANDS,
        recipients=[person for person in people if person != by],
        about=f"initiatives.hands:{row.pk}",
        moment=moment[:80],
        context={"title": row.title},
        url=reverse("initiatives:hands_request", args=[row.municipality.slug, row.pk]),
        municipality=row.municipality,
    )
