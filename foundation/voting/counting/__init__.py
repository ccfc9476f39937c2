"""Counting votes: pure Python and numpy, no Django; exact, repeatable, with a story for every option.

    profile = Profile.approval(
        [Option("12", "Bankje in het park", cost=120_000), ...],      # cents
        [["12", "15"], ["15"], []],                                   # one iterable of option ids per vote; [] is blank
        budget=5_000_000, units=100,
    )
    settings = make_settings("equal_shares", {"lot_seed": "..."})      # checked; .to_dict() / .canonical() / .sha256()
    outcome = count(profile, "equal_shares", settings)                 # or "greedy"
    outcome.winners, outcome.spent, outcome.left                       # ids in order, cents, cents
    outcome.story("12").code                                           # see outcome.CODES for codes and their data
    outcome.to_dict(), Outcome.from_dict(...), outcome.canonical()     # JSON-able, and back

    file = pabulib.read(path_or_bytes_or_text)                         # PabulibError says what is wrong, and the line
    file.profile(), pabulib.write(file), pabulib.build(...)            # and exports
    recount.main([...])                                                # count a .pb file again and compare

`rules_for(ballot_type, budget=True)` lists the rules that make sense. Points use `Profile.scored`, rankings
`Profile.ranked`.
"""

from .outcome import CODES, COUNTING_VERSION, Outcome, Payment, Shares, Story, Tie
from .profile import Ballot, BallotType, Option, Profile, ProfileError
from .registry import RULES, CountingError, Rule, count, make_settings, rules_for
from .settings import EqualSharesSettings, GreedySettings, Settings, SettingsError
from .ties import lot_order

__all__ = [
    "CODES",
    "COUNTING_VERSION",
    "RULES",
    "Ballot",
    "BallotType",
    "CountingError",
    "EqualSharesSettings",
    "GreedySettings",
    "Option",
    "Outcome",
    "Payment",
    "Profile",
    "ProfileError",
    "Rule",
    "Settings",
    "SettingsError",
    "Shares",
    "Story",
    "Tie",
    "count",
    "lot_order",
    "make_settings",
    "rules_for",
]
