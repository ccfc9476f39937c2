"""Who follows an initiative can get a newsletter; how audiences work: foundation.municipalities.audiences."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from foundation.municipalities.audiences import Audience, Choice, register_audience
from foundation.municipalities.models import Municipality
from initiatives.models import Follow, Initiative

SHOWN = 50


def choices(municipality: Municipality) -> list[Choice]:
    """The public initiatives with a follower, those with the most first."""
    followed = (
        Initiative.objects.public()
        .filter(municipality=municipality)
        .annotate(followers_number=Count("follows"))
        .filter(followers_number__gt=0)
        .order_by("-followers_number", "title")
    )
    rows = followed.values_list("pk", "title", "followers_number")[:SHOWN]
    return [Choice(str(pk), title, number) for pk, title, number in rows]


def members(municipality: Municipality, value: str) -> Iterable[int]:
    """The people who follow one initiative of this municipality."""
    rows = Follow.objects.filter(initiative_id=int(value), initiative__municipality=municipality)
    return rows.values_list("user_id", flat=True)


def declare() -> None:
    register_audience(Audience("initiative", _("Followers of an initiative"), choices, members))
