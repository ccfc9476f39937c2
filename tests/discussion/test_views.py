"""Drafts, going back, cookies, limits, and the forms of moderators."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.discussion.enums import Writers
from foundation.discussion.models import Comment, Follow, Report
from foundation.discussion.services import comments
from tests.factories import discussion as talk
from tests.factories.accounts import UserFactory
from tests.factories.municipalities import MunicipalityFactory, administrator, civil_servant

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.TWO_FACTOR_FOR_STAFF = False


def logged_in(user: Any, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user, BACKEND)
    return client


def address(thread: Any, name: str = "write", *numbers: int) -> str:
    return reverse(f"discussion:{name}", args=[thread.municipality.slug, *(numbers or [thread.pk])])


def test_a_draft_of_a_stranger_survives_the_log_in_and_is_sent_by_a_second_press() -> None:
    thread, user = talk.debate(), UserFactory()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address(thread), {"text": "Bewaar mij", "side": "against"})
    assert answer.headers["Location"].startswith("/account/login/?next=")
    assert not Comment.objects.exists()

    client.force_login(user, BACKEND)
    page = client.get(address(thread)).content.decode()
    assert "Bewaar mij" in page
    assert "Je tekst is bewaard" in page
    token = client.cookies["aanzet_csrf"].value
    client.post(address(thread), {"text": "Bewaar mij", "side": "against", "csrfmiddlewaretoken": token})
    assert Comment.objects.get().author == user
    assert "Bewaar mij" not in client.get(address(thread)).content.decode()


def test_a_post_of_somebody_who_is_logged_in_needs_the_token() -> None:
    thread = talk.thread()

    assert logged_in(UserFactory(), enforce_csrf_checks=True).post(address(thread), {"text": "x"}).status_code == 403
    assert not Comment.objects.exists()


def test_what_another_website_sends_is_not_kept_as_a_draft() -> None:
    thread, client = talk.thread(), Client()
    client.post(address(thread), {"text": "Van elders"}, headers={"Sec-Fetch-Site": "cross-site"})
    client.force_login(UserFactory(), BACKEND)

    assert "Van elders" not in client.get(address(thread)).content.decode()


@pytest.mark.parametrize("name", ["edit", "report", "appeal"])
def test_other_forms_keep_what_was_typed_too(name: str) -> None:
    thread, writer = talk.thread(), UserFactory()
    made = talk.hidden(thread, by=writer) if name == "appeal" else talk.comment(thread, writer)
    client = Client()
    path = address(thread, name, made.pk)
    assert client.post(path, {"text": "Getypt", "explanation": "Getypt", "version": 1}).status_code == 302
    client.force_login(UserFactory() if name == "report" else writer, BACKEND)

    assert "Getypt" in client.get(path).content.decode()


def test_readers_get_no_cookie_and_no_token() -> None:
    thread = talk.debate()
    made = talk.comment(thread)
    for path in (thread.get_absolute_url(), made.get_absolute_url(), address(thread)):
        answer = Client().get(path.partition("#")[0])
        assert not answer.cookies
        assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_a_text_that_is_too_long_comes_back_whole() -> None:
    thread = talk.thread()
    answer = logged_in(UserFactory()).post(address(thread), {"text": "woord " * 1000})

    assert answer.content.decode().count("woord ") == 1000
    assert "5999 tekens" in answer.content.decode()


def test_after_writing_one_is_back_on_the_owners_page_at_the_text() -> None:
    thread, user = talk.thread(url="/waterstad/plan/?tab=2"), UserFactory()
    first = logged_in(user).post(address(thread), {"text": "Een"})
    assert first.headers["Location"] == f"/waterstad/plan/?tab=2#reactie-{Comment.objects.get().pk}"
    top = Comment.objects.get()
    for number in range(20):
        talk.comment(thread, text=f"Later {number}")
    answer = logged_in(user).post(
        f"{address(thread)}?op={top.pk}", {"text": "Nog iets", "next": "https://elders.example"}
    )

    assert answer.headers["Location"].startswith("/waterstad/plan/?tab=2&gesprek=2#reactie-")


def test_a_reply_that_would_not_be_shown_leads_to_the_page_with_all_replies() -> None:
    thread = talk.thread(url="/waterstad/plan/")
    top = talk.comment(thread)
    for _number in range(5):
        talk.reply(top)
    answer = logged_in(UserFactory()).post(f"{address(thread)}?op={top.pk}", {"text": "Zesde"})

    assert answer.headers["Location"].startswith(f"{address(thread, 'comment', top.pk)}#reactie-")


def test_ten_texts_in_ten_minutes_and_then_the_eleventh_is_kept() -> None:
    thread, client = talk.thread(), logged_in(UserFactory())
    for number in range(10):
        assert client.post(address(thread), {"text": f"Nummer {number}"}).status_code == 302
    answer = client.post(address(thread), {"text": "Nummer elf"})

    assert answer.status_code == 429
    assert "Nummer elf" in answer.content.decode()


def test_who_may_not_write_is_told_what_to_do_and_keeps_the_text() -> None:
    thread = talk.thread(writers=Writers.RESIDENTS)
    answer = logged_in(UserFactory()).post(address(thread), {"text": "Bewaar mij"}).content.decode()

    assert "Alleen bewoners van" in answer
    assert "Bewaar mij" in answer
    assert "/mijn-buurt/" in answer


def test_two_windows_the_second_keeps_the_text_and_sees_the_first() -> None:
    thread, writer = talk.thread(), UserFactory()
    made = talk.comment(thread, writer, "Eerst")
    comments.edit(comment=made, by=writer, text="Venster een", seen_version=1)
    client, path = logged_in(writer), address(thread, "edit", made.pk)
    answer = client.post(path, {"text": "Venster twee", "version": "1"})
    html = answer.content.decode()
    assert (answer.status_code, "Venster een" in html, "Venster twee" in html) == (409, True, True)

    assert client.post(path, {"text": "Venster twee", "version": "2"}).status_code == 302
    made.refresh_from_db()
    assert (made.text, made.version) == ("Venster twee", 3)


def test_following_and_stopping() -> None:
    thread, user = talk.thread(), UserFactory()
    client = logged_in(user)
    for answer, count in (("ja", 1), ("ja", 1), ("nee", 0)):
        client.post(address(thread, "follow"), {"volgen": answer})
        assert Follow.objects.filter(user=user).count() == count


def test_a_report_is_made_once() -> None:
    thread = talk.thread()
    made, client = talk.comment(thread), logged_in(UserFactory())
    path = address(thread, "report", made.pk)
    assert client.post(path, {"reason": "other"}).status_code == 200
    for _press in range(2):
        assert client.post(path, {"reason": "spam"}).status_code == 302

    assert Report.objects.count() == 1


STAFF = ("queue", "bulk", "settings", "case")


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize(
    ("person", "expected"),
    [("anonymous", 302), ("resident", 404), ("elsewhere", 404), ("civil_servant", 200), ("administrator", 200)],
)
def test_who_enters_the_back_office(name: str, person: str, expected: int) -> None:
    made = talk.reported(talk.thread())
    municipality = made.thread.municipality
    user = {
        "anonymous": lambda: None,
        "resident": UserFactory,
        "elsewhere": lambda: administrator(MunicipalityFactory()),
        "civil_servant": lambda: civil_servant(municipality),
        "administrator": lambda: administrator(municipality),
    }[person]()
    path = reverse(f"discussion:{name}", args=[municipality.slug, *([made.pk] if name == "case" else [])])
    answer = (logged_in(user) if user else Client()).get(path)
    if expected == 200 and name == "bulk":
        expected = 405
    if name == "settings" and person == "civil_servant":
        expected = 403
    assert answer.status_code == expected


def test_several_texts_are_hidden_after_a_page_that_asks() -> None:
    thread = talk.thread()
    rows = [talk.reported(thread, text=str(number)) for number in range(2)]
    elsewhere = talk.reported(talk.thread())
    client = logged_in(civil_servant(thread.municipality))
    path = reverse("discussion:bulk", args=[thread.municipality.slug])
    data = {"actie": "hide", "tekst": [f"{row.pk}-1-0" for row in (*rows, elsewhere)] + ["onzin"]}
    assert "Verberg: 2 teksten" in client.post(path, data).content.decode()
    assert client.post(path, {**data, "bevestigd": "ja"}).status_code == 200  # no reason given
    client.post(path, {**data, "bevestigd": "ja", "reason": "spam", "explanation": "Reclame"})

    states = dict(Comment.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (*rows, elsewhere)] == ["hidden", "hidden", "visible"]


def test_a_case_is_decided_by_its_form_and_a_late_colleague_is_told() -> None:
    made = talk.reported(talk.thread())
    path = address(made.thread, "case", made.pk)
    data = {"seen": f"{made.pk}-1-0", "action": "hide", "reason": "spam", "explanation": "Reclame"}
    assert logged_in(civil_servant(made.thread.municipality)).post(path, data).status_code == 302
    late = logged_in(civil_servant(made.thread.municipality)).post(path, {**data, "action": "restore"})

    assert "Een collega heeft al besloten" in late.content.decode()


def test_the_settings_are_saved_and_checked() -> None:
    municipality = MunicipalityFactory()
    client = logged_in(administrator(municipality))
    path = reverse("discussion:settings", args=[municipality.slug])
    assert client.post(path, {"hold_first": 11, "appeal_weeks": 6}).status_code == 200
    assert client.post(path, {"hold_first": 2, "appeal_weeks": 4, "ground_rules": "Blijf *aardig*."}).status_code == 302

    page = Client().get(talk.thread(municipality).get_absolute_url()).content.decode()
    assert "Blijf <em>aardig</em>." in page
