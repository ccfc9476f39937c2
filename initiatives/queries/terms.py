"""The term within which to decide, and how many weeks it has: reads only."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.core.terms import Extension, Length, Suspension, Term
from foundation.municipalities.models import ByLaw, Municipality
from initiatives.enums import TermEventKind
from initiatives.models import Initiative, KindTerm, TermEvent

AWB_WEEKS = 8  # Awb 4:13: a reasonable term has ended in any case after eight weeks
AWB_EXTENSION_WEEKS = 6


@dataclass(frozen=True)
class Weeks:
    """The weeks to decide, and the most that may be added (0: none)."""

    decision: int
    extension: int
    source: str  # "kind", "by_law" or "awb"


def weeks_for(municipality: Municipality, kind: str) -> Weeks:
    """The terms that hold now for this kind."""
    own = KindTerm.objects.filter(municipality=municipality, kind=kind).first()
    if own is not None:
        return Weeks(own.decision_weeks, own.extension_weeks, "kind")
    by_law = ByLaw.objects.filter(municipality=municipality).first()
    if by_law is not None:
        return Weeks(by_law.decision_weeks, by_law.extension_weeks, "by_law")
    return Weeks(AWB_WEEKS, AWB_EXTENSION_WEEKS, "awb")


def weeks_left(initiative: Initiative) -> int:
    """How many weeks of extension are left."""
    term = of(initiative)
    used = sum(extra.length.weeks for extra in term.extensions) if term else 0
    return max(0, weeks_for(initiative.municipality, initiative.kind).extension - used)


def of(initiative: Initiative) -> Term | None:
    """The term with all that happened to it; None before anything was handed in."""
    return build(list(initiative.term_events.order_by("day", "pk")))


def build(events: list[TermEvent]) -> Term | None:
    """The term that follows from these events, in order."""
    begun: TermEvent | None = None
    suspensions: list[Suspension] = []
    extensions: list[Extension] = []
    asked: TermEvent | None = None
    for event in events:
        if event.kind == TermEventKind.RECEIVED:
            begun, suspensions, extensions, asked = event, [], [], None
        elif event.kind == TermEventKind.SUSPENDED:
            asked = event
        elif event.kind == TermEventKind.RESUMED and asked is not None:
            stood_still = Suspension.for_additions(asked.day, max(event.day, asked.day), asked.reason)
            if stood_still.first != stood_still.until:  # answered at once: no day was won, so there is nothing to tell
                suspensions.append(stood_still)
            asked = None
        elif event.kind == TermEventKind.EXTENDED:
            extensions.append(Extension(event.day, Length(weeks=event.weeks or 1), event.reason))
    if begun is None:
        return None
    if asked is not None:
        suspensions.append(Suspension.for_additions(asked.day, None, asked.reason))
    return Term(begun.day, begun.weeks or 8, tuple(suspensions), tuple(extensions))
