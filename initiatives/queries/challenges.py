"""Reading challenges: task beside offer, the requirements, the public register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core.wording import euro, short_day, whole
from foundation.municipalities.models import ByLaw, Municipality
from initiatives.enums import InitiativeKind, InitiativeState, LegalForm, Offer
from initiatives.models import Challenge, ChallengeSettings, Decision, Initiative, RequirementCheck
from initiatives.models.challenge import default_requirements
from initiatives.queries.lists import STAGES

if TYPE_CHECKING:
    from initiatives.models import InitiativeQuerySet


@dataclass(frozen=True)
class Requirements:
    """What a municipality asks: ``lines`` of key, text and required; ``support`` in number of supporters, 0 for none."""

    lines: list[dict[str, Any]]
    support: int
    version: int


@dataclass(frozen=True)
class Pair:
    """One row of the comparison: what there is now, and what is offered."""

    label: str
    now: str
    offered: str


@dataclass(frozen=True)
class Checked:
    """A requirement with what was found of it."""

    key: str
    text: str
    required: bool
    check: RequirementCheck | None


def requirements_of(municipality: Municipality) -> Requirements:
    """The requirements of this municipality; ours to begin with where it set none."""
    row = ChallengeSettings.objects.filter(municipality=municipality).first()
    support = ByLaw.objects.filter(municipality=municipality).values_list("support_threshold", flat=True).first()
    return Requirements(
        lines=row.requirements if row else default_requirements(),
        support=support or 0,
        version=row.version if row else 1,
    )


def of(initiative: Initiative) -> Challenge | None:
    """The challenge of an initiative, if it is one."""
    if initiative.kind != InitiativeKind.CHALLENGE:
        return None
    return Challenge.objects.filter(initiative=initiative).first()


def money(cents: int | None) -> str:
    """An amount, or that nobody knows it."""
    return _("not known") if cents is None else euro(cents)


def months(number: int) -> str:
    """A duration in words."""
    return ngettext("%(number)s month", "%(number)s months", number) % {"number": whole(number)}


def comparison(challenge: Challenge) -> list[Pair]:
    """Now beside the offer, row by row; only where at least one side says something."""
    rows = [
        Pair(_("How it is done"), challenge.quality, challenge.offer),
        Pair(_("Costs a year"), money(challenge.cost_cents), money(challenge.offered_cents)),
        Pair(_("Who does it"), _("the municipality"), challenge.group),
    ]
    if challenge.own_cents:
        rows.append(Pair(_("Own contribution a year"), "", euro(challenge.own_cents)))
    if challenge.other_funds:
        rows.append(Pair(_("Other funds"), "", challenge.other_funds))
    return rows


def difference(challenge: Challenge) -> str:
    """What the offer saves or costs more, in a sentence; empty where a side is unknown."""
    saved = challenge.saved_cents
    if saved is None:
        return ""
    if saved > 0:
        return _("The offer costs %(amount)s less a year.") % {"amount": euro(saved)}
    if saved < 0:
        return _("The offer costs %(amount)s more a year.") % {"amount": euro(-saved)}
    return _("The offer costs the same.")


def facts(challenge: Challenge) -> list[tuple[str, str]]:
    """What else there is to know, as name and text."""
    starts = challenge.initiative.starts_on
    reach = [challenge.reach]
    if challenge.reach_people:
        reach.append(
            ngettext("About %(number)s person.", "About %(number)s people.", challenge.reach_people)
            % {"number": whole(challenge.reach_people)}
        )
    shown = [
        (_("The offer is"), ", ".join(str(Offer(code).label) for code in challenge.offers)),
        (_("Who would do it"), f"{challenge.group} ({LegalForm(challenge.legal_form).label})"),
        (_("For whom"), " ".join(text for text in reach if text)),
        (_("Tie with the neighbourhood"), challenge.rootedness),
        (_("What it brings"), challenge.benefits),
        (_("How long"), months(challenge.months)),
        (_("From"), short_day(starts) if starts else ""),
    ]
    return [(name, text) for name, text in shown if text]


def checklist(initiative: Initiative, challenge: Challenge) -> list[Checked]:
    """Each requirement with what was found; those that were taken off the list since then stay where they were checked."""
    checks = {check.key: check for check in challenge.checks.select_related("by")}
    rows = [
        Checked(line["key"], line["text"], line["required"], checks.pop(line["key"], None))
        for line in requirements_of(initiative.municipality).lines
    ]
    return [*rows, *(Checked(key, check.text, False, check) for key, check in checks.items())]


def register(municipality: Municipality, *, stage: str = "") -> QuerySet[Initiative]:
    """All challenges of a municipality that were handed in, newest first, with decision, agreement and result."""
    rows: InitiativeQuerySet = Initiative.objects.for_municipality(municipality).public()
    rows = rows.filter(kind=InitiativeKind.CHALLENGE)
    if stage in STAGES:
        rows = rows.filter(state__in=STAGES[stage][1])
    newest = Prefetch("decisions", Decision.objects.order_by("-decided_on", "-pk"), to_attr="taken")
    return (
        rows.select_related("challenge", "agreement", "evaluation", "municipality")
        .defer("search", "story")
        .prefetch_related(newest)
        .order_by("-submitted_at", "-pk")
    )


@dataclass(frozen=True)
class Entry:
    """A challenge as the register shows it; everything of it is public."""

    initiative: Initiative
    task: str
    handed_in: date
    decision: Decision | None
    agreement: Any
    result: Any


def entries(rows: Any) -> Iterator[Entry]:
    """The lines of the register; an agreement counts when it is signed, a result when it was looked back on."""
    for row in rows:
        challenge = getattr(row, "challenge", None)
        agreement = getattr(row, "agreement", None)
        decided = row.state not in (
            InitiativeState.SUBMITTED,
            InitiativeState.INCOMPLETE,
            InitiativeState.IN_ASSESSMENT,
        )
        yield Entry(
            initiative=row,
            task=challenge.task if challenge else row.title,
            handed_in=timezone.localtime(row.submitted_at).date(),
            decision=row.taken[0] if row.taken and decided else None,
            agreement=agreement if agreement is not None and agreement.signed_on else None,
            result=getattr(row, "evaluation", None) if row.state == InitiativeState.EVALUATED else None,
        )


def register_head() -> list[str]:
    return [
        _("Title"),
        _("Task"),
        _("Handed in on"),
        _("State"),
        _("Decision"),
        _("Decided on"),
        _("Reasons"),
        _("Agreement from"),
        _("Agreement until"),
        _("Budget in euros"),
        _("What came of it"),
    ]


def register_rows(municipality: Municipality, *, stage: str = "") -> Iterator[list[Any]]:
    """The register as a table of cells, in the order of ``register_head``."""
    for entry in entries(register(municipality, stage=stage)):
        decision, agreement = entry.decision, entry.agreement
        yield [
            entry.initiative.title,
            entry.task,
            entry.handed_in,
            entry.initiative.get_state_display(),
            decision.get_outcome_display() if decision else "",
            decision.decided_on if decision else None,
            decision.reasons if decision else "",
            agreement.starts_on if agreement else None,
            agreement.ends_on if agreement else None,
            agreement.budget_cents / 100 if agreement else None,
            entry.result.results if entry.result else "",
        ]
