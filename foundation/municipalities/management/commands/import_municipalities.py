"""``manage.py import_municipalities FILE``: the official list of municipalities, for the choice in the wizard."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from foundation.municipalities.imports import ImportErrors, parse_register
from foundation.municipalities.services.register import register_official, year_of_today


class Command(BaseCommand):
    help = "Registers the official list of municipalities (CSV or GeoJSON of CBS)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="of the list, when neither the file nor its name tells it")

    def handle(self, *args: Any, file: Path, year: int | None, **options: Any) -> None:
        try:
            rows, told = parse_register(file.read_bytes(), file_name=file.name)
            report = register_official(rows=rows, year=year or told or year_of_today(), by=None)
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        except ImportErrors as errors:
            raise CommandError("\n".join(problem.sentence for problem in errors.problems)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(
            f"{len(report.added)} added, {len(report.changed)} changed, {len(report.ended)} ended, "
            f"{report.unchanged} unchanged."
        )
