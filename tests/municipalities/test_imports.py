"""Reading the files of CBS, PDOK and cities: everything real, and everything that can be wrong."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from shapely.geometry import shape

from foundation.municipalities.imports import ImportErrors, parse_areas, parse_postcodes, parse_register
from foundation.municipalities.imports.columns import is_water, whole_number, year_in_name, year_of
from foundation.municipalities.imports.problems import SENTENCES, Problem
from tests.factories.municipalities import buurt, geojson, square


def problems_of(data: bytes, **arguments: Any) -> list[Problem]:
    with pytest.raises(ImportErrors) as caught:
        parse_areas(data, **{"file_name": "buurten_2024.geojson", "municipality_code": "GM0505", **arguments})
    return caught.value.problems


# --- The real files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count", "shaped"),
    [
        ("buurten_2024.csv", 14_574, 0),
        ("buurten_2014.csv", 11_691, 0),
        ("wijken_2024.csv", 3_393, 0),
        ("buurten_2024_amsterdam.geojson", 518, 518),
        ("buurten_2024_baarn.geojson", 21, 21),
        ("buurten_2024_doelgemeenten_benaderd.geojson", 1_477, 1_477),
        ("wijken_2022_doelgemeenten.geojson", 288, 288),
    ],
)
def test_every_area_of_every_real_file_is_read(shared_data: Path, name: str, count: int, shaped: int) -> None:
    found = parse_areas((shared_data / "geo" / name).read_bytes(), file_name=name)
    assert len(found.rows) == count
    assert sum(1 for row in found.rows if row.geometry) == shaped
    assert all(row.name and row.name == row.name.strip() for row in found.rows)
    assert all(shape(row.geometry).is_valid for row in found.rows if row.geometry)
    assert {row.municipality_code for row in found.rows}.isdisjoint({"GM0998"})


def test_letters_in_codes_are_kept_and_their_district_follows_from_the_code(shared_data: Path) -> None:
    data = (shared_data / "geo" / "buurten_2024_amsterdam.geojson").read_bytes()
    found = parse_areas(data, file_name="buurten_2024_amsterdam.geojson", municipality_code="GM0363")
    first = found.rows[0]
    assert (first.code, first.name, first.parent_code) == ("BU0363AA01", "Planciusbuurt-Noord", "WK0363AA")
    assert found.year == 2024  # told by the name of the file only
    assert found.repaired == ["Oostelijke Vechtoever"]


def test_the_file_of_pdok_with_223_fields_tells_water_population_postcode_and_year(shared_data: Path) -> None:
    data = (shared_data / "geo" / "buurten_2024_baarn.geojson").read_bytes()
    found = parse_areas(data, file_name="download.json", municipality_code="GM0308")
    first = found.rows[0]
    assert (first.code, first.name, first.population, first.postcode) == ("BU03080000", "Centrum", 1825, "3743")
    assert first.is_water is False
    assert found.year is not None
    assert found.tells == {"name", "population", "is_water", "geometry"}


def test_a_file_of_many_municipalities_gives_one_of_them(shared_data: Path) -> None:
    name = "buurten_2024_doelgemeenten_benaderd.geojson"
    found = parse_areas((shared_data / "geo" / name).read_bytes(), file_name=name, municipality_code="GM0505")
    assert len(found.rows) == 132
    assert found.elsewhere == 1_477 - 132


def test_suppressed_populations_of_the_national_list_are_unknown_not_minus_99997(shared_data: Path) -> None:
    found = parse_areas((shared_data / "geo" / "buurten_2024.csv").read_bytes(), file_name="buurten_2024.csv")
    by_code = {row.code: row for row in found.rows}
    assert by_code["BU00140007"].population is None
    assert by_code["BU00140000"].population == 4745
    assert by_code["BU00340501"].name == "Klavergriend, Klippriend en Wilgengriend"


@pytest.mark.parametrize(("name", "year"), [("gemeenten_2025.csv", 2025), ("gemeenten_2023.geojson", 2023)])
def test_the_official_list_holds_342_municipalities_without_abroad(shared_data: Path, name: str, year: int) -> None:
    rows, told = parse_register((shared_data / "geo" / name).read_bytes(), file_name=name)
    assert len(rows) == 342
    assert "GM0998" not in {row.code for row in rows}
    assert told == year


def test_the_neighbourhoods_of_baarn_are_refused_for_dordrecht(shared_data: Path) -> None:
    data = (shared_data / "geo" / "buurten_2024_baarn.geojson").read_bytes()
    [problem] = problems_of(data)
    assert problem.code == "elsewhere"
    assert "Baarn (GM0308)" in problem.sentence


# --- Values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1825, 1825),
        ("1825", 1825),
        (" 470 ", 470),
        (1825.0, 1825),
        ("0", 0),
        (-99995, None),
        (-99997.0, None),
        (None, None),
        ("", None),
        (".", None),
    ],
)
def test_a_number_of_people_is_read_or_missing(value: Any, number: int | None) -> None:
    assert whole_number(value) == number


@pytest.mark.parametrize("value", ["veel", -5, "12.5", "1e99", "nan"])
def test_what_is_no_number_of_people_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        whole_number(value)


@pytest.mark.parametrize(
    ("code", "value", "water"),
    [
        ("BU05050101", "NEE", False),
        ("BU05050101", "JA", True),
        ("BU05050101", "B", True),
        ("BU05059997", None, True),
        ("BU05050101", None, False),
    ],
)
def test_water_is_told_by_the_column_or_the_code(code: str, value: str | None, water: bool) -> None:
    assert is_water(code, value) is water


@pytest.mark.parametrize(
    ("value", "year"),
    [("2024", 2024), (2024, 2024), ("2023GM1991", 2023), ("2024.0", 2024), ("12", None), (None, None), ("20245", None)],
)
def test_the_year_is_read_from_year_and_code(value: Any, year: int | None) -> None:
    assert year_of(value) == year


@pytest.mark.parametrize(
    ("name", "year"),
    [("buurten_2024.csv", 2024), ("wijkenbuurten_2024_v2.json", 2024), ("2023-2024.csv", None), ("buurten.csv", None)],
)
def test_the_year_in_a_name_is_taken_only_when_there_is_one(name: str, year: int | None) -> None:
    assert year_in_name(name) == year


def test_padded_codes_of_statline_are_stripped() -> None:
    data = b"buurtcode;buurtnaam;aantal_inwoners\r\nBU05050101  ; Binnenstad  ;   -99997\r\n"
    [row] = parse_areas(data, file_name="2024.csv", municipality_code="GM0505").rows
    assert (row.code, row.name, row.population) == ("BU05050101", "Binnenstad", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lists_of_every_program_are_read(encoding: str, delimiter: str) -> None:
    text = f'buurtcode{delimiter}buurtnaam\nBU05050101{delimiter}"De Höfte{delimiter} ’t Zand"\n'
    [row] = parse_areas(text.encode(encoding), year=2024).rows
    assert row.name == f"De Höfte{' ' if delimiter == chr(9) else delimiter} ’t Zand".replace("  ", " ")


def test_neighbours_keep_a_shared_border_after_simplifying() -> None:
    wavy = [[4.61 + (0.00001 if i % 2 else 0), 51.8 + i * 0.0005] for i in range(21)]
    west = {"type": "Polygon", "coordinates": [[[4.6, 51.8], *wavy, [4.6, 51.81], [4.6, 51.8]]]}
    east = {"type": "Polygon", "coordinates": [[[4.62, 51.81], *reversed(wavy), [4.62, 51.8], [4.62, 51.81]]]}
    found = parse_areas(geojson(buurt(1, geometry=west), buurt(2, geometry=east)), year=2024)
    first, second = (shape(row.geometry) for row in found.rows)
    assert len(found.rows[0].geometry["coordinates"][0]) < 15  # type: ignore[index]
    assert first.intersection(second).area < 1e-12
    assert abs(first.union(second).area - 0.0002) < 1e-8


def test_holes_and_more_parts_survive() -> None:
    outer, hole = square(4.6, 51.8, 0.02)["coordinates"][0], square(4.605, 51.805, 0.005)["coordinates"][0]
    islands = {"type": "MultiPolygon", "coordinates": [[outer, hole], square(4.7, 51.8)["coordinates"]]}
    [row] = parse_areas(geojson(buurt(1, geometry=islands)), year=2024).rows
    found = shape(row.geometry)
    assert found.geom_type == "MultiPolygon"
    assert sum(len(part.interiors) for part in found.geoms) == 1


def test_a_shape_that_touches_itself_is_repaired_and_named() -> None:
    # A ring with a spike: out and back along the same line.
    ring = [
        [4.6, 51.8],
        [4.61, 51.8],
        [4.61, 51.805],
        [4.62, 51.805],
        [4.61, 51.805],
        [4.61, 51.81],
        [4.6, 51.81],
        [4.6, 51.8],
    ]
    found = parse_areas(geojson(buurt(1, geometry={"type": "Polygon", "coordinates": [ring]})), year=2024)
    assert found.repaired == ["Buurt 1"]
    assert shape(found.rows[0].geometry).is_valid


def test_a_shape_that_is_absent_is_accepted_and_told() -> None:
    found = parse_areas(geojson(buurt(1), buurt(2, geometry=None)), year=2024)
    assert found.without_shape == ["Buurt 2"]
    assert [row.geometry is None for row in found.rows] == [False, True]


def test_areas_abroad_are_left_out() -> None:
    found = parse_areas(geojson(buurt(1), buurt(9999, gm="0998")), year=2024)
    assert [row.code for row in found.rows] == ["BU05050001"]


# --- Wrong files --------------------------------------------------------------------------------------------------------


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("buurten.geojson", "{}")
    return out.getvalue()


def _excel() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


RD = {"type": "Polygon", "coordinates": [[[105000, 425000], [106000, 425000], [106000, 426000], [105000, 425000]]]}
MERCATOR = {
    "type": "Polygon",
    "coordinates": [[[519000, 6765000], [520000, 6765000], [520000, 6766000], [519000, 6765000]]],
}
SWAPPED = {"type": "Polygon", "coordinates": [[[51.8, 4.6], [51.81, 4.6], [51.81, 4.61], [51.8, 4.6]]]}
PARIS = square(2.3, 48.8)
BOW_TIE = {"type": "Polygon", "coordinates": [[[4.6, 51.8], [4.62, 51.82], [4.62, 51.8], [4.6, 51.82], [4.6, 51.8]]]}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"x" * (51 * 1024 * 1024), "too_large"),
        (_zip(), "zip"),
        (_excel(), "excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "excel"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 20, "gzip"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "geopackage"),
        (b"\x00\x00\x27\x0a" + b"\x00" * 100, "shapefile"),
        (b"%PDF-1.7\n", "pdf"),
        (b"<!DOCTYPE html><html><h1>502 Bad Gateway</h1></html>", "html"),
        (b'<?xml version="1.0"?><wfs:FeatureCollection/>', "xml"),
        (b"abc\x00\x00\x00def", "binary"),
        (geojson(buurt(1))[:-40], "broken_json"),
        (b'{"type": "FeatureCollection", "features": [{]}', "broken_json"),
        (b"[1, 2]", "not_geojson"),
        (b'{"type": "Feature"}', "not_geojson"),
        (b'{"type": "Topology", "objects": {}}', "topojson"),
        (b'{"detail": "Rate limit exceeded"}', "service_error"),
        (geojson(), "no_rows"),
        (geojson(buurt(1), numberMatched=14574, numberReturned=1), "one_page"),
        (geojson(buurt(1), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}), "rd"),
        (geojson(buurt(1), crs={"type": "name", "properties": {"name": "EPSG:3857"}}), "mercator"),
        (geojson(buurt(1), crs={"type": "name", "properties": {"name": "EPSG:31370"}}), "crs"),
        (geojson(buurt(1, geometry=RD)), "rd"),
        (geojson(buurt(1, geometry=MERCATOR)), "mercator"),
        (geojson(buurt(1, geometry=SWAPPED)), "swapped"),
        (geojson(buurt(1, gm="0308")), "elsewhere"),
        (b"naam;inwoners\nCentrum;12\n", "no_columns"),
        (b"buurtcode;inwoners\nBU05050101;12\n", "no_name_column"),
        (b"buurtcode;buurtnaam\n", "no_rows"),
        (b"zomaar wat tekst zonder tabel", "no_columns"),
        (b'buurtcode;buurtnaam\nBU05050101;"Centrum\n' + b"x" * 140_000, "long_cell"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_wrong_file_is_refused_with_the_reason(data: bytes, code: str) -> None:
    [problem] = problems_of(data)
    assert problem.code == code
    assert problem.sentence


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (geojson(buurt(1), buurt(2, geometry=BOW_TIE)), "crossing", "Buurt 2"),
        (geojson(buurt(1), buurt(2, geometry=PARIS)), "abroad", "Buurt 2"),
        (
            geojson(buurt(1), buurt(2, geometry={"type": "Point", "coordinates": [4.6, 51.8]})),
            "kind_of_shape",
            "Buurt 2",
        ),
        (
            geojson(buurt(1), buurt(2, geometry={"type": "Polygon", "coordinates": [[[4.6, "x"]]]})),
            "broken_shape",
            "Buurt 2",
        ),
        (geojson(buurt(1), buurt(2, geometry={"type": "Polygon"})), "broken_shape", "Buurt 2"),
        (geojson(buurt(1), buurt(2, geometry={"type": "Polygon", "coordinates": []})), "broken_shape", "Buurt 2"),
        (geojson(buurt(1), buurt(2, geometry="Utrecht")), "kind_of_shape", "Buurt 2"),
        (geojson(buurt(1), buurt(2, buurtnaam="  ")), "missing_name", "BU05050002"),
        (geojson(buurt(1), buurt(2, buurtnaam=None)), "missing_name", "BU05050002"),
        (geojson(buurt(1), buurt(2, buurtnaam="x" * 121)), "name_too_long", "BU05050002"),
        (geojson(buurt(1), buurt(2, buurtcode=None)), "missing_code", "Buurt 2"),
        (geojson(buurt(1), buurt(2, buurtcode="5050102")), "wrong_code", "Buurt 2"),
        (geojson(buurt(1), buurt(2, buurtcode="BU0505-102")), "wrong_code", "Buurt 2"),
        (geojson(buurt(1), buurt(2, buurtcode="BU05050001")), "duplicate", "BU05050001"),
        (geojson(buurt(1), buurt(2, wijkcode="WK030800")), "wrong_parent", "Buurt 2"),
        (geojson(buurt(1), buurt(2, aantal_inwoners="veel")), "number", "Buurt 2"),
        (geojson(buurt(1), {"type": "Feature"}), "not_an_object", ""),
    ],
)
def test_a_wrong_shape_is_named_by_its_number_and_nothing_is_taken(data: bytes, code: str, where: str) -> None:
    [problem] = problems_of(data)
    assert (problem.code, problem.feature) == (code, 2)
    assert where in problem.name
    assert "2" in problem.where


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("BU05050102;Centrum;12;extra", "columns"),
        ("BU05050102;Centrum", "columns"),
        (";Centrum;12", "missing_code"),
        ("505;Centrum;12", "wrong_code"),
        ("BU05050102;;12", "missing_name"),
        ("BU05050101;Centrum;12", "duplicate"),
        ("BU05050102;Centrum;twaalf", "number"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(line: str, code: str) -> None:
    data = f"buurtcode;buurtnaam;inwoners\nBU05050101;Binnenstad;5\n{line}\n".encode()
    [problem] = problems_of(data, file_name="2024.csv")
    assert (problem.code, problem.line) == (code, 3)


def test_all_problems_are_told_at_once_up_to_a_limit() -> None:
    lines = "".join(f"BU0505{n:04d};\n" for n in range(40))
    found = problems_of(f"buurtcode;buurtnaam\n{lines}".encode())
    assert len(found) == 26
    assert (found[-1].code, found[-1].values["count"]) == ("more", 15)


def test_a_list_without_a_year_anywhere_asks_for_it() -> None:
    [problem] = problems_of(geojson(buurt(1)), file_name="buurten.geojson")
    assert problem.code == "no_year"
    [problem] = problems_of(geojson(buurt(1)), year=1850)
    assert problem.code == "year"


def test_a_problem_survives_json_and_every_sentence_can_be_made() -> None:
    problem = Problem("duplicate", line=3, name="BU05050101", values={"first": "regel 2"})
    assert Problem.from_json(json.loads(json.dumps(problem.as_json()))).sentence == problem.sentence

    class Anything(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return key

    for code in SENTENCES:
        assert Problem(code, feature=1, values=Anything()).sentence


@pytest.mark.parametrize(
    "junk",
    [b"\xff" * 500, b"{" * 5000, b'{"type":"FeatureCollection","features":[1,null,"x"]}', b";;;\n;;;\n", b'"' * 1000],
)
def test_junk_never_breaks_the_reader(junk: bytes) -> None:
    assert problems_of(junk)


# --- Postcodes ----------------------------------------------------------------------------------------------------------


def test_postcodes_are_counted_per_neighbourhood_whatever_the_spelling() -> None:
    data = b"PC6;Huisnummer;Buurt2024\n3311GR;1;5050101\n3311 gr;2;BU05050101\n3311GS;1;5050102\n3743AA;1;3080000\n"
    rows = parse_postcodes(data, municipality_code="GM0505", known=frozenset(["BU05050101", "BU05050102"]))
    assert [(row.postcode, row.neighbourhood, row.addresses) for row in rows] == [
        ("3311GR", "BU05050101", 2),
        ("3311GS", "BU05050102", 1),
    ]


@pytest.mark.parametrize(
    ("line", "code"), [("33GR;1;5050101", "postcode"), ("3311GR;1;5050999", "unknown_area"), ("3311GR;1", "columns")]
)
def test_a_wrong_postcode_line_is_named(line: str, code: str) -> None:
    with pytest.raises(ImportErrors) as caught:
        parse_postcodes(
            f"PC6;Huisnummer;Buurt\n{line}\n".encode(), municipality_code="GM0505", known=frozenset(["BU05050101"])
        )
    [problem] = caught.value.problems
    assert (problem.code, problem.line) == (code, 2)
