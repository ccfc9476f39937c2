"""Contrast in every shipped theme, light and dark, computed from the style sheets; and the weight of a first visit."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import django_htmx
import pytest

from foundation.core import frontend

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "var" / "frontend" / "vendor"
CSS = ROOT / "static" / "css"
pytestmark = pytest.mark.skipif(not VENDOR.exists(), reason="'manage.py frontend' has not run")

SCHEMES = (("aanzet", "light"), ("aanzet", "dark"), ("voorbeeld", "light"))
C = "--basis-color-"
PAGE, SOFT, TINT = f"{C}default-bg-document", f"{C}default-bg-subtle", f"{C}accent-1-bg-default"
# What we write on what: text needs 4.5 to 1.
TEXT = [
    (f"{C}default-color-document", PAGE),
    (f"{C}default-color-document", SOFT),
    (f"{C}default-color-document", TINT),
    (f"{C}default-color-document", f"{C}accent-1-bg-subtle"),
    (f"{C}default-color-default", PAGE),
    (f"{C}default-color-default", SOFT),
    (f"{C}default-color-default", f"{C}default-bg-default"),
    ("--basis-heading-color", PAGE),
    ("--basis-heading-color", SOFT),
    ("--basis-heading-color", TINT),
    (f"{C}action-2-color-default", PAGE),
    (f"{C}action-2-color-default", SOFT),
    (f"{C}action-2-color-default", TINT),
    (f"{C}action-2-color-hover", PAGE),
    (f"{C}accent-1-color-default", PAGE),
    (f"{C}accent-1-color-default", SOFT),
    (f"{C}accent-1-color-default", TINT),
    (f"{C}accent-1-color-default", f"{C}accent-1-bg-subtle"),
    (f"{C}accent-1-color-hover", TINT),
    (f"{C}action-1-inverse-color-default", f"{C}action-1-inverse-bg-default"),
    (f"{C}action-1-inverse-color-hover", f"{C}action-1-inverse-bg-hover"),
    (f"{C}action-1-color-default", PAGE),
    (f"{C}accent-1-inverse-color-document", f"{C}accent-1-inverse-bg-document"),
    (f"{C}highlight-color-document", f"{C}highlight-bg-default"),
    (f"{C}highlight-color-document", f"{C}highlight-bg-hover"),
    (f"{C}highlight-color-default", f"{C}highlight-bg-default"),
    (f"{C}action-2-color-default", f"{C}highlight-bg-default"),
    ("--basis-focus-color", f"{C}highlight-border-subtle"),
    ("--basis-focus-color", "--basis-focus-background-color"),
    (f"{C}negative-color-default", PAGE),
    (f"{C}negative-color-default", f"{C}negative-bg-subtle"),
    (f"{C}negative-inverse-color-default", f"{C}negative-inverse-bg-default"),
    (f"{C}negative-inverse-color-default", f"{C}negative-inverse-bg-hover"),
    (f"{C}positive-color-default", SOFT),
    *(
        (f"{C}{family}-color-document", f"{C}{family}-bg-subtle")
        for family in ("info", "positive", "warning", "negative")
    ),
    *(
        (f"{C}{family}-color-default", f"{C}{family}-bg-default")
        for family in ("info", "positive", "warning", "negative")
    ),
]
# Edges of fields, bars, marks and the focus ring: 3 to 1.
EDGES = [
    (f"{C}default-border-default", PAGE),
    (f"{C}default-border-default", SOFT),
    (f"{C}negative-border-default", PAGE),
    (f"{C}action-1-inverse-bg-default", PAGE),
    (f"{C}accent-1-border-hover", PAGE),
    (f"{C}accent-1-color-default", PAGE),
    (f"{C}info-border-default", PAGE),
    (f"{C}positive-border-default", PAGE),
    (f"{C}warning-border-default", PAGE),
    ("--basis-focus-outline-color", PAGE),
    ("--basis-focus-outline-color", SOFT),
    ("--basis-focus-outline-color", TINT),
    ("--basis-focus-outline-color", f"{C}highlight-bg-default"),
]


def tokens(theme: str, scheme: str) -> dict[str, str]:
    """All custom properties as a browser with this colour scheme sees them."""
    found: dict[str, str] = {}
    for path in (VENDOR / "voorbeeld.css", CSS / "themes" / f"{theme}.css"):
        for rule in frontend.rules(frontend.strip_comments(path.read_text())):
            if rule.prelude == ":root":
                found |= frontend.declarations(rule.body)
            elif scheme == "dark" and "prefers-color-scheme: dark" in rule.prelude:
                for inner in frontend.rules(rule.body):
                    found |= frontend.declarations(inner.body)
    return found


def resolve(name: str, found: dict[str, str]) -> str:
    value = found[name]
    while reference := re.fullmatch(r"var\((--[\w-]+)\)", value):
        value = found[reference.group(1)]
    return value


def luminance(colour: str) -> float:
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme, scheme", SCHEMES)
def test_every_pair_of_colours_has_enough_contrast(theme, scheme):
    found = tokens(theme, scheme)
    weak = [
        f"{front} on {back}: {ratio:.2f}"
        for pairs, least in ((TEXT, 4.5), (EDGES, 3.0))
        for front, back in pairs
        if (ratio := contrast(resolve(front, found), resolve(back, found))) < least
    ]
    assert weak == []


@pytest.mark.parametrize("theme, scheme", SCHEMES)
def test_our_style_sheets_read_only_tokens_that_exist(theme, scheme):
    known = set(tokens(theme, scheme))
    sheets = [path.read_text() for path in CSS.glob("*.css")]
    known |= {name for sheet in sheets for name in re.findall(r"(--az-[\w-]+)\s*:", sheet)}
    read = {name for sheet in sheets for name in re.findall(r"var\((--[\w-]+)", sheet)}
    assert read - known == set()


def test_our_style_sheets_hold_no_colour_of_their_own():
    """A colour outside the theme files would not follow a municipality's theme."""
    for path in CSS.glob("*.css"):
        css = frontend.strip_comments(path.read_text())
        colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])", css)) - {"#fff"}
        assert colours == set(), path.name


def test_the_swap_of_the_theme_file_changes_button_link_heading_and_accent():
    one, other = tokens("aanzet", "light"), tokens("voorbeeld", "light")
    for name in (
        f"{C}action-1-inverse-bg-default",
        f"{C}action-2-color-default",
        f"{C}highlight-border-subtle",
        "--basis-heading-color",
        f"{C}default-color-document",
    ):
        assert resolve(name, one) != resolve(name, other)


def packed(paths: list[Path]) -> int:
    """Bytes on the line: woff2 is packed already."""
    return sum(len(p.read_bytes()) if p.suffix == ".woff2" else len(gzip.compress(p.read_bytes(), 9)) for p in paths)


def test_first_visit_weighs_less_than_120_kb_and_its_javascript_less_than_40():
    ours = ROOT / "static" / "js" / "aanzet.js"
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"  # only where it is used
    rest = [
        *CSS.glob("*.css"),
        CSS / "themes" / "aanzet.css",
        VENDOR / "utrecht.css",
        VENDOR / "voorbeeld.css",
        VENDOR / "icons.svg",
        *(VENDOR / "fonts").glob("source-sans-3-latin-[47]00*.woff2"),
        ROOT / "static" / "img" / "favicon.svg",
    ]
    assert packed([ours, htmx]) < 40_000
    # Pages themselves are not compressed (BREACH): 40 kB is left for the page and the headers of its parts.
    assert packed([ours, *rest]) < 80_000
