"""Two choices of the demo: one after the advice, one against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from participation.choice_default import DEFAULT
from participation.enums import Form, ProcessState
from participation.models import Process, ProcessChoice
from participation.services import choices

# Answers in the order of the questions of the default aid.
SQUARE = "much neighbourhood both neighbourhood some little plan middle no gives enough yes together promised"
WASTE = "details list municipality everybody little little plan short no listens hardly no municipality nothing"
REASONS = {
    SQUARE: (
        "De buurt vraagt hier al jaren om en er is geld om het meteen te doen. Daarom kiezen bewoners, "
        "binnen het bedrag en de tijd die vaststaan."
    ),
    WASTE: (
        "Het advies was iets anders. Toch kiezen we voor deze vorm: er is eerder beloofd dat bewoners hierover "
        "met elkaar in gesprek gaan, en een vragenlijst alleen doet daar geen recht aan."
    ),
}


def tell(municipality: Municipality, by: User, processes: Sequence[Process]) -> None:
    """Write down why the first two processes that are not over have their form; what is there already stays.

    Args:
        by: a civil servant of the municipality.
        processes: of this municipality; a Bewoners aan Zet process gets the choice that follows the advice.
    """
    alive = [row for row in processes if row.state in (ProcessState.DRAFT, ProcessState.PUBLISHED)]
    alive.sort(key=lambda row: row.form != Form.RESIDENTS)
    for process, line in zip(alive[:2], (SQUARE, WASTE), strict=False):
        if not ProcessChoice.objects.filter(process=process).exists():
            _choose(municipality, by, process, line)


def _choose(municipality: Municipality, by: User, process: Process, line: str) -> Any:
    answers = dict(zip((question.key for question in DEFAULT.questions), line.split(), strict=True))
    begun = choices.begin(
        municipality=municipality, by=by, subject=process.title, sector=process.sector, process=process
    )
    kept = choices.answer(choice=begun, by=by, version=begun.version, answers=answers)
    return choices.make(choice=kept, by=by, version=kept.version, form=process.form, reason=REASONS[line])
