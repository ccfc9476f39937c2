"""The second step: set up, used, demanded from staff, and the door of the technical administration."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import segno
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.queries import has_two_factor
from tests.accounts.conftest import SECRET, give_app, last_code, log_in, text_of, totp_code
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = pytest.mark.django_db


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_codes_of_these_tests_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, last six digits."""
    import base64

    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [totp_code(secret, at) for at in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_with_a_picture_and_a_code(anna_client: Client, anna: User) -> None:
    page = anna_client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert f"secret={secret}" in page.context["totp_url"]
    picture = segno.make(page.context["totp_url"], error="m", micro=False).svg_inline(scale=5)
    assert re.findall(r' d="(M4[^"]+)"', picture)[0] in page.content.decode()
    refused = anna_client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "klopt niet" in text_of(refused)
    assert not has_two_factor(anna)
    response = anna_client.post("/account/2fa/totp/activate/", {"code": totp_code(secret)})
    assert response.url == "/account/2fa/recovery-codes/"
    assert has_two_factor(User.objects.get(pk=anna.pk))
    assert mail.outbox[-1].to == [anna.email]
    codes = anna_client.get("/account/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10


def test_later_than_a_quarter_of_an_hour_after_logging_in_a_password_is_asked_first(anna_client: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/wissen/"):
            response = anna_client.get(path)
            assert response.url.startswith("/account/reauthenticate/")
        refused = anna_client.post(response.url, {"password": "wrong horse", "next": path})
        assert refused.status_code == 200
        response = anna_client.post(response.url, {"password": PASSWORD, "next": path})
        assert response.url == path
        assert anna_client.get(path).status_code == 200


def test_with_an_app_a_password_alone_does_not_let_in(client: Client, anna: User) -> None:
    give_app(anna)
    response = log_in(client, anna, next="/dordrecht/")
    assert response.url == "/account/2fa/authenticate/?next=%2Fdordrecht%2F" or "authenticate" in response.url
    assert not logged_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not logged_in(client)
    response = client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET)})
    assert logged_in(client)
    assert response.url == "/dordrecht/"


def test_with_an_app_a_mailed_code_alone_does_not_let_in(client: Client, anna: User) -> None:
    give_app(anna)
    client.post("/account/login/", {"login": anna.email, "by_code": "1"})
    client.post("/account/login/code/confirm/", {"code": last_code()})
    assert not logged_in(client)
    client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET)})
    assert logged_in(client)


def test_a_code_of_the_app_works_once(anna: User) -> None:
    give_app(anna)
    code = totp_code(SECRET)
    outcomes = []
    for client in (Client(), Client()):
        log_in(client, anna)
        client.post("/account/2fa/authenticate/", {"code": code})
        outcomes.append(logged_in(client))
    assert outcomes == [True, False]


@pytest.mark.parametrize("late, fits", [(25, True), (90, False)])
def test_the_clock_of_a_telephone_may_be_half_a_minute_off(client: Client, anna: User, late: int, fits: bool) -> None:
    give_app(anna)
    log_in(client, anna)
    client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET, time.time() - late)})
    assert logged_in(client) is fits


def test_a_recovery_code_lets_in_once(anna: User) -> None:
    give_app(anna)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    outcomes = []
    for client in (Client(), Client()):
        log_in(client, anna)
        client.post("/account/2fa/authenticate/", {"code": code})
        outcomes.append(logged_in(client))
    assert outcomes == [True, False]


def test_guessing_codes_is_stopped(client: Client, anna: User) -> None:
    give_app(anna)
    log_in(client, anna)
    for _try in range(6):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET)})
    assert not logged_in(client)


def test_recovery_codes_alone_are_no_second_step(anna: User) -> None:
    give_app(anna)
    Authenticator.objects.filter(type="totp").delete()
    assert not has_two_factor(anna)


def test_secrets_of_second_steps_are_not_readable_in_the_database(client: Client, anna: User, settings) -> None:
    give_app(anna)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert kept.count("gAAAA") == 2  # the secret of the app, the seed of the recovery codes
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    log_in(client, anna)
    client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET)})
    assert logged_in(client)


# --- Staff ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded_url(settings) -> str:
    """A page of the back office that asks for a permission, whatever pages there are by now."""
    settings.ROOT_URLCONF = "tests.accounts.guarded_urls"
    return "guarded"


def test_staff_without_second_step_are_led_to_it_and_back(client: Client, guarded_url: str) -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    log_in(client, servant)
    going = reverse(guarded_url, args=[municipality.slug])
    response = client.get(going, follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/tweede-stap/")
    assert "verplicht" in text_of(response)
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    response = client.post("/account/2fa/totp/activate/", {"code": totp_code(secret)}, follow=True)
    assert "/account/tweede-stap/klaar/" in response.content.decode()
    response = client.get("/account/tweede-stap/klaar/")
    assert response.url == going
    assert client.get(going).status_code == 200


def test_staff_with_second_step_go_straight_in(client: Client, guarded_url: str) -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    give_app(servant)
    log_in(client, servant)
    client.post("/account/2fa/authenticate/", {"code": totp_code(SECRET)})
    assert client.get(reverse(guarded_url, args=[municipality.slug])).status_code == 200


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example"])
def test_the_way_back_never_leads_to_another_site(anna_client: Client, evil: str) -> None:
    anna_client.get("/account/tweede-stap/", {"next": evil})
    assert anna_client.get("/account/tweede-stap/klaar/").url == "/account/"


# --- Technical administration ------------------------------------------------------------------------------------------


def test_the_administration_has_no_log_in_page_of_its_own(client: Client) -> None:
    response = client.get("/techniek/django/", follow=True)
    assert response.redirect_chain[-1][0] == "/account/login/?next=/techniek/django/"


def test_the_administration_is_closed_for_people_without_that_right(anna_client: Client) -> None:
    assert anna_client.get("/techniek/django/", follow=True).status_code == 403


def test_the_administration_asks_a_second_step_and_then_opens(client: Client) -> None:
    root = UserFactory(is_staff=True, is_superuser=True)
    log_in(client, root)
    response = client.get("/techniek/django/", follow=True)
    assert response.redirect_chain[-1][0] == "/account/tweede-stap/?next=/techniek/django/"
    give_app(root)
    assert client.get("/techniek/django/").status_code == 200
    page = client.get(f"/techniek/django/accounts/user/{root.pk}/change/")
    assert page.status_code == 200
    assert root.password.split("$")[-1] not in page.content.decode()
    assert client.get("/techniek/django/accounts/user/add/").status_code == 403
    assert client.post(f"/techniek/django/accounts/user/{root.pk}/delete/").status_code == 403
