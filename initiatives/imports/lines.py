"""A file of initiatives read line by line: what would be made of each, what is odd about it, which are refused and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.core import csvs
from foundation.core.forms import parse_euro
from foundation.core.text import plain
from foundation.municipalities.models import Area
from initiatives.enums import InitiativeKind, InitiativeState
from initiatives.imports.markdown import to_markdown

MOST_TITLE, MOST_SUMMARY, MOST_STORY, MOST_PLACE = 120, 300, 20_000, 160
MOST_LINES = 20_000
MOST_CENTS = 100_000_000_000
FIRST_DAY = date(1990, 1, 1)
# A file brings no drafts, and nothing that waits for additions: of those our clock knows nothing.
STATES = tuple(s for s in InitiativeState if s not in (InitiativeState.DRAFT, InitiativeState.INCOMPLETE))
# Words of other platforms for our states.
_STATE_WORDS = {
    "nieuw": InitiativeState.SUBMITTED,
    "ingediend": InitiativeState.SUBMITTED,
    "published": InitiativeState.SUBMITTED,
    "in behandeling": InitiativeState.IN_ASSESSMENT,
    "goedgekeurd": InitiativeState.AGREED,
    "toegekend": InitiativeState.AGREED,
    "accepted": InitiativeState.AGREED,
    "afgewezen": InitiativeState.REFUSED,
    "rejected": InitiativeState.REFUSED,
    "in uitvoering": InitiativeState.IN_EXECUTION,
    "klaar": InitiativeState.FINISHED,
    "afgerond": InitiativeState.FINISHED,
    "gerealiseerd": InitiativeState.FINISHED,
    "uitgevoerd": InitiativeState.FINISHED,
    "ingetrokken": InitiativeState.WITHDRAWN,
    "retired": InitiativeState.WITHDRAWN,
}
_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")

Problem = list[str]  # [code, value]


@dataclass
class Line:
    """One line of the file: the columns of an initiative, or why there is none."""

    number: int
    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    day: date | None = None
    cost_cents: int | None = None
    warnings: list[Problem] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


@dataclass
class Known:
    """What the municipality already has, to be compared with."""

    areas: Mapping[str, Area]
    titles: set[str]
    addresses: set[str]


def known_areas(areas: Iterable[Area]) -> dict[str, Area]:
    """Neighbourhoods by their code and by their name, both folded; a name that two of them bear is left out."""
    found: dict[str, Area] = {}
    twice: set[str] = set()
    for area in areas:
        name = _folded(area.name)
        twice |= {name} & found.keys()
        found[name] = area
        found[_folded(area.code)] = area
    return {name: area for name, area in found.items() if name not in twice}


def read(
    content: bytes,
    *,
    columns: Mapping[str, str],
    default_state: str,
    default_label: str,
    known: Known,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Line]:
    """Every line of the file.

    Args:
        columns: field of ``columns.FIELDS`` -> name of the column.
        default_state: for lines without a state, or with one that we don't know.
        default_label: what "comes from" says where the file does not say it.
        progress: called with the lines done and their number.

    Raises:
        ValidationError: it is no CSV file, or a line has more cells than there are columns; all problems with their lines.
    """
    wanted = {name for name in columns.values() if name}
    rows = csvs.read_csv(content, required=sorted(wanted))
    if len(rows) > MOST_LINES:
        problems = csvs.Problems()
        problems.add(0, _("There are more than %(count)s rows. Split the file.") % {"count": MOST_LINES})
        problems.raise_if_any()
    words = state_words()
    kinds = _labels(InitiativeKind)
    lines = []
    for number, row in enumerate(rows, 1):
        cells = {name: row[column] for name, column in columns.items() if column}
        lines.append(_line(row.line, cells, words, kinds, default_state, default_label, known, today))
        progress(number, len(rows))
    return lines


def state_words() -> dict[str, str]:
    """What a file may call our states: their codes, their names in both languages, words of other platforms."""
    return {**_STATE_WORDS, **{word: code for word, code in _labels(InitiativeState).items() if code in STATES}}


def _labels(choices: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("nl", "en"):
        with override(language):
            found |= {_folded(str(choice.label)): choice.value for choice in choices}
    return found | {_folded(choice.value): choice.value for choice in choices}


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _line(
    number: int,
    cells: Mapping[str, str],
    words: Mapping[str, str],
    kinds: Mapping[str, str],
    default_state: str,
    default_label: str,
    known: Known,
    today: date,
) -> Line:
    title = plain(cells.get("title", ""), 10_000)
    line = Line(number, title[:MOST_TITLE])
    if not title:
        line.refused.append(["no_title", ""])
        return line
    story = to_markdown(cells.get("story", "").replace("\0", ""))
    if len(title) > MOST_TITLE:
        story = f"{title}\n\n{story}".strip()
        title = plain(title, MOST_TITLE)
        line.title = title
        line.warnings.append(["long_title", ""])
    if len(story) > MOST_STORY:
        line.refused.append(["long_text", str(len(story))])
    if _folded(title) in known.titles:
        line.warnings.append(["title_known", ""])
    known.titles.add(_folded(title))
    line.fields = {
        "title": title,
        "story": story,
        "summary": plain(cells.get("summary", "") or story, MOST_SUMMARY),
        "state": _chosen(cells.get("state", ""), words, default_state, "state_unknown", line),
        "kind": _chosen(cells.get("kind", ""), kinds, InitiativeKind.NEIGHBOURHOOD.value, "kind_unknown", line),
        "origin_label": plain(cells.get("label", ""), 200) or default_label,
        "origin_url": _address(cells.get("url", ""), known, line),
        "origin_supporters": _number(cells.get("supporters", ""), line),
        **_where(cells, known, line),
    }
    line.day = _day(cells.get("date", ""), today, line)
    if cost := cells.get("cost", ""):
        line.cost_cents = parse_euro(cost)
        if line.cost_cents is None or line.cost_cents > MOST_CENTS:
            line.cost_cents = None
            line.warnings.append(["cost_unknown", cost[:40]])
    return line


def _chosen(cell: str, words: Mapping[str, str], default: str, code: str, line: Line) -> str:
    if not cell:
        return default
    found = words.get(_folded(cell))
    if found is None:
        line.warnings.append([code, cell[:40]])
    return found or default


def _address(cell: str, known: Known, line: Line) -> str:
    if not cell:
        return ""
    try:
        parts = urlsplit(cell) if len(cell) <= 300 and not re.search(r"[\s<>\"]", cell) else None
    except ValueError:  # such as http://[half
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        line.warnings.append(["url_unknown", cell[:60]])
        return ""
    if cell in known.addresses:
        line.refused.append(["already_here", cell[:200]])
    known.addresses.add(cell)
    return cell


def _number(cell: str, line: Line) -> int | None:
    bare = cell.replace(".", "").replace(" ", "").replace("\u00a0", "")
    if not bare:
        return None
    if not (bare.isascii() and bare.isdigit()) or len(bare) > 9:
        line.warnings.append(["number_unknown", cell[:40]])
        return None
    return int(bare)


def _where(cells: Mapping[str, str], known: Known, line: Line) -> dict[str, Any]:
    place = plain(cells.get("place", ""), MOST_PLACE)
    asked = cells.get("neighbourhood", "")
    area = known.areas.get(_folded(asked)) if asked else None
    if asked and area is None:
        line.warnings.append(["area_unknown", asked[:60]])
        place = place or plain(asked, MOST_PLACE)
    return {"neighbourhood_id": area.pk if area else None, "place": place}


def _day(cell: str, today: date, line: Line) -> date | None:
    if not cell:
        return None
    for form in _DATES:
        try:
            found = datetime.strptime(cell[:10].strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if FIRST_DAY <= found <= today:
            return found
        break
    line.warnings.append(["date_unknown", cell[:40]])
    return None


def sentence(code: str, value: str) -> str:
    """What is odd or wrong, in words."""
    known = {
        "no_title": _("There is no title, so nothing is made of this line."),
        "long_text": _("The text has %(value)s signs; at most 20,000 fit. Nothing is made of this line."),
        "already_here": _("This one is already here: %(value)s."),
        "long_title": _("The title is cut off; the whole of it stands above the text."),
        "title_known": _("There is already one with this title."),
        "state_unknown": _("We don't know the state “%(value)s”; it gets the one that you chose."),
        "kind_unknown": _("We don't know the kind “%(value)s”; it becomes a neighbourhood initiative."),
        "url_unknown": _("“%(value)s” is no web address; it is left out."),
        "number_unknown": _("“%(value)s” is no number; it is left out."),
        "area_unknown": _("We don't know the neighbourhood “%(value)s”; it is shown as the place."),
        "date_unknown": _("“%(value)s” is no date in the past; it gets the date of today."),
        "cost_unknown": _("“%(value)s” is no amount; it is left out."),
        "file": "%(value)s",
        "crashed": _("The work was broken off by a fault of ours. Nothing was changed."),
    }
    return known[code] % {"value": value}
