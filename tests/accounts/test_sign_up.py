from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from foundation.accounts.models import User
from tests.accounts.conftest import last_code, text_of, wrong

pytestmark = pytest.mark.django_db


def test_signing_up_asks_an_address_and_a_mailed_code_and_leads_back(client: Client) -> None:
    response = client.post(
        "/account/signup/", {"email": "Carla@Example.nl", "name": "Carla", "next": "/dordrecht/stemmingen/"}
    )
    assert "_auth_user_id" not in client.session
    response = client.post(response.url, {"code": last_code()})
    assert response.url == "/dordrecht/stemmingen/"
    carla = User.objects.get()
    assert (carla.email, carla.name, carla.has_usable_password()) == ("carla@example.nl", "Carla", False)
    assert EmailAddress.objects.values_list("email", "verified", "primary").get() == (carla.email, True, True)
    assert client.session["_auth_user_id"] == str(carla.pk)


def test_a_name_is_not_needed(client: Client) -> None:
    client.post("/account/signup/", {"email": "carla@example.nl", "name": ""})
    assert str(User.objects.get()) == "carla"


def test_a_wrong_code_does_not_let_in(client: Client) -> None:
    response = client.post("/account/signup/", {"email": "carla@example.nl"})
    client.post(response.url, {"code": wrong(last_code())})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["anna@example.nl", "ANNA@EXAMPLE.NL"])
def test_a_known_address_gets_a_mail_and_the_page_tells_nothing(anna: User, typed: str) -> None:
    known, fresh = Client(), Client()
    pages = [
        text_of(browser.get(browser.post("/account/signup/", {"email": address, "name": "X"}).url)).replace(
            address.lower(), ""
        )
        for browser, address in ((known, typed), (fresh, "new@example.nl"))
    ]
    assert pages[0] == pages[1]
    assert User.objects.filter(email=anna.email).count() == 1
    anna.refresh_from_db()
    assert anna.name == "Anna Ooms"
    assert mail.outbox[0].to == [anna.email]


@pytest.mark.parametrize("email", ["", "carla", "carla@", "carla@example", "c" * 250 + "@example.nl"])
def test_a_wrong_address_is_told_beside_the_field_and_the_name_stays(client: Client, email: str) -> None:
    response = client.post("/account/signup/", {"email": email, "name": "Carla"})
    assert response.status_code == 200
    assert response.context["form"].errors["email"]
    assert 'value="Carla"' in response.content.decode()
    assert not User.objects.exists()


def test_a_wrongly_typed_address_can_be_tried_again_under_the_same_name(client: Client) -> None:
    client.post("/account/signup/", {"email": "typo@example.nl", "name": "Carla"})
    client.post("/account/logout/")
    client.post("/account/signup/", {"email": "carla@example.nl", "name": "Carla"})
    client.post("/account/confirm-email/", {"code": last_code()})
    assert User.objects.get(pk=client.session["_auth_user_id"]).email == "carla@example.nl"
