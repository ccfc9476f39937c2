"""Everything about one initiative that its contact at the town hall needs on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.accounts.models import User
from foundation.core.terms import Event, Term
from foundation.core.wording import short_day
from foundation.municipalities.queries import mail_language
from initiatives import timeline
from initiatives.enums import ACTIONS, InitiativeState, Mover
from initiatives.enums import UNDECIDED as UNDECIDED
from initiatives.models import Decision, Initiative, Letter, TeamMember
from initiatives.queries import terms
from initiatives.queries.worklist import waits


@dataclass(frozen=True)
class Overview:
    """The page of a case. ``can`` names the steps that are possible now for this person."""

    can: frozenset[str]
    waits: str
    waits_kind: str
    term: Term | None
    term_lines: list[tuple[date, str]]
    weeks_left: int
    team: list[TeamMember]
    decisions: list[Decision]
    letters: list[Letter]
    lines: list[timeline.Line]
    needs: str


def overview(initiative: Initiative, user: User, today: date) -> Overview:
    """What the page of a case shows."""
    term = terms.of(initiative)
    text, kind = waits(initiative, today)
    left = terms.weeks_left(initiative) if initiative.state in UNDECIDED else 0
    return Overview(
        can=frozenset(_can(initiative, user, today, left)),
        waits=text,
        waits_kind=kind,
        term=term,
        term_lines=[(event.day, _term_line(event)) for event in term.history] if term else [],
        weeks_left=left,
        team=list(initiative.team.select_related("user")),
        decisions=list(initiative.decisions.select_related("by")),
        letters=list(initiative.letters.all()),
        lines=[timeline.line(entry) for entry in initiative.timeline.order_by("-at", "-pk")[:50]],
        needs=_needs(initiative, today),
    )


def _can(initiative: Initiative, user: User, today: date, left: int) -> set[str]:
    """The steps of the town hall that are open now."""
    may_handle = user.has_perm("initiatives.handle", initiative.municipality)
    may_decide = user.has_perm("initiatives.decide", initiative.municipality)
    state = initiative.state
    found = {
        name
        for name, action in ACTIONS.items()
        if Mover.MUNICIPALITY in action.movers
        and state in action.old
        and user.has_perm(action.permission, initiative.municipality)
    }
    if may_handle and state in UNDECIDED:
        found.add("forward")
    if may_handle and left and state in (InitiativeState.SUBMITTED, InitiativeState.IN_ASSESSMENT):
        found.add("extend")
    late = initiative.answer_by is not None and today > initiative.answer_by
    if may_decide and (state == InitiativeState.IN_ASSESSMENT or (state == InitiativeState.INCOMPLETE and late)):
        found.add("decide")
    return found


def _needs(initiative: Initiative, today: date) -> str:
    """What is waited for, in one sentence."""
    match initiative.state:
        case InitiativeState.SUBMITTED:
            return _("Look whether the plan is complete. Then take it up, or ask for what is missing.")
        case InitiativeState.INCOMPLETE:
            if initiative.answer_by and today > initiative.answer_by:
                return _("The time for additions is over. Take the plan up as it is, or decide not to treat it.")
            return _("The initiators are at the move. You can go on yourself when you have what you need.")
        case InitiativeState.IN_ASSESSMENT:
            return _("Assess the plan, ask the sectors for their view, and record the decision.")
        case InitiativeState.AGREED:
            return _("The plan may begin. The initiators say when it does.")
        case InitiativeState.REFUSED:
            return _("Nothing, unless somebody objects.")
        case InitiativeState.IN_EXECUTION:
            return _("The plan is being carried out. Keep in touch with the initiators.")
        case InitiativeState.FINISHED:
            return _("Look back on the plan together with the initiators.")
    return _("Nothing more is waited for.")


def _term_line(event: Event) -> str:
    due = short_day(event.due) if event.due else ""
    match event.what:
        case "received":
            return _("Received. Decide before %(day)s (%(article)s).") % {"day": due, "article": event.article}
        case "suspended":
            return _("The term stands still (%(article)s).") % {"article": event.article}
        case "resumed":
            return _("The term goes on. Decide before %(day)s.") % {"day": due}
    return _("Extended. Decide before %(day)s (%(article)s).") % {"day": due, "article": event.article}


def latest(initiative: Initiative) -> timeline.Line | None:
    """The newest line of the timeline: what somebody else did in the meantime."""
    entry = initiative.timeline.order_by("-at", "-pk").first()
    return timeline.line(entry) if entry else None


def letter_context(letter: Letter) -> dict[str, Any]:
    """What the PDF of a letter holds; in the municipality's own form of Dutch."""
    initiative = letter.initiative
    municipality = initiative.municipality
    with translation.override(mail_language(municipality.pk)):
        names = [str(member.user) for member in initiative.team.select_related("user").filter(role="initiator")]
        return {
            "municipality": municipality.name,
            "title": letter.subject,
            "recipient": names,
            "sender": [municipality.name, *([municipality.contact_email] if municipality.contact_email else [])],
            "facts": [
                [_("Date"), short_day(letter.dated_on)],
                [pgettext("which one", "Number"), letter.reference],
                [_("Plan"), f"{settings.SITE_URL}{initiative.get_absolute_url()}"],
            ],
            "salutation": _("Dear initiators,"),
            "blocks": [{"kind": "paragraph", "text": text} for text in letter.paragraphs],
            "closing": _("Kind regards,"),
            "signature": [letter.signed_as] if letter.signed_as else [municipality.name],
            "notes": [],
        }
