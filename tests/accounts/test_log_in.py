"""Logging in by password and by mailed code, and what stays true on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from tests.accounts.conftest import last_code, log_in, text_of, wrong
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask_code(client: Client, email: str, **more: str):
    return client.post("/account/login/", {"login": email, "password": "", "by_code": "1", **more})


def test_a_password_lets_in_whatever_the_case_of_the_address(client: Client, anna: User) -> None:
    response = client.post("/account/login/", {"login": "Anna@Example.NL ", "password": "correct horse"})
    assert response.status_code == 302
    assert logged_in(client)


@pytest.mark.parametrize("password", ["wrong horse", "Correct horse", ""])
def test_a_wrong_or_missing_password_is_refused_beside_the_form(client: Client, anna: User, password: str) -> None:
    response = client.post("/account/login/", {"login": anna.email, "password": password})
    assert response.status_code == 200
    assert not logged_in(client)
    assert response.context["form"].errors
    assert 'value="anna@example.nl"' in response.content.decode()  # what was typed stays


def test_a_stranger_and_a_wrong_password_get_the_same_answer(client: Client, anna: User) -> None:
    answers = {
        text_of(client.post("/account/login/", {"login": who, "password": "wrong horse"})).replace(who, "")
        for who in (anna.email, "nobody@example.nl")
    }
    assert len(answers) == 1


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client, anna: User) -> None:
    for _try in range(5):
        client.post("/account/login/", {"login": anna.email, "password": "wrong horse"})
    log_in(client, anna)
    assert not logged_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        log_in(client, anna)
    assert logged_in(client)


def test_behind_proxies_each_visitor_has_their_own_limit(client: Client, anna: User, settings: object) -> None:
    settings.TRUSTED_PROXIES = 1
    statuses = [
        client.post(
            "/account/login/",
            {"login": f"x{n}@example.nl", "password": "no"},
            headers={"X-Forwarded-For": f"203.0.113.1, 198.51.100.{n}"},
        ).status_code
        for n in range(40)
    ]
    assert set(statuses) == {200}


def test_too_many_tries_from_one_address_give_a_page_that_says_so(client: Client) -> None:
    answers = [client.post("/account/login/", {"login": f"x{n}@example.nl", "password": "no"}) for n in range(31)]
    assert answers[-1].status_code == 429


def test_a_mailed_code_lets_in_and_back_to_where_you_were(client: Client, anna: User) -> None:
    response = ask_code(client, anna.email, next="/dordrecht/stemmingen/")
    assert mail.outbox[-1].to == [anna.email]
    response = client.get(response.url)
    assert "anna@example.nl" in text_of(response)
    response = client.post(
        response.wsgi_request.get_full_path(), {"code": last_code(), "next": "/dordrecht/stemmingen/"}
    )
    assert response.url == "/dordrecht/stemmingen/"
    assert logged_in(client)


def test_a_code_may_be_typed_without_its_dash(client: Client, anna: User) -> None:
    ask_code(client, anna.email)
    client.post("/account/login/code/confirm/", {"code": last_code().replace("-", " ")})
    assert logged_in(client)


def test_three_wrong_codes_end_the_try_and_the_right_one_no_longer_works(client: Client, anna: User) -> None:
    ask_code(client, anna.email)
    code = last_code()
    first = client.post("/account/login/code/confirm/", {"code": wrong(code)})
    assert first.status_code == 200
    assert first.context["verify_form"].errors["code"]
    for _try in range(2):
        client.post("/account/login/code/confirm/", {"code": wrong(code)})
    client.post("/account/login/code/confirm/", {"code": code})
    assert not logged_in(client)


def test_an_old_code_no_longer_works(client: Client, anna: User) -> None:
    ask_code(client, anna.email)
    code = last_code()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        client.post("/account/login/code/confirm/", {"code": code})
        assert not logged_in(client)


def test_a_new_code_replaces_the_old_one(client: Client, anna: User) -> None:
    ask_code(client, anna.email)
    old = last_code()
    client.post("/account/login/code/confirm/", {"action": "resend"})
    new = last_code()
    assert new != old
    client.post("/account/login/code/confirm/", {"code": old})
    assert not logged_in(client)
    client.post("/account/login/code/confirm/", {"code": new})
    assert logged_in(client)


def test_a_stranger_asking_for_a_code_sees_what_an_owner_sees(anna: User) -> None:
    pages = set()
    for who in (anna.email, "nobody@example.nl"):
        client = Client()
        pages.add(text_of(client.get(ask_code(client, who).url)).replace(who, ""))
    assert len(pages) == 1
    assert [message.to for message in mail.outbox] == [[anna.email], ["nobody@example.nl"]]
    assert not any(char.isdigit() for char in mail.outbox[-1].body.split("http")[0])  # no code for nobody


def test_codes_for_one_address_are_limited(client: Client, anna: User) -> None:
    for _try in range(4):
        ask_code(Client(), anna.email)
    assert len(mail.outbox) == 3


def test_drafts_in_the_session_survive_logging_in(client: Client, anna: User) -> None:
    client.get("/account/login/")
    session = client.session
    session["draft"] = {"title": "A bench for the square"}
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    log_in(client, anna)
    assert client.session["draft"] == {"title": "A bench for the square"}
    assert client.session.session_key != session.session_key  # a stolen old key is worth nothing


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_next_never_leads_to_another_site(client: Client, anna: User, evil: str) -> None:
    assert log_in(client, anna, next=evil).url == "/"


def test_a_blocked_account_can_not_log_in(client: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    log_in(client, anna)
    ask_code(client, anna.email)
    assert not logged_in(client)


def test_a_mail_server_that_is_down_gives_a_page_that_says_so(client: Client, anna: User, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    response = ask_code(client, anna.email)
    assert response.status_code == 503
    assert "mailserver" in text_of(response)


def test_a_forgotten_password_is_replaced_by_a_mailed_code(client: Client, anna: User) -> None:
    client.post("/account/password/reset/", {"email": anna.email})
    response = client.post("/account/password/reset/confirm/", {"code": last_code()})
    assert response.status_code == 302
    client.post(response.url, {"password1": "a brand new horse", "password2": "a brand new horse"})
    anna.refresh_from_db()
    assert anna.check_password("a brand new horse")


def test_someone_without_address_record_confirms_it_once(client: Client) -> None:
    """Accounts that an app made without ``services.open_account`` still get in: by the code that shows who they are."""
    user = User.objects.create_user("bea@example.nl", "correct horse")
    log_in(client, user)
    assert not logged_in(client)
    client.post("/account/confirm-email/", {"code": last_code()})
    assert logged_in(client)


def test_demo_log_ins_stand_on_the_page_only_in_the_demo(client: Client, settings: object) -> None:
    person = UserFactory(email="demo@example.nl", password="demo-aanzet")
    settings.DEMO_LOGINS = [{"email": person.email, "name": "Dirk", "role": "ambtenaar", "password": "demo-aanzet"}]
    assert "demo-aanzet" not in client.get("/account/login/").content.decode()
    settings.DEMO = True
    assert "demo-aanzet" in client.get("/account/login/").content.decode()
    client.post("/account/login/", {"login": person.email, "password": "demo-aanzet"})
    assert logged_in(client)
