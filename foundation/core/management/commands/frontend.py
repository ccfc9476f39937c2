"""``manage.py frontend``: make the style sheets, the icon sprite and the fonts that we serve out of ``node_modules``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.core import frontend


class Command(BaseCommand):
    help = "Takes from node_modules the files that we serve (CSS, icons, fonts) and writes them to var/frontend."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="make them anew even when nothing changed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = frontend.build(
                settings.BASE_DIR / "node_modules",
                settings.BASE_DIR / "static" / "css",
                settings.FRONTEND_DIR,
                force=options["force"],
            )
        except frontend.FrontendError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "Style sheets, icons and fonts are ready." if made else "Style sheets, icons and fonts: no change."
        )
