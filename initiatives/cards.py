"""An initiative as a card: picture, title, state in words, and three facts at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import short_day, whole
from initiatives.enums import InitiativeState
from initiatives.models import Initiative

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
    words = str(InitiativeState(initiative.state).label)
    return words[:1].upper() + words[1:]


def card(initiative: Initiative, *, with_municipality: bool = False) -> Card:
    """The card of an initiative; its municipality and neighbourhood must have been fetched."""
    look, icon = LOOKS[initiative.state]
    where = initiative.neighbourhood.name if initiative.neighbourhood else _("The whole municipality")
    if with_municipality:
        where = initiative.municipality.name
    number = initiative.supporters_total
    support = ngettext("%(n)s supporter", "%(n)s supporters", number) % {"n": whole(number)}
    facts = [{"icon": "map-pin", "text": where}, {"icon": "thumb-up", "text": support}]
    if initiative.submitted_at:
        facts.append({"icon": "calendar", "text": short_day(initiative.submitted_at)})
    return Card(
        url=initiative.get_absolute_url(),
        title=initiative.title,
        text=initiative.summary,
        badge=state_words(initiative),
        kind=look,
        icon=icon,
        image_url=picture_url(initiative, initiative.picture.name) if initiative.picture else "",
        image_alt=initiative.picture_alt,
        facts=facts,
    )


def picture_url(initiative: Initiative, path: str | None) -> str:
    """The address of a picture of this initiative.

    Args:
        path: of the file in the storage.
    """
    if not path:
        return ""
    name = PurePosixPath(path).name
    return reverse("initiatives:picture", args=[initiative.municipality.slug, initiative.slug, name])
