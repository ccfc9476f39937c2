"""The initiatives of the demo, through the services that people use, each on the day on which it would have happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.models import User
from foundation.core import clock
from foundation.discussion.services import comments
from foundation.municipalities.models import Area, Municipality, Sector
from initiatives.enums import Ask, CooperativeStage, EscalatedTo, Outcome, PublicValue, Stance, TeamRole, Transparency
from initiatives.models import Conversation, Initiative, News, TeamMember
from initiatives.services import (
    agreements,
    challenges,
    cooperatives,
    desk,
    drafts,
    initiatives,
    lines,
    support,
    townhall,
    value,
)
from portal.demo.plans import LESSONS, RIVIERDAM, ZUIDERBRINK, Plan

EURO = 100
NEIGHBOURS = 12
NAMES = ("Fatma", "Piet", "Anouk", "Mo", "Truus", "Kees", "Lian", "Ricardo", "Wil", "Noor", "Ahmed", "Saskia")


def tell(cast: dict[str, User], now: datetime) -> None:
    """Make the initiatives that are missing."""
    rivierdam = Municipality.objects.get(slug="rivierdam")
    zuiderbrink = Municipality.objects.get(slug="zuiderbrink")
    missing = [(rivierdam, plan) for plan in RIVIERDAM] + [(zuiderbrink, plan) for plan in ZUIDERBRINK]
    known = set(Initiative.objects.filter(municipality__in=[rivierdam, zuiderbrink]).values_list("title", flat=True))
    neighbours = _neighbours()
    for number, (municipality, plan) in enumerate(missing):
        if plan.title not in known:
            with transaction.atomic():
                _Story(municipality, plan, cast, neighbours, now, number).tell()


def _neighbours() -> list[User]:
    """People who support plans; nobody logs in as one of them."""
    addresses = [f"buur-{number}@rivierdam.example" for number in range(NEIGHBOURS)]
    if not User.objects.filter(email=addresses[0]).exists():
        password = make_password(None)
        User.objects.bulk_create(
            User(email=email, name=name, password=password) for email, name in zip(addresses, NAMES, strict=True)
        )
    return list(User.objects.filter(email__in=addresses).order_by("email"))


@contextmanager
def _on(moment: datetime) -> Iterator[None]:
    """Let the services believe that it is this moment: a term that is over cannot be begun today."""
    real = clock.now
    clock.now = lambda: moment
    try:
        yield
    finally:
        clock.now = real


class _Story:
    """One plan from its first day to where it stands now."""

    def __init__(
        self,
        municipality: Municipality,
        plan: Plan,
        cast: dict[str, User],
        people: list[User],
        now: datetime,
        number: int,
    ) -> None:
        self.municipality, self.plan, self.cast, self.people, self.now = municipality, plan, cast, people, now
        self.maker = (
            cast["resident"]
            if plan.end in ("in_assessment", "incomplete", "agreed_partly")
            else people[number % NEIGHBOURS]
        )
        self.staff = cast["civil_servant"] if municipality.slug == "rivierdam" else cast["administrator"]
        self.chief = cast["administrator"]
        self.row: Initiative

    def day(self, after: int) -> datetime:
        """``after`` days after the plan was handed in, but not later than an hour ago."""
        return min(self.now - timedelta(days=self.plan.days - after), self.now - timedelta(hours=1))

    def tell(self) -> None:
        with _on(self.day(0)):
            self._hand_in()
        self._support()
        with _on(self.day(2)):
            self._page()
        road = {
            "submitted": (),
            "in_assessment": (self._take_up, self._town_hall, self._talk),
            "challenge": (self._take_up, self._town_hall),
            "late": (self._take_up,),
            "incomplete": (self._ask,),
            "agreed_partly": (self._take_up, self._agree, self._talk),
            "cooperative": (self._take_up, self._agree, self._grow),
            "refused": (self._take_up, self._refuse),
            "in_execution": (self._take_up, self._agree, self._start),
            "finished": (self._take_up, self._agree, self._start, self._finish),
            "evaluated": (self._take_up, self._agree, self._start, self._finish, self._look_back),
            "withdrawn": (self._take_up, self._withdraw),
        }[self.plan.end]
        for step in road:
            step()

    def _fresh(self) -> Initiative:
        self.row.refresh_from_db()
        return self.row

    def _hand_in(self) -> None:
        area = Area.objects.for_municipality(self.municipality).current().filter(code=self.plan.area).first()
        fields: dict[str, Any] = {
            "title": self.plan.title,
            "summary": self.plan.summary,
            "story": self.plan.story,
            "neighbourhood": area,
            "with_whom": "Met een groep buren en wie verder wil meedoen.",
            "asks": [Ask.MONEY.value, Ask.ADVICE.value],
            "asks_text": "Een bijdrage voor materiaal en iemand die meedenkt over de plek.",
        }
        if self.plan.kind == "challenge":
            draft, _token = drafts.begin(municipality=self.municipality, kind="challenge", by=self.maker)
            self.row = challenges.send(
                draft=draft, by=self.maker, fields=fields, details=CHALLENGE, name_is_public=True
            )
        else:
            made = initiatives.create(municipality=self.municipality, kind=self.plan.kind, by=self.maker, **fields)
            self.row = initiatives.submit(initiative=made, by=self.maker)
        TeamMember.objects.create(
            initiative=self.row,
            user=next(person for person in reversed(self.people) if person != self.maker),
            role=TeamRole.MEMBER,
            task="Houdt de begroting bij",
        )

    def _support(self) -> None:
        with _on(self.day(1)):
            for person in self.people[: self.plan.support]:
                if person != self.maker:
                    support.support(initiative=self.row, by=person, show_name=person.name < "M")

    def _page(self) -> None:
        row = self._fresh()
        for kind, label, euros in (
            ("cost", "Materiaal en gereedschap", 1800),
            ("own", "Inzamelingsactie in de straat", 300),
            ("asked", "Bijdrage van de gemeente", 1500),
        ):
            lines.add_budget_line(initiative=row, by=self.maker, kind=kind, label=label, amount_cents=euros * EURO)
        first = clock.today(self.now) + timedelta(days=40)
        lines.add_milestone(initiative=row, by=self.maker, title="Eerste werkdag met de buurt", day=first)
        if self.plan.support > 5:
            item = lines.add_news(
                initiative=row,
                by=self.maker,
                title="Al veel steun in de buurt",
                text="We gingen langs de deuren en kregen koffie, ideeën en **veel** hulp aangeboden. Dank je wel!",
            )
            News.objects.filter(pk=item.pk).update(created_at=clock.now())

    def _take_up(self) -> None:
        with _on(self.day(5)):
            desk.assign(
                municipality=self.municipality,
                ids=[self.row.pk],
                handler=self.staff,
                sector=self._sectors()[0],
                by=self.staff,
            )
            desk.take_up(initiative=self._fresh(), by=self.staff)

    def _sectors(self) -> list[Sector | None]:
        found: list[Sector | None] = [*Sector.objects.filter(municipality=self.municipality).order_by("pk")[:3]]
        return found or [None]

    def _ask(self) -> None:
        with _on(self.day(31)):
            desk.ask_additions(
                initiative=self._fresh(),
                reason="Wie heeft de sleutel van de ruimte, en hoe is de brandveiligheid geregeld? Stuur ook de begroting.",
                until=clock.today(self.now) + timedelta(days=10),
                by=self.staff,
            )

    def _town_hall(self) -> None:
        with _on(self.day(8)):
            sectors = [sector for sector in self._sectors() if sector is not None]
            row = self._fresh()
            until = clock.today(self.now) + timedelta(days=5)
            views = townhall.ask_sectors(
                initiative=row,
                sectors=sectors,
                answer_by=until,
                by=self.staff,
                question="Wat betekent dit voor jullie?",
            )
            by_sector = {view.sector_id: view for view in views}
            for sector, stance, words in zip(sectors[:2], (Stance.SUPPORT, Stance.CONDITION), VIEWS, strict=False):
                townhall.answer(view=by_sector[sector.pk], stance=stance, by=self.chief, **words)
            townhall.save_risk(
                initiative=row,
                by=self.staff,
                title="Na twee jaar is er niemand meer die het onderhoudt",
                likelihood=3,
                impact=3,
                owners=sectors[:2],
                measure="Elk jaar een gesprek; de werf neemt het zo nodig over.",
            )
            scores: tuple[tuple[PublicValue, Sector | None, int, int | None], ...] = (
                (PublicValue.COMMUNITY, sectors[1], 2, 4000),
                (PublicValue.SUSTAINABILITY, sectors[0], 1, 1500),
                (PublicValue.DEMOCRACY, None, 1, None),
            )
            for worth, portfolio, score, euros in scores:
                value.score(
                    initiative=row,
                    value=worth,
                    sector=portfolio,
                    score=score,
                    reasoning="Buren leren elkaar kennen en zorgen samen voor de plek.",
                    by=self.staff,
                    cents_per_year=euros * EURO if euros else None,
                )
            people = townhall.recipients(row, EscalatedTo.ALDERMAN)
            if people:
                townhall.escalate(
                    initiative=row,
                    to=EscalatedTo.ALDERMAN,
                    recipient=people[0],
                    question="Mag de werf meebetalen?",
                    by=self.staff,
                )

    def _talk(self) -> None:
        thread = Conversation.objects.select_related("thread__municipality").get(initiative=self.row).thread
        with _on(self.day(10)):
            question = comments.post(
                thread=thread, by=self.cast["voted"], text="Mag je ook meedoen als je niet in deze buurt woont?"
            )
        with _on(self.day(11)):
            comments.post(thread=thread, by=self.maker, text="Zeker, iedereen is welkom!", parent=question)
            comments.post(
                thread=thread, by=self.staff, text="En wij denken graag mee over een veilige plek.", parent=question
            )

    def _agree(self) -> None:
        with _on(self.day(40)):
            outcome = Outcome.AGREED_PARTLY if self.plan.conditions else Outcome.AGREED
            self._decide(outcome, conditions=self.plan.conditions)

    def _refuse(self) -> None:
        with _on(self.day(self.plan.days - 6)):  # so that one can still object
            self._decide(Outcome.REFUSED)

    def _decide(self, outcome: Outcome, *, conditions: str = "") -> None:
        today = clock.today()
        desk.decide(
            initiative=self._fresh(),
            outcome=outcome,
            reasons=self.plan.reasons,
            conditions=conditions,
            by=self.staff,
            decided_on=today,
            notified_on=today,
        )

    def _start(self) -> None:
        with _on(self.day(55)):
            initiatives.start(initiative=self._fresh(), by=self.maker)
            agreements.tell_progress(
                initiative=self._fresh(),
                by=self.maker,
                text="De eerste werkdag: dertig buren en goed weer.",
                on=clock.today(),
            )

    def _finish(self) -> None:
        with _on(self.day(140)):
            initiatives.finish(initiative=self._fresh(), by=self.maker)

    def _look_back(self) -> None:
        with _on(self.day(200)):
            agreements.look_back(initiative=self._fresh(), by=self.staff, spent_cents=1740 * EURO, **LESSONS)

    def _withdraw(self) -> None:
        with _on(self.day(20)):
            initiatives.withdraw(
                initiative=self._fresh(),
                by=self.maker,
                reason="We vonden te weinig mensen die elke week helpen. Begin met een vaste ploeg van acht.",
            )

    def _grow(self) -> None:
        with _on(self.day(45)):
            cooperatives.tell(
                initiative=self._fresh(),
                by=self.maker,
                stage=CooperativeStage.PROVIDER,
                is_intermediary=True,
                is_provider=True,
                measures=[Transparency.FIGURES, Transparency.MEMBERS],
            )


VIEWS: tuple[dict[str, Any], ...] = (
    {"text": "Past bij het groenplan.", "benefit": "Minder maaien door de werf."},
    {
        "text": "Goed voor ontmoeting.",
        "condition": "Er komt een pad waar een rolstoel over kan.",
        "benefit": "Minder eenzaamheid onder ouderen.",
        "risk": "Vragen over toezicht komen bij ons terecht.",
    },
)
CHALLENGE = {
    "task": "Het onderhoud van het Wilgenpark",
    "quality": "De aannemer maait acht keer per jaar en ruimt elke week afval op.",
    "cost_cents": 42_000 * EURO,
    "offers": ["better", "cheaper"],
    "offer": "Wij maaien in delen, zodat er altijd iets bloeit, en ruimen elke dag op. Een hovenier stuurt ons aan.",
    "offered_cents": 36_500 * EURO,
    "group": "Vereniging Vrienden van het Wilgenpark",
    "legal_form": "association",
    "reach": "Iedereen in Wilgengriend en Rietlanden.",
    "reach_people": 925,
    "rootedness": "Tweehonderd leden uit de buurt; een ledenvergadering koos ervoor.",
    "benefits": "Meer bloemen en bijen, en buren die elkaar kennen.",
    "own_cents": 1_500 * EURO,
    "months": 36,
}
