"""An own theme file: only design tokens get through, whatever was uploaded.

A theme is a list of custom properties (``--basis-...`` and ``--utrecht-...``) in ``:root``. The file is read into names and
values and written out anew from those, so that nothing that we did not understand ever reaches a page. CSS can't run
code, but with ``url()`` it can tell another server who reads what, and with selectors it can hide or move parts of a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

MAX_BYTES = 300 * 1024
MAX_TOKENS = 6000
MAX_VALUE = 400

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_NAME = re.compile(r"--(?:basis|utrecht|nl|aanzet)-[a-z0-9-]{1,150}\Z")
# No backslash (escapes hide words), no < > { } @ ; and no quotes but plain pairs (font names).
_VALUE = re.compile(r"[\w\s#%.,()/*+'\"\-]*\Z")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = frozenset(
    [
        "",
        "var",
        "rgb",
        "rgba",
        "hsl",
        "hsla",
        "hwb",
        "oklch",
        "oklab",
        "lch",
        "lab",
        "color",
        "color-mix",
        "calc",
        "min",
        "max",
        "clamp",
        "cubic-bezier",
    ]
)


class ThemeError(Exception):
    """The file is refused; ``str()`` is a sentence for the person who uploaded it."""


@dataclass(frozen=True)
class ThemeFile:
    """The tokens of a theme, name -> value, in the order of the file."""

    tokens: dict[str, str]

    @property
    def css(self) -> str:
        """The file as we serve it."""
        lines = "".join(f"  {name}: {value};\n" for name, value in self.tokens.items())
        return f":root {{\n{lines}}}\n"


def read_theme(data: bytes) -> ThemeFile:
    """The tokens of an uploaded theme file.

    Raises:
        ThemeError: names the line or the token that can't stay.
    """
    if len(data) > MAX_BYTES:
        raise ThemeError(_("The file is larger than 300 kB; a theme file holds tokens only."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ThemeError(_("This is not a text file.")) from None
    if "\x00" in text:
        raise ThemeError(_("This is not a text file."))
    # Comments become as many new lines as they held, so that the line numbers stay right.
    text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n") or " ", text)
    tokens: dict[str, str] = {}
    position = 0
    while text[position:].strip():
        opening = text.find("{", position)
        if opening < 0:
            raise ThemeError(
                _("Line %(line)d: only :root { … } with tokens is allowed.")
                % {"line": _line(text, _first(text, position))}
            )
        selector = text[position:opening].strip()
        if selector != ":root":
            raise ThemeError(
                _("Line %(line)d: “%(what)s” is not allowed; a theme file holds :root { … } only.")
                % {"line": _line(text, _first(text, position)), "what": selector[:60]}
            )
        closing = text.find("}", opening)
        if closing < 0:
            raise ThemeError(_("The closing brace } is missing: the file seems broken off."))
        _read_block(text, opening + 1, closing, tokens)
        position = closing + 1
    if not tokens:
        raise ThemeError(_("There are no tokens (--basis-…) in this file."))
    return ThemeFile(tokens)


def _read_block(text: str, start: int, end: int, tokens: dict[str, str]) -> None:
    position = start
    while position < end:
        stop = text.find(";", position, end)
        stop = end if stop < 0 else stop
        declaration = text[position:stop].strip()
        line = _line(text, _first(text, position))
        position = stop + 1
        if not declaration:
            continue
        name, colon, value = declaration.partition(":")
        name, value = name.strip(), " ".join(value.split())
        if not colon or not _NAME.match(name):
            raise ThemeError(
                _("Line %(line)d: “%(what)s” is not a token; tokens begin with --basis- or --utrecht-.")
                % {"line": line, "what": name[:60]}
            )
        _check_value(name, value, line)
        tokens[name] = value
        if len(tokens) > MAX_TOKENS:
            raise ThemeError(_("There are more than %(limit)d tokens in this file.") % {"limit": MAX_TOKENS})


def _check_value(name: str, value: str, line: int) -> None:
    functions = {found.lower() for found in _FUNCTION.findall(value)}
    fine = (
        value
        and len(value) <= MAX_VALUE
        and _VALUE.match(value)
        and functions <= _FUNCTIONS
        and value.count("(") == value.count(")")
        and value.count('"') % 2 == 0
        and value.count("'") % 2 == 0
    )
    if not fine:
        raise ThemeError(
            _("Line %(line)d: the value of %(name)s is not allowed: “%(value)s”.")
            % {"line": line, "name": name, "value": value[:60]}
        )


def _first(text: str, position: int) -> int:
    """Where the next thing that is not white space stands."""
    return position + len(text[position:]) - len(text[position:].lstrip())


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


# What stands on what in our pages: text and ground.
PAGE = "--basis-color-default-bg-document"
PAIRS = (
    ("--basis-color-action-1-inverse-color-default", "--basis-color-action-1-inverse-bg-default"),
    ("--basis-color-action-1-inverse-color-hover", "--basis-color-action-1-inverse-bg-hover"),
    ("--basis-color-action-1-color-default", "--basis-color-action-1-bg-default"),
    ("--basis-color-action-1-color-default", PAGE),
    ("--basis-color-action-2-color-default", PAGE),
    ("--basis-color-default-color-document", PAGE),
    ("--basis-heading-color", PAGE),
    ("--basis-color-accent-1-color-default", "--basis-color-accent-1-bg-default"),
    ("--basis-color-accent-1-inverse-color-document", "--basis-color-accent-1-inverse-bg-document"),
    ("--basis-color-default-color-document", "--basis-color-highlight-bg-default"),
)
LEAST_CONTRAST = 4.5


@lru_cache(maxsize=1)
def standard_tokens() -> dict[str, str]:
    """The tokens of the theme that own files stand on; empty before the front end was built."""
    path = Path(settings.FRONTEND_DIR) / "vendor" / "voorbeeld.css"
    if not path.exists():
        return {}
    return {name: value.strip() for name, value in re.findall(r"(--[\w-]+)\s*:\s*([^;{}]+)", path.read_text())}


def weak_pairs(theme: ThemeFile, base: Mapping[str, str] | None = None) -> list[tuple[str, str, float]]:
    """Pairs of text and ground that this file makes hard to read: a contrast below 4.5 (WCAG 2.2, 1.4.3).

    Args:
        theme: the own file.
        base: tokens of the theme under it, for the colours that the file leaves as they are.

    Returns:
        (text, ground, ratio); a pair whose colours can't be told (not hexadecimal, not through ``var()``) is passed over.
    """
    under = standard_tokens() if base is None else base
    together = {**under, **theme.tokens}
    weak = []
    for text, ground in PAIRS:
        now = _ratio(together, text, ground)
        before = _ratio(under, text, ground)
        if now is not None and now < LEAST_CONTRAST and (before is None or before >= LEAST_CONTRAST):
            weak.append((text, ground, round(now, 2)))
    return weak


def _ratio(tokens: Mapping[str, str], text: str, ground: str) -> float | None:
    first, second = _colour(tokens, text), _colour(tokens, ground)
    return contrast(first, second) if first and second else None


def _colour(tokens: Mapping[str, str], name: str, depth: int = 0) -> str | None:
    value = tokens.get(name, "")
    if found := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return _colour(tokens, found.group(1), depth + 1) if depth < 20 else None
    return value if re.fullmatch(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", value) else None


def contrast(first: str, second: str) -> float:
    """Contrast of two hexadecimal colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    bare = colour.lstrip("#")
    bare = "".join(c * 2 for c in bare) if len(bare) == 3 else bare
    parts = [int(bare[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
