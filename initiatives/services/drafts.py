"""Plans that are not sent yet. The secret stands in the link only; the database keeps its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import clock
from foundation.municipalities.models import Municipality
from foundation.notifications.services import forget, mail_to
from initiatives import notifications
from initiatives.enums import InitiativeKind
from initiatives.errors import WrongMoment
from initiatives.models import Draft, Initiative
from initiatives.services import initiatives

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foundation.accounts.models import User

KEPT_FOR = timedelta(days=60)  # after the last change
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
    """Throw it away, at the wish of who has the link."""
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
    Draft.objects.filter(pk__in=expired).delete()
    return len(expired)


def _about(pk: Any) -> str:
    return f"initiatives.draft:{pk}"
