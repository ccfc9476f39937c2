"""Pages for what went wrong."""

from __future__ import annotations

from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import RequestFactory

from foundation.core.views import errors


def test_a_session_that_ended_meanwhile_leads_back_to_the_page_and_nowhere_else() -> None:
    back = errors.bad_request(RequestFactory().post("/waterstad/stemmingen/a/stem/controleren/"), SessionInterrupted())
    assert (back.status_code, back["Location"]) == (302, "/waterstad/stemmingen/a/stem/controleren/")
    request = RequestFactory().post("/")
    request.path = "//elsewhere.example/"
    assert errors.bad_request(request, SessionInterrupted())["Location"].startswith("/%2F")
