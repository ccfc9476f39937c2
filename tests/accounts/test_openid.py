"""Logging in at an OpenID Connect provider: a real one, in its own process, over real HTTP."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.db import connection
from django.test import Client

from foundation.accounts.adapters import pseudonym
from foundation.accounts.models import User
from tests.accounts.conftest import last_code, log_in, text_of
from tests.accounts.oidc_provider import linked, running
from tests.accounts.oidc_provider.serve import PASSWORD as PROVIDER_PASSWORD

pytestmark = pytest.mark.django_db
CALLBACK = "http://testserver/account/oidc/stad/login/callback/"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("provider"), CALLBACK) as address:
        yield address


@pytest.fixture(autouse=True)
def _linked(provider: str, settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = linked(provider)


class AtProvider:
    """Somebody with a browser at the provider, filling in its real forms."""

    def __init__(self, username: str) -> None:
        self.username = username
        self.browser = requests.Session()

    def come_back(self, address: str, *, consent: bool = True) -> str:
        """From the authorisation address to the address that the provider sends them back to."""
        page = self.browser.get(address)
        if "login" in page.url:
            page = self._send(page, login=self.username, password=PROVIDER_PASSWORD)
        back = self._send(page, follow=False, action="grant" if consent else "cancel")
        return back.headers["Location"]

    def _send(self, page: requests.Response, *, follow: bool = True, **fields: str) -> requests.Response:
        inputs = re.findall(r"<input[^>]*>", page.text)
        data: list[tuple[str, str]] = []
        for tag in inputs:
            found = {key: html.unescape(value) for key, value in re.findall(r'(\w+)="([^"]*)"', tag)}
            if found.get("type") == "hidden" or (found.get("type") == "checkbox" and "checked" in tag):
                data.append((found["name"], found.get("value", "on")))
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        base = f"http://{urlsplit(page.url).netloc}"
        url = base + html.unescape(action[1]) if action else page.url
        return self.browser.post(url, data=[*data, *fields.items()], allow_redirects=follow)

    def close(self) -> None:
        self.browser.close()


@pytest.fixture
def at_provider() -> Iterator[type[AtProvider]]:
    made: list[AtProvider] = []

    class Kept(AtProvider):
        def __init__(self, username: str) -> None:
            super().__init__(username)
            made.append(self)

    yield Kept
    for visitor in made:
        visitor.close()


def start(client: Client, **query: str) -> str:
    """Press the button of the provider; the address that we send the browser to."""
    response = client.post(f"/account/oidc/stad/login/?{urlencode(query)}")
    assert response.status_code == 302, text_of(response)
    return response.url


def back(client: Client, address: str):
    return client.get(address.removeprefix("http://testserver"))


def round_trip(client: Client, visitor: AtProvider, **query: str):
    return back(client, visitor.come_back(start(client, **query)))


def who(client: Client) -> User | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk) if pk else None


def test_the_log_in_page_has_a_button_with_the_name_of_the_provider(client: Client) -> None:
    assert "Log in met Stadspas" in text_of(client.get("/account/login/"))
    assert "Log in met Stadspas" in text_of(client.get("/account/signup/"))


def test_the_request_carries_state_and_a_code_challenge(client: Client, provider: str) -> None:
    address = start(client)
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider}/identity/o/authorize")
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 16


def test_a_newcomer_gets_an_account_and_comes_back_where_they_were(client: Client, at_provider) -> None:
    response = round_trip(client, at_provider("eva"), process="login", next="/dordrecht/stemmingen/")
    assert response.url == "/dordrecht/stemmingen/"
    eva = who(client)
    assert eva is not None
    assert (eva.email, eva.name, eva.has_usable_password()) == ("eva@stad.example", "Eva Jansen", False)


def test_somebody_who_returns_is_known_by_subject_not_by_address(at_provider) -> None:
    first, second = Client(), Client()
    round_trip(first, at_provider("eva"))
    eva = who(first)
    assert eva is not None
    User.objects.filter(pk=eva.pk).update(email="eva@elsewhere.example", name="Eva J.")
    round_trip(second, at_provider("eva"))
    assert who(second) == eva
    eva.refresh_from_db()
    assert (eva.email, eva.name) == ("eva@elsewhere.example", "Eva J.")
    assert User.objects.count() == 1


def test_of_what_the_provider_tells_only_the_level_of_assurance_is_kept(client: Client, at_provider) -> None:
    for _time in range(2):  # the first log-in writes, a later one updates
        round_trip(client, at_provider("eva"))
        account = SocialAccount.objects.get()
        assert account.extra_data == {"loa": "urn:etoegang:core:assurance-class:loa3"}
        client.post("/account/logout/")
    assert not SocialToken.objects.exists()


def test_an_account_with_the_same_address_is_not_taken_over(client: Client, anna: User, at_provider) -> None:
    response = round_trip(client, at_provider("anna-elsewhere"))
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    page = client.get(response.url)
    assert "Je hebt al een account met dit e-mailadres" in text_of(page)
    # After logging in as usual one is led to the page on which to link.
    response = log_in(client, anna, next=parse_qs(urlsplit(response.url).query)["next"][0])
    assert response.url == "/account/3rdparty/"


def test_an_address_that_the_provider_did_not_check_tells_nothing_about_us(
    client: Client, anna: User, at_provider
) -> None:
    response = round_trip(client, at_provider("anna-claims"))
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    assert "al een account" not in text_of(client.get(response.url))
    assert mail.outbox[-1].to == [anna.email]  # its owner is told


def test_after_logging_in_a_provider_can_be_linked_and_unlinked(client: Client, anna: User, at_provider) -> None:
    log_in(client, anna)
    assert "Koppel Stadspas" in text_of(client.get("/account/3rdparty/"))
    visitor = at_provider("anna-elsewhere")
    response = round_trip(client, visitor, process="connect")
    assert response.url == "/account/3rdparty/"
    assert SocialAccount.objects.get().user == anna
    page = text_of(client.get(response.url))
    assert "Ontkoppel Stadspas" in page
    assert "Koppel Stadspas" not in page
    other = Client()
    round_trip(other, at_provider("anna-elsewhere"))
    assert who(other) == anna
    client.post("/account/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


def test_a_log_in_that_is_linked_to_somebody_else_can_not_be_linked_again(anna: User, at_provider) -> None:
    eva_browser, anna_browser = Client(), Client()
    round_trip(eva_browser, at_provider("eva"))
    log_in(anna_browser, anna)
    round_trip(anna_browser, at_provider("eva"), process="connect")
    assert SocialAccount.objects.get().user == who(eva_browser)


def test_who_cancels_at_the_provider_gets_a_page_that_says_so(client: Client, at_provider) -> None:
    response = back(client, at_provider("eva").come_back(start(client), consent=False))
    assert response.url == "/account/3rdparty/login/cancelled/"
    assert "gestopt met inloggen" in text_of(client.get(response.url))
    assert who(client) is None


@pytest.mark.parametrize("forged", ["", "another-state"])
def test_a_forged_state_is_refused(client: Client, at_provider, forged: str) -> None:
    address = urlsplit(at_provider("eva").come_back(start(client)))
    query = {key: values[0] for key, values in parse_qs(address.query).items()} | {"state": forged}
    response = back(client, urlunsplit(address._replace(query=urlencode(query))))
    assert response.status_code == 401
    assert "Inloggen is niet gelukt" in text_of(response)
    assert who(client) is None


def test_an_answer_meant_for_another_browser_is_refused(at_provider) -> None:
    """Nobody can be logged in to somebody else's account by a link."""
    attacker, victim = Client(), Client()
    address = at_provider("eva").come_back(start(attacker))
    assert back(victim, address).status_code == 401
    assert who(victim) is None


def test_a_code_that_was_used_is_refused(client: Client, at_provider) -> None:
    address = at_provider("eva").come_back(start(client))
    back(client, address)
    client.post("/account/logout/")
    assert back(client, address).status_code == 401
    assert who(client) is None


def test_a_provider_that_can_not_be_reached_gives_a_page_that_says_so(client: Client, settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    response = client.post("/account/oidc/stad/login/")
    assert response.status_code == 401
    assert "Stadspas" in text_of(response)


def test_a_provider_that_goes_down_half_way_gives_a_page_that_says_so(client: Client, settings, at_provider) -> None:
    address = at_provider("eva").come_back(start(client))
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    assert back(client, address).status_code == 401
    assert who(client) is None


def test_an_unknown_provider_does_not_exist(client: Client) -> None:
    assert client.post("/account/oidc/onbekend/login/").status_code == 404


@pytest.mark.parametrize("username, bsn", [("burger", "900070341"), ("burger-bsn", "900026236")])
def test_a_citizen_service_number_is_never_kept(client: Client, at_provider, username: str, bsn: str) -> None:
    """A DigiD broker tells no address: we ask for it, and check it by a code. The BSN may even be the subject."""
    response = round_trip(client, at_provider(username), next="/dordrecht/")
    page = client.get(response.url)
    assert "Bijna klaar" in text_of(page)
    response = client.post(response.url, {"email": "wil@example.nl", "name": "Wil"})
    assert who(client) is None
    client.post(response.url, {"code": last_code()})
    assert who(client).email == "wil@example.nl"
    account = SocialAccount.objects.get()
    assert account.extra_data == {
        "loa": "urn:etoegang:core:assurance-class:loa3",
        "pseudonym": pseudonym("stad", bsn),
    }
    again = Client()
    round_trip(again, at_provider(username))
    assert who(again) == who(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid || extra_data::text FROM socialaccount_socialaccount")
        assert bsn not in str(cursor.fetchall())


def test_a_pseudonym_differs_per_provider_and_per_key(settings) -> None:
    settings.PSEUDONYM_KEY = "one"
    made = {pseudonym("stad", "900070341"), pseudonym("dorp", "900070341"), pseudonym("stad", "900026236")}
    settings.PSEUDONYM_KEY = "two"
    made.add(pseudonym("stad", "900070341"))
    assert len(made) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in made)
