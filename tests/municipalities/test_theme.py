"""An own theme file: tokens get through, nothing else does."""

from __future__ import annotations

import pytest

from foundation.municipalities.theme import ThemeError, contrast, read_theme, weak_pairs


def test_tokens_are_read_and_written_out_anew() -> None:
    theme = read_theme(
        b"/* Huisstijl */\n:root {\n  --basis-color-action-1-inverse-bg-default: #1a5fb4;\n"
        b"  --basis-heading-font-family: 'Noto Serif', serif;\n  --utrecht-button-padding: calc(1rem + 2px)\n}\n"
        b":root{--basis-color-accent-1-bg-default:var(--basis-color-action-1-inverse-bg-default);}"
    )
    assert list(theme.tokens) == [
        "--basis-color-action-1-inverse-bg-default",
        "--basis-heading-font-family",
        "--utrecht-button-padding",
        "--basis-color-accent-1-bg-default",
    ]
    assert read_theme(theme.css.encode()) == theme
    assert "Huisstijl" not in theme.css


@pytest.mark.parametrize(
    "css",
    [
        "",
        "/* leeg */",
        ":root{}",
        "@import url(https://kwaad.example/x.css);",
        ":root{--basis-a:url(https://kwaad.example/x.png)}",
        ":root{--basis-a:URL('//kwaad.example')}",
        ":root{--basis-a:\\75rl(x)}",
        ":root{--basis-a:u/**/rl(x)}",
        ":root{--basis-a:image-set('x.png' 1x)}",
        ":root{--basis-a:src('x')}",
        ":root{--basis-a:expression(alert(1))}",
        ":root{--basis-a:element(#x)}",
        ":root{--basis-a:env(x)}",
        ":root{--basis-a:attr(value)}",
        ":root{--basis-a:red}body{display:none}",
        "body{--basis-a:red}",
        ":root, body{--basis-a:red}",
        ":root:has(input[value^='a']){--basis-a:red}",
        "@media print{:root{--basis-a:red}}",
        "@font-face{font-family:x}",
        ":root{background:red}",
        ":root{--eigen-kleur:red}",
        ":root{--basis-A:red}",
        ":root{--basis-a}",
        ":root{--basis-a:}",
        ":root{--basis-a:red",
        ":root{--basis-a:</style><script>alert(1)</script>}",
        ":root{--basis-a:'open}",
        ":root{--basis-a:rgb(1,2,3}",
        ":root{--basis-a:{}}",
        ":root{--basis-a:red !important}",
        ":root{--basis-a:" + "x" * 500 + "}",
        ":root{" + "".join(f"--basis-a{n}:red;" for n in range(7000)) + "}",
        "<!-- :root{--basis-a:red} -->",
        ":root{--basis-a:red}\x00",
    ],
)
def test_whatever_is_more_than_tokens_is_refused(css: str) -> None:
    with pytest.raises(ThemeError) as caught:
        read_theme(css.encode())
    assert str(caught.value)


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    with pytest.raises(ThemeError):
        read_theme(b":root{--basis-a:red}" + b" " * 300 * 1024)
    with pytest.raises(ThemeError):
        read_theme(b"\xff\xfe\x00")


def test_the_line_at_fault_is_named() -> None:
    with pytest.raises(ThemeError, match=r"\b4\b"):
        read_theme(b":root {\n  /* een\n  twee */\n  color: red;\n}")


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#fff"), 2) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#abc", "#aabbcc") == 1.0


def test_a_weak_pair_is_told_through_references() -> None:
    weak = read_theme(
        b":root{--basis-color-action-1-inverse-color-default:#fff;--basis-x:#ffd700;"
        b"--basis-color-action-1-inverse-bg-default:var(--basis-x);--basis-loop:var(--basis-loop)}"
    )
    [(text, ground, ratio)] = weak_pairs(weak, base={})
    assert text.endswith("inverse-color-default")
    assert ground.endswith("inverse-bg-default")
    assert ratio < 2
    assert weak_pairs(read_theme(b":root{--basis-color-default-bg-document:#fff}"), base={}) == []


def test_a_colour_that_the_file_leaves_is_that_of_the_theme_under_it() -> None:
    base = {
        "--basis-color-action-1-inverse-color-default": "var(--wit)",
        "--wit": "#fff",
        "--basis-color-action-1-inverse-bg-default": "#12685a",
        "--basis-heading-color": "#888",
        "--basis-color-default-bg-document": "#fff",
    }
    own = read_theme(b":root{--basis-color-action-1-inverse-bg-default:#ffd700}")
    # The heading was weak before this file; that is not what the file did.
    assert [(text, ground) for text, ground, _ratio in weak_pairs(own, base)] == [
        ("--basis-color-action-1-inverse-color-default", "--basis-color-action-1-inverse-bg-default")
    ]
    assert weak_pairs(read_theme(b":root{--basis-color-action-1-inverse-bg-default:#7a1e48}"), base) == []
