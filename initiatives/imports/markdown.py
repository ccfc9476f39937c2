"""Texts of elsewhere as our Markdown: safe HTML first (``foundation.core.text``), then each tag as the sign that means it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from foundation.core.text import render_markdown

_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_SIGNS = re.compile(r"([\\*`\[\]<>])|(?<!\w)_|_(?!\w)")
_LINE_SIGNS = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|=+\s*$|-+\s*$|\d{1,9}[.)]\s)", re.MULTILINE)
_MANY_LINES = re.compile(r"\n{3,}")
_MARKS = {"strong": "**", "em": "*", "code": "`"}
_HEADS = {"h2": "## ", "h3": "### ", "h4": "#### "}


def to_markdown(text: str) -> str:
    """The same text as Markdown, so that people can read and change it.

    Args:
        text: HTML of a rich-text editor, or plain text; any length, any characters.

    Returns:
        Markdown without tags. A text without tags stays as it is: ``render_markdown`` reads it well.
    """
    if not _HTML.search(text):
        return text.replace("\r\n", "\n").strip()
    writer = _Writer()
    # Line ends inside tags mean nothing in HTML; Markdown would make new lines of them.
    writer.feed(render_markdown(re.sub(r"\s*\n\s*", " ", text)))
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Reads what ``render_markdown`` gives: balanced, and of ``ALLOWED_TAGS`` only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._lists: list[int | None] = []  # None: bullets; a number: the next one
        self._open: list[int] = []  # where the marks that are open began
        self._link = ""
        self._quotes = 0
        self._tight = False  # a mark ended on a sign: a letter right behind it would keep it open

    def text(self) -> str:
        """Everything read so far."""
        lines = [line.rstrip(" ") if not line.endswith("\\") else line for line in "".join(self._out).split("\n")]
        return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _MARKS:
            self._open.append(len(self._out))
        elif tag in _HEADS:
            self._out.append(f"\n\n{_HEADS[tag]}")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
            self._out.append("[" if self._link else "")
        elif tag in ("ul", "ol"):
            self._out.append("\n" if self._lists else "\n\n")
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "br":
            self._out.append(f"\n{self._indent()}")
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "p" and not self._lists:
            self._out.append("\n\n" + "> " * self._quotes)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            self._close_mark(_MARKS[tag])
        elif tag in _HEADS:
            self._out.append("\n\n")
        elif tag == "a":
            address = self._link.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
            self._out.append(f"]({address})" if self._link else "")
        elif tag in ("ul", "ol"):
            self._lists.pop()
            self._out.append("\n" if self._lists else "\n\n")
        elif tag == "blockquote":
            self._quotes -= 1
            self._out.append("\n\n")
        elif tag == "p":
            self._out.append(" " if self._lists else "\n\n")

    def handle_data(self, data: str) -> None:
        words = re.sub(r"[ \t\n\r]+", " ", data)
        if not self._out or self._out[-1].endswith(("\n", " ")):
            words = words.lstrip(" ")
        words = _SIGNS.sub(lambda found: "\\" + found.group(), words)
        at_begin = not self._out or self._out[-1].endswith("\n")
        if self._tight and words[:1].isalnum():
            self._out.append(" ")
        self._tight = False
        self._out.append(_LINE_SIGNS.sub(_escaped_begin, words) if at_begin else words)

    def _indent(self) -> str:
        return "   " * len(self._lists) + "> " * self._quotes

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        depth = "   " * max(len(self._lists) - 1, 0)
        self._out.append(f"\n{depth}- " if number is None else f"\n{depth}{number}. ")
        if number is not None:
            self._lists[-1] = number + 1

    def _close_mark(self, mark: str) -> None:
        """Spaces move outside the mark ("** word **" would be none), and it stays apart from letters where it must."""
        begin = self._open.pop()
        inside = "".join(self._out[begin:])
        bare = inside.strip()
        if self._open or "\n" in bare or not any(sign.isalnum() for sign in bare):
            return  # a mark in a mark, or around nothing to stress: the words alone
        del self._out[begin:]
        before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
        last = self._out[-1][-1:] if self._out else ""
        if not before and last and (last == "*" or (last.isalnum() and not bare[0].isalnum())):
            before = " "
        self._out += [before, f"{mark}{bare}{mark}"]
        self._tight = not after and not bare[-1].isalnum()
        if after:
            self._out.append(after)


def _escaped_begin(found: re.Match[str]) -> str:
    space, sign = found.groups()
    if sign[0].isdigit():
        return space + sign.replace(".", "\\.").replace(")", "\\)")
    return f"{space}\\{sign}"
