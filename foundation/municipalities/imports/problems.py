"""What can be wrong with an uploaded file, as data: a code, where it is, and the values for the sentence.

A run keeps its problems as JSON; the sentence is made when somebody reads it, in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_SHOWN = 25

SENTENCES = {
    # The file as a whole
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy(
        "The file is %(size)s MB; at most %(limit)s MB can be read. Download the neighbourhoods of your own municipality only."
    ),
    "zip": gettext_lazy("This is a zip file. Unpack it and upload the GeoJSON or CSV file inside."),
    "excel": gettext_lazy("This is an Excel file. Save it as CSV (with semicolons) and upload that."),
    "gzip": gettext_lazy("This is a compressed file. Unpack it and upload the file inside."),
    "geopackage": gettext_lazy("This is a GeoPackage. Export the layer of neighbourhoods as GeoJSON and upload that."),
    "shapefile": gettext_lazy("This is a Shapefile. Export it as GeoJSON and upload that."),
    "pdf": gettext_lazy("This is a PDF. Upload the GeoJSON or CSV file of CBS."),
    "html": gettext_lazy(
        "This is a web page, not a list: the download probably gave an error page. Open the file to read it, and download anew."
    ),
    "xml": gettext_lazy("This is an XML file (GML?). Download the neighbourhoods as GeoJSON and upload that."),
    "binary": gettext_lazy("This is not a text file. Upload a GeoJSON or CSV file of CBS."),
    "broken_json": gettext_lazy(
        "The file is broken off or damaged: after character %(column)s the text can't be read."
    ),
    "not_geojson": gettext_lazy(
        "This is JSON, but not GeoJSON: there is no list of shapes (a FeatureCollection) in it."
    ),
    "topojson": gettext_lazy("This is TopoJSON. Export it as GeoJSON and upload that."),
    "service_error": gettext_lazy("The file holds an error message of the map service: “%(message)s”. Download anew."),
    "one_page": gettext_lazy(
        "This is only a part: %(here)s of %(all)s shapes. Ask the map service for all pages, or filter on your municipality."
    ),
    "rd": gettext_lazy(
        "The coordinates are in RD (EPSG:28992, metres). Export the file in WGS84 (EPSG:4326, degrees) and upload that."
    ),
    "mercator": gettext_lazy(
        "The coordinates are in Web Mercator (EPSG:3857, metres). Export the file in WGS84 (EPSG:4326, degrees)."
    ),
    "crs": gettext_lazy("The file says that its coordinates are in %(name)s. Export it in WGS84 (EPSG:4326, degrees)."),
    "swapped": gettext_lazy("Longitude and latitude are swapped. In GeoJSON the longitude (3 to 7) comes first."),
    "long_cell": gettext_lazy(
        "Line %(line)s holds a cell without end; perhaps a quotation mark is never closed. Look at that line."
    ),
    "no_rows": gettext_lazy("There are no neighbourhoods in the file."),
    "no_columns": gettext_lazy(
        "The first line names no column with CBS codes (buurtcode or wijkcode). The columns are: %(columns)s."
    ),
    "no_name_column": gettext_lazy(
        "There is no column with names (buurtnaam or wijknaam). The columns are: %(columns)s."
    ),
    "elsewhere": gettext_lazy("The file is about %(found)s and holds nothing of %(wanted)s."),
    "older": gettext_lazy("This is the list of %(year)s, but the list of %(current)s is in use already."),
    "no_year": gettext_lazy("Of which year is this list? Neither the file nor its name says it; fill in the year."),
    "year": gettext_lazy("%(year)s can't be the year of a CBS list."),
    "too_few": gettext_lazy(
        "With this file %(ended)s of the %(current)s neighbourhoods would end. That can't be right: is the file whole?"
    ),
    "crashed": gettext_lazy(
        "Something went wrong on our side while reading this file. We have been told; try once more."
    ),
    # One line or shape
    "columns": gettext_lazy("there are %(found)s values instead of %(wanted)s."),
    "missing_code": gettext_lazy("there is no CBS code."),
    "wrong_code": gettext_lazy(
        "“%(code)s” is not a CBS code; a neighbourhood looks like BU05050101, a district like WK050501."
    ),
    "wrong_municipality_code": gettext_lazy("“%(code)s” is not the code of a municipality; it looks like GM0505."),
    "wrong_parent": gettext_lazy("district %(parent)s does not fit code %(code)s."),
    "missing_name": gettext_lazy("the name is missing."),
    "name_too_long": gettext_lazy("the name is longer than %(limit)s characters."),
    "duplicate": gettext_lazy("this code was there before, at %(first)s."),
    "number": gettext_lazy("“%(value)s” is not a number of people."),
    "not_an_object": gettext_lazy("this is not a GeoJSON feature with properties."),
    "kind_of_shape": gettext_lazy("the shape is a %(kind)s; a neighbourhood is a Polygon or MultiPolygon."),
    "broken_shape": gettext_lazy("the coordinates of the shape can't be read."),
    "crossing": gettext_lazy("the outline crosses itself and can't be repaired (%(where)s)."),
    "abroad": gettext_lazy("the shape lies outside the Netherlands (%(lon)s, %(lat)s)."),
    "postcode": gettext_lazy("“%(value)s” is not a postcode."),
    "unknown_area": gettext_lazy("neighbourhood %(code)s is not known here; import the neighbourhoods first."),
    "more": gettext_lazy("and %(count)s more."),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Args:
        code: key of ``SENTENCES``.
        line: number of the line in a list, from 1.
        feature: number of the shape in a GeoJSON file, from 1.
        name: what is known of it: code or name.
        values: for the sentence.
    """

    code: str
    line: int | None = None
    feature: int | None = None
    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """ "line 14 (BU05050101)", "shape 3", or "" for the file as a whole."""
        if self.line is not None:
            place = _("line %(number)d") % {"number": self.line}
        elif self.feature is not None:
            place = _("shape %(number)d") % {"number": self.feature}
        else:
            return ""
        return f"{place} ({self.name})" if self.name else place

    @property
    def sentence(self) -> str:
        """What is wrong, and where."""
        text = str(SENTENCES[self.code]) % self.values
        where = self.where
        return f"{where[:1].upper()}{where[1:]}: {text}" if where else text

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "line": self.line,
            "feature": self.feature,
            "name": self.name,
            "values": {key: str(value) for key, value in self.values.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Problem:
        return cls(kept["code"], kept["line"], kept["feature"], kept["name"], kept["values"])


class ImportErrors(Exception):
    """The file is refused whole; ``problems`` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = list(problems)
        if len(found) > MOST_SHOWN:
            found = [*found[:MOST_SHOWN], Problem("more", values={"count": len(found) - MOST_SHOWN})]
        self.problems = found
        super().__init__("; ".join(problem.code for problem in found))


def refuse(code: str, /, **values: Any) -> ImportErrors:
    """The file as a whole is wrong: ``raise refuse("empty")``."""
    return ImportErrors([Problem(code, values=values)])
