"""``manage.py import_municipalities FILE``: the official list of municipalities and, from a GeoJSON file, their outlines."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from foundation.municipalities.imports import ImportErrors
from foundation.municipalities.services.register import import_file


class Command(BaseCommand):
    help = (
        "Registers the official list of municipalities (CSV or GeoJSON of CBS/PDOK), with outlines from a GeoJSON file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="of the list, when neither the file nor its name tells it")
        parser.add_argument(
            "--only-shapes",
            action="store_true",
            help="take only the outlines of a GeoJSON file, also of an older one; leave the list as it is",
        )

    def handle(self, *args: Any, file: Path, year: int | None, only_shapes: bool, **options: Any) -> None:
        try:
            report, kept = import_file(
                data=file.read_bytes(), file_name=file.name, year=year, only_shapes=only_shapes, by=None
            )
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        except ImportErrors as errors:
            raise CommandError("\n".join(problem.sentence for problem in errors.problems)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if report is not None:
            self.stdout.write(
                f"{len(report.added)} added, {len(report.changed)} changed, {len(report.ended)} ended, "
                f"{report.unchanged} unchanged."
            )
        if kept is not None:
            self.stdout.write(f"{kept.kept} outlines new or changed, {kept.unchanged} unchanged.")
            for codes, words in ((kept.unknown, "not on the list"), (kept.missing, "still without an outline")):
                if codes:
                    self.stdout.write(f"{len(codes)} {words}: {', '.join(codes[:20])}{' …' if len(codes) > 20 else ''}")
        elif only_shapes:
            raise CommandError(f"There are no outlines in {file}.")
