"""PDF documents that everybody can read: tagged PDF/UA-1, made by typst from the templates in ``templates/pdf``.

Data go in as JSON, never as pieces of markup: what people typed is shown as it is, whatever signs it holds.

Letters: Source Sans 3, the same as on the pages, unpacked from the npm package (typst reads no web fonts; a ``.woff`` file is
a zlib-packed font). Where that package is absent: Libertinus Serif, which typst brings along. Fonts of the machine are never
used, so that a document looks the same everywhere; an installation adds its own folders in ``PDF_FONT_PATHS``. A sign that no
font has (most emoji) is shown as □: an accessible document may not hold signs without a shape.
"""

from __future__ import annotations

import json
import logging
import math
import os
import re
import struct
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from foundation.core import clock

log = logging.getLogger(__name__)

SUBSTITUTE = "□"
LONGEST_WORD = 40  # letters; longer words, such as web addresses, may break anywhere
MOST_LOGO_BYTES = 500_000
_SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic")
_FACES = ("400-normal", "400-italic", "700-normal", "700-italic")
_FALLBACK = ["Libertinus Serif", "New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"]
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
# Signs without a shape: control characters, direction marks, half surrogates, and what joins emoji together.
_SHAPELESS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD},}}")
_missing: set[str] = set()  # signs for which this process found no shape


class PdfError(Exception):
    """A template that does not exist or does not compile, or a context that does not fit it. For developers."""


# --- Fonts -----------------------------------------------------------------------------------------------------------


def unpacked_woff(woff: bytes, family: str) -> bytes:
    """The TrueType font inside a WOFF 1.0 file, under another family name.

    typst takes one file per family and face, while the npm package has one per script: so each script becomes a family.
    (W3C, WOFF File Format 1.0, sections 3 to 5; OpenType, tables ``name`` and ``head``.)

    Raises:
        PdfError: it is no WOFF 1.0 file.
    """
    if len(woff) < 44 or woff[:4] != b"wOFF":
        raise PdfError("this is no WOFF 1.0 font")
    flavour, number = struct.unpack(">4xI4xH", woff[:14])
    tables: list[tuple[bytes, int, bytes]] = []
    for index in range(number):
        tag, offset, packed, length, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * index)
        content = woff[offset : offset + packed]
        content = zlib.decompress(content) if packed < length else content
        tables.append((tag, checksum, _name_table(family) if tag == b"name" else content))
    power = int(math.log2(number))
    search = 16 * 2**power
    directory = struct.pack(">IHHHH", flavour, number, search, power, 16 * number - search)
    body = b""
    for tag, checksum, content in tables:
        directory += struct.pack(">4sIII", tag, checksum, 12 + 16 * number + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    return directory + body


def _name_table(family: str) -> bytes:
    names = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}
    records, texts = b"", b""
    for number, text in names.items():
        encoded = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(encoded), len(texts))
        texts += encoded
    return struct.pack(">HHH", 0, len(names), 6 + len(records)) + records + texts


def _family(script: str) -> str:
    return f"AanZet {_SCRIPTS.index(script) + 1}"


def _unpacked_fonts() -> Path | None:
    """The folder with our fonts; made once. None where the npm package is not installed."""
    for source in (
        settings.FRONTEND_DIR / "pdf-fonts",
        settings.BASE_DIR / "node_modules/@fontsource/source-sans-3/files",
    ):
        found = [source / f"source-sans-3-{script}-{face}.woff" for script in _SCRIPTS for face in _FACES]
        if all(path.exists() for path in found):
            break
    else:
        log.warning("PDFs are made with the fonts of typst: @fontsource/source-sans-3 is not installed")
        return None
    folder = Path(settings.VAR_DIR) / "pdf-fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for path in found:
        target = folder / f"{path.stem}.ttf"
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        script = path.stem.removeprefix("source-sans-3-").rsplit("-", 2)[0]
        fresh = target.with_suffix(
            f".{os.getpid()}"
        )  # several workers may start at once: each puts a whole file in place
        fresh.write_bytes(unpacked_woff(path.read_bytes(), _family(script)))
        fresh.replace(target)
    return folder


@lru_cache(maxsize=1)
def _fonts() -> tuple[typst.Fonts, list[str]]:
    """The fonts and the families in the order in which they are tried."""
    own = [str(path) for path in getattr(settings, "PDF_FONT_PATHS", [])]
    try:
        folder = _unpacked_fonts()
    except OSError as error:  # a disk that is full or may not be written: a letter in other letters is better than none
        log.warning("PDFs are made with the fonts of typst: %s", error)
        folder = None
    paths = [*own, *([str(folder)] if folder else [])]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
    known = [_family(script) for script in _SCRIPTS] if folder else []
    added = [family for family in fonts.families() if family not in known and family not in _FALLBACK]
    return fonts, [*known, *_FALLBACK, *added]


# --- Data ------------------------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    """A text with only signs that have a shape, and with long words that may break."""
    clean = _SHAPELESS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if _missing and not _missing.isdisjoint(clean):
        clean = "".join(SUBSTITUTE if sign in _missing else sign for sign in clean)
    return _LONG_WORD.sub(lambda match: "\u200b".join(_pieces(match.group(), LONGEST_WORD // 4)), clean)


def _pieces(word: str, size: int) -> list[str]:
    return [word[start : start + size] for start in range(0, len(word), size)]


def _prepared(value: Any, key: str = "") -> Any:
    """The context as typst gets it: texts made showable, bytes as numbers. A ``url`` and a ``kind`` are no shown text."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        return value if key in {"url", "kind", "language", "align"} else _shown(value)
    if isinstance(value, bytes):
        if len(value) > MOST_LOGO_BYTES:
            raise PdfError(f"a picture in a PDF has at most {MOST_LOGO_BYTES} bytes, not {len(value)}")
        return list(value)
    if isinstance(value, Mapping):
        return {str(name): _prepared(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(item, key) for item in value]
    return value


def _blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as the templates draw them: no level of headings left out, tables with rows as long as their head."""
    ready = []
    level = 1  # the title of the document
    for block in blocks:
        if block.get("kind") == "heading":
            if not _words(block["text"]):
                continue  # a heading without words leads nowhere
            level = min(max(int(block.get("level", 2)), 2), level + 1, 4)
            block = block | {"level": level}
        elif block.get("kind") == "table":
            block = _table(block)
        elif block.get("kind") == "list" and not block["items"]:
            continue
        ready.append(block)
    return ready


def _words(text: Any) -> str:
    """What is left of a text, or of runs, that can be read."""
    whole = text if isinstance(text, str | Promise) else "".join(str(run["text"]) for run in text)
    return _shown(str(whole)).strip()


def _table(block: dict[str, Any]) -> dict[str, Any]:
    width = len(block["head"])
    if not width:
        raise PdfError("a table has a head: who listens to it hears the head before each cell")
    rows = []
    for row in block["rows"]:
        if len(row) > width:
            raise PdfError(f"a row has {len(row)} cells under a head of {width}")
        rows.append([_cell(cell) for cell in row] + [""] * (width - len(row)))
    # Columns share the width by their longest text, within bounds, so that a number takes no half page.
    longest = [max([len(str(line[i])) for line in [block["head"], *rows[:200]]] or [1]) for i in range(width)]
    shares = block.get("columns") or [min(max(length, 6), 40) for length in longest]
    return block | {"rows": rows, "columns": [float(share) for share in shares]}


def _cell(value: Any) -> Any:
    return value if isinstance(value, str | list) else ("" if value is None else str(value))


# --- Rendering -------------------------------------------------------------------------------------------------------


def _template(name: str) -> Path:
    folder = Path(settings.BASE_DIR) / "templates" / "pdf"
    path = folder / (name if name.endswith(".typ") else f"{name}.typ")
    if path.parent != folder or not path.is_file() or path.name == "base.typ":
        raise PdfError(f"there is no PDF template {name}")
    return path


def _data(context: Mapping[str, Any]) -> str:
    language = str(context.get("language") or translation.get_language() or settings.LANGUAGE_CODE)[:2]
    if not _words(context.get("title") or ""):
        raise PdfError("a PDF needs a title: it is what a screen reader says first")
    ready = {**context, "language": language}
    for key in ("blocks", "notes"):
        if key in ready:
            ready[key] = _blocks(list(ready[key]))
    ready = _prepared(ready)
    ready["title"] = " ".join(ready["title"].split())
    with translation.override(language):
        ready["labels"] = {"page": _("Page {page} of {pages}")}
    ready["fonts"] = _fonts()[1]
    return json.dumps(ready, cls=DjangoJSONEncoder)


def _compiled(name: str, context: Mapping[str, Any], **options: Any) -> Any:
    path = _template(name)
    for _attempt in range(3):
        try:
            return typst.compile(
                str(path),
                root=str(path.parent),
                font_paths=_fonts()[0],
                ignore_system_fonts=True,
                sys_inputs={"data": _data(context)},
                **options,
            )
        except typst.TypstError as error:
            unshown = _unshown(f"{error.message}\n{error.diagnostic}") - _missing
            if not unshown:
                raise PdfError(f"{path.name}: {error.diagnostic or error.message}") from error
            _missing.update(unshown)
            log.info("no font has a shape for %s", " ".join(f"U+{ord(sign):04X}" for sign in sorted(unshown)))
    raise PdfError(f"{path.name}: too many signs without a shape")


def _unshown(message: str) -> set[str]:
    """The signs that typst names in its complaint."""
    texts = (
        _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], text)
        for text in _UNSHOWN.findall(message)
    )
    return {sign for text in texts for sign in text if sign != SUBSTITUTE and not sign.isspace()}


def render(template_name: str, context: Mapping[str, Any], *, created: datetime | None = None) -> bytes:
    """A tagged PDF (PDF/UA-1).

    Args:
        template_name: ``letter`` or ``report``: a file in ``templates/pdf``.
        context: JSON-able values; ``title`` is a must. Also known to every template: ``language`` ("nl", "en"; else the
            active one), ``municipality`` (name), ``logo`` (bytes of a PNG, JPEG or SVG) with ``logo_alt``, ``description``,
            ``footer``.

            ``report``: ``subtitle``, ``facts`` ([name, value] pairs) and ``blocks``. ``letter``: ``recipient`` and
            ``sender`` (lines), ``facts``, ``salutation``, ``blocks``, ``closing``, ``signature`` (lines), ``notes`` (blocks).

            A block is a mapping with a ``kind``: ``heading`` (``text``, ``level`` 2 to 4), ``paragraph`` or ``quote``
            (``text``), ``list`` (``items``, ``ordered``), ``facts`` (``items``: pairs), ``table`` (``head``, ``rows``,
            ``caption``, ``align``: "left" or "right" per column, ``columns``: shares of the width), ``pagebreak``.
            A text is a string, or a list of runs ``{"text", "strong", "emphasis", "url"}``.
        created: the date inside the file; the same date and context give the same bytes. Now by default.

    Raises:
        PdfError: no such template, no title, or a context that does not fit the template.
    """
    made = (created or clock.now()).replace(microsecond=0)  # a PDF knows whole seconds
    return bytes(_compiled(template_name, context, format="pdf", pdf_standards=["ua-1"], timestamp=made))


def render_png(template_name: str, context: Mapping[str, Any], *, ppi: float = 96) -> list[bytes]:
    """The pages as pictures, to look at. Arguments as of ``render``; ``ppi`` pixels per inch."""
    pages = _compiled(template_name, context, format="png", ppi=ppi)
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)]
