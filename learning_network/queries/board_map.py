"""The country with the stages of a programme: a drawing where outlines are known, and the same facts as rows."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.db.models import Count, TextField
from django.db.models.aggregates import Aggregate
from django.db.models.functions import MD5, Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core.maps import kinds
from foundation.municipalities.models import OfficialMunicipality, OfficialShape
from learning_network.enums import Stage
from learning_network.models import Programme

WIDTH = 560
KEPT_SECONDS = 24 * 3600
ELSEWHERE = "elsewhere"
_LOOKS = {
    Stage.INVITED: ("dots", "#e3efe9"),
    Stage.IN_TALKS: ("rising", "#c3ded3"),
    Stage.NEARLY_AGREED: ("falling", "#9ccbb8"),
    Stage.COMMITTED: ("grid", "#74b3a6"),
    Stage.TAKING_PART: ("", "#12685a"),
    Stage.STOPPED: ("crosses", "#d9d9d9"),
}


def page(programme: Programme) -> dict[str, Any]:
    """What the page of the map shows; five queries at most, and two where the outlines are in the cache.

    Returns:
        ``drawn`` (None where there are no outlines), ``provinces`` ((name, rows) of the board), ``missing``: how many of the
        board have no outline.
    """
    rows = list(
        programme.enrolments.select_related("municipality").order_by("municipality__province", "municipality__name")
    )
    base = f"{reverse('learning_network:board', args=[programme.slug])}gemeenten/"
    outlines = _outlines()
    on_board = {row.municipality_id: row for row in rows}
    drawn = None
    if outlines is not None and rows:
        names = dict(OfficialMunicipality.objects.filter(ended_in__isnull=True).values_list("code", "name"))
        names |= {row.municipality_id: row.municipality.name for row in rows}
        areas = [
            kinds.Area(
                code,
                name,
                on_board[code].stage if code in on_board else ELSEWHERE,
                f"{base}{code}/" if code in on_board else "",
            )
            for code, name in names.items()
        ]
        drawn = kinds.kind_map(
            outlines,
            areas,
            [
                *(kinds.Kind(stage, str(stage.label), *_LOOKS[stage]) for stage in Stage),
                kinds.Kind(ELSEWHERE, _("not on the board")),
            ],
            title=_("Municipalities of “%(programme)s” on the map") % {"programme": programme.title},
            description=_("The same facts stand in the table under the map."),
        )
    by_province = [
        (province, list(those)) for province, those in groupby(rows, key=lambda row: row.municipality.province)
    ]
    return {
        "drawn": drawn,
        "provinces": [
            (province or _("province unknown"), [{"row": row, "url": f"{base}{row.municipality_id}/"} for row in those])
            for province, those in by_province
        ],
        "total": len(rows),
        "has_outlines": outlines is not None,
        "missing": [row for row in rows if outlines is not None and row.municipality_id not in outlines.paths],
    }


class _Joined(Aggregate):
    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, '' ORDER BY municipality_id)"
    output_field = TextField()


def _outlines() -> kinds.Outlines | None:
    """The outlines as drawn paths, drawn anew when a shape has changed."""
    version = OfficialShape.objects.aggregate(n=Count("pk"), shapes=MD5(_Joined(MD5(Cast("geometry", TextField())))))
    if not version["n"]:
        return None
    key = f"learning_network:outlines:{WIDTH}:{version['shapes']}"
    kept: kinds.Outlines | None = cache.get(key)
    if kept is None:
        kept = kinds.outlines(dict(OfficialShape.objects.values_list("municipality_id", "geometry")), width=WIDTH)
        cache.set(key, kept, KEPT_SECONDS)
    return kept
