"""What problems, proposals and the vote show on the pages of a process; registered in ``slots``."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock
from foundation.core.drawings import fingerprint
from foundation.core.wording import euro, whole
from foundation.voting.enums import HIDDEN_STATES, BallotState
from participation.enums import PhaseKind
from participation.enums_proposals import LIVING, VERDICTS, ProposalState
from participation.models import Phase, Process, Proposal
from participation.queries import openness, versions
from participation.queries import problems as problem_queries
from participation.queries import proposals as proposal_queries
from participation.queries import votes as vote_queries
from participation.queries.report_text import in_words, quoted
from participation.services import votes
from participation.views._known import known

SHOWN = 6
MOST_IN_REPORT = 500


def analysis(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The shared statement, the problems that most endorse, and bringing one in."""

    def rows() -> list[Any]:
        found = list(problem_queries.find(process, problem_queries.Wish())[:SHOWN])
        for row in found:
            row.process = process
        return found

    is_open = openness.is_open(process, PhaseKind.ANALYSIS, clock.now())
    return {
        "template": "participation/parts/problems.html",
        "statement": SimpleLazyObject(lambda: problem_queries.statement_of(process)),
        "totals": SimpleLazyObject(lambda: problem_queries.totals(process)),
        "rows": SimpleLazyObject(rows),
        "is_open": is_open,
        "drawn": _drawn(request, process, phase, "problems", is_open),
    }


def proposals(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """Some proposals, how many there are, and making one; in the check how far that is."""
    sort = (
        "steun" if phase.kind == PhaseKind.FEASIBILITY else "gesprek" if phase.kind == PhaseKind.DISCUSSION else "nieuw"
    )
    rows = proposal_queries.find(process, proposal_queries.Wish(sort=sort))[:SHOWN]

    def counts() -> dict[str, int]:
        totals = proposal_queries.totals(process)
        return {
            "all": totals["all"],
            "living": sum(totals[state] for state in LIVING),
            "judged": sum(totals[state] for state in VERDICTS),
        }

    is_open = phase.kind == PhaseKind.PROPOSALS and openness.is_open(process, phase.kind, clock.now())
    return {
        "template": "participation/parts/proposals.html",
        "stage": phase.kind,
        "title": {"steun": _("Most supported"), "gesprek": _("Most discussed"), "nieuw": _("Newest proposals")}[sort],
        "cards": SimpleLazyObject(lambda: proposal_queries.cards(rows, process, level=4)),
        "counts": SimpleLazyObject(counts),
        "is_open": is_open,
        "drawn": _drawn(request, process, phase, "proposals", is_open),
    }


def _drawn(request: HttpRequest, process: Process, phase: Phase, part: str, is_open: bool) -> str:
    """Under what the part of a phase is kept: the version of what stands in it, and what it shows of the process and the phase.

    Nothing in it is of one reader. What is drawn is asked only where it is drawn anew.
    """
    version = versions.only(known(request, versions.of_process, process.slug), part)
    return fingerprint(version, process.pk, process.slug, phase.kind, is_open, request.get_host())


def vote(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """What one can do now, until when; after publication who won."""
    found = vote_queries.current(process)
    part: dict[str, Any] = {"template": "participation/parts/vote.html", "ballot": None, "winners": None}
    if found is None or found.ballot.state in HIDDEN_STATES:
        return part
    ballot, now = found.ballot, clock.now()
    part |= {
        "ballot": ballot,
        "options": ballot.options.count(),
        "takes_votes": ballot.takes_votes(now),
        "is_over": ballot.closes_at is not None and ballot.closes_at <= now,
    }
    if ballot.state == BallotState.PUBLISHED:
        votes.note_result(vote=found)
        part["winners"] = list(vote_queries.winners(process))
        part["result_url"] = reverse("voting:result", args=[process.municipality.slug, ballot.slug])
    return part


# --- Behind the door of the back office ----------------------------------------------------------------------------------


def staff_analysis(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """How many problems, and the shared statement."""
    return {
        "template": "participation/parts/staff_problems.html",
        "statement": problem_queries.statement_of(process),
        "totals": problem_queries.totals(process),
    }


def staff_proposals(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """How many proposals wait for what."""
    totals = proposal_queries.totals(process)
    waiting = totals[ProposalState.SUBMITTED] + totals[ProposalState.IN_CHECK]
    return {"template": "participation/parts/staff_proposals.html", "totals": totals, "waiting": waiting}


def staff_vote(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """The ballot, or making one."""
    found = vote_queries.current(process)
    feasible = proposal_queries.totals(process)[ProposalState.FEASIBLE] if found is None else 0
    return {
        "template": "participation/parts/staff_vote.html",
        "ballot": found.ballot if found else None,
        "feasible": feasible,
    }


# --- Chapters of the report ----------------------------------------------------------------------------------------------


def problems_chapter(process: Process) -> dict[str, Any] | None:
    """How many problems, the shared statement, and what stood in it."""
    totals = problem_queries.totals(process)
    if not totals["problems"]:
        return None
    number = totals["problems"]
    sentence = ngettext("Residents brought in %(n)s problem.", "Residents brought in %(n)s problems.", number) % {
        "n": in_words(number)
    }
    endorsed = totals["endorsements"]
    sentence += " " + ngettext("They were endorsed %(n)s time.", "They were endorsed %(n)s times.", endorsed) % {
        "n": whole(endorsed)
    }
    blocks: list[dict[str, Any]] = [{"kind": "paragraph", "text": sentence}]
    statement = problem_queries.statement_of(process)
    if statement is not None:
        sentence += " " + _("The shared description of the problem is: “%(title)s”.") % {"title": statement.title}
        blocks.append({"kind": "facts", "items": [[statement.title, statement.text]]})
    rows = problem_queries.find(process, problem_queries.Wish())[:MOST_IN_REPORT]
    blocks.append(
        {
            "kind": "table",
            "caption": _("The problems, most endorsed first"),
            "head": [_("Problem"), _("Endorsed")],
            "rows": [[row.title, whole(row.endorsements_total)] for row in rows],
        }
    )
    return {"title": _("What was going on"), "blocks": blocks, "sentence": sentence, "part": "brought"}


def proposals_chapter(process: Process) -> dict[str, Any] | None:
    """Every proposal with what came of it."""
    totals = proposal_queries.totals(process)
    if not totals["all"]:
        return None
    rows = list(
        proposal_queries.for_cards(Proposal.objects.filter(process=process).public()).order_by(
            F("won").desc(nulls_last=True), "-supporters_total", "pk"
        )[:MOST_IN_REPORT]
    )
    number, feasible = totals["all"], totals[ProposalState.FEASIBLE]
    sentence = ngettext("%(n)s proposal was handed in.", "%(n)s proposals were handed in.", number) % {
        "n": in_words(number)
    }
    if feasible:
        told = ngettext("%(n)s of them turned out feasible.", "%(n)s of them turned out to be feasible.", feasible)
        told %= {"n": in_words(feasible)}
        sentence += f" {told[:1].upper()}{told[1:]}"
    won = [row for row in rows if row.won]
    if won:
        names = quoted(row.title for row in won[:20])
        sentence += " " + _("Residents chose %(names)s.") % {"names": names}
    return {
        "title": _("The proposals"),
        "sentence": sentence,
        "part": "brought",
        "blocks": [
            {"kind": "paragraph", "text": sentence},
            {
                "kind": "table",
                "caption": _("Every proposal and what came of it"),
                "head": [_("Proposal"), _("What came of it"), _("Supporters"), _("Cost")],
                "rows": [
                    [
                        row.title,
                        proposal_queries.badge(row)[0],
                        whole(row.supporters_total),
                        "–" if row.known_cost_cents is None else euro(row.known_cost_cents),
                    ]
                    for row in rows
                ],
            },
        ],
    }
