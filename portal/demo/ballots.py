"""The votes of the demo, through the services that people use; each is made where it is missing."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Area, Municipality, Residency
from foundation.notifications.models import Message
from foundation.voting.enums import BallotState, LimitKind
from foundation.voting.models import Ballot, VoterRecord
from foundation.voting.services import ballots, casting, counting, options, publishing
from portal.demo.people import crowd
from portal.demo.projects import Project

EURO = 100


@dataclass(frozen=True)
class Plan:
    """A vote to be made. ``opens`` and ``closes`` in days from today; ``voters``: how many people voted."""

    title: str
    question: str
    projects: Sequence[Project]
    budget: int
    opens: int
    closes: int
    voters: int = 0
    areas: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


def draft(municipality: Municipality, plan: Plan, *, by: User, now: datetime) -> Ballot:
    """The vote as a draft with its projects."""
    known = {area.code: area for area in Area.objects.for_municipality(municipality).current()}
    ballot = ballots.create(
        municipality=municipality,
        title=plan.title,
        by=by,
        question=plan.question,
        budget_cents=plan.budget * EURO,
        opens_at=_at(now, plan.opens, 9),
        closes_at=_at(now, plan.closes, 20),
        **{"limit_kind": LimitKind.BUDGET, "rule": "equal_shares", **plan.fields},
    )
    options.replace_all(
        ballot=ballot,
        options=[
            options.NewOption(
                title=project.title,
                cost_cents=project.cost * EURO,
                text=project.text,
                area=known.get(project.area),
                category=project.theme,
            )
            for project in plan.projects
        ],
        by=by,
    )
    return ballots.change(ballot=ballot, by=by, areas=[known[code] for code in plan.areas]) if plan.areas else ballot


def announced(municipality: Municipality, plan: Plan, *, by: User, now: datetime) -> Ballot:
    """The vote as residents see it before it opens; announced two weeks before, or now when that is still to come."""
    ballot = draft(municipality, plan, by=by, now=now)
    assert ballot.opens_at is not None
    return ballots.announce(ballot=ballot, by=by, now=min(now, ballot.opens_at - timedelta(days=14)))


def opened(
    municipality: Municipality, plan: Plan, *, by: User, now: datetime, also: Iterable[User] = (), seed: int
) -> Ballot:
    """An open vote, with the votes of ``plan.voters`` residents and of ``also`` in the box."""
    ballot = announced(municipality, plan, by=by, now=now)
    assert ballot.opens_at is not None
    ballot = ballots.open_now(ballot=ballot, by=by, now=ballot.opens_at)
    _vote(ballot, plan, also=also, seed=seed)
    return ballot


def counted(municipality: Municipality, plan: Plan, *, by: User, now: datetime, seed: int) -> Ballot:
    """A vote that closed by the clock and was counted."""
    ballot = opened(municipality, plan, by=by, now=now, seed=seed)
    return finish(ballot, now=now)


def finish(ballot: Ballot, *, now: datetime) -> Ballot:
    """Close and count what is due, as the worker would."""
    ballots.advance(ballot_id=ballot.pk, now=now)
    counting.count_ballot(ballot_id=ballot.pk)
    ballot.refresh_from_db()
    return ballot


def published(municipality: Municipality, plan: Plan, *, by: User, second: User, now: datetime, seed: int) -> Ballot:
    """A vote with its result known to everybody; ``second`` establishes it, as a binding vote asks. It is old news, so
    the messages about it go before they are sent."""
    ballot = publish(counted(municipality, plan, by=by, now=now, seed=seed), by=by, second=second)
    Message.objects.filter(about=f"voting.ballot:{ballot.pk}").delete()
    return ballot


def publish(ballot: Ballot, *, by: User, second: User) -> Ballot:
    """From counted to published."""
    if ballot.state == BallotState.COUNTED:
        ballot = publishing.certify(ballot=ballot, by=second)
    if ballot.state == BallotState.CERTIFIED:
        ballot = publishing.publish(ballot=ballot, by=by)
    return ballot


def _vote(ballot: Ballot, plan: Plan, *, also: Iterable[User], seed: int) -> None:
    if VoterRecord.objects.filter(ballot=ballot).exists():
        return
    ballot = Ballot.objects.select_related("municipality", "secret").get(pk=ballot.pk)
    assert ballot.opens_at is not None
    moment = ballot.opens_at + timedelta(hours=1)
    chance = random.Random(seed)
    paper = [(option.number, option.cost_cents, option.area) for option in ballot.options.select_related("area")]
    pulls = {number: project.pull for (number, _cost, _area), project in zip(paper, plan.projects, strict=True)}
    with crowd(ballot.municipality, plan.voters, seed=seed, areas=plan.areas) as residents:
        also_homes = list(Residency.objects.filter(municipality=ballot.municipality, user__in=list(also)))
        for home in [*residents, *also_homes]:
            casting.cast(
                ballot=ballot,
                by=home.user,
                choices=_choice(chance, ballot, paper, pulls, home.neighbourhood),
                form_token=secrets.token_urlsafe(24),
                now=moment,
            )


def _choice(
    chance: random.Random,
    ballot: Ballot,
    paper: list[tuple[int, int, Area | None]],
    pulls: dict[int, int],
    home: Area | None,
) -> list[int]:
    """What somebody chooses: what pulls, and most of all what lies in their own neighbourhood or district."""
    if chance.random() < 0.02:
        return []  # a blank vote

    def liking(entry: tuple[int, int, Area | None]) -> float:
        number, _cost, area = entry
        near = 1.0
        if home is not None and area is not None:
            near = 3.0 if area.pk == home.pk else 1.8 if area.parent_id == home.parent_id else 1.0
        return chance.random() ** (1 / (pulls[number] * near))

    left = ballot.budget_cents or 0
    most = ballot.max_choices if ballot.limit_kind == LimitKind.NUMBER and ballot.max_choices else chance.randint(2, 6)
    chosen: list[int] = []
    for number, cost, _area in sorted(paper, key=liking, reverse=True):
        if len(chosen) < most and (cost <= left or ballot.limit_kind != LimitKind.BUDGET):
            chosen.append(number)
            left -= cost
    return sorted(chosen)


def _at(now: datetime, days: int, hour: int) -> datetime:
    """A whole hour in Amsterdam, so many days from today."""
    return datetime.combine(clock.today(now) + timedelta(days=days), time(hour), tzinfo=clock.AMSTERDAM)
