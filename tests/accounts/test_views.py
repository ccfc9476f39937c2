"""The account page and what hangs on it; every page of logging in and of the account, looked at as text."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from foundation.accounts import personal_data
from foundation.accounts.models import User
from tests.accounts.conftest import give_app, last_code, log_in, text_of
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

FOR_STRANGERS = [
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_reset_password",
    "account_inactive",
    "accounts:erased",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]
FOR_PEOPLE = [
    "accounts:overview",
    "accounts:name",
    "accounts:erase",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "usersessions_list",
    "socialaccount_connections",
]
WITH_SECOND_STEP = [
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_deactivate_totp",
]


def look_at(response) -> None:
    """What every page must be: ours, whole, one heading, Dutch, and nothing that the content security policy stops."""
    html = response.content.decode()
    assert response.status_code in (200, 401), response.status_code
    assert len(re.findall(r"<h1[\s>]", html)) == 1
    assert 'class="utrecht-' in html
    assert "{{" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|\son\w+=|<style", html)
    assert 'placeholder="' not in html
    words = set(re.findall(r"[a-z]+", text_of(response).lower()))
    assert not words & {"the", "your", "with", "password", "please", "sign"}, words & {
        "the",
        "your",
        "with",
        "password",
    }


@pytest.mark.parametrize("name", FOR_STRANGERS)
def test_pages_of_logging_in_are_ours(client: Client, name: str) -> None:
    look_at(client.get(reverse(name)))


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_pages_of_the_account_are_ours(anna_client: Client, name: str) -> None:
    look_at(anna_client.get(reverse(name)))


@pytest.mark.parametrize("name", WITH_SECOND_STEP)
def test_pages_of_the_second_step_are_ours(anna_client: Client, anna: User, name: str) -> None:
    give_app(anna)
    Authenticator.objects.create(user=anna, type="webauthn", data={"name": "Mijn sleutel", "credential": {}})
    look_at(anna_client.get(reverse(name)))


def test_pages_of_one_passkey_are_ours(anna_client: Client, anna: User) -> None:
    key = Authenticator.objects.create(user=anna, type="webauthn", data={"name": "Mijn sleutel", "credential": {}})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        look_at(anna_client.get(reverse(name, args=[key.pk])))


def test_pages_between_two_steps_are_ours(client: Client, anna: User) -> None:
    give_app(anna)
    look_at(client.get(log_in(client, anna).url))
    new = Client()
    look_at(new.get(new.post("/account/signup/", {"email": "new@example.nl"}).url))
    by_code = Client()
    look_at(by_code.get(by_code.post("/account/login/", {"login": anna.email, "by_code": "1"}).url))
    forgot = Client()
    look_at(forgot.get(forgot.post("/account/password/reset/", {"email": anna.email}).url))
    look_at(forgot.get(forgot.post("/account/password/reset/confirm/", {"code": last_code()}).url))


def test_a_person_without_password_is_offered_to_choose_one(client: Client) -> None:
    client.post("/account/signup/", {"email": "carla@example.nl"})
    client.post("/account/confirm-email/", {"code": last_code()})
    page = client.get("/account/")
    assert reverse("account_set_password") in page.content.decode()
    look_at(client.get("/account/password/set/"))
    new = {"password1": "a long new horse", "password2": "a long new horse"}
    client.post("/account/password/set/", new)
    assert User.objects.get().check_password("a long new horse")


def test_every_page_of_the_account_is_listed_in_this_file() -> None:
    """A page that nobody looked at is a page of allauth that is not ours yet."""
    shown = {*FOR_STRANGERS, *FOR_PEOPLE, *WITH_SECOND_STEP}
    elsewhere = {  # answered by a redirect, a file or only after a first step; see the other tests
        "accounts:export",
        "accounts:two_factor_needed",
        "accounts:two_factor_ready",
        "account_set_password",
        "account_email_verification_sent",
        "account_confirm_login_code",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
        "account_password_reset_completed",
        "mfa_authenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_trust",
        "mfa_download_recovery_codes",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_login_webauthn",
        "mfa_signup_webauthn",
        "socialaccount_signup",
        "accounts:openid_log_in",
        "accounts:openid_callback",
        "openid_connect_login",
        "openid_connect_callback",
    }
    names = set()

    def walk(patterns, prefix: str, namespace: str) -> None:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, route, inner)
            elif route.startswith("account/") and pattern.name:  # without a name: redirects of allauth
                names.add(f"{namespace}{pattern.name}")

    walk(get_resolver().url_patterns, "", "")
    assert names - shown - elsewhere == set()


@pytest.mark.parametrize("name", [*FOR_PEOPLE, "accounts:export", "accounts:two_factor_needed"])
def test_strangers_are_sent_to_the_log_in_page_and_back(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    if name == "account_logout":
        assert response.url == "/"
    else:
        assert response.status_code == 302
        assert response.url.startswith("/account/login/")


def test_the_overview_costs_the_same_queries_with_one_or_three_of_everything(client: Client, anna: User) -> None:
    counts = []
    for extra in (0, 2):
        for number in range(extra):
            SocialAccount.objects.create(user=anna, provider="stad", uid=f"{number}")
            EmailAddress.objects.create(user=anna, email=f"a{number}@example.nl")
            log_in(Client(), anna)
        if not extra:
            log_in(client, anna)
            client.get("/account/")  # what a process asks once only
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/account/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_name_is_changed_and_a_long_one_refused_with_what_was_typed(anna_client: Client, anna: User) -> None:
    refused = anna_client.post("/account/naam/", {"name": "x" * 121})
    assert refused.status_code == 200
    assert "x" * 121 in refused.content.decode()
    anna_client.post("/account/naam/", {"name": "Ans"})
    anna.refresh_from_db()
    assert anna.name == "Ans"


@pytest.mark.parametrize(
    "password, says",
    [("short", "minstens 10 tekens"), ("1234567890123", "alleen uit cijfers"), ("password123", "Te veel mensen")],
)
def test_a_weak_password_is_refused_in_plain_dutch(anna_client: Client, password: str, says: str) -> None:
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = text_of(anna_client.post("/account/password/change/", data))
    assert says in page
    assert " uw " not in page.lower()


def test_an_address_changes_only_after_the_mailed_code(anna_client: Client, anna: User) -> None:
    response = anna_client.post("/account/email/", {"email": "New.Anna@example.nl", "action_add": ""})
    assert mail.outbox[-1].to == ["new.anna@example.nl"]
    anna.refresh_from_db()
    assert anna.email == "anna@example.nl"
    anna_client.post(response.url, {"code": last_code()})
    anna.refresh_from_db()
    assert anna.email == "new.anna@example.nl"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new.anna@example.nl", True)]


def test_an_address_of_somebody_else_can_not_be_taken(anna_client: Client, anna: User) -> None:
    UserFactory(email="bea@example.nl")
    response = anna_client.post("/account/email/", {"email": "Bea@example.nl", "action_add": ""})
    assert mail.outbox[-1].to == ["bea@example.nl"]
    refused = anna_client.post(response.url, {"code": last_code()})  # even if Bea would tell the code
    assert refused.context["verify_form"].errors
    anna.refresh_from_db()
    assert anna.email == "anna@example.nl"


def test_sessions_are_named_and_the_others_can_be_ended(anna: User) -> None:
    here, there = (
        Client(headers={"User-Agent": agent}) for agent in ("Mozilla (Windows) Firefox/1", "iPhone Safari/1")
    )
    log_in(here, anna)
    log_in(there, anna)
    page = text_of(here.get("/account/sessions/"))
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    here.post("/account/sessions/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


# --- Data -------------------------------------------------------------------------------------------------------------


def test_the_download_holds_every_part_and_is_kept_nowhere(anna_client: Client) -> None:
    response = anna_client.get("/account/gegevens/")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="aanzet-mijn-gegevens-')
    assert "no-store" in response.headers["Cache-Control"]
    data = json.loads(response.content)
    assert set(data) == set(personal_data._exporters)
    assert data["account"]["e-mailadres"] == "anna@example.nl"


def test_erasing_asks_a_yes_then_does_it(anna_client: Client, anna: User, django_capture_on_commit_callbacks) -> None:
    page = text_of(anna_client.get("/account/wissen/"))
    assert "Wat we wissen" in page
    assert "zonder je naam" in page
    refused = anna_client.post("/account/wissen/", {})
    assert refused.context["form"].errors["sure"]
    with django_capture_on_commit_callbacks(execute=True):
        response = anna_client.post("/account/wissen/", {"sure": "on"})
    assert response.url == "/account/gewist/"
    assert "_auth_user_id" not in anna_client.session
    assert mail.outbox[-1].to == ["anna@example.nl"]
    assert "gewist" in mail.outbox[-1].subject
    anna.refresh_from_db()
    assert anna.erased_at is not None


def test_somebody_without_password_logs_in_anew_before_erasing(client: Client) -> None:
    client.post("/account/signup/", {"email": "carla@example.nl"})
    client.post("/account/confirm-email/", {"code": last_code()})
    assert client.get("/account/wissen/").status_code == 200  # proved a moment ago
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        response = client.get("/account/wissen/")
        assert response.url == "/account/login/?next=/account/wissen/"
        assert "_auth_user_id" not in client.session


def test_an_obstacle_is_told_and_nothing_is_erased(
    anna_client: Client, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "_obstacles", {"town": lambda user: ["Wijs eerst een andere beheerder aan."]})
    assert "Wijs eerst een andere" in text_of(anna_client.get("/account/wissen/"))
    anna_client.post("/account/wissen/", {"sure": "on"})
    anna.refresh_from_db()
    assert anna.erased_at is None


def test_english_is_complete_too(anna_client: Client) -> None:
    anna_client.cookies["django_language"] = "en"
    assert "Your account" in text_of(anna_client.get("/account/"))


MAILS = [
    ("/account/login/", {"login": "anna@example.nl", "by_code": "1"}),
    ("/account/login/", {"login": "nobody@example.nl", "by_code": "1"}),
    ("/account/signup/", {"email": "anna@example.nl"}),
    ("/account/signup/", {"email": "nobody@example.nl"}),
    ("/account/password/reset/", {"email": "anna@example.nl"}),
]


@pytest.mark.parametrize("url, data", MAILS)
def test_mails_are_dutch_and_say_who_sends_them(client: Client, anna: User, url: str, data: dict[str, str]) -> None:
    client.post(url, data)
    message = mail.outbox[-1]
    text = f"{message.subject} {message.body}"
    assert "AanZet" in text
    assert not set(re.findall(r"[a-z]+", text.lower())) & {"the", "your", "with", "password", "please", "sign"}
    assert "&#" not in text
