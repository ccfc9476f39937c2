"""What the municipalities of the whole programme share with each other, through the pages that they use."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from learning_network import tasks
from learning_network.models import Advice, AdviceRequest, Agreement, Intention, Lesson, Practice, RedThread

if TYPE_CHECKING:
    from tests.learning_network.test_whole_programme import Journey


def _someone(journey: Journey, town: str) -> User:
    return journey.people[town][0]


def _place(journey: Journey, town: str) -> str:
    """What the forms call writing for this municipality in this programme."""
    return f"{journey.programme.pk}:{journey.card(town).municipality_id}"


def _share(journey: Journey, by: User, kind: str, number: int, visibility: str) -> None:
    journey.does(by, reverse("learning_network:share", args=[kind, number]), visibility=visibility, sure="ja")


def practices_are_written_and_compared(journey: Journey) -> None:
    """Two municipalities describe what they do; a third puts them side by side."""
    for town, cost in (("Aalburg", "12000"), ("Culemborg", "18000")):
        by = _someone(journey, town)
        journey.does(
            by,
            reverse("learning_network:practice_new"),
            where=_place(journey, town),
            title=f"Groen in {town}",
            theme="tasks",
            handed_over="Het maaien en het geld.",
            present_cost_cents=cost,
            credit="place",
        )
        _share(journey, by, "praktijken", Practice.objects.get(title=f"Groen in {town}").pk, "network")
    first, second = Practice.objects.order_by("pk")
    journey.sees(_someone(journey, "Diemen"), reverse("learning_network:practices"), "Groen in Aalburg")
    page = f"{reverse('learning_network:compare')}?p={first.pk}&p={second.pk}"
    journey.sees(_someone(journey, "Diemen"), page, "Groen in Aalburg", "Groen in Culemborg", "12.000", "18.000")
    assert "Groen in Aalburg" not in journey.sees(None, reverse("learning_network:practices"))


def a_lesson_went_wrong_and_is_found(journey: Journey) -> None:
    """What went wrong in one municipality is found by another in the one search field, and by everybody in the open data."""
    by = _someone(journey, "Aalburg")
    journey.does(
        by,
        reverse("learning_network:lesson_new"),
        where=_place(journey, "Aalburg"),
        title="De sleutel lag bij één bewoner",
        outcome="failure",
        theme="obstacles",
        learned="Leg de sleutel bij twee mensen neer.",
        practice=str(Practice.objects.get(title="Groen in Aalburg").pk),
        credit="place",
    )
    lesson = Lesson.objects.get()
    _share(journey, by, "lessen", lesson.pk, "everyone")
    found = f"{reverse('learning_network:search')}?zoek=sleutel"
    journey.sees(_someone(journey, "Kampen"), found, "De sleutel lag bij één bewoner", "dit ging mis")
    told = Client().get(reverse("api:shared_item", args=["lessen", lesson.pk])).json()
    assert (told["titel"], told["van"]) == ("De sleutel lag bij één bewoner", "Aalburg")


def advice_is_asked_given_and_used(journey: Journey) -> None:
    """One asks, two advise; the asker says what was done with each, and both hear it once."""
    asker, advisers = _someone(journey, "Diemen"), [_someone(journey, "Aalburg"), _someone(journey, "Kampen")]
    journey.does(
        asker,
        reverse("learning_network:advice_new"),
        place=_place(journey, "Diemen"),
        title="Hoe krijgen we de jurist mee?",
        theme="obstacles",
        situation="De jurist ziet alleen risico's.",
        tried="",
        wants="Wat hielp bij jullie?",
        until="2027-03-30",
        visibility="lab",
    )
    asked = AdviceRequest.objects.get()
    for adviser in advisers:
        journey.does(adviser, asked.get_absolute_url(), text="Neem de jurist mee naar buiten.")
    used, unused = Advice.objects.order_by("pk")
    journey.does(
        asker,
        reverse("learning_network:advice_close", args=[asked.pk]),
        closing="De jurist ging mee.",
        **{f"outcome-{used.pk}": "used", f"reason-{used.pk}": ""},
        **{f"outcome-{unused.pk}": "not_used", f"reason-{unused.pk}": "Was hetzelfde."},
    )
    journey.sees(advisers[0], asked.get_absolute_url(), "De jurist ging mee.", "Was hetzelfde.")
    assert journey.told("learning_network.advice_closed") == Counter(dict.fromkeys([user.pk for user in advisers], 1))


def red_threads_are_published(journey: Journey) -> None:
    """The lead chooses from what was shared and publishes; whoever takes part reads it, and a stranger does not."""
    journey.does(journey.boss, journey.at("red_thread_new"), title="Wat wij leerden", visibility="network")
    thread = RedThread.objects.get()
    chosen = [f"lesson-{row.pk}" for row in Lesson.objects.all()] + [
        f"practice-{row.pk}" for row in Practice.objects.all()
    ]
    journey.does(journey.boss, journey.at("red_thread_choose", thread.pk), kies=chosen)
    journey.does(journey.boss, journey.at("red_thread_publish", thread.pk))
    page = thread.get_absolute_url()
    journey.sees(_someone(journey, "Elburg"), page, "De sleutel lag bij één bewoner", "Groen in Culemborg")
    assert Client().get(page).status_code == 404


def municipalities_say_what_they_will_do(journey: Journey) -> None:
    """An intention, shared; an agreement that is asked after on its day, once, and answered."""
    town = _someone(journey, "Culemborg")
    page = journey.at("intention")
    journey.does(town, page, what="Het groen gaat naar de wijk.", with_whom="De bewoners", when="2028", needs="")
    journey.does(town, page, what_to_do="share", visibility="everyone")
    assert Intention.objects.get().state == "shared"
    journey.sees(None, journey.at("endings"), "Het groen gaat naar de wijk.")
    journey.does(
        town,
        journey.at("agree"),
        what="Elk half jaar bij elkaar kijken",
        parties=[str(journey.card(name).pk) for name in ("Culemborg", "Kampen")],
        others="",
        until_on="2027-12-31",
        follow_up_on="2027-06-01",
    )
    journey.on(date(2027, 6, 1))
    for _beat in range(2):
        tasks.follow_up_agreements()
    people = {user.pk for name in ("Culemborg", "Kampen") for user in journey.people[name]}
    assert journey.told("learning_network.follow_up") == Counter(dict.fromkeys(people, 1))
    agreed = Agreement.objects.get()
    journey.does(
        _someone(journey, "Kampen"), journey.at("agreement", agreed.pk), state="kept", text="Twee keer gedaan."
    )
    journey.sees(town, journey.at("agreement", agreed.pk), "Twee keer gedaan.")
