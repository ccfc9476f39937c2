"""Counting votes: pure Python and numpy, no Django; exact, repeatable, with a story for every option.

    profile = Profile.approval(
        [Option("12", "Bankje in het park", cost=120_000), ...],      # cents
        [["12", "15"], ["15"], []],                                   # one iterable of option ids per vote; [] is blank
        budget=5_000_000, units=100,
    )
    settings = make_settings("equal_shares", {"lot_seed": "..."})      # checked; .to_dict() / .canonical() / .sha256()
    outcome = count(profile, "equal_shares", settings)                 # or any other name in RULES
    outcome.winners, outcome.spent, outcome.left                       # ids in order, cents, cents
    outcome.story("12").code                                           # see outcome.CODES for codes and their data
    outcome.to_dict(), Outcome.from_dict(...), outcome.canonical()     # JSON-able, and back

    file = pabulib.read(path_or_bytes_or_text)                         # PabulibError says what is wrong, and the line
    file.profile(), pabulib.write(file), pabulib.build(...)            # and exports
    file = blt.read(...); file.profile(); blt.write(file)              # the same for rankings: BLT
    recount.main([...])                                                # count a .pb or .blt file again and compare

`rules_for(ballot_type, budget=...)` lists the rules that make sense:

    single      plurality, threshold                       Profile.approval(..., single=True)
    approval    most_votes; with a budget greedy, equal_shares         Profile.approval
    points      points_sum; with a budget greedy, equal_shares         Profile.scored
    ranking     schulze, instant_runoff, stv                           Profile.ranked
    scale       median_grade                                           Profile.graded

Rules tell more than stories where they have it: `outcome.rounds`, `.duels`, `.grades`, `.verdict`, `.shares`. Sources and
tie-breaks of every rule: docs/counting.md.
"""

from .outcome import CODES, COUNTING_VERSION, Outcome, Payment, Shares, Story, Tie
from .profile import Ballot, BallotType, Option, Profile, ProfileError
from .records import Duels, Grades, Round, Verdict
from .registry import RULES, CountingError, Rule, count, make_settings, rules_for
from .settings import (
    EqualSharesSettings,
    GreedySettings,
    InstantRunoffSettings,
    MedianGradeSettings,
    PointsSettings,
    SchulzeSettings,
    Settings,
    SettingsError,
    StvSettings,
    SupportSettings,
    ThresholdSettings,
)
from .ties import lot_order

__all__ = [
    "CODES",
    "COUNTING_VERSION",
    "RULES",
    "Ballot",
    "BallotType",
    "CountingError",
    "Duels",
    "EqualSharesSettings",
    "Grades",
    "GreedySettings",
    "InstantRunoffSettings",
    "MedianGradeSettings",
    "Option",
    "Outcome",
    "Payment",
    "PointsSettings",
    "Profile",
    "ProfileError",
    "Round",
    "Rule",
    "SchulzeSettings",
    "Settings",
    "SettingsError",
    "Shares",
    "Story",
    "StvSettings",
    "SupportSettings",
    "ThresholdSettings",
    "Tie",
    "Verdict",
    "count",
    "lot_order",
    "make_settings",
    "rules_for",
]
