"""The two pictures of a lab, drawn on the server: the U with where the lab is, and the map of stakeholders.

Each has its text beside it: a list of movements, and a table of stakeholders. Classes are styled in changelab.css.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from changelab.enums import Movement, Presence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changelab.models import Stakeholder

# Where the stations stand on the drawing of 300 by 150: down the left side, at the bottom, up the right side.
_STATIONS = {Movement.SENSING: (42, 34), Movement.PRESENCING: (150, 122), Movement.REALISING: (258, 34)}
_SIDE = 300  # the map of stakeholders: a square with room for the words
_FIELD = (34, 12, 254, 254)  # left, top, width, height


def u_drawing(movement: str) -> SafeString:
    """The U with the station where the lab is filled in.

    Args:
        movement: one of ``Movement``.
    """
    label = _("The lab is in the movement %(movement)s, one of the three of the U.") % {
        "movement": Movement(movement).label
    }
    stations = format_html_join(
        "",
        '<circle class="u-station{}" cx="{}" cy="{}" r="{}"></circle><text class="u-label" x="{}" y="{}" text-anchor="middle">{}</text>',
        [
            (
                mark_safe(" u-station--now") if code == movement else "",
                x,
                y,
                11 if code == movement else 7,
                x,
                y - 18 if code != Movement.PRESENCING else y - 20,
                str(Movement(code).label).capitalize(),
            )
            for code, (x, y) in _STATIONS.items()
        ],
    )
    return format_html(
        '<svg class="u-drawing" viewBox="0 0 300 150" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">'
        '<path class="u-path" d="M42 34 C42 94 84 122 150 122 C216 122 258 94 258 34" fill="none" '
        'stroke="currentColor" stroke-width="4" stroke-linecap="round"></path>{}</svg>',
        label,
        stations,
    )


@dataclass(frozen=True)
class Mark:
    """One stakeholder on the map: its number in the table and its place."""

    number: int
    x: float
    y: float
    presence: str


def marks(rows: Sequence[Stakeholder]) -> list[Mark]:
    """Where the stakeholders stand: interest to the right, influence up; those on the same spot fan out."""
    left, top, width, height = _FIELD
    there: dict[tuple[int, int], int] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        spot = (row.interest, row.influence)
        turn = there.get(spot, 0)
        there[spot] = turn + 1
        x = left + (row.interest - 0.5) * width / 5 + (turn % 3 - 1) * 15 * (1 if turn else 0)
        y = top + height - (row.influence - 0.5) * height / 5 + (turn // 3) * 15
        found.append(Mark(number, round(x, 1), round(y, 1), row.presence))
    return found


def stakeholder_map(rows: Sequence[Stakeholder]) -> SafeString:
    """The map: numbers of the table in a field of interest and influence; who is in the room is filled in."""
    left, top, width, height = _FIELD
    label = _("Map of %(number)d stakeholders by interest and influence; the table below tells the same.") % {
        "number": len(rows)
    }
    drawn = format_html_join(
        "",
        '<circle class="map-mark{}" cx="{}" cy="{}" r="9"></circle>'
        '<text class="map-number{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        [
            (
                mark_safe(" map-mark--in") if mark.presence == Presence.IN_ROOM else "",
                mark.x,
                mark.y,
                mark_safe(" map-number--in") if mark.presence == Presence.IN_ROOM else "",
                mark.x,
                mark.y + 3.5,
                mark.number,
            )
            for mark in marks(rows)
        ],
    )
    return format_html(
        '<svg class="stakeholder-map" viewBox="0 0 {} {}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">'
        '<rect class="map-field" x="{}" y="{}" width="{}" height="{}" fill="none" stroke="currentColor"></rect>'
        '<path class="map-cross" d="M{} {}V{}M{} {}H{}" stroke="currentColor" stroke-dasharray="3 4"></path>'
        '<text class="map-axis" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="map-axis" x="{}" y="{}" text-anchor="middle" transform="rotate(-90 {} {})">{}</text>{}</svg>',
        _SIDE,
        _SIDE,
        label,
        *(left, top, width, height),
        *(left + width / 2, top, top + height, left, top + height / 2, left + width),
        *(left + width / 2, top + height + 22, _("interest →")),
        *(18, top + height / 2, 18, top + height / 2, _("influence →")),
        drawn,
    )
