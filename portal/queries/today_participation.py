"""Processes on "Vandaag": what waits for a check or an answer, decisions and milestones, preparations to look at."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.core.wording import short_day, whole
from foundation.municipalities.models import Municipality
from participation.enums import PhaseKind, PhaseMoment, ProcessState
from participation.enums_outcome import WAITING
from participation.enums_proposals import ProposalState
from participation.frame import warnings
from participation.models import Contribution, Decision, Milestone, Process, Proposal
from participation.personal_data import contributions
from participation.queries.processes import with_phases
from portal.queries.work import Work

if TYPE_CHECKING:
    from foundation.accounts.models import User

SHOWN = 8
MOST = 200
SOON = timedelta(days=7)
# While one of these is open or still to come, contributions come in; answers are asked for afterwards.
GATHERING = frozenset([PhaseKind.ANALYSIS, PhaseKind.PROPOSALS, PhaseKind.VIEWS, PhaseKind.WRITING])


def participation_work(municipality: Municipality, user: User, now: datetime) -> list[Work]:
    """What this member of staff has to do for processes. As many queries as there are kinds of work."""
    if not user.has_perm("participation.see_work", municipality):
        return []
    running = Process.objects.for_municipality(municipality).filter(
        state__in=[ProcessState.DRAFT, ProcessState.PUBLISHED]
    )
    processes = list(with_phases(running.order_by("-pk"))[:MOST])
    public = {one.pk: one for one in processes if one.is_public}
    lines = _decisions(municipality, now) + _milestones(municipality, now)
    lines += _to_check(public, municipality, user)
    lines += _unanswered(public, municipality, now)
    lines += [line for one in processes if (line := _draft(one, municipality))]
    return sorted(lines, key=lambda line: not line.late)[:SHOWN]


def _decisions(municipality: Municipality, now: datetime) -> list[Work]:
    today = clock.today(now)
    rows = Decision.objects.filter(process__municipality=municipality, process__state=ProcessState.PUBLISHED)
    rows = rows.filter(state__in=WAITING, decides_on__lte=today + SOON).select_related("process")
    found = []
    for row in rows.order_by("decides_on", "pk")[:SHOWN]:
        late = row.decides_on is not None and row.decides_on < today
        text = _("Would be decided on %(day)s. Record what was decided.") if late else _("Is decided on %(day)s.")
        url = url_or_empty("participation:decision", municipality.slug, row.process.slug, row.pk)
        kind = "warning" if late else "info"
        found.append(Work(row.title, text % {"day": short_day(row.decides_on)}, url, _("Decision"), kind, late))
    return found


def _milestones(municipality: Municipality, now: datetime) -> list[Work]:
    rows = Milestone.objects.filter(process__municipality=municipality, done_on=None, dropped_on=None)
    rows = rows.filter(due_on__lt=clock.today(now)).exclude(process__state=ProcessState.DRAFT)
    rows = rows.exclude(process__state=ProcessState.STOPPED).select_related("process")
    text = _("Planned on %(day)s and not done yet: say how it goes.")
    return [
        Work(
            row.title,
            text % {"day": short_day(row.due_on)},
            url_or_empty("participation:milestone", municipality.slug, row.process.slug, row.pk),
            _("Milestone"),
            "warning",
            True,
        )
        for row in rows.order_by("due_on", "pk")[:SHOWN]
    ]


def _to_check(public: dict[int, Process], municipality: Municipality, user: User) -> list[Work]:
    waiting = Proposal.objects.filter(
        Q(handler=user) | Q(handler=None),
        process__in=list(public),
        state__in=[ProposalState.SUBMITTED, ProposalState.IN_CHECK],
        hidden_at=None,
    )
    found = []
    for pk, number in waiting.order_by().values_list("process").annotate(number=Count("pk")):
        process = public[pk]
        text = ngettext(
            "%(n)s proposal waits for a check.",
            "%(n)s proposals wait for a check.",
            number,
        ) % {"n": whole(number)}
        url = url_or_empty("participation:proposal_work", municipality.slug, process.slug)
        found.append(Work(process.title, text, url, _("Check"), "info"))
    return found


def _unanswered(public: dict[int, Process], municipality: Municipality, now: datetime) -> list[Work]:
    """Where nothing more comes in: how many contributions have no answer yet."""
    ready = [pk for pk, one in public.items() if _is_gathered(one, now)]
    numbers: Counter[int] = Counter()
    for model in contributions():
        for pk, number in _without_answer(model, ready):
            numbers[pk] += number
    found = []
    for pk, number in sorted(numbers.items(), reverse=True):
        process = public[pk]
        text = ngettext("%(n)s contribution has no answer yet.", "%(n)s contributions have no answer yet.", number) % {
            "n": whole(number)
        }
        url = url_or_empty("participation:staff_answers", municipality.slug, process.slug)
        found.append(Work(process.title, text, url, _("Answer"), "warning"))
    return found


def _is_gathered(process: Process, now: datetime) -> bool:
    gathering = [phase for phase in process.phases.all() if phase.kind in GATHERING]
    return bool(gathering) and all(phase.moment(now) == PhaseMoment.OVER for phase in gathering)


def _without_answer(model: type[Contribution], processes: list[int]) -> list[tuple[int, int]]:
    manager: Any = model._default_manager
    rows = manager.filter(process__in=processes, answer_outcome="", hidden_at=None)
    if any(field.name == "submitted_at" for field in model._meta.concrete_fields):
        rows = rows.filter(submitted_at__isnull=False).exclude(state__in=["withdrawn", "merged"])
    return list(rows.order_by().values_list("process").annotate(number=Count("pk")))


def _draft(process: Process, municipality: Municipality) -> Work | None:
    """A preparation about which something has to be looked at."""
    if process.is_public:
        return None
    found = warnings(process, list(process.phases.all()))
    if not found:
        return None
    text = ngettext("In preparation; %(n)s thing to look at.", "In preparation; %(n)s things to look at.", len(found))
    url = url_or_empty("participation:staff", municipality.slug, process.slug)
    return Work(process.title, text % {"n": whole(len(found))}, url, _("Preparation"))
