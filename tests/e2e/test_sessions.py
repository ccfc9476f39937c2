"""Sessions of a learning programme in a real browser: planned in an evening, run in the room, without JavaScript too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from foundation.core import clock
from foundation.meetings.enums import Reply
from foundation.meetings.models import Attendee
from foundation.meetings.services import registration
from foundation.meetings.times import span_of
from learning_network.models import Programme, Session
from learning_network.services import sessions
from learning_network.services.sessions import Outline
from tests.factories import learning_network as make

pytestmark = pytest.mark.django_db(transaction=True)


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("AANZET_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


class Scene:
    """Four municipalities with two people each."""

    def __init__(self) -> None:
        self.boss = make.lead(name="Marga Visser")
        self.programme: Programme = make.running(by=self.boss, title="Burgers aan het stuur")
        names = ("Culemborg", "Diemen", "Geertruidenberg", "Kampen")
        self.places = [make.enrolment(self.programme, municipality=make.OfficialFactory(name=name)) for name in names]
        self.people = [[make.participant(place) for _ in range(2)] for place in self.places]

    def at(self, name: str, *rest: Any) -> str:
        return reverse(f"learning_network:{name}", args=[self.programme.slug, *rest])

    def plan(self, day: date, theme: str) -> Session:
        outline = Outline(
            span_of(day, time(0, 5), time(23, 55)),
            self.places[0],
            theme,
            questions=list(self.programme.questions.all()[:2]),
        )
        [made] = sessions.plan(programme=self.programme, outlines_=[outline], by=self.boss)
        return made


@pytest.fixture
def scene(settings: Any, transactional_db: None) -> Scene:
    settings.TWO_FACTOR_FOR_STAFF = False
    return Scene()


def test_four_sessions_are_planned_and_one_is_run_on_a_laptop(
    scene: Scene,
    page: Page,
    phone: Page,
    no_js: Page,
    log_in: Callable[[Page, Any], None],
    axe: Callable[..., None],
    fits: Callable[[Page], None],
) -> None:
    today = clock.today()
    scene.plan(today, "Wat staat in de weg?")
    session = Session.objects.with_meeting().get()
    for pair in scene.people[:2]:
        row = Attendee.objects.get(meeting=session.meeting, user=pair[0])
        registration.answer(attendee=row, reply=Reply.YES)

    # Without JavaScript: the rhythm, all dates, planned.
    log_in(no_js, scene.boss)
    no_js.goto(scene.at("lead"))
    no_js.get_by_role("link", name="Plan een reeks sessies").click()
    no_js.get_by_label("Eerste dag").fill((today + timedelta(days=35)).isoformat())
    no_js.get_by_role("button", name="Laat de data zien").click()
    expect(no_js.get_by_role("group", name="Sessie 4")).to_be_visible()
    shoot(no_js, "dates-1280")
    no_js.get_by_label("Gastgemeente").first.select_option(label="Diemen")
    no_js.get_by_label("Thema").first.fill("Steun in huis")
    no_js.get_by_role("button", name="Plan deze sessies").click()
    expect(no_js.get_by_role("link", name="Sessie 2: Steun in huis")).to_be_visible()
    assert Session.objects.count() == 5

    # On a laptop in the room: one press saves all.
    log_in(page, scene.boss)
    for name in ("sessions_plan", "sessions_staff", "lead", "session_new"):
        page.goto(scene.at(name))
        axe(page)
        shoot(page, f"{name}-1280")
    page.goto(scene.at("session_staff", session.pk))
    axe(page)
    shoot(page, "session_staff-1280")
    page.get_by_role("link", name="Leid deze sessie").click()
    axe(page)
    page.locator(".choice__label", has_text=str(scene.people[0][0])).click()
    page.get_by_label("Eén korte regel").fill("Begin bij het groen")
    page.get_by_label("Van welke gemeente").select_option(label="Culemborg")
    page.get_by_label("Wat er is gezegd").fill("# Opening\nWelkom.")
    page.get_by_label("Nieuw actiepunt").fill("De raad bijpraten")
    page.get_by_role("button", name="Bewaar alles").last.click()
    expect(page.get_by_text("Alles op deze pagina is bewaard.")).to_be_visible()
    expect(page.get_by_text("Begin bij het groen").first).to_be_visible()
    axe(page)
    shoot(page, "room-1280")

    # On a telephone: the pages of who takes part.
    log_in(phone, scene.people[0][0])
    for name, arguments in (("programme", []), ("sessions", []), ("session", [session.pk])):
        phone.goto(scene.at(name, *arguments))
        axe(phone)
        fits(phone)
        shoot(phone, f"{name}-320")
    phone.goto(scene.at("session", Session.objects.with_meeting()[1].pk))
    phone.get_by_role("button", name="Ja, ik kom").click()
    expect(phone.get_by_text("De uitnodiging voor je agenda volgt")).to_be_visible()
    axe(phone)
    phone.context.clear_cookies()
    log_in(phone, scene.boss)
    for name, arguments in (("session_room", [session.pk]), ("session_staff", [session.pk]), ("sessions_staff", [])):
        phone.goto(scene.at(name, *arguments))
        axe(phone)
        fits(phone)
        shoot(phone, f"{name}-320")
    phone.goto(scene.at("sessions_plan"))
    phone.get_by_label("Eerste dag").fill((today + timedelta(days=200)).isoformat())
    phone.get_by_role("button", name="Laat de data zien").click()
    axe(phone)
    fits(phone)
    shoot(phone, "dates-320")
