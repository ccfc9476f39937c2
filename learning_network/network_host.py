"""Whose rules hold for open meetings of the network: programme leads of the network manage them, members see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from foundation.meetings import hosts
from learning_network import visibility

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.meetings.models import Series

KEY = "learning_network.network"


def declare() -> None:
    hosts.register(hosts.Host(KEY, may_manage=may_manage, may_see=may_see, candidates=candidates, second_factor=True))


def may_manage(user: User, series: Series) -> bool:
    return visibility.keeps_network(user)


def may_see(user: User, series: Series) -> bool:
    return visibility.in_network(user)


def candidates(series: Series) -> Iterable[User]:
    """The members, to be invited with one press."""
    from foundation.accounts.models import User
    from learning_network.models import Member

    return User.objects.filter(pk__in=Member.objects.current().values("user"), is_active=True)
