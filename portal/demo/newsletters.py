"""Who follows Rivierdam, one newsletter that was sent, and one that is being written."""

from __future__ import annotations

from datetime import datetime, timedelta

from foundation.accounts.models import User
from foundation.municipalities.enums import NewsletterState
from foundation.municipalities.models import Follow, Follower, Municipality, Newsletter, NewsTheme
from foundation.municipalities.queries_follows import Sending
from foundation.municipalities.services import follows, newsletters

THEMES = ("Groen en water", "Verkeer", "Jeugd", "Wonen")
SENT = "Wat er deze zomer in je buurt gebeurde"
DRAFT = "Stem mee over het buurtbudget"
ADDRESSES = 24


def tell(municipality: Municipality, cast: dict[str, User], now: datetime) -> None:
    """Make what is missing; without mail, for nobody lives at these addresses."""
    by = cast["civil_servant"]
    if not NewsTheme.objects.filter(municipality=municipality).exists():
        newsletters.set_themes(municipality=municipality, names=THEMES, by=by)
        _followers(municipality, now)
        follows.switch(by=cast["resident"], municipality=municipality, area=None, on=True)
    known = Newsletter.objects.for_municipality(municipality)
    if not known.filter(subject=SENT).exists():
        made = newsletters.create(municipality=municipality, by=by, subject=SENT, intro=INTRO, blocks=BLOCKS)
        begun = now - timedelta(days=40)
        numbers = Sending(total=22, written=22, done=22, sent=20, bounced=1, failed=0, uncertain=0, portal=1)
        known.filter(pk=made.pk).update(
            audiences=["municipality:"],
            state=NewsletterState.SENT,
            created_at=begun,
            send_at=begun,
            started_at=begun,
            finished_at=begun + timedelta(minutes=1),
            receivers_total=22,
            unsubscribed=1,
            outcome=numbers.as_json(),
        )
    if not known.filter(state=NewsletterState.DRAFT).exists():
        newsletters.create(
            municipality=municipality,
            by=by,
            subject=DRAFT,
            intro="Je kunt nog stemmen op de plannen van je buren. Het kost vijf minuten.",
            blocks=[{"heading": "Zo werkt het", "text": HOW}],
            audiences=["municipality:"],
        )


def _followers(municipality: Municipality, now: datetime) -> None:
    areas = list(municipality.areas.neighbourhoods().filter(is_water=False).order_by("code")[:6])
    themes = list(NewsTheme.objects.filter(municipality=municipality))
    people = Follower.objects.bulk_create(
        [Follower(municipality=municipality, address=f"volger{n}@buurt.example") for n in range(ADDRESSES)]
    )
    rows = [Follow(follower=one, confirmed_at=now) for n, one in enumerate(people) if n % 3]
    rows += [Follow(follower=one, area=areas[n % len(areas)], confirmed_at=now) for n, one in enumerate(people)]
    rows += [Follow(follower=one, theme=themes[n % 4], confirmed_at=now) for n, one in enumerate(people) if n % 2]
    Follow.objects.bulk_create(rows)


INTRO = "Een zomer vol plannen: bewoners maakten een moestuin, stemden over kunst en dachten mee over de Wende."
BLOCKS = [
    {
        "heading": "Zitplekken langs de Wende",
        "text": "Bewoners kozen waar de nieuwe banken komen. Binnenkort lees je welke plekken gewonnen hebben.",
    },
    {
        "heading": "Kunst in de buurt",
        "text": "Twee kunstwerken gaan door:\n\n- het mozaïek bij de school\n- de muurschildering onder de brug\n\n"
        "De kunstenaars zoeken **helpers**. Kom je ook?",
    },
]
HOW = """Kies de plannen die je goed vindt, zolang ze in het budget passen.

Je kunt je keuze veranderen tot de stemming sluit."""
