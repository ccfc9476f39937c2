"""CSV: opens in a Dutch Excel without running anything, and reads what spreadsheets make."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, override
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.core import csvs
from foundation.core.csvs import FORMULA_SIGNS, Problems, Row, cell, csv_bytes, csv_response, decoded, read_csv


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def lines(error: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return error.value.messages


# --- Out -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, expected",
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("https://evil.example";"klik")', '\'=HYPERLINK("https://evil.example";"klik")'),
        ("+31612345678", "'+31612345678"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("gewoon = tekst", "gewoon = tekst"),
        ("'s-Gravenhage", "'s-Gravenhage"),
        (-5, "-5"),
        (Decimal("-3.50"), "-3,5"),
        (1234567.25, "1234567,25"),
        (Decimal("100"), "100"),
        (1e21, "1000000000000000000000"),
        (0.0, "0"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02 00:30"),
        (gettext_lazy("yes"), "yes"),
        ("nul\0teken", "nulteken"),
    ],
)
def test_cell_is_readable_and_no_formula(value: object, expected: str) -> None:
    assert cell(value) == expected


def test_file_opens_in_a_dutch_excel() -> None:
    content = csv_bytes(["Naam", "Bedrag"], [['Café; "De Hoek"', Decimal("12.5")], ["twee\nregels", 3]])
    assert content.startswith(b"\xef\xbb\xbfNaam;Bedrag\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [["Naam", "Bedrag"], ['Café; "De Hoek"', "12,5"], ["twee\nregels", "3"]]


def test_row_must_fit_its_head() -> None:
    with pytest.raises(ValueError, match="row 2 has 1 cells under a head of 2"):
        csv_bytes(["a", "b"], [[1, 2], [1]])


def test_download_has_a_safe_name_and_type() -> None:
    response = csv_response('Uitslag "De Staart"\r\n2026', ["a"], [[1]])
    assert response.headers["Content-Disposition"] == 'attachment; filename="uitslag-de-staart-2026.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content == b"\xef\xbb\xbfa\r\n1\r\n"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_what_is_written_is_read_back_and_never_begins_a_formula(pairs: list[tuple[str, str]]) -> None:
    content = csv_bytes(["een", "twee"], pairs)
    written = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not any(value.startswith(FORMULA_SIGNS) for row in written for value in row)
    read = read_csv(content, required=["een", "twee"])
    kept = [(a.strip(), b.strip()) for a, b in pairs if a.strip() or b.strip()]
    unquoted = [tuple(csvs._plain(value) for value in pair) for pair in kept]
    assert [(row["een"], row["twee"]) for row in read] == unquoted


# --- In -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_spreadsheet_program_is_understood(encoding: str, delimiter: str, ending: str) -> None:
    content = ending.join([delimiter.join(row) for row in (["Naam", "Aantal"], ["Café België", "12"], ["Één", "3"])])
    rows = read_csv(content.encode(encoding), required=["naam", "aantal"])
    assert rows == [Row(2, {"naam": "Café België", "aantal": "12"}), Row(3, {"naam": "Één", "aantal": "3"})]


def test_delimiter_is_the_one_with_which_the_columns_are_found() -> None:
    rows = read_csv(b"naam,plaats,uitleg;extra;meer;nog\nJan,Delft,x\n", required=["naam", "plaats"])
    assert [row["naam"] for row in rows] == ["Jan"]


def test_delimiter_that_excel_names_itself_is_believed() -> None:
    rows = read_csv(b"sep=,\r\nnaam,aantal\r\nJan,1\r\n", required=["naam", "aantal"])
    assert rows == [Row(3, {"naam": "Jan", "aantal": "1"})]


def test_names_of_columns_may_differ_in_form_and_order() -> None:
    rows = read_csv(
        b"Extra;  BUURT_code ;Buurtnaam\nx;BU05050101;Centrum\n",
        required=["buurtcode", "naam"],
        optional=["inwoners"],
        aliases={"buurt code": "buurtcode", "buurtnaam": "naam"},
    )
    assert rows == [Row(2, {"buurtcode": "BU05050101", "naam": "Centrum", "inwoners": ""})]


def test_quoted_cells_hold_delimiters_quotes_and_lines() -> None:
    rows = read_csv(b'naam;tekst\n"Jan; en ""Piet""";"een\ntwee"\nKees;kort\n', required=["naam", "tekst"])
    assert [(row.line, row["naam"], row["tekst"]) for row in rows] == [
        (2, 'Jan; en "Piet"', "een\ntwee"),
        (4, "Kees", "kort"),
    ]


def test_empty_lines_and_missing_last_cells_are_no_problem() -> None:
    rows = read_csv(b"naam;aantal\n\n;\nJan\nPiet;2;;\n", required=["naam", "aantal"])
    assert [(row.line, row["naam"], row["aantal"]) for row in rows] == [(4, "Jan", ""), (5, "Piet", "2")]


def test_our_own_apostrophe_before_a_formula_is_taken_off_and_others_stay() -> None:
    rows = read_csv(b"naam\n'=1+1\n's-Gravenhage\n", required=["naam"])
    assert [row["naam"] for row in rows] == ["=1+1", "'s-Gravenhage"]


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "This file is empty. The first line must hold the names of the columns."),
        (b"\n \n", "This file is empty. The first line must hold the names of the columns."),
        (b"naam;prijs\nx;1\n", "Line 1: These columns are missing: aantal. The first line holds: naam, prijs."),
        (b"naam;Naam;aantal\n", "Line 1: The column “naam” is there twice."),
        (
            b"naam;aantal\nJan;1\nPiet;2;te veel\nKees;3\n",
            "Line 3: There are more cells than columns. Is there a loose ; in it?",
        ),
        (
            b'naam;aantal\nJan;1\n"Piet;2\nKees;3\n',
            'Line 3: There is a quote (") too many or too few here, or a very long cell.',
        ),
        (
            b'naam;aantal\n"Jan"sen;1\n',
            'Line 2: There is a quote (") too many or too few here, or a very long cell.',
        ),
    ],
)
def test_what_is_wrong_is_told_by_line(content: bytes, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        read_csv(content, required=["naam", "aantal"])
    assert lines(error) == [message]


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00\x00", b"naam\n\x81\x8d\x8f", b"\x00\x01", b"\xff\xfea"])
def test_spreadsheets_and_pictures_are_no_csv(content: bytes) -> None:
    with pytest.raises(ValidationError, match="Save the sheet as CSV"):
        read_csv(content, required=["naam"])


def test_problems_of_all_lines_come_at_once_in_order() -> None:
    def check(row: Row, problems: Problems) -> None:
        if not row["aantal"].isdigit():
            problems.add(row.line, f"“{row['aantal']}” is geen getal.")

    with pytest.raises(ValidationError) as error:
        read_csv(b"naam;aantal\nJan;veel\nPiet;2;x\nKees;nul\nAnna;4\n", required=["naam", "aantal"], check=check)
    assert [line[:7] for line in lines(error)] == ["Line 2:", "Line 3:", "Line 4:"]


def test_very_many_problems_are_counted() -> None:
    problems = Problems()
    for line in range(100, 0, -1):
        problems.add(line, "mis")
    with pytest.raises(ValidationError) as error:
        problems.raise_if_any()
    assert lines(error)[0] == "Line 1: mis"
    assert lines(error)[-1] == "And 75 more problems."
    assert len(lines(error)) == 26


def test_limits_of_bytes_and_rows_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvs, "MOST_ROWS", 2)
    with pytest.raises(ValidationError) as error:
        read_csv(b"naam\na\nb\nc\n", required=["naam"])
    assert lines(error) == ["Line 4: There are more than 2 rows. Split the file."]
    monkeypatch.setattr(csvs, "MOST_BYTES", 3)
    with pytest.raises(ValidationError, match="too large"):
        read_csv(b"naam\n", required=["naam"])


def test_line_separators_of_typesetting_end_no_line() -> None:
    rows = read_csv("naam;aantal\nJan\u2028sen;1\x0b\nPiet;2\n".encode(), required=["naam", "aantal"])
    assert [(row.line, row["naam"]) for row in rows] == [(2, "Jan\u2028sen"), (3, "Piet")]


def test_list_of_all_neighbourhoods_is_read(shared_data: Path) -> None:
    content = (shared_data / "geo" / "buurten_2024.csv").read_bytes()
    head = content.splitlines()[0].decode().split(",")
    rows = read_csv(content, required=head)
    assert len(rows) == 14_574
    assert rows[0].line == 2


def test_windows_alphabet_is_a_last_resort() -> None:
    assert decoded("één €".encode()) == "één €"
    assert decoded("één €".encode("cp1252")) == "één €"
