"""Filters of the worklist that people keep for themselves."""

from __future__ import annotations

from django.db import transaction

from foundation.accounts.models import User
from foundation.municipalities.models import Municipality
from initiatives.models import SavedView
from initiatives.services._moves import need


def save(*, municipality: Municipality, by: User, name: str, query: str) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    Raises:
        PermissionDenied: ``by`` does not work here.
    """
    need("initiatives.see_work", by, municipality)
    with transaction.atomic():
        view, _made = SavedView.objects.update_or_create(
            municipality=municipality, user=by, name=name, defaults={"query": query}
        )
    return view


def remove(*, municipality: Municipality, by: User, name: str) -> None:
    """Throw one's own view away; of others nothing is touched."""
    need("initiatives.see_work", by, municipality)
    SavedView.objects.filter(municipality=municipality, user=by, name=name).delete()
