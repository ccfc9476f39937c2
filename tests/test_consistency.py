"""What no reviewer sees every time: templates, translations, floors of the database, sizes, papers."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Choices
from django.template import engines
from django.template.defaulttags import URLNode
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import Promise

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
PACKAGES = ("changelab", "config", "foundation", "initiatives", "learning_network", "participation", "portal")
# From the roof down; a foreign key may point to its own app or a lower floor, never to a neighbour.
STOREYS = (
    *(("portal",), ("changelab",), ("learning_network",), ("participation",), ("initiatives",)),
    ("voting", "meetings", "discussion", "surveys"),
    *(("municipalities",), ("notifications",), ("accounts",), ("core",)),
)
FLOORS = {label: number for number, storey in enumerate(STOREYS) for label in storey}
LONGEST_FILE = 410
ONE_FILE_ON_PURPOSE = {"foundation/voting/verifier/recount.py"}  # residents download it: it must stand alone


def sources() -> list[Path]:
    """Our own Python modules, migrations left out."""
    return [p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py")) if "migrations" not in p.parts]


def templates() -> list[Path]:
    return sorted(p for p in TEMPLATES.rglob("*") if p.is_file() and not p.name.startswith("."))


def pages() -> list[Path]:
    """Templates that end up in a browser: mail and print have their own rules."""
    return [p for p in templates() if p.suffix == ".html" and "mail" not in p.relative_to(TEMPLATES).as_posix()]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [path for name in names if (path := ROOT / name).is_file()]


def test_every_template_is_used() -> None:
    code = "\n".join(p.read_text() for p in [*sources(), *templates()] if p.suffix in {".py", ".html", ".txt", ".typ"})
    pdf_tests = (ROOT / "tests" / "core" / "test_pdf.py").read_text()
    libraries = [Path(config.path) for config in apps.get_app_configs() if not config.path.startswith(str(ROOT / "f"))]
    crispy, allauth = (
        "\n".join(p.read_text() for p in Path(apps.get_app_config(label).path).rglob("*.py"))
        for label in ("crispy_forms", "account")
    )

    def used(path: Path) -> bool:
        name = path.relative_to(TEMPLATES).as_posix()
        stem = name.rsplit(".", 1)[0]
        if name in code or name in {"400.html", "403.html", "404.html", "500.html"}:
            return True
        mail = re.sub(r"_(subject|message)$", "", stem)
        if re.search(
            rf"""["'](?:{re.escape(stem)}|{re.escape(mail)})["'./]""", code
        ):  # one name for all parts of a mail
            return True
        if stem in allauth:  # asked by name only where it is there
            return True
        if path.suffix == ".typ":  # core's papers for PDF wait for the apps; until then its own tests draw them
            return path.stem == "base" or f'"{path.stem}"' in code + pdf_tests
        if name.startswith("nlds/") and name.removeprefix("nlds/") in crispy:
            return True
        return any((library / "templates" / name).exists() for library in libraries)  # we override a library's page

    assert [str(path.relative_to(ROOT)) for path in templates() if not used(path)] == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("script without a file", r"<script\b(?![^>]*\bsrc=)(?![^>]*application/json)"),
        ("style element", r"<style\b"),
        ("style attribute", r"\sstyle\s*="),
        ("event handler", r"<[^>]*\son[a-z]+\s*="),
        ("javascript link", r"javascript:"),
    ],
)
def test_no_page_holds_inline_script_or_style(what: str, pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}: {what}"
        for path in pages()
        for text in [re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)]
        for match in re.finditer(pattern, text, flags=re.I | re.S)
    ]
    assert found == []


def _url_names() -> Iterator[str]:
    def walk(resolver: URLResolver, namespaces: tuple[str, ...]) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                if entry.name:
                    yield ":".join([*namespaces, entry.name])
            else:
                yield from walk(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)

    return walk(get_resolver(), ())


def test_every_url_in_a_template_exists() -> None:
    known = set(_url_names())
    missing = []
    for path in pages():
        template = engines["django"].get_template(path.relative_to(TEMPLATES).as_posix()).template
        for node in template.nodelist.get_nodes_by_type(URLNode):
            name = node.view_name.var
            soft = node.asvar is not None  # {% url ... as x %}: the page copes without
            if isinstance(name, str) and name not in known and not soft and not name.startswith("demo:"):
                missing.append(f"{path.relative_to(ROOT)}: {name}")
    assert missing == []


def test_foreign_keys_point_down_the_floors() -> None:
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and getattr(field.related_model, "_meta", None)
        for target in [field.related_model._meta.app_label]
        if target in FLOORS and target != model._meta.app_label
        if FLOORS[target] <= FLOORS[model._meta.app_label]
    ]
    assert upwards == []


def test_no_model_uses_a_generic_foreign_key() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.private_fields
        if type(field).__name__ == "GenericForeignKey"
    ]
    assert found == []


def test_every_text_is_translated() -> None:
    try:
        call_command("messages", check=True)
    except CommandError as error:
        pytest.fail(str(error))


def test_no_text_is_translated_inside_an_f_string() -> None:
    """What stands there is not found when texts are gathered, so it would never get its Dutch."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FormattedValue):
                calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
                if any(getattr(call.func, "id", "") in {"_", "gettext", "ngettext", "pgettext"} for call in calls):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []


def test_every_choice_has_a_label_of_its_own() -> None:
    for name in PACKAGES:
        for module in walk_packages([str(ROOT / name)], prefix=f"{name}."):
            if module.name.endswith((".enums", ".models")):
                import_module(module.name)

    def kinds(base: type) -> Iterator[type]:
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    unnamed = [
        f"{kind.__module__}.{kind.__name__}.{member.name}"
        for kind in kinds(Choices)
        if kind.__module__.startswith(PACKAGES)
        for member in kind  # type: ignore[attr-defined]
        if not isinstance(member._label_, Promise)
    ]
    assert unnamed == []


def test_no_file_grows_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE}.keys() == ONE_FILE_ON_PURPOSE


def test_no_app_listens_to_signals() -> None:
    pattern = re.compile(r"@receiver\(|\b(?:pre|post)_(?:save|delete)\.connect\(")
    assert [str(p.relative_to(ROOT)) for p in sources() if pattern.search(p.read_text())] == []


def test_every_dependency_says_why_it_is_here() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lists = re.findall(r"^(?:dependencies|dev|node) = \[\n(.*?)^\]", text, flags=re.M | re.S)
    lines = [line.strip() for block in lists for line in block.splitlines() if line.strip().startswith('"')]

    assert len(lists) == 3
    assert [line for line in lines if not re.search(r'",\s*# \w', line)] == []


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    machine = re.compile(r"(?<![\w.~-])/(?:" + "|".join(["work", "root"]) + r")/[\w.]")
    hosts = ["pypi.org" + "/simple", "files.python" + "hosted.org", "registry." + "npmjs"]
    found = []
    for path in tracked():
        if path.suffix in {".png", ".woff2", ".ico", ".mo", ".pdf", ".webp", ".jpg"}:
            continue
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in machine.finditer(text)]
        found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert found == []


def test_no_real_data_from_outside_is_tracked() -> None:
    """Election files and official shapes are read from outside the checkout; Rivierdam is our own."""
    kinds = {".pb", ".geojson", ".blt"}
    names = [str(path.relative_to(ROOT)) for path in tracked() if path.suffix in kinds]
    assert [name for name in names if name != "portal/demo/rivierdam.geojson" and not name.startswith("tests/")] == []


def test_a_text_has_the_same_dutch_in_every_catalogue() -> None:
    """The first catalogue wins for the whole portal, so another Dutch elsewhere would never be seen."""
    found: dict[tuple[object, object], set[str]] = {}
    for path in sorted((ROOT / "locale").glob("*/nl/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    found.setdefault((message.context, str(message.id)), set()).add(str(message.string))
    assert {key: dutch for key, dutch in found.items() if len(dutch) > 1} == {}
