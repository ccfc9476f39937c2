"""What can be wrong with a `.pb` file, in Dutch and English.

The texts are here and not in gettext catalogues, because the recount tells them too and runs without Django.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

# Code: (English, Dutch). Placeholders are the values of the error.
MESSAGES: Mapping[str, tuple[str, str]] = {
    "unreadable": ("the file {path} cannot be read: {reason}.", "het bestand {path} is niet te lezen: {reason}."),
    "too_large": ("the file is larger than {megabytes} MB.", "het bestand is groter dan {megabytes} MB."),
    "empty": ("the file is empty.", "het bestand is leeg."),
    "zero_bytes": ("this is not a text file: it holds zero bytes.", "dit is geen tekstbestand: er staan nulbytes in."),
    "utf16": ("the file is in UTF-16; save it as UTF-8.", "het bestand is in UTF-16 opgeslagen; sla het op als UTF-8."),
    "encoding": (
        "the file is not UTF-8: byte 0x{byte} cannot be read.",
        "het bestand is geen UTF-8: byte 0x{byte} is niet te lezen.",
    ),
    "long_cell": (
        "a cell is longer than {most} characters; perhaps a quotation mark is never closed.",
        "een cel is langer dan {most} tekens; misschien is een aanhalingsteken niet gesloten.",
    ),
    "open_quote": (
        "a quotation mark opened on this line is never closed.",
        "een aanhalingsteken dat op deze regel begint, wordt nergens gesloten.",
    ),
    "section_twice": ("the section {section} occurs twice.", "het deel {section} komt twee keer voor."),
    "section_without_heading": (
        "the section {section} has no heading before {next} begins.",
        "het deel {section} heeft geen kopregel voordat {next} begint.",
    ),
    "no_meta_first": (
        "the file should begin with META, but it begins with {found}.",
        "het bestand moet met META beginnen, maar het begint met {found}.",
    ),
    "too_many_cells": (
        "this row of {section} has {cells} cells where the heading has {width}.",
        "deze regel van {section} heeft {cells} cellen en de kopregel {width}.",
    ),
    "section_missing": ("the section {section} is missing.", "het deel {section} ontbreekt."),
    "meta_heading": ("the heading of META should be key;value.", "de kopregel van META moet key;value zijn."),
    "no_column": (
        "the heading of {section} has no column {column}.",
        "de kopregel van {section} heeft geen kolom {column}.",
    ),
    "column_twice": (
        "the heading of {section} has the column {column} twice.",
        "de kopregel van {section} heeft de kolom {column} twee keer.",
    ),
    "key_twice": ("the META key {key} occurs twice.", "de sleutel {key} staat twee keer in META."),
    "no_key": ("META has no {key}.", "in META ontbreekt {key}."),
    "vote_type": ("the vote_type is {found}; known are {known}.", "het vote_type is {found}; bekend zijn {known}."),
    "no_projects": ("PROJECTS holds no project.", "in PROJECTS staat geen project."),
    "no_project_id": ("this project has no project_id.", "dit project heeft geen project_id."),
    "project_twice": ("the project_id {project} occurs twice.", "het project_id {project} komt twee keer voor."),
    "voter_twice": ("the voter_id {voter} occurs twice.", "het voter_id {voter} komt twee keer voor."),
    "budget_missing": ("the budget is missing.", "het budget ontbreekt."),
    "budget_number": (
        "the budget is {found}, which is not a number of zero or more.",
        "het budget is {found}; dat is geen getal van nul of hoger.",
    ),
    "cost_missing": ("the cost of project {project} is missing.", "de kosten van project {project} ontbreken."),
    "cost_number": (
        "the cost of project {project} is {found}, which is not a number of zero or more.",
        "de kosten van project {project} zijn {found}; dat is geen getal van nul of hoger.",
    ),
    "points_missing": ("a number of points is missing.", "een aantal punten ontbreekt."),
    "points_number": (
        "a number of points is {found}, which is not a number of zero or more.",
        "een aantal punten is {found}; dat is geen getal van nul of hoger.",
    ),
    "unknown_project": (
        "this vote names project {project}, which is not in PROJECTS.",
        "deze stem noemt project {project}, dat niet in PROJECTS staat.",
    ),
    "points_twice": (
        "this vote gives points to project {project} twice.",
        "deze stem geeft twee keer punten aan project {project}.",
    ),
    "more_than_one": (
        "this vote names {count} projects, but vote_type choose-1 allows one.",
        "deze stem noemt {count} projecten, maar bij vote_type choose-1 mag er één.",
    ),
    "points_count": (
        "this vote names {count} projects but gives {points} numbers of points.",
        "deze stem noemt {count} projecten maar geeft {points} keer punten.",
    ),
    "threshold": (
        "the min_project_score_threshold is {found}, which is not a whole number.",
        "de min_project_score_threshold is {found}; dat is geen heel getal.",
    ),
    "own_units": (
        "the aanzet_units is not a whole number between 1 and 1000000.",
        "de aanzet_units is geen heel getal tussen 1 en 1000000.",
    ),
    "own_settings_object": ("the aanzet_settings is not a JSON object.", "de aanzet_settings is geen JSON-object."),
    "own_settings_json": ("the aanzet_settings is not valid JSON.", "de aanzet_settings is geen geldige JSON."),
    "own_rule": (
        "the rule in aanzet_rule and aanzet_settings cannot be used: {reason}",
        "de regel in aanzet_rule en aanzet_settings is niet te gebruiken: {reason}",
    ),
    "project_id_form": (
        "the project id {project} cannot be written: no commas and no outer spaces.",
        "het project-id {project} kan niet in het bestand: geen komma's en geen spaties eromheen.",
    ),
    "decimal": (
        "an amount in {units}ths cannot be written as a decimal number.",
        "een bedrag in {units}en is niet als decimaal getal te schrijven.",
    ),
}


class FileError(ValueError):
    """The file cannot be used: one sentence, with the line where that makes sense.

    `str()` is English; `text("nl")` Dutch. `code` is a key of `messages`; `line` counts from 1, or is None.
    """

    messages: ClassVar[Mapping[str, tuple[str, str]]]

    def __init__(self, code: str, line: int | None = None, **values: object) -> None:
        self.code = code
        self.line = line
        self.values = values
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The sentence in "nl" or "en" (any other language gives English)."""
        dutch = language.startswith("nl")
        said = self.messages[self.code][1 if dutch else 0].format(**self.values)
        if self.line is None:
            return said[0].upper() + said[1:]
        return f"{'Regel' if dutch else 'Line'} {self.line}: {said}"


class PabulibError(FileError):
    """A `.pb` file that cannot be used."""

    messages = MESSAGES
