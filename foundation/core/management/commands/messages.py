"""`manage.py messages [app ...] [--check]`: the translation catalogues, without system gettext.

One catalogue per app: ``locale/<app>/nl/LC_MESSAGES/django.po`` holds the texts of the app's package and of
``templates/<app>``. Texts in the code are English; the Dutch in the catalogue is what people see first.
"""

from __future__ import annotations

import fcntl
import io
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}
# Templates outside templates/<app> that every app shares belong to core.
SHARED_TEMPLATES = ("components", "nlds")
# Folders whose names a library chose.
MORE_TEMPLATES = {"accounts": ("account", "allauth", "mfa", "socialaccount", "usersessions")}


class Command(BaseCommand):
    help = "Extracts texts into the catalogues, compiles them; --check only says what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("apps", nargs="*")
        parser.add_argument("--check", action="store_true", help="change nothing; fail on missing or outdated texts")
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *args: Any, apps: list[str], check: bool, compile: bool, **options: Any) -> None:
        problems: list[str] = []
        for path in [Path(p) for p in settings.LOCALE_PATHS]:
            if apps and path.name not in apps:
                continue
            with _locked(path):
                problems += self._one(path, check=check, only_compile=compile)
        if problems:
            raise CommandError("\n".join(problems))

    def _one(self, path: Path, *, check: bool, only_compile: bool) -> list[str]:
        po_path = path / "nl" / "LC_MESSAGES" / "django.po"
        catalog = Catalog(locale="nl", domain="django", project="AanZet", fuzzy=False)
        if po_path.exists():
            with po_path.open("rb") as file:
                catalog = read_po(file, locale="nl", domain="django")
        if not only_compile:
            before = {(m.context, m.id) for m in catalog if m.id}
            template = extract(path.name)
            catalog.update(template, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            if check:
                after = {(m.context, m.id) for m in catalog if m.id}
                return _problems(path.name, catalog, before, after)
            po_path.parent.mkdir(parents=True, exist_ok=True)
            text = io.BytesIO()
            write_po(text, catalog, width=120, sort_output=True, omit_header=False, no_location=True)
            lines = text.getvalue().decode().splitlines(keepends=True)
            # Dates of creation would make every run a change.
            po_path.write_text(
                "".join(line for line in lines if not re.match(r'"(POT-Creation|PO-Revision)-Date', line))
            )
            missing = sum(1 for m in catalog if m.id and not _complete(m.string))
            self.stdout.write(f"{path.name}: {len(catalog)} texts, {missing} without Dutch")
        if po_path.exists():
            with po_path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalog)
        # Other forms of the same language, with only the texts that differ: nl_X-u says "u" where nl says "je".
        for variant in path.glob("nl_*/LC_MESSAGES/django.po"):
            with variant.open("rb") as source, variant.with_suffix(".mo").open("wb") as file:
                write_mo(file, _whole(read_po(source, locale="nl", domain="django"), catalog))
        return []


def extract(app: str) -> Catalog:
    """All texts of one app, from its Python modules and its templates."""
    base = Path(settings.BASE_DIR)
    packages = [base / app, base / "foundation" / app]
    sources = [p for package in packages if package.exists() for p in sorted(package.rglob("*.py"))]
    folders = (app, *MORE_TEMPLATES.get(app, ()))
    templates = [path for name in folders for path in sorted((base / "templates" / name).rglob("*.*"))]
    if app == "core":
        templates += sorted((base / "templates").glob("*.*"))
        templates += [p for name in SHARED_TEMPLATES for p in sorted((base / "templates" / name).rglob("*.*"))]
        sources += sorted((base / "config").rglob("*.py"))
    catalog = Catalog(locale="nl", domain="django", project="AanZet", fuzzy=False)
    for path in sources:
        if "migrations" not in path.parts:
            _extract(catalog, path, path.read_bytes())
    for path in templates:
        # Templates are indented as they like; Python's tokenizer is strict about it.
        python = "\n".join(line.lstrip() for line in templatize(path.read_text(), origin=str(path)).split("\n"))
        _extract(catalog, path, python.encode())
    return catalog


def _extract(catalog: Catalog, path: Path, source: bytes) -> None:
    for line, function, message, comments in extract_python(io.BytesIO(source), KEYWORDS, ["Translators:"], {}):
        spec: Any = KEYWORDS[str(function)] or (1,)
        values: Any = message if isinstance(message, tuple | list) else (message,)
        context: str | None = None
        texts: list[str] = []
        for index in spec:
            if isinstance(index, tuple):
                context = values[index[0] - 1]
            elif index <= len(values) and values[index - 1]:
                texts.append(values[index - 1])
        if not texts or len(texts) != sum(isinstance(i, int) for i in spec):
            continue
        flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", texts[0]) else []
        catalog.add(
            tuple(texts) if len(texts) > 1 else texts[0],
            None,
            [(path.name, line)],
            flags=flags,
            auto_comments=list(comments or ()),
            context=context,
        )


def _whole(variant: Catalog, catalog: Catalog) -> Catalog:
    """The variant with our other texts added: else Dutch of Django or allauth would come before ours of ``catalog``."""
    for message in catalog:
        if message.id and variant.get(message.id, message.context) is None:
            variant.add(message.id, message.string, flags=message.flags, context=message.context)
    return variant


def _complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) and string else bool(string)


def _problems(app: str, catalog: Catalog, before: set[Any], after: set[Any]) -> list[str]:
    problems = [f"{app}: not in the catalogue (run manage.py messages {app}): {text}" for _c, text in after - before]
    for message in catalog:
        if not message.id or (message.context, message.id) not in before:
            continue
        if message.fuzzy or not _complete(message.string):
            problems.append(f"{app}: no Dutch for: {message.id}")
            continue
        english = message.id if isinstance(message.id, tuple | list) else (message.id,)
        dutch = message.string if isinstance(message.string, tuple | list) else (message.string,)
        names = set(re.findall(r"%\(\w+\)[sd]", " ".join(english)))
        for form in dutch:
            if unknown := set(re.findall(r"%\(\w+\)[sd]", form or "")) - names:
                problems.append(f"{app}: unknown names {sorted(unknown)} in the Dutch of: {message.id}")
    return problems


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two runs at once must not write half a catalogue each."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
