"""Filters of the worklist that people keep for themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from initiatives.errors import InitiativeError
from initiatives.models import SavedView
from initiatives.services._moves import need

MOST_VIEWS = 25


def save(*, municipality: Municipality, by: User, name: str, query: str) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    Raises:
        PermissionDenied: ``by`` does not work here.
        InitiativeError: this person keeps too many already.
    """
    need("initiatives.see_work", by, municipality)
    with transaction.atomic():
        kept = SavedView.objects.filter(municipality=municipality, user=by).exclude(name=name).count()
        if kept >= MOST_VIEWS:
            raise InitiativeError(
                _("You can keep at most %(limit)d views. Throw one away first.") % {"limit": MOST_VIEWS}
            )
        view, _made = SavedView.objects.update_or_create(
            municipality=municipality, user=by, name=name, defaults={"query": query}
        )
    return view


def remove(*, municipality: Municipality, by: User, name: str) -> None:
    """Throw one's own view away; of others nothing is touched."""
    need("initiatives.see_work", by, municipality)
    SavedView.objects.filter(municipality=municipality, user=by, name=name).delete()
