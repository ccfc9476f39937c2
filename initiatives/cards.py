"""An initiative as a card: picture, title, state in words, and three facts at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.drawings import drawn_once
from foundation.core.templatetags.aanzet import card as drawn_card
from foundation.core.wording import short_day, whole
from initiatives.enums import InitiativeState
from initiatives.models import Initiative

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

    from foundation.municipalities.models import Municipality

_S = InitiativeState
# State -> look and icon of its badge.
LOOKS: dict[str, tuple[str, str]] = {
    _S.DRAFT: ("", "pencil"),
    _S.SUBMITTED: ("info", "send"),
    _S.INCOMPLETE: ("warning", "clock"),
    _S.IN_ASSESSMENT: ("info", "building-community"),
    _S.AGREED: ("success", "check"),
    _S.REFUSED: ("error", "x"),
    _S.IN_EXECUTION: ("open", "player-play"),
    _S.FINISHED: ("success", "circle-check"),
    _S.EVALUATED: ("success", "circle-check"),
    _S.WITHDRAWN: ("", "arrow-left"),
}


@dataclass(frozen=True)
class Card:
    """What components/card.html shows."""

    url: str
    title: str
    text: str
    badge: str
    kind: str
    icon: str
    image_url: str
    image_alt: str
    facts: list[dict[str, str]] = field(default_factory=list)


def state_words(initiative: Initiative) -> str:
    """The state with a capital."""
    return _state_words(initiative.state)


def _state_words(state: str) -> str:
    words = str(InitiativeState(state).label)
    return words[:1].upper() + words[1:]


def card(initiative: Initiative, *, with_municipality: bool = False) -> Card:
    """The card of an initiative; its municipality and neighbourhood must have been fetched."""
    look, icon = LOOKS[initiative.state]
    where = initiative.neighbourhood.name if initiative.neighbourhood else _("The whole municipality")
    if with_municipality:
        where = initiative.municipality.name
    submitted = clock.today(initiative.submitted_at) if initiative.submitted_at else None
    return Card(
        url=initiative.get_absolute_url(),
        title=initiative.title,
        text=initiative.summary,
        badge=state_words(initiative),
        kind=look,
        icon=icon,
        image_url=picture_url(initiative, initiative.picture.name) if initiative.picture else "",
        image_alt=initiative.picture_alt,
        facts=_facts(where, initiative.supporters_total, submitted),
    )


def cards(rows: QuerySet[Initiative], municipality: Municipality) -> list[SafeString]:
    """The cards of these initiatives of one municipality for its list, each drawn once for what stands on it."""
    shown = rows.values_list(
        *("submitted_at", "slug", "title", "summary", "state", "supporters_total", "neighbourhood__name"),
        *("picture", "picture_alt"),
    )
    return [_drawn(municipality.slug, clock.today(at) if at else None, *values) for at, *values in shown]


@drawn_once
def _drawn(
    municipality: str,
    submitted: date | None,
    slug: str,
    title: str,
    summary: str,
    state: str,
    supporters: int,
    neighbourhood: str | None,
    picture: str,
    picture_alt: str,
) -> SafeString:
    look, icon = LOOKS[state]
    return drawn_card(
        reverse("initiatives:detail", args=[municipality, slug]),
        title,
        text=summary,
        badge_text=_state_words(state),
        badge_kind=look,
        badge_icon=icon,
        facts=_facts(neighbourhood or _("The whole municipality"), supporters, submitted),
        image_url=_picture_url(municipality, slug, picture),
        image_alt=picture_alt,
    )


def _facts(where: str, supporters: int, submitted: date | None) -> list[dict[str, str]]:
    support = ngettext("%(n)s supporter", "%(n)s supporters", supporters) % {"n": whole(supporters)}
    facts = [{"icon": "map-pin", "text": where}, {"icon": "thumb-up", "text": support}]
    if submitted:
        facts.append({"icon": "calendar", "text": short_day(submitted)})
    return facts


def picture_url(initiative: Initiative, path: str | None) -> str:
    """The address of a picture of this initiative.

    Args:
        path: of the file in the storage.
    """
    return _picture_url(initiative.municipality.slug, initiative.slug, path or "")


def _picture_url(municipality: str, slug: str, path: str) -> str:
    return reverse("initiatives:picture", args=[municipality, slug, PurePosixPath(path).name]) if path else ""
