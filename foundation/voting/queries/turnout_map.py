"""The turnout as a picture, for staff while the vote goes on. Never a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from foundation.core import maps
from foundation.core.wording import whole
from foundation.municipalities.queries import neighbourhoods_of
from foundation.voting.queries.turnout import AreaTurnout

if TYPE_CHECKING:
    from foundation.voting.models import Ballot


def turnout_map(ballot: Ballot, rows: Sequence[AreaTurnout]) -> maps.TileMap | None:
    """The neighbourhoods shaded by how many voted, with the table beside it; None where no shapes are known.

    Neighbourhoods with too few voters to show and those where nobody voted look alike: neither has a figure.
    """
    areas = list(neighbourhoods_of(ballot.municipality))
    if not any(area.geometry for area in areas):
        return None
    voters = {row.code: row.voters for row in rows}
    return maps.tile_map(
        areas,
        title=_("Voters per neighbourhood"),
        shade=lambda area: voters.get(area.code),
        value_text=lambda number: whole(int(number)),
        value_head=_("Voters"),
    )
