"""Who takes part in a thread, and in which role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.discussion.enums import Audience, CommentState, HostRole
from foundation.discussion.models import Follow, Thread, ThreadHost
from foundation.municipalities.enums import STAFF_ROLES, RoleKind
from foundation.municipalities.models import Role
from foundation.municipalities.rules import kinds_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from foundation.municipalities.models import Municipality


def of_thread(thread: Thread) -> list[User]:
    """Everybody who can be named with @: writers of what can be read, and hosts."""
    return list(
        User.objects.filter(
            Q(comments__thread=thread, comments__state=CommentState.VISIBLE) | Q(hosted_threads__thread=thread),
            is_active=True,
            erased_at=None,
        )
        .exclude(name="")
        .distinct()
    )


def speaks_in_role(thread: Thread, user: User) -> bool:
    """Whether somebody speaks for the team or the municipality here: their replies to questions are answers."""
    return bool(kinds_of(user, thread.municipality)) or thread.hosts.filter(user=user).exists()


def followers(thread: Thread) -> QuerySet[User]:
    """Who wants to hear of new comments, and may still read the thread."""
    return readers(thread, User.objects.filter(followed_threads__thread=thread))


def hosts(thread: Thread) -> QuerySet[User]:
    """Who belongs to the page above the thread."""
    return readers(thread, User.objects.filter(hosted_threads__thread=thread))


def readers(thread: Thread, people: QuerySet[User]) -> QuerySet[User]:
    """Those of ``people`` who may read the thread."""
    if thread.audience == Audience.EVERYBODY:
        return people
    if thread.audience == Audience.NOBODY:
        return people.none()
    return people.filter(roles__municipality=thread.municipality, roles__kind__in=STAFF_ROLES).distinct()


def follows(thread: Thread, user: User) -> bool:
    """Whether somebody follows this thread."""
    return user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists()


def moderators(municipality: Municipality) -> QuerySet[User]:
    """Who decides about reports here."""
    return User.objects.filter(
        roles__municipality=municipality, roles__kind__in=[RoleKind.CIVIL_SERVANT, RoleKind.ADMINISTRATOR]
    ).distinct()


def badges(thread: Thread, people: Iterable[int]) -> dict[int, list[str]]:
    """Per person what they are here, in words: for the page above the thread, and in the town hall with their sector.

    Two queries, however many people.
    """
    wanted = set(people)
    found: dict[int, list[str]] = {}
    if not wanted:
        return found
    for user_id, host_role in ThreadHost.objects.filter(thread=thread, user_id__in=wanted).values_list(
        "user_id", "role"
    ):
        found.setdefault(user_id, []).append(str(HostRole(host_role).label))
    for user_id, kind, sector in (
        Role.objects.for_municipality(thread.municipality)
        .filter(user_id__in=wanted)
        .order_by("since")
        .values_list("user_id", "kind", "sector__name")
    ):
        role = str(RoleKind(kind).label)
        words = _("%(role)s, %(sector)s") % {"role": role, "sector": sector} if sector else role
        found.setdefault(user_id, []).append(words)
    return found
