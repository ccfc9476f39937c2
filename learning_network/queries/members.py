"""The list of members. The number of queries does not grow with the members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from learning_network.models import Member

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Wish:
    """What somebody looks for among the members."""

    text: str = ""
    interest: str = ""
    province: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.interest or self.province)


def listed(wish: Wish) -> QuerySet[Member]:
    """The members who want to be seen, by name."""
    return _narrowed(Member.objects.current().filter(is_listed=True, user__is_active=True), wish)


def for_leads(wish: Wish) -> QuerySet[Member]:
    """All members, for who keeps the network."""
    return _narrowed(Member.objects.current().filter(user__is_active=True), wish)


def _narrowed(rows: QuerySet[Member], wish: Wish) -> QuerySet[Member]:
    if wish.interest:
        rows = rows.filter(interests__contains=[wish.interest])
    if wish.province:
        rows = rows.filter(municipality__province=wish.province)
    for word in wish.text.split()[:5]:
        rows = rows.filter(
            Q(user__name__icontains=word)
            | Q(function__icontains=word)
            | Q(about__icontains=word)
            | Q(municipality__name__icontains=word)
        )
    return rows.select_related("user", "municipality").order_by("user__name", "pk")


def provinces() -> list[str]:
    """The provinces of which there are members, by name."""
    rows = Member.objects.current().filter(municipality__isnull=False).exclude(municipality__province="")
    return list(rows.order_by("municipality__province").values_list("municipality__province", flat=True).distinct())


def is_new(user: Any) -> bool:
    """Whether this is a member who has not seen the page for newcomers yet."""
    if not user.is_authenticated:
        return False
    return Member.objects.current().filter(user=user, welcomed_at__isnull=True).exists()
