"""The pages that hold for the whole portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories.municipalities import MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["toegankelijkheid/", "privacy/", "contact/"])
def test_each_stands_under_the_installation_and_under_a_municipality(client: Client, path: str, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "AanZet <beheer@example.nl>"
    MunicipalityFactory(slug="rivierdam", contact_email="participatie@rivierdam.example")

    above, below = (client.get(f"/{prefix}{path}").content.decode() for prefix in ("", "rivierdam/"))

    assert "mailto:beheer@example.nl" in above
    assert "mailto:participatie@rivierdam.example" in below
    assert f'href="/rivierdam/{path}"' in below  # the footer stays with the municipality


def test_security_txt_tells_whom_to_write_and_runs_out_within_a_year(client: Client, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "AanZet <beheer@example.nl>"

    response = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in response.content.decode().splitlines())

    assert response.headers["Content-Type"].startswith("text/plain")
    assert lines["Contact"] == "mailto:beheer@example.nl"
    expires = datetime.fromisoformat(lines["Expires"])
    assert timedelta(days=90) < expires - datetime.now(UTC) < timedelta(days=365)


def test_robots_keep_out_of_the_back_office_and_of_the_whole_demo(client: Client, settings: Any) -> None:
    assert "Disallow: /*/beheer/" in client.get("/robots.txt").content.decode()
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
