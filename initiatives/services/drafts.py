"""Plans that are not sent yet. The secret stands in the link only; the database keeps its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.core.uploads import check_image
from foundation.municipalities.models import Municipality
from foundation.notifications.services import forget, mail_to
from initiatives import notifications
from initiatives.enums import InitiativeKind
from initiatives.errors import InitiativeError, WrongMoment
from initiatives.models import Draft, DraftPicture, Initiative
from initiatives.services import initiatives, lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foundation.accounts.models import User

KEPT_FOR = timedelta(days=60)  # after the last change
MOST_PICTURES = 5
SENT_KEPT_FOR = timedelta(days=2)  # long enough for a second press on the button


def hash_of(token: str) -> str:
    """What is kept of the secret (SHA-256; it is long and random, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(municipality: Municipality, key: str, user: Any) -> Draft | None:
    """The draft that a link leads to: by its secret, or for its owner by its number."""
    drafts = Draft.objects.filter(municipality=municipality, expires_at__gt=clock.now()).select_related("initiative")
    by_secret = drafts.filter(token_hash=hash_of(key)).first()
    if by_secret is not None or not user.is_authenticated:
        return by_secret
    return next((draft for draft in drafts.filter(owner=user) if str(draft.pk) == key), None)


@transaction.atomic
def begin(*, municipality: Municipality, kind: str, by: User | None) -> tuple[Draft, str]:
    """Start a plan, with or without an account.

    Returns:
        the draft, and the secret of its link, which is kept nowhere.
    """
    token = secrets.token_urlsafe(24)
    draft = Draft.objects.create(
        municipality=municipality,
        token_hash=hash_of(token),
        data={"kind": str(InitiativeKind(kind))},
        owner=by,
        expires_at=clock.now() + KEPT_FOR,
    )
    return draft, token


@transaction.atomic
def save(*, draft: Draft, by: User | None, values: Mapping[str, Any]) -> Draft:
    """Keep what was typed on one page, right or wrong; other pages stay as they are.

    Whoever has the link may write. The first account that writes becomes the owner, and finds it in Mijn AanZet.

    Args:
        values: JSON-able, by name of the field.

    Raises:
        WrongMoment: it was sent already.
    """
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.initiative_id is not None:
        raise WrongMoment(_("This plan was sent already. Change it on its own page."))
    now = clock.now()
    row.data = {**row.data, **values}
    row.owner = row.owner or by
    row.changed_at = now
    row.expires_at = now + KEPT_FOR
    row.save(update_fields=["data", "owner", "changed_at", "expires_at"])
    return row


@transaction.atomic
def add_picture(*, draft: Draft, by: User | None, image: File[Any], alt: str) -> DraftPicture:
    """Keep a picture with the draft, drawn anew without where and when it was taken.

    Raises:
        ValidationError: it is none, too large, or not described.
        InitiativeError: there are enough.
        WrongMoment: the plan was sent already.
    """
    row = save(draft=draft, by=by, values={})
    if row.pictures.count() >= MOST_PICTURES:
        raise InitiativeError(
            _("You can add %(limit)d pictures now, and more once it is sent.") % {"limit": MOST_PICTURES}
        )
    picture = DraftPicture(draft=row, image=check_image(image), alt=alt.strip())
    picture.full_clean()
    picture.save(force_insert=True)
    return picture


@transaction.atomic
def remove_picture(*, draft: Draft, number: int) -> None:
    """Take a picture away from the draft; its file is deleted after the commit."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    _throw_away(row.pictures.filter(pk=number))


@transaction.atomic
def send(*, draft: Draft, by: User, fields: Mapping[str, Any], name_is_public: bool) -> Initiative:
    """Make the initiative and hand it in. Sending twice, also at the same moment, makes one.

    Args:
        fields: what was typed, checked by the forms of the pages: ``services.initiatives.WRITABLE``.

    Raises:
        PermissionDenied: without an account, or somebody else sent it.
        ValidationError: per field.
    """
    if not by.is_authenticated:
        raise PermissionDenied
    row = Draft.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=draft.pk)
    if row.initiative is not None:
        if not by.has_perm("initiatives.edit", row.initiative):
            raise PermissionDenied(_("Somebody else has sent this plan."))
        return row.initiative
    made = initiatives.create(
        municipality=row.municipality, kind=row.data["kind"], by=by, name_is_public=name_is_public, **fields
    )
    # The files stay where they are; only what points to them changes.
    for picture in row.pictures.all():
        lines.take_over_picture(initiative=made, by=by, name=str(picture.image.name), alt=picture.alt)
    row.pictures.all().delete()
    sent = initiatives.submit(initiative=made, by=by)
    row.initiative = sent
    row.owner = by
    row.data = {}
    row.expires_at = clock.now() + SENT_KEPT_FOR
    row.save(update_fields=["initiative", "owner", "data", "expires_at"])
    forget(kinds=[notifications.DRAFT_LINK], about=_about(row.pk))  # the mailed link has done its work
    return sent


@transaction.atomic
def mail_link(*, draft: Draft, token: str, address: str) -> bool:
    """Mail the link to go on later. The address is not kept with the plan.

    Raises:
        ValidationError: this is no address.
    """
    return mail_to(
        address=address,
        kind=notifications.DRAFT_LINK,
        about=_about(draft.pk),
        moment=f"link-{clock.now():%Y%m%d%H%M}",
        context={"title": draft.data.get("title", ""), "until": draft.expires_at},
        url=reverse("initiatives:draft", args=[draft.municipality.slug, token]),
        municipality=draft.municipality,
    )


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """Throw it away with its pictures, at the wish of who has the link."""
    _throw_away(DraftPicture.objects.filter(draft=draft))
    forget(kinds=[notifications.DRAFT_LINK], about=_about(draft.pk))
    Draft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def purge() -> int:
    """Delete what nobody went on with in time.

    Returns:
        how many.
    """
    expired = list(Draft.objects.expired(clock.now()).select_for_update(skip_locked=True).values_list("pk", flat=True))
    for pk in expired:
        forget(kinds=[notifications.DRAFT_LINK], about=_about(pk))
    _throw_away(DraftPicture.objects.filter(draft__in=expired))
    Draft.objects.filter(pk__in=expired).delete()
    return len(expired)


def _throw_away(pictures: QuerySet[DraftPicture]) -> None:
    for picture in pictures:
        transaction.on_commit(partial(picture.image.storage.delete, str(picture.image.name)), robust=True)
    pictures.delete()


def _about(pk: Any) -> str:
    return f"initiatives.draft:{pk}"
