"""``manage.py import_areas --municipality SLUG FILE``: districts and neighbourhoods without the browser."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.municipalities.imports import ImportErrors, parse_areas
from foundation.municipalities.models import Municipality
from foundation.municipalities.services.areas import import_areas


class Command(BaseCommand):
    help = "Brings the neighbourhoods of a municipality up to an official list (GeoJSON or CSV of CBS)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", required=True, help="its address, such as dordrecht")
        parser.add_argument("--year", type=int, help="of the list, when neither the file nor its name tells it")

    def handle(self, *args: Any, file: Path, municipality: str, year: int | None, **options: Any) -> None:
        found = Municipality.objects.filter(slug=municipality).first()
        if found is None:
            raise CommandError(f"There is no municipality at the address {municipality}.")
        if not found.cbs_code:
            raise CommandError(f"{found} has no CBS code yet: it tells which neighbourhoods are its own.")
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        try:
            parsed = parse_areas(data, file_name=file.name, municipality_code=found.cbs_code, year=year)
            report = import_areas(municipality=found, file=parsed, by=None, file_name=file.name)
        except ImportErrors as errors:
            raise CommandError("\n".join(problem.sentence for problem in errors.problems)) from None
        self.stdout.write(
            f"{found}, {report.year}: {len(report.added)} added, {len(report.changed)} changed, "
            f"{len(report.ended)} ended, {report.unchanged} unchanged."
        )
