"""What can be wrong with a BLT file, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping

from .pabulib_errors import MESSAGES as PABULIB_MESSAGES
from .pabulib_errors import FileError

# Code: (English, Dutch). Placeholders are the values of the error.
MESSAGES: Mapping[str, tuple[str, str]] = {
    **{code: PABULIB_MESSAGES[code] for code in ("unreadable", "too_large", "empty")},
    "encoding": ("the file is not UTF-8.", "het bestand is geen UTF-8."),
    "heading": (
        "the first line should be two numbers: how many candidates and how many seats.",
        "de eerste regel moet twee getallen zijn: hoeveel kandidaten en hoeveel zetels.",
    ),
    "heading_numbers": (
        "there should be 1 to {most} candidates and at least one seat.",
        "er moeten 1 tot {most} kandidaten zijn en ten minste één zetel.",
    ),
    "equal_or_skipped": (
        "this ballot has equal or skipped preferences (= or -), which our rules do not count.",
        "deze stem heeft gelijke of overgeslagen voorkeuren (= of -); die tellen onze regels niet.",
    ),
    "not_numbers": (
        "a ballot consists of whole numbers: weight, preferences, 0.",
        "een stem bestaat uit hele getallen: gewicht, voorkeuren, 0.",
    ),
    "withdrawn_late": (
        "withdrawn candidates should be listed before the ballots.",
        "teruggetrokken kandidaten moeten vóór de stemmen staan.",
    ),
    "withdrawn": (
        "withdrawn candidates should be different numbers from 1 to {candidates}.",
        "teruggetrokken kandidaten moeten verschillende nummers van 1 tot {candidates} zijn.",
    ),
    "no_zero": ("this ballot does not end in 0.", "deze stem eindigt niet op 0."),
    "weight": (
        "the weight of this ballot is not a whole number from 1 to {most}.",
        "het gewicht van deze stem is geen heel getal van 1 tot {most}.",
    ),
    "unknown": (
        "this ballot names a number that is not one of the {candidates} candidates.",
        "deze stem noemt een nummer dat niet bij de {candidates} kandidaten hoort.",
    ),
    "twice": ("this ballot names a candidate twice.", "deze stem noemt een kandidaat twee keer."),
    "option_ids": (
        "options in a BLT file are called 1, 2, 3 and so on.",
        "opties in een BLT-bestand heten 1, 2, 3 enzovoort.",
    ),
    "no_end": ("the line with only 0 after the ballots is missing.", "de regel met alleen 0 na de stemmen ontbreekt."),
    "names": (
        "after the ballots should come the names of {candidates} candidates and a title, but {lines} lines follow.",
        "na de stemmen horen de namen van {candidates} kandidaten en een titel te staan, maar er volgen {lines} regels.",
    ),
}


class BltError(FileError):
    """A BLT file that cannot be used."""

    messages = MESSAGES
