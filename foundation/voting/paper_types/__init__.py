"""What may stand on a paper, one module per ballot type; adding a type is adding a file here and a line below.

    paper = paper_types.of(ballot.frozen)        # or PAPER_TYPES["ranking"]
    paper.text(choice), paper.parse(text)        # to and from what is kept and published (see ``papers``)
    paper.check(rules, choice)                   # what is wrong with it, each with the option it is about
    paper.profile(rules, options, ballots)       # what is counted

A choice is what fits the type: option numbers (single, approval), option numbers from best to worst (ranking), or points or
grades by option number (points, scale). An empty one is a blank vote.
"""

from collections.abc import Mapping
from typing import Any

from .approval import Approval
from .base import Choice, Marks, PaperType, Problem
from .points import Points
from .ranking import Ranking
from .scale import Scale
from .single import Single

PAPER_TYPES: Mapping[str, PaperType] = {
    paper.name: paper for paper in (Single(), Approval(), Points(), Ranking(), Scale())
}


def of(rules: Mapping[str, Any]) -> PaperType:
    """The paper of frozen rules."""
    return PAPER_TYPES[rules["type"]]


__all__ = ["PAPER_TYPES", "Choice", "Marks", "PaperType", "Problem", "of"]
