"""Markdown as blocks of a PDF: by way of the safe HTML that the pages show, so that both say the same."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from foundation.core.text import render_markdown

_BLOCKS = {"p": "paragraph", "blockquote": "quote"}


def blocks_of(text: str, *, level: int = 2) -> list[dict[str, Any]]:
    """Blocks for ``foundation.core.pdf``.

    Args:
        text: Markdown.
        level: of the highest heading in it.
    """
    reader = _Reader(level)
    reader.feed(str(render_markdown(text)))
    reader.close()
    return reader.done()


class _Reader(HTMLParser):
    """Reads only what ``render_markdown`` lets through."""

    def __init__(self, level: int) -> None:
        super().__init__(convert_charrefs=True)
        self._shift = level - 2
        self._blocks: list[dict[str, Any]] = []
        self._runs: list[dict[str, Any]] = []
        self._lists: list[dict[str, Any]] = []
        self._marks: dict[str, int] = {"strong": 0, "em": 0}
        self._url = ""
        self._quote = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._marks:
            self._marks[tag] += 1
        elif tag == "a":
            self._url = dict(attrs).get("href") or ""
        elif tag == "br":
            self._runs.append({"text": "\n"})
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists.append({"kind": "list", "ordered": tag == "ol", "items": []})
        elif tag in ("h2", "h3", "h4", "p", "li"):
            self._flush()
        elif tag == "blockquote":
            self._flush()
            self._quote = True

    def handle_endtag(self, tag: str) -> None:
        if tag in self._marks:
            self._marks[tag] = max(0, self._marks[tag] - 1)
        elif tag == "a":
            self._url = ""
        elif tag in ("h2", "h3", "h4"):
            self._flush(heading=int(tag[1]))
        elif tag in ("p", "li"):
            self._flush()
        elif tag == "blockquote":
            self._flush()
            self._quote = False
        elif tag in ("ul", "ol") and self._lists:
            self._flush()
            ready = self._lists.pop()
            if self._lists:  # a list in a list: its lines follow as lines of the outer one
                self._lists[-1]["items"] += ready["items"]
            else:
                self._blocks.append(ready)

    def handle_data(self, data: str) -> None:
        if not data.strip() and not self._runs:
            return
        run: dict[str, Any] = {"text": data.replace("\n", " ")}
        if self._marks["strong"]:
            run["strong"] = True
        if self._marks["em"]:
            run["emphasis"] = True
        if self._url:
            run["url"] = self._url
        self._runs.append(run)

    def _flush(self, heading: int = 0) -> None:
        runs, self._runs = self._runs, []
        if not "".join(run["text"] for run in runs).strip():
            return
        if heading:
            self._blocks.append({"kind": "heading", "level": min(4, heading + self._shift), "text": runs})
        elif self._lists:
            self._lists[-1]["items"].append(runs)
        else:
            self._blocks.append({"kind": "quote" if self._quote else "paragraph", "text": runs})

    def done(self) -> list[dict[str, Any]]:
        self._flush()
        return self._blocks
