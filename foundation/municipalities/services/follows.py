"""Who follows what: asked for by address and confirmed by a link, or switched with an account. Only the present wish is
kept, so there is no audit: what somebody wants to read is theirs."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q

from foundation.accounts.models import User
from foundation.core.clock import now as clock_now
from foundation.municipalities import queries_follows as queries
from foundation.municipalities.follow_tokens import FollowToken
from foundation.municipalities.models import Area, Follow, Follower, Municipality, Newsletter
from foundation.municipalities.notifications import FOLLOW_CONFIRM
from foundation.municipalities.queries import inhabited_neighbourhoods
from foundation.municipalities.queries_follows import Wishes
from foundation.notifications.services import forget, forget_bounces, mail_to


def _about(follower: Follower) -> str:
    return f"municipalities.follower:{follower.pk}"


@transaction.atomic
def ask_to_follow(*, municipality: Municipality, address: str, wishes: Wishes) -> None:
    """Keep what this address asks for and mail it a link; nothing is followed before the link was opened.

    At most one e-mail an hour to one address: a stranger must not fill somebody's mailbox through us.

    Raises:
        ValidationError: when it is no address.
    """
    address = address.strip().lower()
    validate_email(address)
    now = clock_now()
    follower, _new = Follower.objects.get_or_create(municipality=municipality, user=None, address=address)
    _want(follower, _known(municipality, wishes), now, confirmed=False)
    pending = follower.follows.select_related("area", "theme").order_by("pk")
    mail_to(
        address=address,
        kind=FOLLOW_CONFIRM,
        about=_about(follower),
        moment=f"{now:%Y-%m-%dT%H}",
        context={"municipality": municipality.name, "names": queries.names(pending, municipality)},
        url=FollowToken(follower_id=follower.pk).path(municipality, "follow_confirm"),
        municipality=municipality,
    )


@transaction.atomic
def confirm(*, follower: Follower) -> int:
    """The owner of the address says yes. Returns how many things are new; opening the link twice changes nothing."""
    now = clock_now()
    count = follower.follows.pending(now).update(confirmed_at=now)
    forget_bounces(address=follower.address)
    return count


@transaction.atomic
def choose(*, by: User, municipality: Municipality, wishes: Wishes) -> None:
    """Set everything that somebody with an account follows here; nothing at all stops all newsletters of it.

    The address of an account was confirmed when it was opened.
    """
    _choose(_person(by, municipality), _known(municipality, wishes))
    forget_bounces(address=by.email)


@transaction.atomic
def switch(*, by: User, municipality: Municipality, area: Area | None, on: bool) -> None:
    """Follow the municipality or one of its neighbourhoods, or no longer."""
    follower = _person(by, municipality)
    wishes = queries.wishes_of(follower)
    if area is None:
        wishes.municipality = on
    elif on:
        wishes.areas.add(area.pk)
    else:
        wishes.areas.discard(area.pk)
    _choose(follower, _known(municipality, wishes))


@transaction.atomic
def keep(*, follower: Follower, wishes: Wishes) -> None:
    """What a follower without an account still wants of what they follow; a link can't add anything. Nothing: forgotten."""
    now = queries.wishes_of(follower)
    left = Wishes(now.municipality and wishes.municipality, now.areas & wishes.areas, now.themes & wishes.themes)
    if left:
        _drop(follower, left)
    else:
        _forget(follower)


@transaction.atomic
def stop(*, municipality: Municipality, token: FollowToken) -> bool:
    """No newsletters of this municipality any more, as a link in one asks. Doing it twice changes nothing.

    Returns:
        whether there was anything to stop.
    """
    stopped = _stop_person(token.user_id, municipality) if token.user_id else _stop_address(token, municipality)
    if stopped and token.newsletter_id:
        Newsletter.objects.filter(pk=token.newsletter_id, municipality=municipality).update(
            unsubscribed=F("unsubscribed") + 1
        )
    return stopped


@transaction.atomic
def forget_unconfirmed(*, now: datetime | None = None) -> int:
    """Forget who never confirmed within a week, with the e-mail that asked them. Returns how many follows went."""
    count = Follow.objects.forgettable(now or clock_now()).delete()[1].get("municipalities.Follow", 0)
    for follower in Follower.objects.filter(user=None, follows=None):
        _forget(follower)
    return count


def _stop_person(user_id: int, municipality: Municipality) -> bool:
    user = User.objects.filter(pk=user_id, erased_at=None).first()
    if user is None:
        return False
    follower = _person(user, municipality)
    for other in Follower.objects.filter(municipality=municipality, user=None, address=user.email.lower()):
        _forget(other)
    if follower.stopped_at is not None:
        return False
    follower.follows.all().delete()
    follower.stopped_at = clock_now()
    follower.save(update_fields=["stopped_at"])
    return True


def _stop_address(token: FollowToken, municipality: Municipality) -> bool:
    follower = Follower.objects.filter(pk=token.follower_id or 0, municipality=municipality, user=None).first()
    if follower is None:
        return False
    _forget(follower)
    return True


def _forget(follower: Follower) -> None:
    forget(kinds=[FOLLOW_CONFIRM], about=_about(follower))
    follower.delete()


def _person(by: User, municipality: Municipality) -> Follower:
    """Their row, locked: two switches at once do not undo each other."""
    made, _new = Follower.objects.get_or_create(municipality=municipality, user=by)
    return Follower.objects.select_for_update().get(pk=made.pk)


def _choose(follower: Follower, wishes: Wishes) -> None:
    now = clock_now()
    _drop(follower, wishes)
    _want(follower, wishes, now, confirmed=True)
    follower.stopped_at = None if wishes else now
    follower.save(update_fields=["stopped_at"])


def _known(municipality: Municipality, wishes: Wishes) -> Wishes:
    """Without what is not of this municipality, or not there any more."""
    areas = inhabited_neighbourhoods(municipality).filter(pk__in=wishes.areas)
    themes = queries.themes_of(municipality).filter(pk__in=wishes.themes)
    return Wishes(
        wishes.municipality, set(areas.values_list("pk", flat=True)), set(themes.values_list("pk", flat=True))
    )


def _want(follower: Follower, wishes: Wishes, now: datetime, *, confirmed: bool) -> None:
    pairs: list[tuple[int | None, int | None]] = [(area, None) for area in sorted(wishes.areas)]
    pairs += [(None, theme) for theme in sorted(wishes.themes)]
    pairs += [(None, None)] if wishes.municipality else []
    if not confirmed:
        # Asked again: the week begins anew.
        follower.follows.filter(confirmed_at=None).update(created_at=now)
    Follow.objects.bulk_create(
        [
            Follow(
                follower=follower,
                area_id=area,
                theme_id=theme,
                created_at=now,
                confirmed_at=now if confirmed else None,
            )
            for area, theme in pairs
        ],
        ignore_conflicts=True,  # what is followed already, or asked for at the same moment
    )


def _drop(follower: Follower, wishes: Wishes) -> None:
    whole = Q(area=None, theme=None)
    left = Q(area_id__in=wishes.areas) | Q(theme_id__in=wishes.themes) | (whole if wishes.municipality else Q(pk=None))
    follower.follows.exclude(pk__in=follower.follows.filter(left).values("pk")).delete()
