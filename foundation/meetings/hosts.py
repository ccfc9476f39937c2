"""What an upper app says of its series: who manages them, who may see them, whom one could invite.

An app registers one host in ``AppConfig.ready()`` and gives its key to ``create_series(host=...)``. The rules of the
municipality hold besides: who may manage meetings there may manage these too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.meetings.models import Series


def _nobody(user: User, series: Series) -> bool:
    return False


def _no_candidates(series: Series) -> Iterable[User]:
    return ()


@dataclass(frozen=True)
class Host:
    """The rules of an upper app.

    Args:
        key: ``app.thing``, such as ``participation.process``; stored with the series.
        may_manage: who plans, moves, cancels and invites; beside the staff of the municipality.
        may_see: who may see a series for invited people, beside those on its lists.
        second_factor: who manages by this rule proves who they are twice, as staff of a municipality does.
        candidates: the people whom the organiser can invite with one press, such as the members of a working group.
    """

    key: str
    may_manage: Callable[[User, Series], bool] = _nobody
    may_see: Callable[[User, Series], bool] = _nobody
    candidates: Callable[[Series], Iterable[User]] = _no_candidates
    second_factor: bool = False


_hosts: dict[str, Host] = {}
_NONE = Host("")


def register(host: Host) -> Host:
    """Make a host known.

    Raises:
        ValueError: another host has its key.
    """
    if _hosts.setdefault(host.key, host) != host:
        raise ValueError(f"two hosts of meetings are called {host.key}")
    return host


def of(series: Series) -> Host:
    """The host of a series; one that grants nothing where there is none (any more)."""
    return _hosts.get(series.host, _NONE)
