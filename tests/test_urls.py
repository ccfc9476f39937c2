"""One walk over all URL patterns as everybody: no server error, no stranger in a back office, no cookie for a reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.pages import PageUrl, World

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
STRANGERS = ("anonymous", "resident", "resident_elsewhere", "civil_servant_elsewhere")
INSIDERS = ("council_member", "ambassador", "civil_servant", "administrator", "superuser")
ALL_SAMPLES = ("anonymous", "administrator")
# A form is the point of these pages, or the visitor asks for something to be remembered.
MAY_SET_COOKIES = ("/account/", "/taal/", "/techniek/", "/berichten/afmelden/", "/uitnodiging/", "/stijlgids/")
# Forms that one fills in before there is an account, or without ever having one.
FORM_IS_THE_POINT = {
    *("voting:code", "meetings_installation:invitation", "participation:proposal_new", "participation:problem_new"),
    *("surveys:fill", "surveys:personal_fill", "changelab:room"),
}
A_MAIL = {"municipalities:newsletter_mail"}  # looked at in a frame: mails have their styles inside
DESTROYS = re.compile(r"/uitloggen/|/logout/")


@pytest.fixture
def world(settings: Any) -> World:
    settings.TWO_FACTOR_FOR_STAFF = False
    return World.make()


@pytest.mark.parametrize("people", [STRANGERS, INSIDERS], ids=["strangers", "insiders"])
def test_every_page_as_everybody(world: World, people: tuple[str, ...]) -> None:
    """Readers without an account and administrators visit every sample of a page; the others one each, in turn."""
    samples: dict[str, list[PageUrl]] = {}
    for url in sorted({url.path: url for url in world.urls()}.values(), key=lambda url: url.path):
        samples.setdefault(url.name, []).append(url)
    wrong: list[str] = []
    for turn, person in enumerate(people):
        client = Client(raise_request_exception=False)
        if person != "anonymous":
            client.force_login(world.people[person], BACKEND)
        for urls in samples.values():
            for url in urls if person in ALL_SAMPLES else [urls[turn % len(urls)]]:
                if person == "anonymous":
                    client = Client(raise_request_exception=False)
                if DESTROYS.search(url.path):
                    continue
                response = client.get(url.path)
                wrong += [
                    f"{url.path} ({url.name}) as {person}: {problem}" for problem in _problems(url, person, response)
                ]
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(samples) > 200


def _problems(url: PageUrl, person: str, response: Any) -> list[str]:
    found = []
    if response.status_code >= 500:
        found.append(f"answers {response.status_code}")
    if url.is_staff and person in STRANGERS:
        if response.status_code == 200:
            found.append("a stranger sees the back office")
        asked = "/account/login/" in response.headers.get("Location", "")
        if person == "anonymous" and not asked and response.status_code != 405:
            found.append(f"should ask to log in, not {response.status_code}")
        if person != "anonymous" and response.status_code not in (404, 405):  # 405: it answers posts only
            found.append(f"should not exist for a stranger, but answers {response.status_code}")
    a_form = url.path.startswith(MAY_SET_COOKIES) or url.name in FORM_IS_THE_POINT
    if person == "anonymous" and response.cookies and not a_form:
        found.append(f"sets cookies for a reader: {', '.join(response.cookies)}")
    is_html = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    if is_html and response.content and url.name not in A_MAIL:
        found += _html_problems(response.content.decode(), response.status_code)
    return found


def _html_problems(html: str, status: int) -> list[str]:
    found = []
    if re.search(r"{{|{%|{#", html):
        found.append("shows a piece of template")
    if status == 200 and "<!doctype html" in html[:200].lower():
        headings = len(re.findall(r"<h1\b", html))
        if headings != 1:
            found.append(f"has {headings} h1")
        if not re.search(r"<title>\s*\S", html):
            found.append("has no title")
    if re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|<style", html):
        found.append("holds inline script or style")
    return found
