"""What the pages of processes show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.core import clock
from foundation.core.wording import day, moment, near, short_day
from foundation.municipalities.models import Municipality
from participation import timeline
from participation.enums import Level, PhaseKind, PhaseMoment, ProcessState
from participation.models import Phase, Process, ProcessEvent, ProcessSurvey, Role

NOW, COMING, PAST = "nu", "straks", "geweest"


@dataclass(frozen=True)
class Wish:
    """What a reader wants to see of the list."""

    text: str = ""
    when: str = ""
    level: str = ""
    area: str = ""

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From the address; what is unknown is left out."""
        when, level = asked.get("wanneer", ""), asked.get("niveau", "")
        return cls(
            text=asked.get("zoek", "").strip().replace("\x00", "")[:120],
            when=when if when in (NOW, COMING, PAST) else "",
            level=level if level in Level.values else "",
            area=asked.get("buurt", "")[:10].replace("\x00", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.when or self.level or self.area)


@dataclass(frozen=True)
class Card:
    """A process in a list."""

    url: str
    title: str
    text: str
    badge: str
    kind: str
    icon: str
    facts: list[dict[str, str]] = field(default_factory=list)
    image_url: str = ""
    image_alt: str = ""


def find(municipality: Municipality, wish: Wish, now: datetime) -> QuerySet[Process]:
    """Public processes of a municipality that fit, what runs now first."""
    rows = Process.objects.for_municipality(municipality).public()
    if wish.text:
        rows = rows.filter(search=SearchQuery(wish.text, config="dutch", search_type="websearch"))
    if wish.level:
        rows = rows.filter(level=wish.level)
    if wish.area:
        rows = rows.filter(Q(areas__code=wish.area) | Q(areas=None)).distinct()
    open_now = Phase.objects.filter(opens_at__lte=now, closes_at__gt=now).values("process")
    ended = Q(state__in=[ProcessState.FINISHED, ProcessState.STOPPED])
    if wish.when == NOW:
        rows = rows.filter(~ended, pk__in=open_now)
    elif wish.when == COMING:
        rows = rows.filter(~ended).exclude(pk__in=open_now).filter(phases__opens_at__gt=now).distinct()
    elif wish.when == PAST:
        rows = rows.filter(ended)
    found: QuerySet[Process] = rows.order_by("ended_at", "-published_at", "-pk").select_related("municipality")
    return found


def with_phases(rows: QuerySet[Process]) -> QuerySet[Process]:
    """With the phases and areas that their cards need, in two queries whatever their number."""
    return rows.prefetch_related(Prefetch("phases", queryset=Phase.objects.order_by("number")), "areas")


def one(municipality: Municipality, slug: str, user: Any) -> Process | None:
    """The process at this address, if this visitor may read it; with its phases."""
    rows = Process.objects.visible_to(user, municipality).filter(slug=slug).select_related("sector")
    found: Process | None = rows.prefetch_related("phases").first()
    if found is not None:
        found.municipality = municipality
    return found


def current(phases: Sequence[Phase], now: datetime) -> list[Phase]:
    """The phases that are open, the one that closes first in front."""
    return sorted((p for p in phases if p.moment(now) == PhaseMoment.OPEN), key=lambda p: p.closes_at)


def following(phases: Sequence[Phase], now: datetime) -> Phase | None:
    """The next phase to open."""
    return min((p for p in phases if p.moment(now) == PhaseMoment.UPCOMING), key=lambda p: p.opens_at, default=None)


def last_day(phase: Phase) -> date:
    """The last day on which it is open, in Amsterdam: a phase that closes at midnight closed the day before, to people."""
    return _last_day(phase.closes_at)


def _last_day(closes_at: datetime) -> date:
    return clock.today(closes_at - timedelta(seconds=1))


def ending(phase: Phase) -> str:
    """Until when, in words: through a whole day, or until a time of day."""
    if clock.at_midnight(phase.closes_at):
        return _("Through %(day)s") % {"day": near(last_day(phase))}
    return _("Until %(when)s") % {"when": near(phase.closes_at)}


def until(closes_at: datetime) -> str:
    """Until when, inside a sentence: "t/m vrijdag 4 december 2026", or until a time of day.

    Who reads "until 5 December, 0.00" thinks of the fifth, and is a day late.
    """
    if clock.at_midnight(closes_at):
        return pgettext("inside a sentence", "through %(day)s") % {"day": day(_last_day(closes_at))}
    return pgettext("inside a sentence", "until %(when)s") % {"when": moment(closes_at)}


def path_of(
    process: Process, phases: Sequence[Phase], now: datetime, here: Phase | None = None
) -> list[dict[str, Any]]:
    """The phases as the path on the page shows them."""
    states = {PhaseMoment.OVER: "done", PhaseMoment.OPEN: "now", PhaseMoment.UPCOMING: "next"}
    return [
        {
            "name": phase.title,
            "state": states[phase.moment(now)],
            "when": _("%(first)s through %(last)s")
            % {"first": short_day(phase.opens_at), "last": short_day(last_day(phase))},
            "url": "" if here is not None and phase.pk == here.pk else phase.get_absolute_url(),
        }
        for phase in phases
    ]


def move_of(process: Process, phases: Sequence[Phase], now: datetime) -> dict[str, Any]:
    """Who is at the move and until when: the arguments of the move card."""
    card: dict[str, Any] = {"kind": "municipality", "turn": "", "until": None, "note": "", "url": "", "action": ""}
    if process.state == ProcessState.STOPPED:
        return {**card, "kind": "done", "what": _("This process was stopped."), "note": process.state_reason}
    if process.state == ProcessState.FINISHED:
        return {**card, "kind": "done", "what": _("This process is finished. Read what came of it.")}
    if process.state == ProcessState.DRAFT:
        return {**card, "what": _("This process is being prepared. Only the people who prepare it see this page.")}
    if open_now := current(phases, now):
        phase = open_now[0]
        told = _looking_back(process, now) if phase.kind == PhaseKind.EVALUATION else ""
        if told and len(open_now) > 1:
            phase, told = open_now[1], ""
        return {
            **card,
            "kind": "you" if phase.kind in TAKES_PART and not told else "municipality",
            "what": told or phase.intro or phase.title,
            "until": ending(phase),
            "url": phase.get_absolute_url(),
            "action": phase.title,
        }
    if nearest := following(phases, now):
        when = near(nearest.opens_at)
        return {**card, "what": _("%(phase)s opens on %(when)s.") % {"phase": nearest.title, "when": when}}
    return {**card, "what": _("All phases are over. The municipality rounds the process off.")}


def _looking_back(process: Process, now: datetime) -> str:
    """What the phase of evaluation waits for, where no survey takes answers now; else ""."""
    surveys = ProcessSurvey.objects.filter(process=process, survey__state="published")
    closes = list(surveys.values_list("survey__closes_at", flat=True))
    if not closes:
        return _("The municipality prepares the survey about this process.")
    if all(moment is not None and moment <= now for moment in closes):
        return _("The survey about this process is closed. What came out stands in this phase.")
    return ""


# Kinds of phases in which residents are at the move.
TAKES_PART = frozenset(["analysis", "proposals", "discussion", "groups", "writing", "views", "vote", "evaluation"])


def card(process: Process, now: datetime) -> Card:
    """A process in a list; its phases and areas must have been prefetched."""
    phases = list(process.phases.all())
    open_now, nearest = current(phases, now), following(phases, now)
    if process.state == ProcessState.STOPPED:
        badge, kind, icon = _("Stopped"), "error", "x"
    elif process.state == ProcessState.FINISHED:
        badge, kind, icon = _("Finished"), "success", "circle-check"
    elif open_now:
        badge, kind, icon = open_now[0].title, "open", "circle-dot"
    elif nearest is not None:
        badge, kind, icon = _("Coming"), "info", "calendar"
    else:
        badge, kind, icon = _("Being rounded off"), "warning", "clock"
    facts = []
    if process.state == ProcessState.PUBLISHED and open_now:
        facts.append({"icon": "clock", "text": ending(open_now[0])})
    elif process.state == ProcessState.PUBLISHED and nearest is not None:
        facts.append({"icon": "clock", "text": _("From %(when)s") % {"when": near(nearest.opens_at)}})
    areas = list(process.areas.all())
    if areas:
        text = ", ".join(area.name for area in areas[:2]) + (" …" if len(areas) > 2 else "")
        facts.append({"icon": "map-pin", "text": text})
    facts.append({"icon": "users-group", "text": str(process.get_form_display()).capitalize()})
    return Card(process.get_absolute_url(), process.title, process.summary, str(badge), kind, icon, facts)


def timeline_of(process: Process) -> list[dict[str, Any]]:
    """The lines of the public timeline, newest first."""
    rows: QuerySet[ProcessEvent] = process.events.order_by("-at", "-pk")[:50]
    return [{"at": row.at, "text": timeline.say(row.verb, row.facts), "reason": row.reason} for row in rows]


def people_of(process: Process) -> list[Role]:
    """Roles with a public name, for the page."""
    return list(process.roles.filter(is_public=True).select_related("user"))


def work(municipality: Municipality, state: str = "") -> QuerySet[Process]:
    """All processes for staff: in preparation and running first."""
    rows = Process.objects.for_municipality(municipality)
    if state in ProcessState.values:
        rows = rows.filter(state=state)
    found: QuerySet[Process] = with_phases(rows.select_related("municipality", "sector").order_by("ended_at", "-pk"))
    return found
