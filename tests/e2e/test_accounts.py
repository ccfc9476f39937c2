"""Logging in and the account in a real browser: every page with axe, passkeys with a virtual device, no JavaScript."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.settings import _origins
from foundation.accounts.models import User
from tests.accounts.conftest import give_app, last_code, totp_code
from tests.accounts.oidc_provider import linked, running
from tests.accounts.oidc_provider.serve import PASSWORD as PROVIDER_PASSWORD
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.municipalities import MunicipalityFactory, civil_servant

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("AANZET_PICTURES", "")  # a folder, to look at every page


class Device:
    """A telephone or computer that can make passkeys, played by Chromium itself (WebAuthn over the DevTools protocol)."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def keys(self) -> list[dict[str, Any]]:
        keys: list[dict[str, Any]] = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return keys

    def owner_present(self, present: bool) -> None:
        """Whether the finger on the sensor is the owner's."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": present})


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(email="anna@example.nl", name="Anna Ooms")


@pytest.fixture
def at_localhost(live_server: Any) -> str:
    """Passkeys belong to a name, never to a bare IP address."""
    return live_server.url.replace("127.0.0.1", "localhost")


def fill_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()


def arrives(page: Page, path: str) -> None:
    """The browser comes at this path; a ``next`` in an address does not count."""
    expect(page).to_have_url(re.compile(rf"^[^?]*{re.escape(path)}$"))


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def look(axe: Callable[..., None], fits: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """Axe and width of the page as it is, wide and on a phone."""

    def look(page: Page, name: str) -> None:
        axe(page)
        picture(page, name)
        wide = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 700})
        fits(page)
        axe(page)
        picture(page, f"{name}-320")
        page.set_viewport_size(wide)

    return look


def test_pages_of_logging_in(page: Page, anna: User, look: Callable[..., None]) -> None:
    for path in ("login", "signup", "login/code", "password/reset", "inactive", "gewist", "3rdparty/login/cancelled"):
        page.goto(f"/account/{path}/")
        expect(page.locator("h1")).to_have_count(1)
        look(page, path.replace("/", "-"))
    page.goto("/account/login/")
    fill_in(page, "anna@example.nl", "wrong horse")
    expect(page.locator(".error-summary")).to_be_focused()
    look(page, "login-wrong")


def test_logging_in_by_code_leads_back(page: Page, anna: User, look: Callable[..., None]) -> None:
    page.goto("/account/login/?next=/account/naam/")
    page.get_by_label("E-mailadres").fill(anna.email)
    page.get_by_role("button", name="Mail mij een code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vul de code in")
    look(page, "code")
    page.get_by_label("Code").fill("0000-0000")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "code-wrong")
    page.get_by_label("Code").fill(last_code())
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    arrives(page, "/account/naam/")


def test_without_javascript_by_keyboard_everything_but_passkeys_works(no_js: Page, anna: User) -> None:
    no_js.goto("/account/signup/?next=/account/")
    no_js.get_by_label("E-mailadres").press_sequentially("carla@example.nl")
    no_js.keyboard.press("Enter")
    expect(no_js.get_by_role("heading", level=1)).to_have_text("Is dit jouw e-mailadres?")
    no_js.get_by_label("Code").press_sequentially(last_code())
    no_js.keyboard.press("Enter")
    expect(no_js.get_by_role("heading", level=1)).to_have_text("Je account")
    no_js.goto("/account/2fa/webauthn/add/")
    expect(no_js.get_by_text("werkt alleen met JavaScript")).to_be_visible()
    expect(no_js.get_by_role("button", name="Maak mijn passkey")).to_be_hidden()
    no_js.goto("/account/2fa/totp/activate/")
    secret = no_js.locator("code").text_content()
    assert secret
    no_js.get_by_label("Code uit de app").fill(totp_code(secret))
    no_js.keyboard.press("Enter")
    expect(no_js.get_by_role("heading", level=1)).to_have_text("Herstelcodes")


def test_pages_of_the_account(page: Page, anna: User, look: Callable[..., None]) -> None:
    page.goto("/account/")
    fill_in(page, anna.email)
    look(page, "overview")
    page.goto("/account/reauthenticate/?next=/account/2fa/")
    look(page, "reauthenticate")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    arrives(page, "/account/2fa/")
    for path in (
        "naam",
        "wissen",
        "logout",
        "email",
        "password/change",
        "2fa",
        "2fa/totp/activate",
        "2fa/webauthn",
        "2fa/webauthn/add",
        "sessions",
        "3rdparty",
        "tweede-stap",
    ):
        page.goto(f"/account/{path}/")
        look(page, path.replace("/", "-"))
    give_app(anna)
    for path in ("", "2fa/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/"):
        page.goto(f"/account/{path}")
        look(page, f"with-app-{path.replace('/', '-')}")
    page.goto("/account/wissen/")
    page.get_by_role("button", name="Wis mijn account voorgoed").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "erase-not-sure")


def test_a_passkey_is_made_and_lets_in_without_password(
    page: Page, anna: User, at_localhost: str, look: Callable[..., None]
) -> None:
    device = Device(page)
    page.goto(f"{at_localhost}/account/2fa/webauthn/add/")
    fill_in(page, anna.email)
    page.get_by_label("Naam van deze passkey").fill("Mijn telefoon")
    page.get_by_role("button", name="Maak mijn passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herstelcodes")
    assert Authenticator.objects.filter(user=anna, type="webauthn").count() == len(device.keys()) == 1
    assert mail.outbox[-1].to == [anna.email]
    page.goto(f"{at_localhost}/account/2fa/webauthn/")
    expect(page.get_by_text("Mijn telefoon")).to_be_visible()
    look(page, "passkeys")

    page.context.clear_cookies()
    page.goto(f"{at_localhost}/account/login/?next=/account/naam/")
    look(page, "login-with-passkey")
    page.get_by_role("button", name="Log in met een passkey").click()
    arrives(page, "/account/naam/")

    # And as second step, after a password.
    page.context.clear_cookies()
    page.goto(f"{at_localhost}/account/login/?next=/account/naam/")
    fill_in(page, anna.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("De tweede stap")
    look(page, "second-step")
    page.get_by_role("button", name="Gebruik je passkey").click()
    arrives(page, "/account/naam/")

    # To prove that it is still you.
    page.goto(f"{at_localhost}{reverse('mfa_reauthenticate_webauthn')}?next=/account/sessions/")
    look(page, "reauthenticate-passkey")
    page.get_by_role("button", name="Gebruik je passkey").click()
    arrives(page, "/account/sessions/")


def test_a_passkey_in_the_hand_of_somebody_else_does_not_let_in(page: Page, anna: User, at_localhost: str) -> None:
    device = Device(page)
    page.goto(f"{at_localhost}/account/2fa/webauthn/add/")
    fill_in(page, anna.email)
    page.get_by_role("button", name="Maak mijn passkey").click()
    arrives(page, "/recovery-codes/")
    page.context.clear_cookies()
    device.owner_present(False)
    page.goto(f"{at_localhost}/account/login/")
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("De passkey is niet gebruikt")
    page.goto(f"{at_localhost}/account/naam/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_staff_are_led_to_a_second_step_and_back(page: Page, at_localhost: str, look: Callable[..., None]) -> None:
    municipality = MunicipalityFactory()
    servant = civil_servant(municipality)
    Device(page)
    page.goto(f"{at_localhost}/account/login/?next=/account/tweede-stap/%3Fnext=/account/naam/")
    fill_in(page, servant.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Stel eerst een tweede stap in")
    look(page, "two-factor-needed")
    page.get_by_role("link", name="Maak een passkey").click()
    page.get_by_role("button", name="Maak mijn passkey").click()
    page.get_by_role("link", name=re.compile("Ga verder naar")).click()
    arrives(page, "/account/naam/")


def test_logging_in_at_a_provider_in_the_browser(
    page: Page, at_localhost: str, settings: Any, tmp_path: Path, look: Callable[..., None]
) -> None:
    """From our page to the provider's own pages and back, past the content security policy."""
    with running(tmp_path, f"{at_localhost}/account/oidc/stad/login/callback/") as provider:
        settings.SOCIALACCOUNT_PROVIDERS = linked(provider)
        policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].extend(_origins(settings.SOCIALACCOUNT_PROVIDERS))
        settings.CONTENT_SECURITY_POLICY = policy
        page.goto(f"{at_localhost}/account/login/?next=/account/3rdparty/")
        look(page, "login-with-provider")
        page.get_by_role("button", name="Log in met Stadspas").click()
        page.locator("[name=login]").fill("eva")
        page.locator("[name=password]").fill(PROVIDER_PASSWORD)
        page.locator("form[action*=login] button").first.click()
        page.locator("button[value=grant]").click()
        arrives(page, "/account/3rdparty/")
        look(page, "3rdparty-linked")
    assert User.objects.get().email == "eva@stad.example"


def test_one_click_logs_in_as_somebody_of_the_demo(page: Page, settings: Any, look: Callable[..., None]) -> None:
    person = settings.DEMO_LOGINS[0]
    UserFactory(email=person["email"], name=person["name"], password=person["password"])
    settings.DEMO = True
    page.goto("/account/login/?next=/account/")
    look(page, "login-demo")
    page.get_by_role("button", name=person["name"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je account")
