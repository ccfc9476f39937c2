"""`manage.py outbox`: what is stuck; `deliver` sends now; `resend` and `settle` say what to do with what was given up."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.core.clock import now
from foundation.notifications import queries, services
from foundation.notifications.enums import DeliveryState
from foundation.notifications.models import Delivery

ENDED = [DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN]


class Command(BaseCommand):
    help = (
        "Shows stuck e-mails; 'deliver' sends what is due; 'resend' or 'settle' with ids, or --all, ends what is stuck."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", default="show", choices=["show", "deliver", "resend", "settle"])
        parser.add_argument("ids", nargs="*", help="as 'show' prints them")
        parser.add_argument("--all", action="store_true", help="all that were given up or are uncertain")
        parser.add_argument("--reason", default="", help="for the audit trail")

    def handle(self, *args: Any, action: str, ids: list[str], **options: Any) -> None:
        if action == "show":
            self._show()
        elif action == "deliver":
            report = services.deliver_due(seconds=3600)
            self.stdout.write(
                f"{report.sent} sent, {report.later} later, {report.given_up} given up, {report.suppressed} not wanted"
            )
        else:
            self._end(action, ids, every=options["all"], reason=options["reason"])

    def _show(self) -> None:
        rows = queries.stuck_deliveries(now())
        for row in rows:
            self.stdout.write(
                f"{row.pk}  {row.state:12}  {row.due_at:%Y-%m-%d %H:%M}  {row.attempts}x  {row.last_error}"
            )
        self.stdout.write(f"{len(rows)} stuck")

    def _end(self, action: str, ids: list[str], *, every: bool, reason: str) -> None:
        if not ids and not every:
            raise CommandError(f"Say which: manage.py outbox {action} ID ..., or --all.")
        rows = Delivery.objects.filter(state__in=ENDED, settled_at=None)
        if not every:
            rows = rows.filter(pk__in=ids)
        function = services.resend if action == "resend" else services.settle
        count = 0
        for row in rows:
            function(delivery=row, by=None, reason=reason or "manage.py outbox")
            count += 1
        if count < len(ids):
            raise CommandError(f"{len(ids) - count} of these are not given up or uncertain.")
        self.stdout.write(f"{count} done")
