"""The messages about texts that are written together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.notifications.kinds import Kind, register
from foundation.notifications.services import notify
from participation.notifications import PARTICIPATION

if TYPE_CHECKING:
    from participation.models import DocumentVersion

REMARK_USED = register(
    Kind(
        code="participation.remark_used",
        topic=PARTICIPATION.code,
        name=_("A text was changed because of a remark of yours"),
        subject=_("Your remark changed the text: %(title)s"),
        body="participation/mail/remark_used.txt",
        action=_("See what changed"),
    )
)


def tell_makers(edition: DocumentVersion, *, by: Any) -> int:
    """Tell whose remarks are named by a change in this version; each person once, whatever the number of remarks."""
    document = edition.document
    makers = User.objects.filter(
        pk__in=edition.paragraphs.filter(because_of__hidden_at=None).values("because_of__author"), is_active=True
    )
    return notify(
        kind=REMARK_USED,
        recipients=makers.exclude(pk=by.pk) if by is not None else makers,
        about=f"participation.document:{document.pk}",
        moment=f"version-{edition.number}",
        context={"title": document.title, "number": edition.number, "note": edition.note},
        url=reverse(
            "participation:text_compare",
            args=[document.process.municipality.slug, document.process.slug, document.number],
        ),
        municipality=document.process.municipality,
    )
