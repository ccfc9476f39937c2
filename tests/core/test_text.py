"""Texts of people: safe, and still readable."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from foundation.core.text import ALLOWED_TAGS, LINK_REL, plain, render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>klik</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<object data='x'></object><embed src='x'>",
    "<a href='javascript:alert(1)'>klik</a>",
    "<a href='jav&#x09;ascript:alert(1)'>klik</a>",
    "<a href=' javascript:alert(1)'>klik</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>klik</a>",
    "<a href='vbscript:msgbox(1)'>klik</a>",
    "<a href='//evil.example/'>klik</a>",
    "<a href='https://ok.example' onclick='alert(1)' style='position:fixed' id='x' class='y'>klik</a>",
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt:alert(1))",
    "[klik](data:text/html,<script>alert(1)</script>)",
    '[klik](https://ok.example "title\\" onmouseover=alert(1)")',
    "<javascript:alert(1)>",
    "![x](https://evil.example/volg.png)",
    '![x" onerror="alert(1)](https://evil.example/volg.png)',
    "<p style='background:url(javascript:alert(1))'>tekst</p>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=wachtwoord><button>Stuur</button></form>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>tekst</details>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<template><script>alert(1)</script></template>",
    "<textarea></textarea><script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '<a href="https://ok.example/<h1><script>alert(1)</script>">klik</a>',
    "<h1 onclick=alert(1)>Kop</h1>",
    "<p <script>alert(1)</script>>",
    "<<script>alert(1);//<</script>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "<x-kader onfocus=alert(1) tabindex=1 autofocus>tekst</x-kader>",
]


class Tree(HTMLParser):
    """Every tag of a piece of HTML with its attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_safe(output: str) -> None:
    for tag, attributes in Tree(output).tags:
        assert tag in ALLOWED_TAGS
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        if tag == "a":
            assert attributes["rel"] == LINK_REL
            assert re.match(r"(https?://|mailto:)", attributes["href"] or "")


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_leaves_only_allowed_tags_and_links(attack: str) -> None:
    assert_safe(render_markdown(attack))
    assert_safe(render_markdown(f"Een zin.\n\n{attack}\n\nNog een zin."))


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_around_an_attack_stays_readable(attack: str) -> None:
    output = render_markdown(f"Voor de tekst.\n\n{attack}\n\nNa de tekst.")
    assert "Voor de tekst." in output


def test_scripts_and_styles_disappear_with_their_content() -> None:
    assert render_markdown("<script>alert(1)</script><style>p{}</style>Over") == "Over"


@pytest.mark.parametrize(
    "source, expected",
    [
        ("# Kop", "<h2>Kop</h2>"),
        ("## Kop", "<h3>Kop</h3>"),
        ("#### Kop", "<h4>Kop</h4>"),
        ("<h1>Kop</h1>", "<h2>Kop</h2>"),
        ("<h6>Kop</h6>", "<h4>Kop</h4>"),
        ("**vet** en *schuin*", "<p><strong>vet</strong> en <em>schuin</em></p>"),
        ("<b>vet</b> en <i>schuin</i>", "<p><strong>vet</strong> en <em>schuin</em></p>"),
        ("een\ntwee", "<p>een<br>\ntwee</p>"),
        ("    ingesprongen", "<p>ingesprongen</p>"),
        ("<div>een</div><div>twee</div>", "<p>een</p><p>twee</p>"),
        ("<p></p><p>tekst</p><p>&nbsp;</p>", "<p>tekst</p>"),
        ("<a>geen link</a>", "<p>geen link</p>"),
        ("![Een boom](https://ergens.example/boom.jpg)", "<p>Een boom</p>"),
        ("2 < 3 & 4 > 1", "<p>2 &lt; 3 &amp; 4 &gt; 1</p>"),
        ("", ""),
    ],
)
def test_markdown_and_html_become_the_small_set(source: str, expected: str) -> None:
    assert render_markdown(source) == expected


def test_links_carry_rel_and_only_web_and_mail_addresses() -> None:
    output = render_markdown(
        "[web](https://a.example/x?a=1&b=2) [mail](mailto:wij@a.example) [kaal](/pad) [tel](tel:123)"
    )
    links = [attributes for tag, attributes in Tree(output).tags if tag == "a"]
    assert [link["href"] for link in links] == ["https://a.example/x?a=1&b=2", "mailto:wij@a.example"]
    assert {link["rel"] for link in links} == {"nofollow ugc noopener"}
    assert "kaal" in output
    assert "tel" in output


@pytest.mark.parametrize(
    "source, hrefs, text",
    [
        (
            "Kijk op https://a.example/pad?x=1&y=2.",
            ["https://a.example/pad?x=1&y=2"],
            "Kijk op https://a.example/pad?x=1&y=2.",
        ),
        ("(zie http://a.example/b)", ["http://a.example/b"], "(zie http://a.example/b)"),
        ("https://nl.wikipedia.org/wiki/Brink_(plein)", ["https://nl.wikipedia.org/wiki/Brink_(plein)"], None),
        ("https://a.example, https://b.example!", ["https://a.example", "https://b.example"], None),
        ("[naam](https://a.example) en <https://b.example>", ["https://a.example", "https://b.example"], None),
        ("[https://a.example](https://b.example)", ["https://b.example"], "https://a.example"),
        ('<a href="https://b.example">https://a.example</a>', ["https://b.example"], "https://a.example"),
        ("`https://a.example`", [], "https://a.example"),
        ("javascript://a.example ftp://a.example", [], "javascript://a.example ftp://a.example"),
        ('https://a.example/"onmouseover="alert(1)', ["https://a.example/"], None),
    ],
)
def test_pasted_web_addresses_become_links(source: str, hrefs: list[str], text: str | None) -> None:
    output = render_markdown(source)
    assert_safe(output)
    assert [attributes["href"] for tag, attributes in Tree(output).tags if tag == "a"] == hrefs
    if text is not None:
        assert plain(source, 200) == text


def test_emoji_and_accents_stay() -> None:
    assert render_markdown("Fiets 🚲 é ß 👩‍👩‍👧") == "<p>Fiets 🚲 é ß 👩‍👩‍👧</p>"


def test_five_thousand_characters_stay() -> None:
    text = ("Meer groen in de straat. " * 200)[:5000]
    assert " ".join(plain(text, 6000).split()) == text.strip()


@pytest.mark.parametrize("piece", ["<b>", ">", "[", "*a ", "<a>", "![a](", "<", "`", "- ", "&", "<div>", "[a](<b"])
def test_endless_repetition_ends_safely(piece: str) -> None:
    assert_safe(render_markdown(piece * 2000))


def test_rendering_twice_changes_nothing_of_plain_paragraphs() -> None:
    once = render_markdown("# Kop\n\nTekst met **nadruk**")
    assert_safe(render_markdown(once))


def test_all_proposals_of_madrid_are_safe_and_keep_their_words(shared_data: Path) -> None:
    path = shared_data / "proposals" / "decide_madrid_proposals_2024_2025.csv"
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["description_html"] for row in csv.DictReader(file)]
    assert len(texts) == 2738
    for text in texts:
        output = render_markdown(text)
        assert_safe(output)
        words = re.findall(r"\w{4,}", re.sub(r"<[^>]*>|&[a-z]+;", " ", text))
        shown = plain(text, 20_000)
        assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    "text, limit, expected",
    [
        ("Kort", 20, "Kort"),
        ("# Kop\n\nEerste **zin** van de tekst", 40, "Kop Eerste zin van de tekst"),
        ("Een lange zin die ergens ophoudt", 16, "Een lange zin…"),
        ("Onafbreekbaarwoordzonderspaties", 10, "Onafbreek…"),
        ("<ul><li>een</li><li>twee</li></ul>", 20, "een twee"),
        ("a < b & c", 20, "a < b & c"),
        ("", 10, ""),
    ],
)
def test_excerpt_is_one_plain_line(text: str, limit: int, expected: str) -> None:
    assert plain(text, limit) == expected


@pytest.mark.parametrize("limit", [1, 2, 10, 80])
def test_excerpt_is_never_longer_than_its_limit(limit: int) -> None:
    assert len(plain("woord " * 100, limit)) <= limit
