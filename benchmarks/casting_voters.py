"""An open vote and many logged-in voters for ``benchmarks.casting``, made quickly but as the real log-in leaves them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

BATCH = 5000
PROJECTS = 40


def make(voters: int, folder: Path) -> dict[str, Any]:
    """Fill the database and Redis; the cookies of the voters go to files in ``folder``, one Cookie header a line.

    ``accounts`` have a residency, a session with the choice that they were making, and a pass of the page before sending;
    ``codes`` a session in which the code of a letter was typed. Both have a CSRF cookie. Returns for each the address to
    post to and the ballot; and a third open ballot (for pgbench) and the area.
    """
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.hashers import make_password
    from django.core.cache import caches
    from django.core.management import call_command
    from django.db import connection

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.municipalities.enums import AreaKind, RoleKind
    from foundation.municipalities.models import Area, Municipality, Residency, Role
    from foundation.voting import passes
    from foundation.voting.enums import Electorate
    from foundation.voting.models import Ballot, VotingCode
    from foundation.voting.queries import door
    from foundation.voting.services import ballots, codes, options
    from foundation.voting.views._shared import code_key
    from foundation.voting.views.code_entry import SESSION_SECONDS

    call_command("migrate", verbosity=0)
    now = clock.now()
    municipality = Municipality.objects.create(name="Bench", slug="bench", cbs_code="GM9999", published_at=now)
    area = Area.objects.create(
        municipality=municipality, kind=AreaKind.NEIGHBOURHOOD, code="BU99990001", name="Buurt", year=2025
    )
    staff = User.objects.create_user("staff@example.nl", None)
    Role.objects.create(municipality=municipality, user=staff, kind=RoleKind.CIVIL_SERVANT)

    def opened(title: str, **more: Any) -> Ballot:
        ballot = ballots.create(
            municipality=municipality,
            by=staff,
            title=title,
            question="?",
            budget_cents=50_000_00,
            opens_at=now + timedelta(hours=1),
            closes_at=now + timedelta(days=7),
            **more,
        )
        plans = [options.NewOption(f"Plan {number} van de buurt", 1_000_00) for number in range(PROJECTS)]
        options.replace_all(ballot=ballot, options=plans, by=staff)
        return ballots.open_now(ballot=ballots.announce(ballot=ballot, by=staff), by=staff)

    ballot, by_code, other = opened("Casting"), opened("Codes", electorate=Electorate.CODES), opened("Pgbench")
    engine = import_module(settings.SESSION_ENGINE)
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    with (folder / "accounts").open("w") as file:
        for first in range(0, voters, BATCH):
            count = min(BATCH, voters - first)
            password = make_password(None)
            users = User.objects.bulk_create(
                User(email=f"v{first + n}@example.nl", password=password) for n in range(count)
            )
            Residency.objects.bulk_create(
                Residency(municipality=municipality, user=user, neighbourhood=area) for user in users
            )
            proof = users[0].get_session_auth_hash()  # of the password alone, so one for all
            sessions, issued = {}, {}
            # All rows of a batch come from the same statements, so one look tells their versions.
            seen = door.look(municipality.slug, ballot.slug, users[0].pk, clock.now())
            found = seen and passes.judge(seen, proof, clock.now())
            assert found is not None
            residencies = dict(Residency.objects.filter(user__in=users).values_list("user_id", "pk"))
            for user in users:
                key = secrets.token_hex(16)
                sessions[f"{engine.SessionStore.cache_key_prefix}{key}"] = {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                    HASH_SESSION_KEY: proof,
                    f"stembiljet-{ballot.pk}": [1, 2, 3],
                }
                own = replace(found, user_id=user.pk, residency_id=residencies[user.pk])
                issued[passes.key(key, ballot.pk)] = passes.write(own)
                file.write(f"{names[0]}={key}; {names[1]}={'a' * 32}\n")
            caches[settings.SESSION_CACHE_ALIAS].set_many(sessions, settings.SESSION_COOKIE_AGE)
            caches[settings.SESSION_CACHE_ALIAS].set_many(issued, 3600)  # as the page before sending leaves it
    with (folder / "codes").open("w") as file:
        while voters > (ready := VotingCode.objects.filter(ballot=by_code).count()):
            batch = codes.ask_for_batch(
                ballot=by_code, name="Bench", size=min(voters - ready, BATCH), language="nl", area=area, by=staff
            )
            prints = [secrets.token_bytes(32) for _n in range(batch.size)]
            VotingCode.objects.bulk_create(
                VotingCode(ballot=by_code, batch=batch, number=n, fingerprint=own)
                for n, own in enumerate(prints, start=1)
            )
            sessions = {}
            for own in prints:
                key = secrets.token_hex(16)
                sessions[f"{engine.SessionStore.cache_key_prefix}{key}"] = {
                    "_session_expiry": SESSION_SECONDS,
                    code_key(by_code): own.hex(),
                    f"stembiljet-{by_code.pk}": [1, 2, 3],
                }
                file.write(f"{names[0]}={key}; {names[1]}={'a' * 32}\n")
            caches[settings.SESSION_CACHE_ALIAS].set_many(sessions, SESSION_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    return {
        "path": {
            kind: f"{one.get_absolute_url()}stem/controleren/"
            for kind, one in (("accounts", ballot), ("codes", by_code))
        },
        "ballot": {"accounts": ballot.pk, "codes": by_code.pk},
        "other": other.pk,
        "area": area.pk,
    }
