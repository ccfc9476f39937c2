"""What needs doing now in a programme, for who runs it: each part of the app tells its own.

A provider is a function of the programme, who looks, and today; it costs a few queries at most, whatever the number of rows.
A part of the app adds its provider to ``PROVIDERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learning_network.enums import ProgrammeState, Stage
from learning_network.models import Participant, Programme
from learning_network.queries import endings, plan
from learning_network.queries.municipality import is_ending

SOON = timedelta(days=14)


@dataclass(frozen=True)
class ToDo:
    """One thing to do, and where. ``late``: it should have been done."""

    text: str
    url: str
    late: bool = False


Provider = Callable[[Programme, Any, date], list[ToDo]]


def of(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """Everything that needs doing now, what is late first."""
    found = [item for provider in PROVIDERS for item in provider(programme, user, today)]
    return sorted(found, key=lambda item: not item.late)


def _at(name: str, programme: Programme, anchor: str = "") -> str:
    return reverse(f"learning_network:{name}", args=[programme.slug]) + anchor


def beginning(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """What a programme in preparation still misses, or that it can begin."""
    if programme.state != ProgrammeState.DRAFT or not user.has_perm("learning_network.lead", programme):
        return []
    missing = [check for check in plan.checks(programme, today) if check.must and not check.done]
    if missing:
        return [ToDo(_("Not there yet: %(what)s") % {"what": check.text}, check.url) for check in missing]
    first = programme.phases.first()
    late = first is not None and first.starts_on < today
    return [ToDo(_("Everything is there: the programme can begin."), _at("life", programme), late)]


def phases(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """A phase that ends soon, and a programme whose last phase is over."""
    if programme.state != ProgrammeState.RUNNING:
        return []
    rows = list(programme.phases.all())
    if rows and rows[-1].ends_on < today:
        return [
            ToDo(_("The last phase is over. Close the programme, or give it more time."), _at("life", programme), True)
        ]
    return [
        ToDo(
            _("“%(phase)s” ends within two weeks. Then “%(next)s” begins.")
            % {"phase": row.title, "next": following.title},
            _at("phases", programme),
        )
        for row, following in pairwise(rows)
        if row.is_now(today) and row.ends_on - today <= SOON
    ]


def recruitment(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """Next steps whose day has come; municipalities that committed and have nobody in."""
    if not user.has_perm("learning_network.lead", programme) or programme.state != ProgrammeState.RUNNING:
        return []
    found = []
    open_rows = programme.enrolments.exclude(stage=Stage.STOPPED)
    due = open_rows.filter(next_step_on__lte=today, stage__in=[Stage.INVITED, Stage.IN_TALKS, Stage.NEARLY_AGREED])
    if number := due.count():
        text = ngettext(
            "At %(n)d municipality the day of the next step has come.",
            "At %(n)d municipalities the day of the next step has come.",
            number,
        )
        found.append(ToDo(text % {"n": number}, _at("board", programme), True))
    there = Participant.objects.filter(enrolment=OuterRef("pk"), left_at__isnull=True)
    empty = programme.enrolments.inside().filter(~Exists(there))
    if number := empty.count():
        text = ngettext(
            "%(n)d municipality is in, but nobody of it is invited yet.",
            "%(n)d municipalities are in, but nobody of them is invited yet.",
            number,
        )
        found.append(ToDo(text % {"n": number}, _at("board", programme)))
    return found


def ground_rules(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """People who have not accepted the newest ground rules."""
    if programme.state != ProgrammeState.RUNNING:
        return []
    newest = programme.ground_rules.order_by("-number").values("pk")[:1]
    number = (
        Participant.objects.present()
        .filter(enrolment__programme=programme)
        .exclude(Q(acceptances__rules__in=newest))
        .count()
    )
    if not number:
        return []
    text = ngettext(
        "%(n)d participant has not accepted the newest ground rules yet.",
        "%(n)d participants have not accepted the newest ground rules yet.",
        number,
    )
    return [ToDo(text % {"n": number}, _at("rules_staff", programme, "#wie"))]


def after(programme: Programme, user: Any, today: date) -> list[ToDo]:
    """At the end: intentions that are not there, and agreements to ask about."""
    found = []
    if is_ending(programme, today):
        missing = len(endings.without(programme))
        if missing:
            text = ngettext(
                "%(n)d municipality has not shared its intention yet.",
                "%(n)d municipalities have not shared their intention yet.",
                missing,
            )
            found.append(ToDo(text % {"n": missing}, _at("endings", programme)))
    if number := endings.to_follow_up(programme, today):
        text = ngettext(
            "Nobody told yet how %(n)d agreement went.", "Nobody told yet how %(n)d agreements went.", number
        )
        found.append(ToDo(text % {"n": number}, _at("endings", programme, "#afspraken")))
    return found


PROVIDERS: list[Provider] = [beginning, phases, recruitment, ground_rules, after]
