"""Everybody who walks a whole process, and the clock: forms are filled in as they stand on their page."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.core import clock
from foundation.municipalities.models import Municipality
from foundation.surveys import tasks as survey_tasks
from foundation.voting import tasks as voting_tasks
from participation import tasks
from participation.models import Phase
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, ResidencyFactory, civil_servant

BACKEND = "django.contrib.auth.backends.ModelBackend"
START = datetime(2026, 2, 2, 9, 0, tzinfo=clock.AMSTERDAM)


class Journey:
    """Everybody in it, and the clock."""

    def __init__(self, client: Client, travel: time_machine.Traveller) -> None:
        self.client, self.travel = client, travel
        self.municipality: Municipality = MunicipalityFactory(name="Rivierdam", slug="rivierdam")
        self.place = NeighbourhoodFactory(municipality=self.municipality, name="Oud-Rivierdam")
        self.staff, self.colleague = civil_servant(self.municipality), civil_servant(self.municipality)
        self.people = [ResidencyFactory(neighbourhood=self.place).user for _ in range(8)]

    def at(self, name: str, *arguments: Any) -> str:
        return reverse(f"participation:{name}", args=[self.municipality.slug, *arguments])

    def as_(self, user: User) -> Client:
        self.client.force_login(user, BACKEND)
        return self.client

    def sees(self, page: str, *words: str, user: User | None = None) -> str:
        client = self.as_(user) if user is not None else Client()
        answer = client.get(page)
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
        text = re.sub(r"\s+", " ", answer.content.decode())
        for word in words:
            assert word in text, f"{word!r} does not stand on {page}"
        return text

    def does(self, user: User, page: str, **data: Any) -> str:
        """Fill in a form of a page, hidden fields and chosen answers as the page has them; the page it leads to."""
        shown = self.as_(user).get(page)
        hidden = {}
        if shown.status_code == 200:
            for tag in re.findall(r"<input[^>]*>", shown.content.decode()):
                if 'type="hidden"' not in tag and not ('type="radio"' in tag and " checked" in tag):
                    continue
                name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
                if name is not None and name[1] != "csrfmiddlewaretoken":
                    hidden[name[1]] = value[1] if value else ""
        answer = self.client.post(page, {**hidden, **data})
        assert answer.status_code == 302, self.why(answer)
        return str(answer["Location"])

    def go_to(self, phase: Phase, *, days: int = 1) -> None:
        """Some days into a phase, with what beat does on the way."""
        phase.refresh_from_db()
        self.beat_at(phase.opens_at + timedelta(days=days, hours=10))

    def beat_at(self, moment: datetime) -> None:
        """Move the clock, and do what beat does; twice, for it comes by every minute."""
        self.travel.move_to(moment)
        for _run in range(2):
            tasks.tell_phases()
            voting_tasks.close_due_ballots()
            survey_tasks.send_mailings()
            survey_tasks.count_closed()

    @staticmethod
    def why(answer: Any) -> str:
        errors = re.findall(r'class="[^"]*(?:error|invalid)[^"]*"[^>]*>(.*?)</', answer.content.decode(), re.DOTALL)
        return f"{answer.status_code}: {' | '.join(' '.join(error.split()) for error in errors)[:600]}"
