"""Groups as their pages show them: who is there, who is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.wording import short_day
from participation.enums_groups import SeatRole, SeatState
from participation.models import Group, Process, Seat
from participation.queries.report_text import in_words


@dataclass(frozen=True)
class Line:
    """One role of a group.

    Attributes:
        wanted, seated: places, and how many of them are taken.
        waiting: people who signed up or stand in line.
        missing: places that nobody has.
    """

    role: str
    label: str
    wanted: int
    seated: int
    waiting: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.seated)


def groups_of(process: Process) -> list[dict[str, Any]]:
    """The groups of a process with their composition, in three queries whatever their number."""
    groups = list(process.groups.prefetch_related("targets").select_related("deepens"))
    counted: Counter[tuple[int, str, str]] = Counter()
    for group_id, role, state in Seat.objects.filter(group__in=groups).values_list("group", "role", "state"):
        counted[group_id, role, state] += 1
    for group in groups:
        group.process = process
    return [{"group": group, "lines": _lines(group, counted), "is_open": is_open(group)} for group in groups]


def one(process: Process, number: int) -> Group | None:
    """The group with this key, in this process."""
    rows = process.groups.select_related("series__municipality", "deepens").prefetch_related("targets")
    found = rows.filter(pk=number).first()
    if found is not None:
        found.process = process
    return found


def composition(group: Group) -> list[Line]:
    """Per role: how many are wanted, have a place, and wait."""
    rows = group.seats.values_list("role", "state")
    return _lines(group, Counter((group.pk, role, state) for role, state in rows))


def _lines(group: Group, counted: Counter[tuple[int, str, str]]) -> list[Line]:
    lines = []
    for target in group.targets.all():
        waiting = sum(counted[group.pk, target.role, state] for state in (SeatState.SIGNED_UP, SeatState.RESERVE))
        seated = counted[group.pk, target.role, SeatState.SEATED]
        lines.append(Line(target.role, str(SeatRole(target.role).label), target.seats, seated, waiting))
    return lines


def is_open(group: Group) -> bool:
    """Whether one can sign up now."""
    until = group.sign_up_until
    running = group.process.is_public and group.process.ended_at is None
    return running and group.is_open and (until is None or until > clock.now())


def seats(group: Group) -> list[Seat]:
    """Everybody in a group, who has a place first; for its chair and staff."""
    rows = group.seats.exclude(state=SeatState.GONE).select_related("user")
    order = {SeatState.SEATED: 0, SeatState.SIGNED_UP: 1, SeatState.RESERVE: 2}
    return sorted(rows, key=lambda one: (order[SeatState(one.state)], one.role, one.place_in_line or 0, one.number))


def members(group: Group) -> tuple[list[Seat], int]:
    """Who has a place with a public name, and how many others have one."""
    rows = list(group.seats.filter(state=SeatState.SEATED).select_related("user"))
    shown = [one for one in rows if one.name_is_public and one.user is not None]
    return shown, len(rows) - len(shown)


def chapter(process: Process) -> dict[str, Any] | None:
    """For the final report: the groups, how they were composed, how lots were drawn, and what they advise."""
    found = groups_of(process)
    if not found:
        return None
    blocks: list[dict[str, Any]] = []
    for item in found:
        group: Group = item["group"]
        blocks.append({"kind": "heading", "level": 3, "text": group.title})
        rows = [[line.label, str(line.wanted), str(line.seated)] for line in item["lines"]]
        head = [_("As who"), _("Places"), _("Taken")]
        blocks.append({"kind": "table", "caption": _("How the group was composed"), "head": head, "rows": rows})
        if group.framework:
            blocks += [{"kind": "paragraph", "text": part} for part in group.framework.splitlines() if part.strip()]
    for drawing in (one for item in found for one in item["group"].draws.all()):
        text = _("Lots were drawn on %(day)s among %(number)s people for %(places)s places, from “%(seed)s”.") % {
            "day": short_day(drawing.drawn_at),
            "number": len(drawing.numbers),
            "places": drawing.places,
            "seed": drawing.seed,
        }
        blocks.append({"kind": "paragraph", "text": text})
    sentence = ngettext("%(n)s group worked on it.", "%(n)s groups worked on it.", len(found)) % {
        "n": in_words(len(found))
    }
    return {"title": _("Working groups"), "blocks": blocks, "sentence": sentence}
