"""How long the pages of a process take beside an empty Django view on the same server: ``bin/bench participation``.

One process with 500 proposals and 5,000 comments under them, 500 problems and 2,000 supports. Requests go round by round to all
pages in turn; reported are medians and their ratio to the empty view. Each page is asked by a reader without a session when nothing
changed since the last one, by the first of them after a change of the process, by somebody who is logged in after a reader has been
there, and by the first of all after a change, who is logged in. Fails when a page that everybody reads takes more than ten times as
long; the other three are reported.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._portal import Page, compare, portal  # noqa: E402

LIMIT = 10.0
SLUG = "bench"
PROPOSALS, COMMENTS, PEOPLE = 500, 5_000, 200
TEXT = "Wij willen dat het plein **groener** wordt, nummer {n}.\n\n- bomen\n- bankjes"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=150)
    arguments = parser.parse_args()
    with portal() as house:
        most_talked, cookie = _content()
        base = f"/{SLUG}/meedoen/plein/"
        kept = [
            Page("process", base, word=b"Plein"),
            Page("phase of proposals", f"{base}fase-1/", word=b"Plein"),
            Page("list of proposals", f"{base}voorstellen/", word=b"Voorstel"),
            Page("list of proposals, page 15", f"{base}voorstellen/?page=15", word=b"Voorstel"),
            Page("list of problems", f"{base}problemen/", word=b"Probleem"),
            Page("one proposal, 100 comments", f"{base}voorstellen/{most_talked}/", word=b"Voorstel"),
            Page("all processes", f"/{SLUG}/meedoen/", word=b"Plein"),
        ]
        pages = [
            one
            for page in kept
            for one in (  # the first of them keeps the page for the second
                replace(page, name=f"{page.name}, after a change", limited=False, before=_change),
                page,
                replace(page, name=f"{page.name}, logged in", limited=False, cookie=cookie),
                replace(
                    page, name=f"{page.name}, logged in after a change", limited=False, cookie=cookie, before=_change
                ),
            )
        ]
        return compare(house.serve(), pages, rounds=arguments.rounds, warmup=20, limit=LIMIT)


def _change() -> None:
    """Somebody saves the plan of the process, and somebody supports the newest proposal."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE participation_process SET version = version + 1")
        cursor.execute(
            "UPDATE participation_proposal SET supporters_total = supporters_total + 1 "
            "WHERE id = (SELECT id FROM participation_proposal ORDER BY submitted_at DESC LIMIT 1)"
        )


def _content() -> tuple[int, str]:
    """Fill the database; returns a proposal with a long discussion, and the session cookie of a resident."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from foundation.accounts.models import User
    from foundation.core import clock
    from foundation.discussion.models import Comment
    from foundation.municipalities.models import Municipality
    from participation.enums import Form, PhaseKind
    from participation.models import Endorsement, Maker, Phase, Problem, Process, Proposal, ProposalSupport
    from participation.services import proposal_threads

    call_command("migrate", verbosity=0)
    now = clock.now()
    municipality = Municipality.objects.create(name="Bench", slug=SLUG, cbs_code="GM9999", published_at=now)
    people = User.objects.bulk_create(
        [User(email=f"bewoner{n}@example.org", name=f"Bewoner {n}", password="!") for n in range(PEOPLE)]
    )
    process = Process.objects.create(
        municipality=municipality,
        slug="plein",
        title="Plein",
        summary="Samen het plein opknappen.",
        why=TEXT.format(n=0),
        form=Form.RESIDENTS,
        state="published",
        published_at=now - timedelta(days=9),
    )
    for number, kind in enumerate((PhaseKind.PROPOSALS, PhaseKind.ANALYSIS, PhaseKind.VOTE, PhaseKind.EXECUTION), 1):
        opens = now - timedelta(days=7) if number < 3 else now + timedelta(days=30 * number)
        Phase.objects.create(
            process=process,
            number=number,
            kind=kind,
            title=str(kind.label),
            opens_at=opens,
            closes_at=opens + timedelta(days=20),
        )
    problems = Problem.objects.bulk_create(
        [
            Problem(process=process, author=people[n % PEOPLE], title=f"Probleem {n}", text=TEXT.format(n=n))
            for n in range(PROPOSALS)
        ]
    )
    Endorsement.objects.bulk_create(
        [
            Endorsement(problem=problem, user=people[(n * 7 + k) % PEOPLE])
            for n, problem in enumerate(problems)
            for k in range(3)
        ]
    )
    proposals = Proposal.objects.bulk_create(
        [
            Proposal(
                process=process,
                author=people[n % PEOPLE],
                title=f"Voorstel {n}",
                summary="Een groener plein.",
                text=TEXT.format(n=n),
                state="submitted",
                submitted_at=now - timedelta(minutes=n),
                cost_cents=1000 * n,
            )
            for n in range(PROPOSALS)
        ]
    )
    Maker.objects.bulk_create([Maker(proposal=row, user=people[n % PEOPLE]) for n, row in enumerate(proposals)])
    ProposalSupport.objects.bulk_create(
        [
            ProposalSupport(proposal=row, user=people[(n * 3 + k) % PEOPLE])
            for n, row in enumerate(proposals)
            for k in range(4)
        ]
    )
    process = Process.objects.select_related("municipality").get(pk=process.pk)
    for row in proposals:
        row.process = process
        proposal_threads.open_for(row, by=None)
    talked = proposals[:50]
    Comment.objects.bulk_create(
        [
            Comment(
                thread=talked[n % 50].thread,
                author=people[n % PEOPLE],
                text=TEXT.format(n=n),
                side="for" if n % 2 else "against",
                created_at=now - timedelta(minutes=n),
                published_at=now,
            )
            for n in range(COMMENTS)
        ]
    )
    for row in talked:
        row.thread.visible_count = COMMENTS // len(talked)
        row.thread.save(update_fields=["visible_count"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    client = Client()
    client.force_login(people[-1], "django.contrib.auth.backends.ModelBackend")
    return proposals[0].pk, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


if __name__ == "__main__":
    sys.exit(main())
