"""Reads over followers and newsletters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.municipalities import audiences, queries
from foundation.municipalities.audiences import Choice
from foundation.municipalities.models import Area, Follow, Follower, Municipality, Newsletter, NewsTheme
from foundation.municipalities.notifications import NEWSLETTER
from foundation.notifications.models import Message
from foundation.notifications.queries import Progress, bad_addresses, progress

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass
class Wishes:
    """What somebody wants to hear of in one municipality."""

    municipality: bool = False
    areas: set[int] = field(default_factory=set)
    themes: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.municipality or self.areas or self.themes)


def themes_of(municipality: Municipality) -> QuerySet[NewsTheme]:
    """The themes that people can follow now."""
    return NewsTheme.objects.filter(municipality=municipality, is_offered=True)


def follower_of(user: User | AnonymousUser, municipality: Municipality) -> Follower | None:
    if not user.is_authenticated:
        return None
    return Follower.objects.filter(municipality=municipality, user=user).first()


def wishes_of(follower: Follower | None) -> Wishes:
    """What a follower has confirmed."""
    rows = list(follower.follows.confirmed().values_list("area_id", "theme_id")) if follower else []
    return Wishes(
        municipality=(None, None) in rows,
        areas={area for area, _theme in rows if area},
        themes={theme for _area, theme in rows if theme},
    )


def follows(user: User | AnonymousUser, municipality: Municipality, area: Area | None = None) -> bool:
    """Whether this person follows the municipality, or this neighbourhood of it."""
    if not user.is_authenticated:
        return False
    rows = Follow.objects.confirmed().filter(follower__user=user, follower__municipality=municipality)
    return rows.filter(area=area, theme=None).exists()


def names(follows: Iterable[Follow], municipality: Municipality) -> list[str]:
    """What is followed, in words."""
    return [str(row.area or row.theme or _("everything of %(name)s") % {"name": municipality.name}) for row in follows]


# --- Audiences -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AudienceGroup:
    """One kind of followers with what can be chosen of it."""

    code: str
    label: str
    choices: list[Choice]


def audience_groups(municipality: Municipality, chosen: Iterable[str] = ()) -> list[AudienceGroup]:
    """Everything a newsletter of this municipality can go to; of neighbourhoods only those with a follower, or chosen."""
    kept = set(chosen)
    rows = (
        Follow.objects.confirmed()
        .filter(follower__municipality=municipality)
        .values_list("area_id", "theme_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    counts = {(area, theme): number for area, theme, number in rows}
    areas = [
        Choice(str(area.pk), area.name, counts.get((area.pk, None), 0))
        for area in queries.inhabited_neighbourhoods(municipality).order_by("name")
        if (area.pk, None) in counts or f"neighbourhood:{area.pk}" in kept
    ]
    themes = [
        Choice(str(theme.pk), theme.name, counts.get((None, theme.pk), 0))
        for theme in NewsTheme.objects.filter(municipality=municipality)
        if theme.is_offered or f"theme:{theme.pk}" in kept
    ]
    found = [
        AudienceGroup(
            "municipality",
            _("The whole municipality"),
            [Choice("", _("Followers of %(name)s") % {"name": municipality.name}, counts.get((None, None), 0))],
        ),
        AudienceGroup("neighbourhood", _("Neighbourhoods"), areas),
        AudienceGroup("theme", _("Themes"), themes),
    ]
    found += [AudienceGroup(a.code, str(a.label), list(a.choices(municipality))) for a in audiences.registered()]
    return [group for group in found if group.choices]


def receivers(municipality: Municipality, chosen: Iterable[str]) -> dict[str, int | None]:
    """Who is behind these audiences, each address once: address in small letters -> user id, None without an account.

    Left out: who stopped, accounts that ended, and addresses whose mail came back too often.
    """
    user_ids: set[int] = set()
    wanted = Q()
    for one in chosen:
        code, _colon, value = one.partition(":")
        match code:
            case "municipality":
                wanted |= Q(area=None, theme=None)
            case "neighbourhood":
                wanted |= Q(area_id=int(value))
            case "theme":
                wanted |= Q(theme_id=int(value))
            case _:
                audience = audiences.find(code)
                user_ids.update(audience.members(municipality, value) if audience else ())
    found: dict[str, int | None] = {}
    if wanted:
        rows = Follow.objects.confirmed().filter(wanted, follower__municipality=municipality)
        pairs = rows.values_list("follower__user_id", "follower__address").distinct().order_by()
        for user_id, address in pairs:
            if user_id is None:
                found[address] = None
            else:
                user_ids.add(user_id)
    stopped = Follower.objects.filter(municipality=municipality, stopped_at__isnull=False).values("user_id")
    people = User.objects.filter(pk__in=user_ids, is_active=True, erased_at=None).exclude(pk__in=stopped)
    # After the addresses: who has both gets it once, as a person, in the portal too.
    found.update({email.lower(): pk for pk, email in people.values_list("pk", "email")})
    for address in bad_addresses().values_list("address", flat=True):
        found.pop(address, None)
    found.pop("", None)
    return found


def addresses(municipality: Municipality, chosen: Iterable[str], *, source: str = "") -> dict[str, int | None]:
    """The addresses without an account behind these audiences, like ``receivers``.

    Args:
        source: also left out are addresses whose owner has an account after all, and was told of this there.
    """
    found: dict[str, int | None] = {a: pk for a, pk in receivers(municipality, chosen).items() if pk is None}
    if source and found:
        told = Message.objects.filter(about=source.partition("/")[0], recipient__isnull=False)
        for email in told.values_list("recipient__email", flat=True).distinct().iterator():
            found.pop(email.lower(), None)
    return found


def receivers_of(newsletter: Newsletter) -> dict[str, int | None]:
    """Who gets this newsletter, were it sent now: address in small letters -> user id, None without an account."""
    if newsletter.source:
        return addresses(newsletter.municipality, newsletter.audiences, source=newsletter.source)
    return receivers(newsletter.municipality, newsletter.audiences)


def skipped_total(municipality: Municipality) -> int:
    """How many followers get nothing because their mail came back too often."""
    bad = bad_addresses().values("address")
    rows = Follower.objects.filter(municipality=municipality)
    return rows.filter(Q(user=None, address__in=bad) | Q(user__email__in=bad)).count()


# --- Newsletters -----------------------------------------------------------------------------------------------------


def newsletters_of(municipality: Municipality) -> QuerySet[Newsletter]:
    """Everything that was written, what still asks for work first, then the newest."""
    return (
        Newsletter.objects.for_municipality(municipality)
        .select_related("created_by")
        .defer("blocks", "items", "intro")
        .order_by(F("finished_at").desc(nulls_first=True), "-created_at", "-pk")
    )


def archive_of(municipality: Municipality) -> QuerySet[Newsletter]:
    """What everybody may read, the newest first."""
    return Newsletter.objects.for_municipality(municipality).in_archive().order_by("-started_at", "-pk")


@dataclass(frozen=True)
class Sending:
    """How far a newsletter is. ``written``: how many of ``total`` have their message; ``done``: need no more work."""

    total: int
    written: int
    done: int
    sent: int
    bounced: int
    failed: int
    uncertain: int
    portal: int

    @property
    def percentage(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 100

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def sending_of(newsletter: Newsletter) -> Sending:
    """The numbers of now; of long ago those that were kept."""
    if newsletter.outcome is not None:
        return Sending(**newsletter.outcome)
    told: Progress = progress(NEWSLETTER, newsletter.about)
    # Who unsubscribed between the writing and the sending gets nothing, and needs nothing: no number for staff.
    return Sending(
        total=newsletter.receivers_total,
        written=told.messages,
        done=told.settled,
        sent=told.sent,
        bounced=told.bounced,
        failed=told.failed,
        uncertain=told.uncertain,
        portal=told.portal,
    )


def may_forget(now: datetime, before: Any) -> QuerySet[Newsletter]:
    """Newsletters sent so long ago that their messages to addresses are no longer needed."""
    return Newsletter.objects.filter(finished_at__lt=now - before, outcome__isnull=True)
