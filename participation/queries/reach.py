"""Who took part in a process, and how many of them live where."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import maps
from foundation.core.wording import short_day, whole
from foundation.discussion.models import Comment
from foundation.meetings.enums import AttendeeState
from foundation.meetings.models import Attendee
from foundation.municipalities.models import Residency
from foundation.municipalities.queries import neighbourhoods_of
from foundation.surveys.enums import SMALLEST
from foundation.surveys.grouping import shown
from participation.enums import ProcessRole
from participation.enums_groups import SeatState
from participation.models import (
    Endorsement,
    Follow,
    Group,
    Maker,
    Process,
    ProcessSeries,
    Proposal,
    ProposalSupport,
    Reach,
    Role,
    Seat,
)
from participation.personal_data import contributions
from participation.queries.report import brought_in

MAP_KEPT_SECONDS = 3600
UNKNOWN = ""
# Who has one of these roles is a resident who works on it; a coordinator or client is the municipality itself.
_ROLES = (ProcessRole.CHAIR, ProcessRole.NOTE_TAKER, ProcessRole.MEMBER)


def participants(process: Process) -> QuerySet[User]:
    """Everybody with an account who did something: brought in, made, supported, said, sat in a group, came to a meeting.

    Who only follows is not among them, nor who voted: that is nobody's to know.
    """
    handed_in = Proposal.objects.filter(process=process, submitted_at__isnull=False)
    groups = Group.objects.filter(process=process)
    series = ProcessSeries.objects.filter(process=process).values("series")
    threads = handed_in.filter(thread__isnull=False).values("thread")
    did: list[QuerySet[Any]] = [brought_in(model, process).values("author") for model in contributions()]
    did += [
        Maker.objects.filter(proposal__in=handed_in).values("user"),
        ProposalSupport.objects.filter(proposal__in=handed_in).values("user"),
        Endorsement.objects.filter(problem__process=process).values("user"),
        Comment.objects.filter(thread__in=threads, is_answer=False).values("author"),
        Seat.objects.filter(group__in=groups).exclude(state=SeatState.GONE).values("user"),
        Role.objects.filter(process=process, role__in=_ROLES).values("user"),
        _came().filter(meeting__series__in=series).values("user"),
        _came().filter(meeting__series__in=groups.filter(series__isnull=False).values("series")).values("user"),
    ]
    first, *others = (people.order_by() for people in did)
    return User.objects.filter(pk__in=first.union(*others), is_active=True, erased_at=None)


def followers(process: Process) -> QuerySet[User]:
    """Who follows the process but did nothing in it."""
    following = Follow.objects.filter(process=process).values("user")
    rows = User.objects.filter(pk__in=following, is_active=True, erased_at=None)
    return rows.exclude(pk__in=participants(process).values("pk"))


def _came() -> QuerySet[Attendee]:
    """Who was there; where nobody noted that, who had a place in a meeting that was held."""
    return Attendee.objects.filter(
        Q(came=True) | Q(came=None, state=AttendeeState.GOING, meeting__state="held"), user__isnull=False
    )


# --- Per neighbourhood ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """People per neighbourhood as it may be shown; see ``participation.models.Reach``."""

    participants: int
    unknown: int | None
    hidden: int
    groups: dict[str, int]


def count(process: Process) -> Counted:
    """Count the participants per neighbourhood, and leave out what would tell of fewer than five people."""
    homes = Residency.objects.filter(municipality=process.municipality, user__in=participants(process))
    codes = Counter(code or UNKNOWN for code in homes.values_list("neighbourhood__code", flat=True))
    total = participants(process).count()
    codes[UNKNOWN] += total - sum(codes.values())
    return hide(codes, total)


def hide(codes: Mapping[str, int], total: int) -> Counted:
    """Only groups of five people and more; of the rest no more than their sum, which is five or more too.

    Args:
        codes: code of the neighbourhood ("" unknown) -> people; together ``total``.
    """
    visible = shown(codes)
    groups = {code: codes[code] for code in sorted(visible) if code != UNKNOWN}
    unknown = codes.get(UNKNOWN, 0) if UNKNOWN in visible else None
    return Counted(total, unknown, total - sum(groups.values()) - (unknown or 0), groups)


@dataclass(frozen=True)
class Line:
    """One neighbourhood; ``per_thousand``: participants per 1,000 inhabitants, None where inhabitants are not known."""

    code: str
    name: str
    people: int
    per_thousand: float | None

    @property
    def cells(self) -> list[str]:
        return [self.name, whole(self.people), rate_text(self.per_thousand)]


@dataclass(frozen=True)
class Shown:
    """The reach for a page. ``why_not``: why there is nothing, as a sentence."""

    reach: Reach
    lines: list[Line]
    why_not: str = ""
    drawn: maps.TileMap | None = None

    @property
    def hidden_text(self) -> str:
        """What is said of small groups."""
        if not self.reach.hidden:
            return ""
        return _("In other neighbourhoods: %(n)s people together. Groups under five are not shown.") % {
            "n": whole(self.reach.hidden)
        }


def rate_text(value: float | None) -> str:
    """Participants per 1,000 inhabitants, with one decimal."""
    return "–" if value is None else f"{value:.1f}".replace(".", ",")


def reach_of(process: Process, *, with_map: bool = True) -> Shown | None:
    """The reach as it was counted, with a map; None where it was not counted. Two queries."""
    kept = Reach.objects.filter(process=process).first()
    if kept is None:
        return None
    if kept.participants < SMALLEST:
        return Shown(kept, [], _("Fewer than five people took part. Where they live is not shown."))
    areas = {area.code: area for area in neighbourhoods_of(process.municipality)}
    lines = []
    for code, people in kept.groups.items():
        area = areas.get(code)
        inhabitants = area.population if area else None
        rate = 1000 * people / inhabitants if inhabitants else None
        lines.append(Line(code, area.name if area else code, people, rate))
    lines.sort(key=lambda line: (-(line.per_thousand or 0), -line.people, line.name))
    return Shown(kept, lines, drawn=_map(process, lines, list(areas.values())) if with_map else None)


def _map(process: Process, lines: list[Line], areas: list[Any]) -> maps.TileMap | None:
    """Shaded by participants per 1,000 inhabitants. Neighbourhoods of nobody and of too few look alike."""
    rates = {line.code: line.per_thousand for line in lines if line.per_thousand is not None}
    if not rates or not any(area.geometry for area in areas):
        return None
    told = "|".join(f"{code}:{rate:.2f}" for code, rate in sorted(rates.items()))
    digest = hashlib.sha256(told.encode()).hexdigest()
    key = f"participation:reach:{process.municipality_id}:{get_language()}:{digest}"
    kept: tuple[maps.TileMap] | None = cache.get(key)
    if kept is None:
        kept = (
            maps.tile_map(
                areas,
                title=_("Participants per neighbourhood"),
                shade=lambda area: rates.get(area.code),
                value_text=rate_text,
                value_head=_("Per 1,000 inhabitants"),
            ),
        )
        cache.set(key, kept, MAP_KEPT_SECONDS)
    return kept[0]


def chapter(process: Process) -> dict[str, Any] | None:
    """For the final report: how many took part, and where they live."""
    found = reach_of(process, with_map=False)
    if found is None:
        return None
    if found.why_not:
        return {"title": _("Whom we reached"), "blocks": [{"kind": "paragraph", "text": found.why_not}]}
    sentence = _("%(n)s people took part.") % {"n": whole(found.reach.participants)}
    counted = _("Counted on %(day)s.") % {"day": short_day(found.reach.counted_at)}
    blocks: list[dict[str, Any]] = [{"kind": "paragraph", "text": f"{sentence} {counted}"}]
    if found.lines:
        head = [_("Neighbourhood"), _("Participants"), _("Per 1,000 inhabitants")]
        rows = [line.cells for line in found.lines]
        blocks.append({"kind": "table", "caption": _("Participants per neighbourhood"), "head": head, "rows": rows})
    if found.reach.unknown:
        text = _("Of %(n)s people the neighbourhood is not known.") % {"n": whole(found.reach.unknown)}
        blocks.append({"kind": "paragraph", "text": text})
    if found.hidden_text:
        blocks.append({"kind": "paragraph", "text": found.hidden_text})
    return {"title": _("Whom we reached"), "blocks": blocks, "sentence": sentence}
