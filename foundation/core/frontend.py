"""The build step of the look, in plain Python: takes from ``node_modules`` exactly the files that we serve.

What comes out (``settings.FRONTEND_DIR``, one of ``STATICFILES_DIRS``), all under ``vendor/``:

- ``utrecht.css``: the component CSS of NL Design System, without comments and without the blocks that we do not use;
- ``voorbeeld.css``: the tokens of the *voorbeeld* theme: every ``--basis-*`` token, and of the component tokens those
  that the CSS above or our own reads;
- ``icons.svg``: the icons named in ``ICONS`` as one sprite;
- ``fonts/``: Source Sans 3, regular and bold.

The licence notices stay in the files. Nothing of it is committed; ``package-lock.json`` says which versions we mean.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPONENTS = Path("@utrecht/component-library-css/dist/index.css")
TOKENS = Path("@nl-design-system-unstable/voorbeeld-design-tokens/dist/variables.css")
FONTS = Path("@fontsource/source-sans-3/files")
ICONS_DIR = Path("@tabler/icons/icons/outline")
STAMP = "stamp"

# The blocks of the component library that our templates use: add one here before you use it. A test compares this list
# with the templates; every further block is weight for a first visit.
_BLOCKS = """
    button button-link form-field link-button select skip-link textarea textbox
"""
BLOCKS = frozenset(_BLOCKS.split())

# The one list of icons (names of Tabler's outline set). Each stands beside a word; `{% icon "map-pin" %}` uses it.
_ICONS = """
    adjustments alert-circle alert-triangle arrow-down arrow-left arrow-right arrow-up arrows-sort bell building-community
    calendar calendar-event chart-bar check checks chevron-down chevron-left chevron-right chevron-up circle
    circle-check circle-dot clock coins copy download edit external-link eye eye-off file file-text filter flag
    hand-click help-circle home info-circle key language list list-check lock login logout mail map map-2 map-pin
    menu-2 message message-2 minus palette paperclip pencil photo player-play plus printer qrcode question-mark
    receipt refresh reload scale search send settings share shield shield-check sort-ascending sort-descending star
    sun tag thumb-down thumb-up ticket trash trophy upload user user-check user-circle user-plus users users-group wallet
    world x
"""
ICONS = tuple(_ICONS.split())
FONT_FILES = tuple(
    f"source-sans-3-{part}-{weight}-normal.woff2" for part in ("latin", "latin-ext") for weight in (400, 700)
)
PDF_FONT_FILES = tuple(
    f"source-sans-3-{part}-{weight}-{slope}.woff"
    for part in ("latin", "latin-ext", "greek", "cyrillic")
    for weight in (400, 700)
    for slope in ("normal", "italic")
)

_NOTICE = "/* {what}, EUPL-1.2. Source: npm {package} {version}; comments and unused parts left out. */\n"
_VAR = re.compile(r"var\(\s*(--[\w-]+)")
_BLOCK = re.compile(r"\.utrecht-([a-z0-9-]+?)(?=--|__|[^a-z0-9-]|$)")


class FrontendError(Exception):
    """The files can't be made; the message says what to do."""


@dataclass(frozen=True)
class Rule:
    """One CSS rule: a selector with declarations, or an at-rule with rules inside (``body`` is then their text)."""

    prelude: str
    body: str

    def __str__(self) -> str:
        return f"{self.prelude}{{{self.body}}}"


def strip_comments(css: str) -> str:
    """CSS without comments; text in quotes is left alone."""
    pattern = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.S)
    return pattern.sub(lambda found: found.group(1) or "", css)


def rules(css: str) -> Iterator[Rule]:
    """The rules of a sheet (comments already gone) at its outermost level; statements such as ``@charset`` are skipped."""
    position = 0
    while True:
        opening = css.find("{", position)
        if opening < 0:
            return
        prelude = css[position:opening].rsplit(";", 1)[-1].strip()
        depth, end = 1, opening + 1
        while depth:
            if end >= len(css):
                raise FrontendError(f"A brace is missing after '{prelude[:60]}' in a style sheet.")
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield Rule(prelude, css[opening + 1 : end - 1])
        position = end


def _squeeze(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,])\s*", r"\1", css).replace(";}", "}").strip()


def _split_selectors(prelude: str) -> list[str]:
    """Selectors of a list; commas inside ``:is(...)`` do not split."""
    parts, depth, current = [], 0, ""
    for char in prelude:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and not depth:
            parts.append(current.strip())
            current = ""
        else:
            current += char
    return [*parts, current.strip()]


def _block_in_use(selector: str) -> bool:
    if (
        ":invalid" in selector
    ):  # an empty field that nobody touched is not wrong; the server says what is (aria-invalid)
        return False
    found = _BLOCK.findall(selector)
    return not found or any(name in BLOCKS for name in found)


def prune_components(css: str) -> str:
    """The component sheet with only the selectors of ``BLOCKS``, without spare white space."""

    def kept(sheet: str) -> str:
        out = []
        for rule in rules(sheet):
            if rule.prelude.startswith("@media") or rule.prelude.startswith("@supports"):
                inner = kept(rule.body)
                if inner:
                    out.append(f"{rule.prelude}{{{inner}}}")
            elif rule.prelude.startswith("@"):
                out.append(str(rule))
            else:
                selectors = [one for one in _split_selectors(rule.prelude) if _block_in_use(one)]
                if selectors:
                    out.append(f"{','.join(selectors)}{{{rule.body}}}")
        return "\n".join(out)

    return _squeeze(kept(strip_comments(css)))


def declarations(body: str) -> dict[str, str]:
    """The declarations of a rule: property -> value."""
    pairs = (one.split(":", 1) for one in body.split(";") if ":" in one)
    return {name.strip(): value.strip() for name, value in pairs}


def prune_tokens(css: str, readers: list[str]) -> str:
    """The tokens that ``readers`` (style sheets) reach, directly or through others, and every ``--basis-*`` token."""
    tokens: dict[str, str] = {}
    for rule in rules(strip_comments(css)):
        tokens |= declarations(rule.body)
    wanted = {name for sheet in readers for name in _VAR.findall(sheet)}
    wanted |= {name for name in tokens if name.startswith("--basis-")}
    reached: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in tokens and name not in reached:
            reached.add(name)
            wanted |= set(_VAR.findall(tokens[name])) - reached
    return ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items() if name in reached) + "}"


def sprite(folder: Path, names: tuple[str, ...] = ICONS) -> str:
    """One SVG file with a ``<symbol>`` for each name; colours follow the text (``currentColor``)."""
    symbols = []
    for name in sorted(names):
        path = folder / f"{name}.svg"
        if not path.exists():
            raise FrontendError(
                f"The icon '{name}' is not in {folder}: correct its name in foundation/core/frontend.py."
            )
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>", path.read_text())
        inner = "".join(re.sub(r"\s+", " ", shape) for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round">'
        "<!-- Tabler Icons, MIT -->" + "".join(symbols) + "</svg>"
    )


def _package(node_modules: Path, file: Path) -> tuple[str, str]:
    """Name and version of the package a file belongs to."""
    name = "/".join(file.parts[:2])
    found = re.search(r'"version":\s*"([^"]+)"', (node_modules / name / "package.json").read_text())
    return name, found.group(1) if found else "?"


def _stamp(node_modules: Path, readers: list[Path]) -> str:
    """Changes when a package, this file or a reading style sheet changes."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in (COMPONENTS, TOKENS, FONTS, ICONS_DIR):
        digest.update("@".join(_package(node_modules, file)).encode())
    for path in readers:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build(node_modules: Path, own_css: Path, target: Path, *, force: bool = False) -> bool:
    """Write the served files to ``target``; returns whether there was anything to do.

    ``own_css`` is the folder of our own style sheets: the tokens that they read are kept.
    Raises FrontendError when the packages are missing.
    """
    for file in (COMPONENTS, TOKENS, FONTS, ICONS_DIR):
        if not (node_modules / file).exists():
            raise FrontendError(
                f"{node_modules / file} is not there: install the style packages first with 'npm ci --ignore-scripts' "
                "(bin/demo and bin/test do that for you)."
            )
    own = sorted(own_css.rglob("*.css"))
    stamp = _stamp(node_modules, own)
    stamp_file = target / STAMP
    if not force and stamp_file.exists() and stamp_file.read_text() == stamp:
        return False
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    vendor = fresh / "vendor"
    (vendor / "fonts").mkdir(parents=True)

    components = prune_components((node_modules / COMPONENTS).read_text())
    name, version = _package(node_modules, COMPONENTS)
    notice = _NOTICE.format(what="Component CSS of Gemeente Utrecht and Frameless B.V.", package=name, version=version)
    (vendor / "utrecht.css").write_text(notice + components)

    tokens = prune_tokens((node_modules / TOKENS).read_text(), [components, *(path.read_text() for path in own)])
    name, version = _package(node_modules, TOKENS)
    notice = _NOTICE.format(what="Voorbeeld theme of NL Design System", package=name, version=version)
    (vendor / "voorbeeld.css").write_text(notice + tokens)

    (vendor / "icons.svg").write_text(sprite(node_modules / ICONS_DIR))
    for font in FONT_FILES:
        shutil.copyfile(node_modules / FONTS / font, vendor / "fonts" / font)
    # For foundation.core.pdf: an image that threw node_modules away still prints letters in our font.
    (fresh / "pdf-fonts").mkdir()
    for font in PDF_FONT_FILES:
        shutil.copyfile(node_modules / FONTS / font, fresh / "pdf-fonts" / font)

    (fresh / STAMP).write_text(stamp)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return True
