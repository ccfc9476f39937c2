"""The papers in the root: present, true where a program can see it, and readable by the tools that read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from portal.demo.logins import LOGINS, PASSWORD

ROOT = Path(settings.BASE_DIR)
MARKDOWN = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# The keys that publiccode.yml 0.4 knows at the top, and its controlled words that we use.
KEYS = {
    "publiccodeYmlVersion", "name", "applicationSuite", "url", "landingURL", "isBasedOn", "softwareVersion", "releaseDate",
    "logo", "platforms", "categories", "usedBy", "roadmap", "developmentStatus", "softwareType", "intendedAudience",
    "description", "legal", "maintenance", "localisation", "dependsOn",
}  # fmt: skip
NEEDED = {
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType", "description",
    "legal", "maintenance", "localisation",
}  # fmt: skip
CATEGORIES = {"digital-citizenship", "collaboration", "budgeting", "geographic-information-systems"}
SCOPES = {"local-authorities", "government", "society"}


@pytest.fixture(scope="module")
def publiccode() -> dict:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text())


def test_publiccode_has_the_keys_of_the_standard_and_no_others(publiccode: dict) -> None:
    assert set(publiccode) <= KEYS
    assert set(publiccode) >= NEEDED
    assert set(publiccode["categories"]) <= CATEGORIES
    assert set(publiccode["intendedAudience"]["scope"]) <= SCOPES
    assert publiccode["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert publiccode["softwareType"] == "standalone/web"
    assert publiccode["maintenance"]["type"] in {"internal", "contract", "community", "none"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_publiccode_descriptions_keep_to_their_lengths(publiccode: dict, language: str) -> None:
    words = publiccode["description"][language]

    assert len(words["shortDescription"]) <= 150
    assert 150 <= len(words["longDescription"]) <= 10_000
    assert words["features"]
    assert language in publiccode["localisation"]["availableLanguages"]


def test_the_licence_is_the_same_everywhere(publiccode: dict) -> None:
    assert publiccode["legal"]["license"] == "EUPL-1.2"
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text()
    assert (ROOT / "LICENSE").read_text().startswith("# EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_the_version_is_the_same_everywhere(publiccode: dict) -> None:
    assert f'version = "{publiccode["softwareVersion"]}"' in (ROOT / "pyproject.toml").read_text()


def test_links_between_the_papers_lead_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in MARKDOWN
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text())
        if not target.startswith(("http", "mailto:")) and not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_names_every_log_in_and_command() -> None:
    readme = (ROOT / "README.md").read_text()

    assert PASSWORD in readme
    assert [person["email"] for person in LOGINS if person["email"] not in readme] == []
    for command in re.findall(r"(?<![/\w.])bin/(\w+)", readme):
        assert (ROOT / "bin" / command).exists(), command


def test_screenshots_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "screenshots").glob("*.png")}

    assert {name: size for name, size in sizes.items() if size >= 150_000} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.name)
def test_a_decision_is_short_and_tells_context_decision_and_consequences(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 30
    for heading in ("## Context", "## Decision", "## Consequences"):
        assert heading in text, f"{path.name} has no {heading}"
