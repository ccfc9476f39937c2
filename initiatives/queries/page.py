"""What the public page of one initiative tells: path of states, who is at the move, timeline, decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.core import clock
from foundation.core.context import url_or_empty
from foundation.core.wording import near, short_day
from initiatives import timeline
from initiatives.enums import MAIN_ROAD, CompetentBody, InitiativeState, Mover, Outcome
from initiatives.models import Decision, Initiative, TeamMember, TimelineEntry
from initiatives.rules import team_role

if TYPE_CHECKING:
    from collections.abc import Container

    from foundation.municipalities.models import Municipality

_S = InitiativeState
_STOPS = (_S.REFUSED, _S.WITHDRAWN)


@dataclass(frozen=True)
class MoveCard:
    """The arguments of the tag ``move_card``."""

    kind: str
    what: str
    turn: str = ""
    until: str = ""
    note: str = ""
    url: str = ""
    action: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Story:
    """How far an initiative is, for everybody."""

    path: list[dict[str, Any]]
    card: MoveCard
    lines: list[timeline.Line]
    decision: Decision | None
    earlier_decisions: list[Decision] = field(default_factory=list)
    may_object: bool = False
    object_to: str = ""  # whom an objection is sent to (Awb 3:45, 6:4)


def find(municipality: Municipality, slug: str, user: Any) -> Initiative | None:
    """The initiative at this address, if this person may read it."""
    found: Initiative | None = (
        Initiative.objects.for_municipality(municipality)
        .visible_to(user)
        .select_related("municipality", "neighbourhood", "handler", "sector")
        .defer("search", "neighbourhood__geometry")
        .filter(slug=slug)
        .first()
    )
    return found


def story(initiative: Initiative, user: Any, now: datetime, empty: Container[str] = ()) -> Story:
    """Everything about its life; two queries at most, and one for who is logged in.

    Args:
        empty: tables that are known to hold nothing of it (``versions.empty``).
    """
    entries = list(initiative.timeline.all()) if "timelineentry" not in empty else []
    decisions = list(initiative.decisions.all()) if "decision" not in empty else []
    decision = decisions[0] if decisions else None
    return Story(
        path=path(initiative, entries),
        card=card(initiative, user, decision, now, imported=any(entry.verb == "imported" for entry in entries)),
        lines=[timeline.line(entry) for entry in reversed(entries)],
        decision=decision,
        earlier_decisions=decisions[1:],
        may_object=decision is not None and clock.today(now) <= decision.objection_until,
        object_to=CompetentBody(decision.body).in_full if decision is not None else "",
    )


def team_of(initiative: Initiative) -> list[TeamMember]:
    """The team with the names, initiators first."""
    return list(initiative.team.select_related("user"))


def path(initiative: Initiative, entries: list[TimelineEntry]) -> list[dict[str, Any]]:
    """The steps with the day on which each began; a plan that stopped ends where it stopped."""
    began: dict[str, datetime] = {}
    if initiative.submitted_at is not None:
        began[_S.SUBMITTED] = initiative.submitted_at
    for entry in entries:
        if entry.state:
            began[entry.state] = entry.at
    state = initiative.state
    road = list(MAIN_ROAD)
    if state in _STOPS:
        road = [step for step in (_S.SUBMITTED, _S.IN_ASSESSMENT, _S.AGREED, _S.IN_EXECUTION) if step in began]
        road = [step for step in road if step != _S.AGREED or state == _S.WITHDRAWN] + [_S(state)]
    elif state == _S.INCOMPLETE:
        road.insert(2 if _S.IN_ASSESSMENT in began else 1, _S.INCOMPLETE)
    here = road.index(_S(state)) if state in road else -1
    final = state in (*_STOPS, _S.EVALUATED)
    steps = []
    for number, step in enumerate(road):
        is_done = number < here or (number == here and final)
        step_state = "done" if is_done else "now" if number == here else "next"
        shown: dict[str, Any] = {"name": _step_name(step), "state": step_state}
        if step_state == "now" and initiative.move_by:
            shown["when"] = pgettext("inside a sentence", "through %(day)s") % {"day": short_day(initiative.move_by)}
        elif step_state != "next" and step in began:
            shown["when"] = short_day(began[step])
        steps.append(shown)
    return steps


def _step_name(state: str) -> str:
    label = str(InitiativeState(state).label)
    return label[:1].upper() + label[1:]


def card(
    initiative: Initiative, user: Any, decision: Decision | None, now: datetime, *, imported: bool = False
) -> MoveCard:
    """Who is at the move, what they are asked, until when.

    Args:
        imported: it comes from a list of before and has no team: nobody looks back on it together.
    """
    if imported and initiative.state == _S.FINISHED:
        return MoveCard("done", _("This plan was carried out before."))
    role = team_role(user, initiative)
    state = initiative.state
    # The last day counts: "until 6 December" leaves people guessing whether the sixth is still in time.
    until = _("Through %(day)s") % {"day": near(initiative.move_by)} if initiative.move_by else ""
    base = [initiative.municipality.slug, initiative.slug]
    if initiative.mover == Mover.TEAM and role:
        return _yours(initiative, base, until)
    if initiative.mover == Mover.TEAM:
        what = {
            _S.DRAFT: _("The initiators still work on this plan."),
            _S.INCOMPLETE: _("They add to their plan what the municipality asked. Until then the term stands still."),
            _S.AGREED: _("They can begin now."),
            _S.IN_EXECUTION: _("They carry out the plan, and tell here how it goes."),
        }[_S(state)]
        return MoveCard("municipality", what, turn=_("The initiators are at the move"), until=until, icon="users-group")
    if initiative.mover == Mover.MUNICIPALITY:
        what = {
            _S.SUBMITTED: _("Looks whether the plan is complete, and then decides."),
            _S.IN_ASSESSMENT: _("Assesses the plan and decides."),
            _S.FINISHED: _("Looks back on the plan together with the initiators."),
        }[_S(state)]
        late = _("The term is over. The municipality must still decide.") if _is_late(initiative, now) else ""
        if late and role:
            # Awb 4:17 and 6:12: who asked may put the municipality in default.
            rights = _(
                "You may write to it that it is too late. From then on it has two weeks (articles 4:17 and 6:12 Awb)."
            )
            late = f"{late} {rights}"
        return MoveCard("municipality", what, until=until, note=late)
    if state == _S.REFUSED:
        what = _("The municipality decided: this plan does not go ahead.")
        if decision is not None and decision.outcome == Outcome.NOT_TREATED:
            what = _("The municipality did not treat this plan, because it was not complete.")
        return MoveCard("done", what, note=_("The reasons stand below.") if decision else "")
    if state == _S.WITHDRAWN:
        return MoveCard("done", _("The initiators withdrew this plan."))
    return MoveCard("done", _("The plan is finished, and what was learned stands here."))


def _yours(initiative: Initiative, base: list[str], until: str) -> MoveCard:
    state = initiative.state
    if state == _S.DRAFT:
        return MoveCard(
            "you",
            _("Look at your plan once more and hand it in."),
            url=url_or_empty("initiatives:edit", *base),
            action=_("Go on with your plan"),
        )
    if state == _S.INCOMPLETE:
        return MoveCard(
            "you",
            _("The municipality needs something more from you before it can decide."),
            until=until,
            note=_("Is it too late? Then the municipality may stop with your plan."),
            url=url_or_empty("initiatives:additions", *base),
            action=_("Add what is asked"),
        )
    if state == _S.AGREED:
        return MoveCard(
            "you",
            _("You can begin. Tell it here when you do."),
            url=url_or_empty("initiatives:step", *base),
            action=_("We have begun"),
        )
    return MoveCard(
        "you",
        _("Carry out your plan, and tell your followers how it goes."),
        url=url_or_empty("initiatives:edit", *base),
        action=_("Go to your own page"),
    )


def _is_late(initiative: Initiative, now: datetime) -> bool:
    return initiative.due_on is not None and initiative.due_on < clock.today(now)


def has_picture(initiative: Initiative, path: str) -> bool:
    """Whether this file is a picture of this initiative.

    Args:
        path: of the file in the storage.
    """
    if initiative.picture and initiative.picture.name == path:
        return True
    return initiative.pictures.filter(image=path).exists() or initiative.news.filter(picture=path).exists()


def last_question(initiative: Initiative) -> str:
    """What the municipality asked for last; "" when it asked nothing."""
    asked = initiative.timeline.filter(verb="ask_additions").order_by("-at", "-pk").first()
    return asked.reason if asked else ""
