"""Initiatives and discussions on "Vandaag": terms that run out, views that are waited for, texts to look at."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.core.wording import near, short_day
from foundation.discussion.queries import moderation
from foundation.municipalities.models import Municipality
from initiatives.enums import InitiativeState
from initiatives.queries import townhall, worklist
from portal.queries.work import Work

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from initiatives.models import Initiative, SectorView

SHOWN = 8


def initiative_work(municipality: Municipality, user: User, now: datetime) -> list[Work]:
    """What this member of staff has to do for initiatives: their own and those without a contact."""
    if not user.has_perm("initiatives.see_work", municipality):
        return []
    today = clock.today(now)
    ours = Q(handler=user) | Q(handler=None)
    urgent = (
        worklist.of(municipality)
        .filter(ours)
        .filter(
            Q(state=InitiativeState.SUBMITTED)
            | Q(state=InitiativeState.IN_ASSESSMENT, due_on__lte=today + worklist.SOON)
            | Q(state=InitiativeState.INCOMPLETE, answer_by__lt=today)
        )
        .select_related("municipality")
        .only("title", "slug", "state", "due_on", "answer_by", "municipality__slug")
        .order_by("due_on", "pk")[:SHOWN]
    )
    lines = [_of_initiative(row, municipality, now) for row in urgent]
    lines += [_of_view(view, municipality, now) for view in townhall.views_for(user, municipality)[:SHOWN]]
    for knot in townhall.escalations_for(user, municipality)[:SHOWN]:
        url = url_or_empty("initiatives:escalation", municipality.slug, knot.initiative.slug, knot.pk)
        lines.append(Work(knot.initiative.title, _("A colleague asks you to decide."), url, _("Answer"), "warning"))
    return lines


def _of_initiative(row: Initiative, municipality: Municipality, now: datetime) -> Work:
    url = url_or_empty("initiatives:case", municipality.slug, row.slug)
    today = clock.today(now)
    if row.state == InitiativeState.INCOMPLETE:
        text = _("No additions came before %(day)s.") % {"day": short_day(row.answer_by)}
        return Work(row.title, text, url, _("Go on"), "warning", True)
    late = row.due_on is not None and row.due_on < today
    if row.state == InitiativeState.SUBMITTED and not late:
        text = _("Handed in. Look whether it is complete; decide before %(when)s.") % {"when": near(row.due_on)}
        return Work(row.title, text, url, _("New"), "info")
    text = _("The term ended on %(when)s.") if late else _("The term ends %(when)s.")
    return Work(row.title, text % {"when": near(row.due_on)}, url, _("Decide"), "error" if late else "warning", late)


def _of_view(view: SectorView, municipality: Municipality, now: datetime) -> Work:
    url = url_or_empty("initiatives:sector_view", municipality.slug, view.initiative.slug, view.pk)
    late = view.answer_by < clock.today(now)
    text = _("Your sector, %(sector)s, gives its view before %(when)s.") % {
        "sector": view.sector.name,
        "when": near(view.answer_by),
    }
    return Work(view.initiative.title, text, url, _("View asked"), "warning" if late else "info", late)


def discussion_work(municipality: Municipality, user: User, now: datetime) -> list[Work]:
    """How much waits for who looks after discussions."""
    if not user.has_perm("discussion.moderate", municipality):
        return []
    waits = moderation.waiting(municipality, now)
    url = url_or_empty("discussion:queue", municipality.slug)
    late = waits.late > 0
    lines = []
    for number, text in (
        (waits.held, ngettext("%(n)d text waits for a check", "%(n)d texts wait for a check", waits.held)),
        (waits.reported, ngettext("%(n)d text was reported", "%(n)d texts were reported", waits.reported)),
        (
            waits.appeals,
            ngettext("%(n)d writer asks for a second look", "%(n)d writers ask for a second look", waits.appeals),
        ),
    ):
        if number:
            why = _("The oldest waits since %(when)s.") % {"when": near(waits.oldest)} if waits.oldest else ""
            lines.append(Work(text % {"n": number}, why, url, _("Discussion"), "warning" if late else "info", late))
    return lines
