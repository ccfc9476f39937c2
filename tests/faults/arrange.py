"""Run inside a portal's environment: an open ballot and voters who are logged in. Prints what the test needs as JSON.

``python -m tests.faults.arrange VOTERS``
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from foundation.core import clock  # noqa: E402
from foundation.municipalities.models import Municipality, Residency  # noqa: E402
from foundation.voting import passes  # noqa: E402
from tests.factories.accounts import UserFactory  # noqa: E402
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory  # noqa: E402
from tests.factories.voting import opened  # noqa: E402


def log_in(user: django.contrib.auth.models.AbstractBaseUser) -> str:
    """A session as a log-in makes it; returns the cookie."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def main(voters: int) -> None:
    municipality: Municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality)
    users = [UserFactory(password=None) for _ in range(voters)]
    Residency.objects.bulk_create(
        [Residency(municipality=municipality, user=user, neighbourhood=area) for user in users]
    )
    ballot = opened(municipality)
    cookies = [log_in(user) for user in users]
    for cookie in cookies[::2]:  # every other one was at the page before sending: their votes take the fast lane
        session = import_module(settings.SESSION_ENGINE).SessionStore(cookie)
        session[f"stembiljet-{ballot.pk}"] = [1]
        session.save()
        assert passes.issue(session, ballot.slug, municipality.slug, clock.now())
    print(
        json.dumps(
            {
                "ballot": ballot.pk,
                "address": f"/{municipality.slug}/stemmingen/{ballot.slug}/",
                "cookies": cookies,
                "session_name": settings.SESSION_COOKIE_NAME,
                "csrf_name": settings.CSRF_COOKIE_NAME,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
