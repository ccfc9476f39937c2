"""PDF documents: tagged, titled, and showing what people typed as it is."""

from __future__ import annotations

import io
import re
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext_lazy, override
from PIL import Image

from foundation.core import pdf
from foundation.core.pdf import PdfError, render, render_png, unpacked_woff

WOFF = Path("node_modules/@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff")


def insides(document: bytes) -> bytes:
    """All of a PDF with its compressed streams opened."""
    opened = [document]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(opened)


def assert_accessible(document: bytes, language: str = "nl") -> None:
    assert document.startswith(b"%PDF-1.7")
    assert document.rstrip().endswith(b"%%EOF")
    inside = insides(document)
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", inside)
    assert re.search(rb"/StructTreeRoot\b", inside)
    assert re.search(rb"/Lang\s*\(" + language.encode(), inside)
    assert re.search(rb"/DisplayDocTitle true", inside)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside


def report(**more: Any) -> dict[str, Any]:
    return {"title": "Uitslag buurtbudget", "municipality": "Gemeente Dordrecht", **more}


def table(rows: list[list[Any]], **more: Any) -> dict[str, Any]:
    return {"kind": "table", "head": ["Plan", "Kosten"], "rows": rows, **more}


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", insides(document)))


LETTER = {
    "title": "Besluit over je voorstel",
    "municipality": "Gemeente Dordrecht",
    "recipient": ["Mevrouw A. Jansen", "Voorstraat 12", "3311 AB Dordrecht"],
    "sender": ["Gemeente Dordrecht", "Spuiboulevard 300"],
    "facts": [["Datum", "21 november 2026"], ["Ons kenmerk", "2026-00123"]],
    "salutation": "Beste mevrouw Jansen,",
    "blocks": [{"kind": "paragraph", "text": "We zeggen ja."}],
    "closing": "Met vriendelijke groet,",
    "signature": ["Fatima el Amrani", "wethouder"],
    "notes": [{"kind": "heading", "text": "Niet eens?"}, {"kind": "paragraph", "text": "Maak bezwaar."}],
}
REPORT = report(
    subtitle="Wat bewoners kozen",
    facts=[["Stemmen", "1.234"]],
    blocks=[
        {"kind": "heading", "level": 2, "text": "Samenvatting"},
        {"kind": "paragraph", "text": [{"text": "Kijk op "}, {"text": "de site", "url": "https://aanzet.example"}]},
        {"kind": "quote", "text": "Meer groen!\nGraag snel."},
        {"kind": "list", "items": ["een", "twee"], "ordered": True},
        {"kind": "facts", "items": [["Budget", "€ 100.000"]]},
        {"kind": "pagebreak"},
        table([["Bankjes", "€ 900"], ["Speeltuin", "€ 4.500"]], caption="Plannen", align=["left", "right"]),
    ],
)


@pytest.mark.parametrize("name, context", [("letter", LETTER), ("report", REPORT), ("report.typ", report())])
def test_document_is_tagged_titled_and_in_its_language(name: str, context: dict[str, Any]) -> None:
    document = render(name, context)
    assert_accessible(document)
    title = context["title"]
    assert title.encode() in insides(document)


def test_structure_has_headings_lists_and_table_heads() -> None:
    inside = insides(render("report", REPORT))
    for tag in (b"/S /H1", b"/S /H2", b"/S /P", b"/S /L", b"/S /LI", b"/S /Table", b"/S /TH", b"/S /TD", b"/S /Link"):
        assert tag in inside or tag.replace(b" ", b"") in inside, tag


def test_language_of_the_context_wins_and_speaks_in_the_footer() -> None:
    with override("nl"):
        assert_accessible(render("report", report(language="en")), "en")
    with override("en"):
        assert_accessible(render("report", report()), "en")


def test_same_date_and_context_give_the_same_bytes() -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert render("report", REPORT, created=moment) == render("report", REPORT, created=moment)
    assert b"20261121" in insides(render("report", REPORT, created=moment))


WEIRD = [
    "#let x = 1; #panic[nee]",
    '#import "base.typ": *',
    '#read("/etc/passwd")',
    "$ sum_(i=1)^n $ en 100$",
    "<script>alert(1)</script> & <b>",
    "*vet* _schuin_ `code` @bron \\ ~ [] {} // /* */",
    "= Geen kop\n- geen lijst\n+ ook niet",
    '"aanhaling" \\" \\u{41}',
    "Fiets 🚲 boom 🌳 gezin 👩‍👩‍👧 vlag 🇳🇱 duim 👍🏽",
    "Łódź Škoda ő ș Ω Жук € – “x” … → ≥ ½",
    "مرحبا بالعالم שלום",
    "中文 日本語 한국어",
    "\x00\x01\x1f \x7f \u200b\u200d\ufe0f\u202e\ufeff \ud800",
    "W" * 5000,
    "https://voorbeeld.example/" + "heel-lang-" * 100,
    "Meer groen in de straat. " * 200,
    "",
    " ",
]


@pytest.mark.parametrize("text", WEIRD, ids=range(len(WEIRD)))
def test_weird_input_is_shown_as_text_everywhere(text: str) -> None:
    blocks = [
        {"kind": "heading", "text": text},
        {"kind": "paragraph", "text": text},
        {"kind": "paragraph", "text": [{"text": text, "strong": True}, {"text": text, "emphasis": True}]},
        {"kind": "list", "items": [text, text]},
        {"kind": "quote", "text": text},
        table([[text, text], [text]], caption=text),
    ]
    document = render("report", report(subtitle=text, facts=[[text, text]], footer=text, blocks=blocks))
    assert_accessible(document)
    assert_accessible(render("letter", {**LETTER, "title": f"Brief {text}", "recipient": [text], "signature": [text]}))


def test_injected_markup_is_not_run(tmp_path: Path) -> None:
    shown = render("report", report(blocks=[{"kind": "paragraph", "text": "#(1+1) kilo"}]))
    summed = render("report", report(blocks=[{"kind": "paragraph", "text": "2 kilo"}]))
    strip = re.compile(rb"<x(?:mp|ap)?[^>]*>.*?</x[^>]*>|/ID\s*\[.*?\]", re.DOTALL)
    assert strip.sub(b"", insides(shown)) != strip.sub(b"", insides(summed))


def test_emoji_become_a_box_that_has_a_shape() -> None:
    pdf._missing.clear()
    render("report", report(blocks=[{"kind": "paragraph", "text": "🚲 en 🌳"}]))
    assert {"🚲", "🌳"} <= pdf._missing
    assert pdf._shown("a 🚲 b") == "a □ b"
    assert pdf._shown("a\u200d\x00b\tc\r\nd") == "ab c\nd"


def test_thousand_rows_take_seconds_and_repeat_their_head() -> None:
    start = time.perf_counter()
    document = render("report", report(blocks=[table([[f"Plan {i} voor de buurt", i * 137] for i in range(1000)])]))
    assert time.perf_counter() - start < 15
    assert pages(document) > 20


def test_levels_of_headings_are_never_left_out() -> None:
    levels = [
        block["level"]
        for block in pdf._blocks([{"kind": "heading", "text": "x", "level": level} for level in (4, 1, 4, 4, 2, 3, 6)])
    ]
    assert levels == [2, 2, 3, 4, 2, 3, 4]


def test_lazy_texts_dates_and_empty_lists_are_fine() -> None:
    context = report(
        title=gettext_lazy("Yes"),
        facts=[["Datum", str(datetime(2026, 1, 1).date())]],
        blocks=[{"kind": "list", "items": []}, table([[None, 3]]), table([])],
    )
    assert_accessible(render("report", context))


def test_logo_of_the_municipality_has_a_text() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (60, 30), "teal").save(picture, "PNG")
    document = render("report", report(logo=picture.getvalue(), logo_alt="Logo van Dordrecht"))
    assert_accessible(document)
    assert re.search(rb"/Alt\s*\(Logo van Dordrecht\)", insides(document))


@pytest.mark.parametrize(
    "name, context, message",
    [
        ("bestaat-niet", report(), "no PDF template"),
        ("../base", report(), "no PDF template"),
        ("../../manage.py", report(), "no PDF template"),
        ("base", report(), "no PDF template"),
        ("report", {}, "needs a title"),
        ("report", {"title": "  "}, "needs a title"),
        ("report", {"title": "\x00\u200b"}, "needs a title"),
        ("report", report(logo=b"x" * 600_000), "at most 500000 bytes"),
        ("report", report(logo=b"geen plaatje"), "report.typ"),
        ("report", report(blocks=[{"kind": "dans"}]), "unknown kind of block: dans"),
        ("report", report(blocks=[table([["a", "b", "c"]])]), "3 cells under a head of 2"),
        ("report", report(blocks=[{"kind": "table", "head": [], "rows": []}]), "a table has a head"),
    ],
)
def test_what_can_not_be_made_says_why(name: str, context: dict[str, Any], message: str) -> None:
    with pytest.raises(PdfError, match=re.escape(message)):
        render(name, context)


def test_pages_can_be_looked_at() -> None:
    pictures = render_png("report", REPORT, ppi=40)
    assert len(pictures) == 2
    for picture in pictures:
        colours = Image.open(io.BytesIO(picture)).convert("L").getextrema()
        assert colours[0] < 100 < colours[1]  # something is written on white


@pytest.mark.skipif(not WOFF.exists(), reason="the font package is not installed")
def test_own_letters_are_used_when_installed() -> None:
    unpacked = unpacked_woff(WOFF.read_bytes(), "AanZet 1")
    assert unpacked[:4] == b"\x00\x01\x00\x00"
    assert "AanZet 1".encode("utf-16-be") in unpacked
    families = pdf._fonts()[1]
    assert families[0] == "AanZet 1"
    assert b"AanZet" in insides(render("report", report()))


@pytest.mark.parametrize("wrong", [b"", b"wOF2" + b"\0" * 60, b"\x00\x01\x00\x00" + b"\0" * 60])
def test_other_files_are_no_font(wrong: bytes) -> None:
    with pytest.raises(PdfError, match=r"no WOFF 1\.0"):
        unpacked_woff(wrong, "x")


def test_without_the_font_package_the_fonts_of_typst_serve(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.BASE_DIR, settings.FRONTEND_DIR = tmp_path, tmp_path
    assert pdf._unpacked_fonts() is None
