"""A newsletter and a reminder to very many through a real portal, with workers that are killed in the middle.

Used by the suite (some) and by ``bin/bench newsletter`` (20,000 and 5,000). ``python -m tests.faults.mailing FOLLOWERS
REMINDED`` is the part that runs inside the portal's environment: it makes the people and sends both.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psutil
import redis
from celery import Celery

from config import embedded
from tests.faults.portal import Portal
from tests.notifications.smtp_server import Behaviour

TASKS = (
    "foundation.municipalities.tasks.run_newsletters",
    "foundation.notifications.tasks.deliver_due",
    "foundation.notifications.tasks.deliver_bulk",
)
NEWSLETTER, REMINDER = "municipalities.newsletter", "voting.closing_soon"


class Post(Behaviour):
    """A mail server that keeps of each e-mail only to whom and which it was."""

    def __init__(self) -> None:
        super().__init__()
        self.got: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        head = bytes(envelope.content[:3000])
        which = NEWSLETTER if b"List-Id:" in head else REMINDER
        self.got.update((address, which) for address in envelope.rcpt_tos)
        return "250 OK"


@dataclass
class Figures:
    """What came of it."""

    newsletter: int = 0
    reminder: int = 0
    doubles: int = 0
    uncertain: int = 0
    kills: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory_mb: int = 0
    page_median_ms: float = 0.0
    page_worst_ms: float = 0.0
    page_slowest: list[tuple[int, int]] = field(default_factory=list)  # (seconds since the begin, ms), the five worst
    progress: list[int] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)


def run(portal: Portal, post: Post, *, followers: int, reminded: int, seconds: float) -> Figures:
    """Send both, kill the worker while the messages are written and while the e-mails go, and reckon.

    Args:
        portal: started, its mail server is ``post``.
        seconds: after which it must be over.
    """
    made = json.loads(portal.python("-m", "tests.faults.mailing", str(followers), str(reminded)).splitlines()[-1])
    figures, begin = Figures(), time.monotonic()
    cookie = {made["session_name"]: made["cookie"]}
    ask = Celery(broker=f"redis+socket://{embedded.Layout(portal.var).redis_socket}?virtual_host=0")
    with _Watch(portal, made["public"], cookie, made["staff"], figures, every=1 if followers < 2000 else 5):
        _beat(ask)
        _kill_when(portal, ask, figures, "while messages are written", lambda: 0 < _left(portal) <= followers * 2 // 3)
        half = (followers + reminded) // 2
        _kill_when(portal, ask, figures, "while e-mails go", lambda: sum(post.got.values()) >= half)
        last = time.monotonic()
        while portal.rows("SELECT 1 FROM municipalities_newsletter WHERE state <> 'sent'") or _waiting(portal):
            assert time.monotonic() - begin < seconds, (
                f"not done: {_waiting(portal)} wait, {sum(post.got.values())} came"
            )
            time.sleep(0.2)
            if time.monotonic() - last > 5:  # beat does so every minute
                last = time.monotonic()
                _beat(ask)
    figures.seconds = time.monotonic() - begin
    states: list[Any] = portal.rows(
        "SELECT m.kind, d.state, count(*) FROM notifications_message m "
        "JOIN notifications_delivery d ON d.message_id = m.id GROUP BY 1, 2"
    )
    figures.outcome = {f"{kind} {state}": number for kind, state, number in states}
    figures.uncertain = sum(number for _kind, state, number in states if state == "uncertain")
    figures.newsletter = sum(1 for _address, which in post.got if which == NEWSLETTER)
    figures.reminder = sum(1 for _address, which in post.got if which == REMINDER)
    figures.doubles = sum(number - 1 for number in post.got.values())
    ask.close()
    return figures


def _left(portal: Portal) -> int:
    return int(str(portal.rows("SELECT count(*) FROM municipalities_newsletterreceiver")[0][0]))


def _waiting(portal: Portal) -> int:
    under_way = "SELECT count(*) FROM notifications_delivery WHERE state IN ('waiting', 'sending', 'handing_over')"
    return int(str(portal.rows(under_way)[0][0]))


def _beat(ask: Celery) -> None:
    for name in TASKS:
        ask.send_task(name, retry=False)


def _kill_when(portal: Portal, ask: Celery, figures: Figures, what: str, ready: Callable[[], bool]) -> None:
    """kill -9 of the worker with all its processes, at that moment; then its claims run out at once instead of in minutes."""
    end = time.monotonic() + 3600
    while not ready():
        assert time.monotonic() < end, f"never came so far: {what}"
        time.sleep(0.005)
    portal.kill_worker()
    figures.kills.append(what)
    portal.rows(
        "UPDATE notifications_delivery SET claimed_until = now() - interval '1 second' "
        "WHERE claimed_until IS NOT NULL RETURNING id"
    )
    with redis.Redis(unix_socket_path=str(embedded.Layout(portal.var).redis_socket)) as server:
        for key in server.keys("*notifications:bulk"):
            server.delete(key)
    _beat(ask)


class _Watch:
    """A reader and, ``every`` so many times, a member of staff who look at their pages, and the memory of the worker."""

    def __init__(
        self, portal: Portal, public: str, cookie: dict[str, str], staff: str, figures: Figures, *, every: int
    ) -> None:
        self.portal, self.public, self.cookie, self.staff, self.figures = portal, public, cookie, staff, figures
        self.every = every
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        times: list[float] = []
        moments: list[tuple[float, float]] = []
        rounds, start = 0, time.monotonic()
        while not self.over.wait(0.2):
            begin = time.monotonic()
            status, _page = self.portal.request("GET", self.public)
            times.append(1000 * (time.monotonic() - begin))
            moments.append((times[-1], begin - start))
            assert status == 200
            rounds += 1
            if rounds % self.every:
                continue
            _status, page = self.portal.request("GET", self.staff, self.cookie)
            if found := page.partition('id="voortgang" max="100" value="')[2]:
                self.figures.progress.append(int(found.partition('"')[0]))
            self.figures.memory_mb = max(self.figures.memory_mb, self._memory())
        self.figures.page_median_ms, self.figures.page_worst_ms = statistics.median(times), max(times)
        self.figures.page_slowest = [(round(at), round(took)) for took, at in sorted(moments)[:-6:-1]]

    def _memory(self) -> int:
        """Megabytes of the largest process of the worker."""
        sizes = [0]
        try:
            for process in psutil.Process(self.portal.worker.process.pid).children(recursive=True):  # type: ignore[union-attr]
                sizes.append(process.memory_info().rss)
        except (psutil.NoSuchProcess, AttributeError):
            pass
        return max(sizes) // 2**20


# --- Inside the portal's environment -----------------------------------------------------------------------------------


def _arrange(followers: int, reminded: int) -> None:
    """``reminded`` people with an account who also follow; the rest of the followers are addresses."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction

    from foundation.accounts.models import User
    from foundation.core.clock import now
    from foundation.municipalities.models import Follow, Follower
    from foundation.municipalities.services import newsletters
    from foundation.notifications.enums import Channel
    from foundation.notifications.models import Preference
    from foundation.notifications.services import notify
    from foundation.voting.notifications import CLOSING_SOON
    from tests.factories.municipalities import MunicipalityFactory, NeighbourhoodFactory, civil_servant
    from tests.faults.arrange import log_in

    municipality = MunicipalityFactory()
    area = NeighbourhoodFactory(municipality=municipality)
    by = civil_servant(municipality)
    people = User.objects.bulk_create(
        [User(email=f"p{n}@mensen.example", name=f"P {n}", password="!") for n in range(reminded)], batch_size=2000
    )
    Preference.objects.bulk_create(
        [Preference(user=user, topic="voting", channel=Channel.AT_ONCE) for user in people], batch_size=2000
    )
    rows = [Follower(municipality=municipality, user=user) for user in people]
    # The first hundred people also follow with the same address without an account: they get it once.
    rows += [
        Follower(municipality=municipality, address=f"p{n}@mensen.example" if n < 100 else f"a{n}@adressen.example")
        for n in range(followers - reminded + 100)
    ]
    made = Follower.objects.bulk_create(rows, batch_size=2000)
    moment = now()
    Follow.objects.bulk_create([Follow(follower=row, confirmed_at=moment) for row in made], batch_size=2000)
    Follow.objects.bulk_create([Follow(follower=row, area=area, confirmed_at=moment) for row in made[::3]])
    text = [{"heading": "Het park", "text": "Het park **gaat open**. Kom je?\n\n- zaterdag\n- zondag"}] * 4
    letter = newsletters.create(
        municipality=municipality,
        by=by,
        subject="Nieuws uit de buurt",
        intro="Wat er deze maand gebeurt.",
        blocks=text,
        audiences=["municipality:", f"neighbourhood:{area.pk}"],
    )
    newsletters.schedule(newsletter=letter, by=by)
    with transaction.atomic():
        notify(
            kind=CLOSING_SOON,
            recipients=people,
            about="voting.ballot:1",
            moment="closing",
            context={"title": "Het park", "closes_at": moment},
            url=f"/{municipality.slug}/",
            municipality=municipality,
        )
    answer = {
        "public": f"/{municipality.slug}/",
        "staff": f"/{municipality.slug}/beheer/nieuwsbrieven/{letter.pk}/",
        "cookie": log_in(by),
        "session_name": settings.SESSION_COOKIE_NAME,
    }
    sys.stdout.write(f"{json.dumps(answer)}\n")


if __name__ == "__main__":
    _arrange(int(sys.argv[1]), int(sys.argv[2]))
