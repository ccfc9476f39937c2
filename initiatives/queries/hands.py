"""Hands asked and offered, and how many hours came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from foundation.municipalities.models import Municipality
from initiatives.enums import HandsState, OfferState
from initiatives.models import HandsOffer, HandsRequest, Initiative


def requests_of(municipality: Municipality, *, state: str = "") -> QuerySet[HandsRequest]:
    """The requests of a municipality with ``hours_taken`` and ``offers_waiting``; the newest first."""
    rows = HandsRequest.objects.filter(municipality=municipality)
    if state in HandsState.values:
        rows = rows.filter(state=state)
    offers = HandsOffer.objects.filter(request=OuterRef("pk")).order_by().values("request")
    taken = offers.filter(state=OfferState.ACCEPTED).annotate(n=Sum("hours")).values("n")
    waiting = offers.filter(state=OfferState.OFFERED).annotate(n=Count("pk")).values("n")
    return rows.select_related("initiative__municipality", "sector", "asked_by", "municipality").annotate(
        hours_taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0),
        offers_waiting=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
    )


def open_for(initiative: Initiative) -> list[HandsRequest]:
    """The requests of one initiative that everybody may see, without who offered what."""
    return list(
        requests_of(initiative.municipality).filter(initiative=initiative).exclude(state=HandsState.CLOSED)[:20]
    )


@dataclass(frozen=True)
class Totals:
    """All hands of a municipality in numbers."""

    asked: int
    open: int
    hours_asked: int
    hours_promised: int
    hours_done: int


def totals(municipality: Municipality) -> Totals:
    """Counted over everything that was ever asked."""
    asked = HandsRequest.objects.filter(municipality=municipality).aggregate(
        n=Count("pk"), open=Count("pk", filter=Q(state=HandsState.OPEN)), hours=Sum("hours")
    )
    given = HandsOffer.objects.filter(request__municipality=municipality, state=OfferState.ACCEPTED).aggregate(
        promised=Sum("hours"), done=Sum("hours_done")
    )
    return Totals(asked["n"], asked["open"], asked["hours"] or 0, given["promised"] or 0, given["done"] or 0)
