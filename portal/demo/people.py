"""The people of the demo: those who can log in, and the many who voted."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.models import User
from foundation.accounts.services import confirm_email, open_account
from foundation.municipalities.models import Area, Municipality, Residency
from portal.demo.logins import LOGINS

CROWD_DOMAIN = "@menigte.example"


def logins() -> dict[str, User]:
    """The people of the log-in page, by kind; made where they are missing."""
    return {person["kind"]: _person(person) for person in LOGINS}


@transaction.atomic
def _person(person: dict[str, str]) -> User:
    user = User.objects.filter(email=person["email"]).first()
    if user is None:
        user = open_account(email=person["email"], name=person["name"], password=person["password"], by=None)
        confirm_email(user=user, by=None)
    if person["kind"] == "superuser" and not user.is_superuser:
        user.is_superuser = user.is_staff = True
        user.save(update_fields=["is_superuser", "is_staff"])
    return user


@contextmanager
def crowd(
    municipality: Municipality, number: int, *, seed: int, areas: Collection[str] = ()
) -> Iterator[list[Residency]]:
    """Residents (of these neighbourhoods, by CBS code) who vote and leave again: their votes stay, in the roll and in the box, without them.

    Written to the tables in two statements: half a thousand accounts through the services would take minutes and send
    half a thousand mails.
    """
    chance = random.Random(seed)
    inhabited = Area.objects.for_municipality(municipality).current().neighbourhoods().filter(population__gt=0)
    places = list(inhabited.filter(code__in=areas) if areas else inhabited)
    password = make_password(None)
    users = User.objects.bulk_create(
        [
            User(email=f"{municipality.slug}-{seed}-{n}{CROWD_DOMAIN}", name=f"Bewoner {n}", password=password)
            for n in range(number)
        ]
    )
    homes = chance.choices(places, weights=[area.population or 1 for area in places], k=number)
    residencies = Residency.objects.bulk_create(
        [
            Residency(municipality=municipality, user=user, neighbourhood=home, birth_year=chance.randint(1945, 2007))
            for user, home in zip(users, homes, strict=True)
        ]
    )
    try:
        yield residencies
    finally:
        disperse()


def disperse() -> None:
    """Remove the crowd, also one that an earlier, broken-off run left behind."""
    User.objects.filter(email__endswith=CROWD_DOMAIN).delete()
