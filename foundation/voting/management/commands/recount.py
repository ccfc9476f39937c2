"""`manage.py recount FILE.pb`: count a Pabulib file again, without any database."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, OutputWrapper

from foundation.voting.counting import recount


class Command(BaseCommand):
    help = "Count a .pb file again and compare with the outcome it states (exit code 0 same, 1 different, 2 unusable)."
    # A sceptic must be able to run this on a machine where nothing else of the portal works.
    requires_system_checks: list[str] = []
    stdout: OutputWrapper
    stderr: OutputWrapper

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        recount.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.ending = self.stderr.ending = ""
        code = recount.run(options, self.stdout, self.stderr)  # type: ignore[arg-type]  # both only write
        if code:
            raise SystemExit(code)
