"""`manage.py note_bounce < mail`: for a mail server that pipes what comes back to us here. docs/newsletters.md."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from foundation.notifications import services

LONGEST = 5 * 1024 * 1024  # bytes; a notification is small, and what is larger is cut by the mail server


class Command(BaseCommand):
    help = "Reads one e-mail from standard input; if it says that an e-mail of ours did not arrive, that is noted."

    def handle(self, *args: Any, **options: Any) -> None:
        # Never an error: the mail server would send a notification about the notification.
        noted = services.note_dsn(source=sys.stdin.buffer.read(LONGEST))
        self.stdout.write(noted.value)
