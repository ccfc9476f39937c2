"""Texts of people: Markdown or pasted HTML in, a small safe set of HTML out.

Markdown is rendered first, with raw HTML let through, and then everything is sanitised: what a resident pasted from
another website (paragraphs, lists, headings) stays readable, and nothing else comes through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

ALLOWED_TAGS = frozenset(
    ["a", "em", "strong", "h2", "h3", "h4", "li", "ol", "ul", "p", "blockquote", "br", "u", "code"]
)
LINK_REL = "nofollow ugc noopener"
SCHEMES = frozenset(["http", "https", "mailto"])
KEPT = 1024  # texts that each process keeps drawn
LONGEST_KEPT = 4000  # letters; longer ones are drawn each time

# Tags whose text is no text: it goes together with the tag.
_SILENT = frozenset(
    [
        "script",
        "style",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "template",
        "noscript",
        "title",
        "head",
        "select",
        "textarea",
        "noembed",
        "noframes",
        "xmp",
        "plaintext",
        "audio",
        "video",
        "canvas",
    ]
)
# What other tags are read as. Headings move one level down: the page's own h1 stands above them.
_READ_AS = {
    "h1": "h2",
    "h2": "h3",
    "h3": "h4",
    "h4": "h4",
    "h5": "h4",
    "h6": "h4",
    "b": "strong",
    "i": "em",
    "cite": "em",
    "ins": "u",
    **dict.fromkeys(["div", "section", "article", "header", "footer", "aside", "main", "tr", "caption", "pre"], "p"),
    **dict.fromkeys(["figure", "figcaption", "address", "details", "summary", "dt", "dd", "center"], "p"),
}
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?=[\s>])")
_CELL_END = re.compile(r"</t[dh]>")
_EMPTY = re.compile(r"<(p|li|h[234]|blockquote|strong|em|u|code)>(?:\s|&nbsp;|<br>)*</\1>\n?")
_DEAD_LINK = re.compile(rf'<a rel="{LINK_REL}">(.*?)</a>', re.DOTALL)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"“”\[\]{}|\\^`]+")
_ANCHOR = re.compile(r"</?a[\s>]", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|li|h[234]|blockquote)>|<br>")


def _image(tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    """Pictures from elsewhere would tell that other server who reads here: only their description is shown."""
    return html.escape(tokens[index].content)


def _fence(tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    lines = html.escape(tokens[index].content).strip("\n").split("\n")
    return f"<p><code>{'<br>'.join(lines)}</code></p>\n"


def _link_addresses(state: StateCore) -> None:
    """Makes links of web addresses that somebody just pasted, outside links and code."""
    for block in state.tokens:
        if block.type != "inline" or "://" not in block.content:
            continue
        children: list[Token] = []
        inside_link = 0
        for token in block.children or []:
            inside_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "html_inline" and _ANCHOR.match(token.content):
                inside_link += -1 if token.content.startswith("</") else 1
            children += _linked(token) if token.type == "text" and inside_link <= 0 else [token]
        block.children = children


def _linked(token: Token) -> list[Token]:
    parts: list[Token] = []
    done = 0
    for match in _ADDRESS.finditer(token.content):
        address = match.group().rstrip(".,;:!?'")
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(").,")
        start, end = match.start(), match.start() + len(address)
        opening = Token("link_open", "a", 1, attrs={"href": address})
        shown = Token("text", "", 0, content=address)
        parts += [Token("text", "", 0, content=token.content[done:start]), opening, shown, Token("link_close", "a", -1)]
        done = end
    return [*parts, Token("text", "", 0, content=token.content[done:])] if parts else [token]


def _markdown() -> MarkdownIt:
    # Residents press Enter where they want a new line, and indent without meaning program code.
    renderer = MarkdownIt("commonmark", {"html": True, "breaks": True}).disable("code")
    renderer.add_render_rule("image", lambda self, *args: _image(*args))
    renderer.add_render_rule("fence", lambda self, *args: _fence(*args))
    renderer.core.ruler.push("addresses", _link_addresses)
    return renderer


_RENDERER = _markdown()


def _clean(source: str, tags: set[str]) -> str:
    return nh3.clean(
        source,
        tags=tags,
        clean_content_tags=set(_SILENT),
        attributes={"*": set(), "a": {"href"}},  # "*": lang and title would come through by default
        link_rel=LINK_REL,
        url_schemes=set(SCHEMES),
        url_relative="deny",
    )


def _renamed(match: re.Match[str]) -> str:
    slash, name = match.groups()
    return f"<{slash}{_READ_AS.get(name, name)}"


@lru_cache(maxsize=KEPT)
def _kept(text: str) -> SafeString:
    return _render(text)


def render_markdown(text: str) -> SafeString:
    """Safe HTML of a text that somebody typed or pasted.

    Args:
        text: Markdown (CommonMark), HTML, or a mixture; any length, any characters.

    Returns:
        HTML of ``ALLOWED_TAGS`` only. The single attributes are ``href`` (http, https, mailto) and ``rel`` of links.
        Headings begin at h2; line ends become ``<br>``. The same text is drawn once per process.
    """
    text = text or ""
    return _kept(text) if len(text) <= LONGEST_KEPT else _render(text)


def _render(text: str) -> SafeString:
    # First pass: a well-formed tree in which other tags can be renamed. Last pass: nothing comes out unsanitised.
    tree = _clean(_RENDERER.render(text), {*ALLOWED_TAGS, *_READ_AS, "td", "th"})
    tree = _CELL_END.sub(" ", tree)
    tree = _TAG.sub(_renamed, tree)
    safe = _DEAD_LINK.sub(r"\1", _clean(tree, set(ALLOWED_TAGS)))
    for _depth in range(3):  # from the inside out; more than a strong in an em in a p is not worth the time
        safe = _EMPTY.sub("", safe)
    return mark_safe(safe.strip())


def _line(text: str) -> str:
    return _kept_line(text) if len(text) <= LONGEST_KEPT else _without_marks(text)


@lru_cache(maxsize=KEPT)
def _kept_line(text: str) -> str:
    return _without_marks(text)


def _without_marks(text: str) -> str:
    spaced = _BLOCK_END.sub(lambda match: match.group() + " ", render_markdown(text))
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def plain(text: str, limit: int = 160) -> str:
    """The beginning of a text without marks, for cards, mails and search results.

    Args:
        text: what ``render_markdown`` takes.
        limit: most characters, the ellipsis counted in; cut at a word where possible.

    Returns:
        One line of plain text, not escaped: templates escape it.
    """
    line = _line(text or "")
    if len(line) <= limit:
        return line
    cut = line[: max(limit - 1, 0)]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut
    return at_word.rstrip(" ,;:.-") + "…"
