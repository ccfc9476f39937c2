"""`manage.py demo_logins`: the people of the demo, as bin/demo prints them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.logins import LOGINS, PASSWORD


class Command(BaseCommand):
    help = "Prints the log-ins of the demo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        width = max(len(person["email"]) for person in LOGINS)
        self.stdout.write(f"Log in as (password of all: {PASSWORD}):")
        for person in LOGINS:
            self.stdout.write(f"  {person['email']:<{width}}  {person['role']}")
