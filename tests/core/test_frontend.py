"""The build step: what it keeps, what it drops, and what it says when the packages are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from foundation.core import frontend

ROOT = Path(__file__).resolve().parents[2]
NODE_MODULES = ROOT / "node_modules"
needs_packages = pytest.mark.skipif(not NODE_MODULES.exists(), reason="the npm packages are not installed")


def test_comments_go_and_text_in_quotes_stays():
    assert frontend.strip_comments('a{b:"/* no */"}/* yes */c{}') == 'a{b:"/* no */"}c{}'


def test_only_selectors_of_blocks_in_use_are_kept():
    css = ".utrecht-calendar{a:b}.utrecht-button,.utrecht-calendar__day{c:d}@media print{.utrecht-drawer{e:f}}"
    assert frontend.prune_components(css) == ".utrecht-button{c:d}"


def test_a_longer_block_name_is_not_taken_for_a_shorter_one():
    assert frontend.prune_components(".utrecht-button-group{a:b}.utrecht-button--x{c:d}") == ".utrecht-button--x{c:d}"


def test_a_field_that_nobody_touched_is_not_shown_as_wrong():
    css = ".utrecht-textbox:invalid,.utrecht-textbox[aria-invalid=true]{a:b}"
    assert frontend.prune_components(css) == ".utrecht-textbox[aria-invalid=true]{a:b}"


def test_a_missing_brace_is_reported():
    with pytest.raises(frontend.FrontendError, match="brace"):
        list(frontend.rules(".a{b:c"))


def test_tokens_are_kept_when_reached_directly_through_others_or_basis():
    css = ":root{--a:var(--b);--b:1px;--c:2px;--basis-x:3px}"
    assert frontend.prune_tokens(css, [".p{width:var(--a)}"]) == ":root{--a:var(--b);--b:1px;--basis-x:3px}"


def test_missing_packages_are_explained(tmp_path):
    with pytest.raises(frontend.FrontendError, match="npm ci"):
        frontend.build(tmp_path, tmp_path, tmp_path / "out")


def test_the_command_ends_with_that_sentence(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="npm ci"):
        call_command("frontend")


@needs_packages
def test_an_unknown_icon_is_named():
    with pytest.raises(frontend.FrontendError, match="no-such-icon"):
        frontend.sprite(NODE_MODULES / frontend.ICONS_DIR, ("no-such-icon",))


@needs_packages
def test_a_second_run_does_nothing_until_a_style_sheet_changes(tmp_path):
    own = tmp_path / "css"
    own.mkdir()
    (own / "a.css").write_text(".a{color:var(--utrecht-calendar-color)}")
    out = tmp_path / "out"
    assert frontend.build(NODE_MODULES, own, out) is True
    assert frontend.build(NODE_MODULES, own, out) is False
    (own / "a.css").write_text(".b{}")
    assert frontend.build(NODE_MODULES, own, out) is True
    assert {path.name for path in (out / "vendor").iterdir()} == {"utrecht.css", "voorbeeld.css", "icons.svg", "fonts"}
    assert "EUPL-1.2" in (out / "vendor" / "utrecht.css").read_text()[:200]


@needs_packages
def test_every_utrecht_class_in_the_templates_has_its_rules(tmp_path):
    """A block that a template uses but ``BLOCKS`` forgets would silently have no style."""
    used = set()
    for path in [
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "foundation").rglob("*.py"),
        *(ROOT / "portal").rglob("*.py"),
    ]:
        if path.name != "frontend.py":
            used |= set(re.findall(r"utrecht-([a-z0-9-]+?)(?=--|__|[^a-z0-9-])", path.read_text()))
    assert used - frontend.BLOCKS == set()


def test_every_icon_in_the_templates_is_in_the_sprite():
    used = set()
    for path in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r'\{%\s*icon "([^"]+)"', path.read_text()))
        used |= set(re.findall(r'(?:fact\d_icon|badge_icon|icon)="([a-z0-9-]+)"', path.read_text()))
    assert used - set(frontend.ICONS) == set()


def test_the_lock_file_holds_no_addresses():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
