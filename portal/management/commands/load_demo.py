"""`manage.py load_demo`: tells the demo story in this installation's database."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.core import clock
from portal.demo.story import tell


class Command(BaseCommand):
    help = (
        "Makes what is missing of the demo: municipalities, people, votes. Run again, it changes nothing that stands."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also where AANZET_DEMO is not set")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        if settings.PRODUCTION or not (settings.DEMO or force):
            raise CommandError(
                "This would put invented people with a known password into the database. Set AANZET_DEMO=1, or use "
                "--force on an installation that is not in production."
            )
        tell(clock.now(), say=lambda part: self.stdout.write(f"  {part}"))
