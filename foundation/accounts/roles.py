"""Who acts for others than themselves. The apps that give roles stand on this one and say here which relation holds them."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Model, Q

_relations: set[str] = set()


def register(relation: str) -> None:
    """Take along the roles at this relation of a user; call it in ``AppConfig.ready()``.

    Args:
        relation: ``related_name`` of the foreign key to the user.
    """
    _relations.add(relation)


def has_role(user: Model) -> bool:
    """Whether this person (a ``User``, whose model asks this) has a role of any kind, in one query."""
    anywhere = reduce(or_, (Q(**{f"{relation}__isnull": False}) for relation in sorted(_relations)), Q(pk__in=[]))
    return type(user)._default_manager.filter(anywhere, pk=user.pk).exists()
