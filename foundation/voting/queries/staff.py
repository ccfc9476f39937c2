"""What staff sees of a ballot: where it stands, what waits, how many voted. Never what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import health
from foundation.core.audit_sentences import sentence_of
from foundation.core.maps import TileMap
from foundation.core.models import AuditEvent
from foundation.voting.enums import BallotState
from foundation.voting.queries import gate
from foundation.voting.queries.checklist import Check, checklist
from foundation.voting.queries.followers import Readers, readers
from foundation.voting.queries.paper import waits_for_paper
from foundation.voting.queries.stuck import Stuck, progress_key, stuck_among
from foundation.voting.queries.turnout import SMALLEST_GROUP, AreaTurnout, turnout, turnout_by_area
from foundation.voting.queries.turnout_map import turnout_map
from foundation.voting.queries.wording import words_of

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


@dataclass
class Overview:
    """Figures and next steps for the page of one ballot."""

    phase: str
    problems: list[str] = field(default_factory=list)
    voters: int | None = None
    areas: list[AreaTurnout] = field(default_factory=list)
    map: TileMap | None = None
    checklist: list[Check] = field(default_factory=list)
    troubles: list[health.Trouble] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    progress: dict[str, Any] | None = None
    waits_for_paper: str = ""
    result_visible: bool = False
    may_certify: bool = False
    certify_needs_other: bool = False
    readers: Readers | None = None
    history: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def is_too_small_to_hide_in(self) -> bool:
        """Whether so few people voted that who knows them can tell from all votes together what they chose."""
        waits = self.phase in (BallotState.COUNTED, BallotState.CERTIFIED)
        return waits and self.voters is not None and 0 < self.voters < SMALLEST_GROUP

    @property
    def may_remind(self) -> bool:
        return self.phase in (BallotState.DRAFT, BallotState.ANNOUNCED, BallotState.OPEN)

    @property
    def fine(self) -> list[Check]:
        """What of the checklist is right."""
        return [line for line in self.checklist if line.kind == "ok"]

    @property
    def shown_areas(self) -> list[AreaTurnout]:
        return [area for area in self.areas if area.voters is not None]

    @property
    def hidden_areas(self) -> int:
        return len(self.areas) - len(self.shown_areas)


def overview(ballot: Ballot, user: Any, now: datetime) -> Overview:
    """Everything on the staff page of a ballot."""
    phase = ballot.phase(now)
    found = Overview(phase=phase, result_visible=gate.results_visible(ballot, user, now))
    if phase in (BallotState.DRAFT, BallotState.ANNOUNCED):
        found.checklist = checklist(ballot, now)
        found.problems = [line.text for line in found.checklist if line.kind == "block"]
    else:
        found.voters = turnout(ballot)
        found.areas = turnout_by_area(ballot)
        found.map = turnout_map(ballot, found.areas) if found.shown_areas else None
    if phase in (BallotState.ANNOUNCED, BallotState.OPEN, BallotState.CLOSED):
        found.troubles = health.troubles(now)
    found.stuck = stuck_among([ballot], now)
    if phase == BallotState.CLOSED:
        found.progress = cache.get(progress_key(ballot.pk))
        found.waits_for_paper = waits_for_paper([ballot]).get(ballot.pk, "")
    if ballot.state == BallotState.COUNTED:
        found.certify_needs_other = ballot.is_binding and ballot.announced_by_id == user.pk
        found.may_certify = user.has_perm("voting.certify", ballot.municipality) and not found.certify_needs_other
    found.readers = readers(ballot)
    events = AuditEvent.objects.about(ballot).order_by("-created_at")[:30]
    found.history = [(event.created_at, sentence_of(event)) for event in events]
    return found


def steps(ballot: Ballot, current: str) -> list[dict[str, Any]]:
    """The steps of the wizard, with links."""
    names = [
        ("basics", _("About")),
        ("projects", words_of(ballot).many),
        ("rules", _("Rules")),
        ("who_and_when", _("Who and when")),
        ("wizard_check", _("Check")),
    ]
    place = [name for name, _label in names].index(current)
    return [
        {
            "name": label,
            "state": "done" if number < place else "now" if number == place else "next",
            "url": reverse(f"voting:{name}", args=[ballot.municipality.slug, ballot.slug]) if ballot.pk else "",
        }
        for number, (name, label) in enumerate(names)
    ]
