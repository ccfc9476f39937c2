"""Who follows a process can get a newsletter about it, and what can be taken part in can stand in one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core import clock
from foundation.core.wording import near
from foundation.municipalities.audiences import Audience, Choice, Item, register_audience, register_items
from foundation.municipalities.models import Municipality
from participation.models import Follow, Process
from participation.queries import portal
from participation.queries.processes import current

SHOWN = 50
ITEMS_SHOWN = 20


def choices(municipality: Municipality) -> list[Choice]:
    """The public processes with a follower, those with the most first."""
    followed = (
        Process.objects.for_municipality(municipality)
        .public()
        .annotate(followers_number=Count("follows"))
        .filter(followers_number__gt=0)
        .order_by("-followers_number", "title")
    )
    rows = followed.values_list("pk", "title", "followers_number")[:SHOWN]
    return [Choice(str(pk), title, number) for pk, title, number in rows]


def members(municipality: Municipality, value: str) -> Iterable[int]:
    """The people who follow one public process of this municipality."""
    processes = Process.objects.for_municipality(municipality).public().filter(pk=int(value))
    return Follow.objects.filter(process__in=processes.order_by().values("pk")).values_list("user_id", flat=True)


def items(municipality: Municipality) -> list[Item]:
    """The processes in which residents can take part now."""
    now = clock.now()
    found = []
    for process in portal.open_now(municipality, now, limit=ITEMS_SHOWN):
        open_phases = current(list(process.phases.all()), now)
        until = _("%(phase)s, until %(when)s.") % {
            "phase": open_phases[0].title,
            "when": near(open_phases[0].closes_at),
        }
        text = " ".join(part for part in (process.summary, until) if part)
        found.append(Item(str(process.pk), process.title, text, process.get_absolute_url()))
    return found


def declare() -> None:
    register_audience(Audience("process", gettext_lazy("Followers of a process"), choices, members))
    register_items("process", gettext_lazy("Processes to take part in"), items)
