"""Whose rules hold for the meetings of a programme: who runs it manages them, who takes part sees them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from foundation.meetings import hosts
from learning_network import visibility
from learning_network.queries.programmes import people_of

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.meetings.models import Series
    from learning_network.models import Programme

KEY = "learning_network.programme"


def declare() -> None:
    hosts.register(hosts.Host(KEY, may_manage=may_manage, may_see=may_see, candidates=candidates, second_factor=True))


def programme_of(series: Series) -> Programme | None:
    """The programme whose series this is; asked once per series object."""
    from learning_network.models import Programme

    if "_programme" not in series.__dict__:
        series.__dict__["_programme"] = Programme.objects.filter(series=series).first()
    found: Programme | None = series.__dict__["_programme"]
    return found


def may_manage(user: User, series: Series) -> bool:
    """Who leads or facilitates it plans, moves, cancels and invites."""
    found = programme_of(series)
    return found is not None and found.pk in visibility.run_by(user)


def may_see(user: User, series: Series) -> bool:
    """Who takes part, and who runs it."""
    found = programme_of(series)
    return found is not None and found.pk in visibility.labs_of(user)


def candidates(series: Series) -> Iterable[User]:
    """Everybody who belongs to the programme."""
    found = programme_of(series)
    return people_of(found) if found is not None else ()
