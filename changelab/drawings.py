"""The two pictures of a lab, drawn on the server: the U with where the lab is, and the map of stakeholders.

Each has its text beside it: a list of movements, and a table of stakeholders. Classes are styled in changelab.css.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from changelab.enums import Movement, Presence
from foundation.core.wording import short_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changelab.models import Stakeholder
    from changelab.queries.attention import Stretch

# Where the stations stand on the drawing of 300 by 150: down the left side, at the bottom, up the right side.
_STATIONS = {Movement.SENSING: (42, 34), Movement.PRESENCING: (150, 122), Movement.REALISING: (258, 34)}
# A word begins or ends where the drawing does, so that a long one is not cut off; the low one stands in the middle.
_WORDS = {Movement.SENSING: (2, "start"), Movement.PRESENCING: (150, "middle"), Movement.REALISING: (298, "end")}
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
        '<circle class="u-station{}" cx="{}" cy="{}" r="{}"></circle><text class="u-label" x="{}" y="{}" text-anchor="{}">{}</text>',
        [
            (
                mark_safe(" u-station--now") if code == movement else "",
                x,
                y,
                11 if code == movement else 7,
                _WORDS[code][0],
                y - 18 if code != Movement.PRESENCING else y - 20,
                _WORDS[code][1],
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


def _part(day: date, begin: date, end: date) -> float:
    """Where a day stands between two others, in percents of the width."""
    return round(100 * min(max((day - begin) / (end - begin), 0.0), 1.0), 2)


def timeline(labs: Sequence[tuple[str, Sequence[Stretch]]], begin: date, end: date, today: date) -> SafeString:
    """The months of a cohort across; per lab a bar in which each movement has its own shade, and a line for today.

    No viewBox: places run across in percents and down in rem, so that letters keep the size the reader chose.

    Args:
        labs: name and road of each.
        begin, end: first and last day of the cohort; ``end`` is later.
    """
    height = 1.5 + 3.2 * len(labs)
    parts: list[SafeString] = []
    month = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
    while month < end:
        at = _part(month, begin, end)
        parts.append(format_html('<line class="chart-grid" x1="{0}%" x2="{0}%" y1="0" y2="{1}rem"></line>', at, height))
        month = (month + timedelta(days=32)).replace(day=1)
    for number, (name, road) in enumerate(labs):
        top = 1.5 + 3.2 * number
        parts.append(format_html('<text class="chart-label" x="0" y="{}rem">{}</text>', top + 1.1, name))
        for stretch in road:
            left, right = _part(stretch.begin, begin, end), _part(stretch.end, begin, end)
            parts.append(
                format_html(
                    '<rect class="road road--{}" x="{}%" y="{}rem" width="{}%" height="1.1rem"></rect>',
                    stretch.movement,
                    left,
                    top + 1.5,
                    max(round(right - left, 2), 0.4),
                )
            )
    if begin <= today <= end:
        at = _part(today, begin, end)
        anchor = "end" if at > 60 else "start"
        parts.append(
            format_html(
                '<line class="road-today" x1="{0}%" x2="{0}%" y1="0" y2="{1}rem"></line>'
                '<text class="chart-label" x="{0}%" y="1rem" dx="{2}" text-anchor="{3}">{4}</text>',
                at,
                height,
                "-0.4em" if anchor == "end" else "0.4em",
                anchor,
                _("today"),
            )
        )
    label = _(
        "Timeline from %(begin)s to %(end)s: in which movement each lab was; the table tells where it is now."
    ) % {
        "begin": short_day(begin),
        "end": short_day(end),
    }
    return format_html(
        '<svg class="roads" width="100%" height="{}rem" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">{}</svg>',
        height,
        label,
        format_html_join("", "{}", ((part,) for part in parts)),
    )
