"""Single transferable vote by the rules for Scottish councils, exact in units of 0.00001 vote.

The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, Part III: rules 45 (first stage), 46 (quota),
47 (election), 48 and 49 (surpluses, by the weighted inclusive Gregory method), 50 and 51 (exclusion), 52 (last vacancies).
The rules for later elections (SSI 2011/399) count the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from .greedy import story
from .instant_runoff import next_place
from .most_support import plain_outcome
from .outcome import Outcome, Story, Tie
from .profile import Profile
from .records import Round
from .settings import StvSettings
from .ties import TieBreaker

UNITS = 100_000  # rule 48(3): five decimal places, any remainder ignored


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Equal papers with one candidate: the ranking, the place in it, how many papers, the value of each in `UNITS`."""

    choices: tuple[int, ...]
    place: int
    papers: int
    value: int


@dataclass
class _Count:
    profile: Profile
    settings: StvSettings
    breaker: TieBreaker
    quota: int  # in whole votes
    continuing: set[int]
    votes: list[int]  # credited to each candidate, in UNITS
    parcels: dict[int, list[_Parcel]]
    elected: list[int] = field(default_factory=list)
    exhausted: int = 0
    lost: int = 0
    history: list[tuple[int, ...]] = field(default_factory=list)  # votes at the end of each stage
    rounds: list[Round] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    stories: dict[int, Story] = field(default_factory=dict)

    @property
    def vacancies(self) -> int:
        return self.settings.seats - len(self.elected)

    def run(self) -> None:
        self.end_stage("first", None)
        while self.vacancies and self.continuing:
            surplus = [p for p in self.elected if self.votes[p] > self.quota * UNITS]
            if surplus:
                most = max(self.votes[p] for p in surplus)
                giver = self.settle([p for p in surplus if self.votes[p] == most], phase="surplus")
                self.transfer_surplus(giver)
                self.end_stage("surplus", giver)
            else:
                fewest = min(self.votes[p] for p in self.continuing)
                loser = self.settle([p for p in self.continuing if self.votes[p] == fewest], phase="exclusion")
                self.exclude(loser)
                self.end_stage("excluded", loser)

    def order(self, positions: list[int]) -> list[int]:
        """Most votes first; equals by their votes at the most recent stage that separates them, then by the chain."""

        def key(position: int) -> tuple[list[int], int]:
            earlier = [-stage[position] for stage in reversed(self.history)]
            return [-self.votes[position], *earlier], self.breaker.rank[position]

        return sorted(positions, key=key)

    def settle(self, tied: list[int], *, phase: str) -> int:
        """Whose surplus goes first (rule 49(2) and (3)), or who is excluded (rule 51(2)), among equals."""
        if len(tied) == 1:
            return tied[0]
        order = self.order(tied)
        taken, closest = (order[-1], order[-2]) if phase == "exclusion" else (order[0], order[1])
        by_stages = any(stage[taken] != stage[closest] for stage in self.history)
        options = self.profile.options
        self.ties.append(
            Tie(
                round=len(self.rounds),
                phase=phase,
                options=tuple(options[p].id for p in order),
                chosen=options[taken].id,
                decided_by="earlier_stages" if by_stages else self.breaker.separates(taken, closest),
            )
        )
        return taken

    def end_stage(self, action: str, position: int | None) -> None:
        """Who reached the quota is elected (rule 47); who remains fills the last vacancies (rule 52); all is noted."""
        stage = len(self.rounds) + 1
        now = self.order([p for p in self.continuing if self.votes[p] >= self.quota * UNITS])
        for winner in now:
            self.elect(winner, "elected_by_quota", stage)
        if len(self.continuing) <= self.vacancies:
            rest = self.order(list(self.continuing))
            for winner in rest:
                self.elect(winner, "elected_by_remaining", stage)
            now += rest
        self.history.append(tuple(self.votes))
        options = self.profile.options
        self.rounds.append(
            Round(
                number=stage,
                action=action,
                option="" if position is None else options[position].id,
                tallies={option.id: Fraction(votes, UNITS) for option, votes in zip(options, self.votes, strict=True)},
                exhausted=Fraction(self.exhausted, UNITS),
                lost=Fraction(self.lost, UNITS),
                elected=tuple(options[p].id for p in now),
            )
        )

    def elect(self, position: int, code: str, stage: int) -> None:
        self.continuing.remove(position)
        self.elected.append(position)
        self.stories[position] = story(
            self.profile,
            position,
            code,
            round=len(self.elected),
            phase="stages",
            stage=stage,
            held=Fraction(self.votes[position], UNITS),
            quota=self.quota,
        )

    def transfer_surplus(self, giver: int) -> None:
        """Rule 48: all papers move on, each at surplus x value / votes, cut off after five decimals."""
        total = self.votes[giver]
        surplus = total - self.quota * UNITS
        moved = 0
        for parcel in self.parcels.pop(giver):
            value = surplus * parcel.value // total
            moved += value * parcel.papers
            self.pass_on(parcel, value)
        self.lost += surplus - moved
        self.votes[giver] = total - surplus

    def exclude(self, loser: int) -> None:
        """Rule 50: all papers move on at the value they have."""
        self.continuing.remove(loser)
        held = Fraction(self.votes[loser], UNITS)
        self.stories[loser] = story(self.profile, loser, "excluded", stage=len(self.rounds) + 1, held=held)
        for parcel in self.parcels.pop(loser):
            self.pass_on(parcel, parcel.value)
        self.votes[loser] = 0

    def pass_on(self, parcel: _Parcel, value: int) -> None:
        place = next_place(parcel.choices, parcel.place + 1, self.continuing)
        if place is None:
            self.exhausted += value * parcel.papers
            return
        taker = parcel.choices[place]
        self.parcels[taker].append(_Parcel(parcel.choices, place, parcel.papers, value))
        self.votes[taker] += value * parcel.papers


def count_stv(profile: Profile, settings: StvSettings) -> Outcome:
    """Elect `settings.seats` options from rankings by the Scottish rules.

    Quota: valid votes / (seats + 1), decimals dropped, plus one. One surplus (the largest) or one exclusion (the fewest
    votes) per stage. Equal candidates are separated by their votes at the most recent earlier stage where they differ,
    then by the chain of the settings (the law: a lot). Candidates left for as many vacancies are elected at the end of the
    stage that made it so, without another transfer; the papers of one who is excluded are transferred first, as the
    Scottish counts publish it. Blank ballots change nothing. Without any valid vote nobody is elected.
    """
    everybody = set(range(len(profile.options)))
    count = _Count(
        profile=profile,
        settings=settings,
        breaker=TieBreaker(profile, settings),
        quota=profile.valid // (settings.seats + 1) + 1,
        continuing=set(everybody),
        votes=[0] * len(everybody),
        parcels={position: [] for position in everybody},
    )
    for ballot, papers in profile.ballots:
        if ballot.choices:
            first = ballot.choices[0]
            count.parcels[first].append(_Parcel(ballot.choices, 0, papers, UNITS))
            count.votes[first] += papers * UNITS
    if profile.valid:
        count.run()
    for position in count.continuing:
        if profile.valid:
            held = Fraction(count.votes[position], UNITS)
            count.stories[position] = story(profile, position, "not_elected", stage=len(count.rounds), held=held)
        else:
            count.stories[position] = story(profile, position, "no_votes")
    made = plain_outcome("stv", profile, settings, winners=count.elected, stories=count.stories, ties=count.ties)
    return replace(made, rounds=tuple(count.rounds), quota=count.quota if profile.valid else None)
