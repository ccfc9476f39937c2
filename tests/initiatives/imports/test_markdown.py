"""Texts of elsewhere become Markdown that says the same, and nothing dangerous."""

from __future__ import annotations

import csv
import html
import re
from pathlib import Path

import pytest

from foundation.core.text import render_markdown
from initiatives.imports.markdown import to_markdown


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Een</p><p>Twee</p>", "Een\n\nTwee"),
        ("<p>Een<br>twee</p>", "Een\ntwee"),
        ("<ul><li>a</li><li><strong>b</strong></li></ul>", "- a\n- **b**"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<h1>Kop</h1><p>x</p>", "## Kop\n\nx"),
        ("<p>een <strong> woord </strong>hier</p>", "een **woord** hier"),
        ("<p>een <strong>kop:</strong>dan</p>", "een **kop:** dan"),
        ('<a href="https://x.nl/a_(b)">hier</a>', "[hier](https://x.nl/a_%28b%29)"),
        ('<p><a href="javascript:alert(1)">hier</a></p>', "hier"),
        ("<p>2 * 3 en [x] en 1. y</p>", "2 \\* 3 en \\[x\\] en 1. y"),
        ("<p>1. begin</p>", "1\\. begin"),
        ("<p># geen kop</p>", "\\# geen kop"),
        ("<script>alert(1)</script><p>tekst</p>", "tekst"),
        ("Gewoon *nadruk* 🌳\r\nnieuwe regel", "Gewoon *nadruk* 🌳\nnieuwe regel"),
        ("<p>&lt;b&gt; 🌳</p>", "\\<b\\> 🌳"),
    ],
)
def test_html_becomes_markdown(source: str, expected: str) -> None:
    assert to_markdown(source) == expected


def _words(shown: str) -> str:
    bare = re.sub(r"</?(?:a|em|strong|u|code)\b[^>]*>", "", shown)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_no_word_is_lost_of_real_proposals(shared_data: Path) -> None:
    path = shared_data / "proposals" / "decide_madrid_proposals_2024_2025.csv"
    if not path.exists():
        pytest.skip("no proposals on this machine")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        texts = [row["description_html"] for row in csv.DictReader(opened)]
    rich = [text for text in texts if "<" in text][::12]
    assert len(rich) > 100
    for text in rich:
        one_line = re.sub(r"\s*\n\s*", " ", text)
        assert _words(render_markdown(to_markdown(text))) == _words(render_markdown(one_line))
