"""Run inside a portal's environment: an open ballot and many residents, who log in when they are asked to.

``python -m tests.faults.arrange_many VOTERS`` prints where to vote as JSON, and then answers lines: ``log-in NUMBER`` with a new
session of that resident, ``clock`` by sending the worker what beat would send.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from kombu.exceptions import OperationalError  # noqa: E402
from redis import RedisError  # noqa: E402

from foundation.accounts.models import User  # noqa: E402
from foundation.municipalities.models import Residency  # noqa: E402
from foundation.voting import tasks  # noqa: E402
from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory  # noqa: E402
from tests.factories.voting import opened  # noqa: E402
from tests.faults.arrange import log_in  # noqa: E402


def main(voters: int) -> None:
    municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality)
    ballot = opened(municipality)  # before they live here: thousands of mails are not what is tried
    users = User.objects.bulk_create(
        [User(email=f"kiezer{n}@example.nl", name=f"Kiezer {n}", password="!") for n in range(voters)]
    )
    Residency.objects.bulk_create(
        [Residency(municipality=municipality, user=user, neighbourhood=area) for user in users]
    )
    print(
        json.dumps(
            {
                "ballot": ballot.pk,
                "address": f"/{municipality.slug}/stemmingen/{ballot.slug}/",
                "session_name": settings.SESSION_COOKIE_NAME,
                "csrf_name": settings.CSRF_COOKIE_NAME,
            }
        ),
        flush=True,
    )
    for line in sys.stdin:
        verb, _, number = line.strip().partition(" ")
        try:
            if verb == "log-in":
                print(log_in(users[int(number)]), flush=True)
            else:
                tasks.empty_inlets.apply_async(expires=50, retry=False)
                tasks.close_due_ballots.apply_async(expires=50, retry=False)
                print("sent", flush=True)
        except (RedisError, OperationalError, OSError):
            print("", flush=True)  # Redis is away


if __name__ == "__main__":
    main(int(sys.argv[1]))
