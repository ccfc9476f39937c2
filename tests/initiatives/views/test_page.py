"""The pages of a team and of readers: who gets in, what strangers never see, and forms that keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import User
from foundation.municipalities.models import ByLaw
from initiatives.enums import InitiativeState
from initiatives.models import Document, Follow, Initiative, News, Support
from initiatives.services import initiatives as services
from initiatives.services import lines
from tests.factories.accounts import UserFactory
from tests.factories.initiatives import TeamMemberFactory, in_state, submitted
from tests.factories.municipalities import MunicipalityFactory, civil_servant
from tests.initiatives.services.test_page import photo

pytestmark = pytest.mark.django_db
SECTIONS = ("nieuws", "fotos", "documenten", "begroting", "planning")


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(answer: Any) -> bytes:
    """The whole file; reading to the end closes it."""
    return b"".join(answer.streaming_content)


def pages(initiative: Initiative) -> list[str]:
    base = [initiative.municipality.slug, initiative.slug]
    names = ("edit", "edit_place", "team")
    return [
        *(reverse(f"initiatives:{name}", args=base) for name in names),
        *(reverse("initiatives:lines", args=[*base, section]) for section in SECTIONS),
    ]


@pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("stranger", 403), ("member", 200), ("initiator", 200)])
def test_working_on_a_page_is_for_its_team(who: str, status: int) -> None:
    initiative = submitted()
    people = {
        "nobody": lambda: None,
        "stranger": UserFactory,
        "member": lambda: TeamMemberFactory(initiative=initiative, role="member").user,
        "initiator": lambda: initiative.team.filter(role="initiator").get().user,
    }
    client = client_of(people[who]())
    assert {client.get(url).status_code for url in pages(initiative)} == {status}
    speaking = 302 if who == "nobody" else 200 if who == "initiator" else 403
    assert (
        client.get(reverse("initiatives:withdraw", args=[initiative.municipality.slug, initiative.slug])).status_code
        == speaking
    )


def test_documents_that_are_not_public_are_not_there_for_others(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False
    user = UserFactory()
    initiative = submitted(by=user)
    for title, is_public in (("Tekening", True), ("Bankafschrift", False)):
        file = SimpleUploadedFile("plan.txt", f"{title} geheim".encode())
        lines.add_document(initiative=initiative, by=user, title=title, file=file, is_public=is_public)
    closed = Document.objects.get(is_public=False)
    url = reverse("initiatives:document", args=[initiative.municipality.slug, initiative.slug, closed.pk])
    servant = civil_servant(initiative.municipality)
    elsewhere = civil_servant(MunicipalityFactory())
    for reader, sees in ((None, False), (UserFactory(), False), (elsewhere, False), (servant, True), (user, True)):
        client = client_of(reader)
        answer = client.get(url)
        assert answer.status_code == (200 if sees else 404)
        assert not sees or read(answer) == b"Bankafschrift geheim"
        assert ("Bankafschrift" in client.get(initiative.get_absolute_url()).content.decode()) is sees
    answer = client_of(user).get(url)
    assert answer["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert read(answer) == b"Bankafschrift geheim"
    other = submitted(initiative.municipality)
    mixed = reverse("initiatives:document", args=[initiative.municipality.slug, other.slug, closed.pk])
    assert client_of(user).get(mixed).status_code == 404


def test_pictures_of_a_draft_are_only_for_its_team() -> None:
    user = UserFactory()
    made = services.create(
        municipality=MunicipalityFactory(), kind="care", by=user, title="Zorg", summary="Kort", story="Lang"
    )
    picture = lines.add_picture(initiative=made, by=user, image=photo(), alt="De zaal")
    url = reverse(
        "initiatives:picture", args=[made.municipality.slug, made.slug, picture.image.name.rpartition("/")[2]]
    )
    assert client_of(None).get(url).status_code == 404
    mine = client_of(user).get(url)
    assert mine.status_code == 200
    assert "no-store" in mine["Cache-Control"]
    assert read(mine)
    services.submit(initiative=made, by=user)
    public = client_of(None).get(url)
    assert public.status_code == 200
    assert read(public)
    assert client_of(None).get(url.replace(".jpg", "x.jpg")).status_code == 404


def test_two_editors_of_the_text_see_both_and_keep_what_they_typed() -> None:
    user = UserFactory()
    initiative = submitted(by=user, title="Moestuin", summary="Groente", story="Oud")
    colleague = TeamMemberFactory(initiative=initiative).user
    client = client_of(user)
    url = pages(initiative)[0]
    typed = {"title": "Moestuin", "summary": "Groente", "story": "Van mij", "version": initiative.version}
    services.change(initiative=initiative, by=colleague, version=None, story="Van de buurvrouw")
    page = client.post(url, typed)
    assert page.status_code == 200
    shown = page.content.decode()
    assert "Van de buurvrouw" in shown
    assert page.context["form"]["story"].value() == "Van mij"
    initiative.refresh_from_db()
    assert initiative.story == "Van de buurvrouw"
    # Having seen it, saving once more is a choice.
    client.post(url, {**typed, "version": page.context["form"]["version"].value()})
    initiative.refresh_from_db()
    assert initiative.story == "Van mij"


def test_what_was_typed_comes_back_after_a_log_in_that_ran_out() -> None:
    user = UserFactory()
    initiative = submitted(by=user, title="Moestuin")
    url = pages(initiative)[0]
    client = client_of(None)
    typed = {"title": "Moestuin", "summary": "Kort", "story": "Een lange avond getypt", "asks": ["money", "advice"]}
    answer = client.post(url, {**typed, "version": 7})
    assert answer["Location"].startswith("/account/")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    form = client.get(url).context["form"]
    assert form["story"].value() == "Een lange avond getypt"
    assert form["asks"].value() == ["money", "advice"]
    assert form["version"].value() == "7"
    assert client.get(url).context["form"]["story"].value() == initiative.story


def test_rows_are_added_changed_and_removed_without_javascript() -> None:
    user = UserFactory()
    initiative = submitted(by=user)
    client = client_of(user)
    url = reverse("initiatives:lines", args=[initiative.municipality.slug, initiative.slug, "begroting"])
    wrong = client.post(url, {"kind": "cost", "label": "Hek", "amount_cents": "veel"})
    assert wrong.context["form"]["label"].value() == "Hek"
    client.post(url, {"kind": "cost", "label": "Hek", "amount_cents": "1.250,50"})
    line = initiative.budget_lines.get()
    assert line.amount_cents == 125_050
    client.post(f"{url}?regel={line.pk}", {"kind": "cost", "label": "Hek", "amount_cents": "900", "version": 1})
    line.refresh_from_db()
    assert (line.amount_cents, line.version) == (90_000, 2)
    client.post(url, {"doe": "weg", "regel": line.pk})
    assert not initiative.budget_lines.exists()
    assert client.get(f"{url}?regel={line.pk}").status_code == 404


def test_every_part_shows_on_the_page_and_costs_the_same_for_one_and_three() -> None:
    user = UserFactory()
    initiative = in_state(InitiativeState.IN_EXECUTION, by=user)

    def fill() -> None:
        lines.add_news(initiative=initiative, by=user, title="Nieuwtje", text="Het gaat goed.")
        lines.add_picture(initiative=initiative, by=user, image=photo(), alt="De tuin")
        lines.add_budget_line(initiative=initiative, by=user, kind="cost", label="Hek", amount_cents=100)
        lines.add_milestone(initiative=initiative, by=user, title="Spitten", day=initiative.created_at.date())
        Support.objects.create(initiative=initiative, user=UserFactory(name="Steuner"), is_public=True)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill()
    client = client_of(None)
    client.get(initiative.get_absolute_url())
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            page = client.get(initiative.get_absolute_url()).content.decode()
        counts.append(len(captured))
        fill()
        fill()
    assert counts[0] == counts[1]
    assert all(word in page for word in ("Nieuwtje", "De tuin", "Hek", "Spitten", "Steuner"))
    assert not client.cookies


def test_support_and_follow_by_post_with_the_threshold_of_the_by_law() -> None:
    initiative = submitted()
    ByLaw.objects.create(municipality=initiative.municipality, support_threshold=2)
    user = UserFactory(name="Anna Steunt")
    client = client_of(user)
    base = [initiative.municipality.slug, initiative.slug]
    url = reverse("initiatives:support", args=base)
    assert client_of(None).post(url)["Location"].startswith("/account/")
    for _click in range(3):
        client.post(url, {"show_name": "on", "follow": "on"})
    box = client.get(initiative.get_absolute_url()).context["support"]
    assert (box.total, box.still, box.percentage, box.names) == (1, 1, 50, ["Anna Steunt"])
    assert Follow.objects.count() == 1
    client.post(url, {"doe": "terug"})
    client.post(reverse("initiatives:follow", args=base), {"doe": "stop"})
    assert not Support.objects.exists()
    assert not Follow.objects.exists()


def test_news_is_a_feed_and_drafts_have_none() -> None:
    user = UserFactory()
    initiative = in_state(InitiativeState.IN_EXECUTION, by=user)
    lines.add_news(initiative=initiative, by=user, title="Nieuwtje", text="Kom **zaterdag**.")
    base = [initiative.municipality.slug, initiative.slug]
    feed = client_of(None).get(reverse("initiatives:feed", args=base))
    assert "Nieuwtje" in feed.content.decode()
    assert News.objects.count() == 1


def test_joining_by_the_link_asks_to_log_in_first() -> None:
    from initiatives.services import team

    user = UserFactory()
    initiative = submitted(by=user)
    team.invite(initiative=initiative, email="buur@example.nl", role="member", by=user)
    from foundation.notifications.models import Message

    url = Message.objects.get(kind="initiatives.team_invitation").url
    assert client_of(None).get(url).status_code == 200
    assert client_of(None).post(url)["Location"].startswith("/account/")
    friend = UserFactory()
    client_of(friend).post(url, {"show_name": "on"})
    assert initiative.team.filter(user=friend, is_public=True).exists()
    assert client_of(UserFactory()).get(url).status_code == 404


def test_additions_start_and_finish_in_the_browser() -> None:
    user = UserFactory()
    initiative = in_state(InitiativeState.INCOMPLETE, by=user)
    client = client_of(user)
    base = [initiative.municipality.slug, initiative.slug]
    url = reverse("initiatives:additions", args=base)
    assert client.get(url).status_code == 200
    assert client.post(url, {"answer": "", "version": 1}).status_code == 200
    client.post(url, {"answer": "Hier is het budget.", "version": initiative.version})
    initiative.refresh_from_db()
    assert initiative.state == InitiativeState.SUBMITTED
    going = in_state(InitiativeState.AGREED, by=user)
    step = reverse("initiatives:step", args=[going.municipality.slug, going.slug])
    assert client.get(step).status_code == 200
    client.post(step)
    client.post(step)
    going.refresh_from_db()
    assert going.state == InitiativeState.FINISHED


def test_of_two_who_choose_a_place_the_second_sees_where_the_first_put_it() -> None:
    user = UserFactory()
    initiative = submitted(by=user, place="Bij de school")
    colleague = TeamMemberFactory(initiative=initiative).user
    client = client_of(user)
    url = reverse("initiatives:edit_place", args=[initiative.municipality.slug, initiative.slug])
    old = client.get(url).context["form"]["version"].value()
    services.change(initiative=initiative, by=colleague, version=None, place="Bij de kerk")
    page = client.post(url, {"place": "Bij de brug", "version": old})
    assert [item["text"] for item in page.context["theirs"]] == ["Bij de kerk"]
    initiative.refresh_from_db()
    assert initiative.place == "Bij de kerk"
    client.post(url, {"place": "Bij de brug", "version": page.context["form"]["version"].value()})
    initiative.refresh_from_db()
    assert initiative.place == "Bij de brug"
