"""What an upper app tells of the surveys that hang under its things. This app knows nothing of what stands above it.

Register once, in ``AppConfig.ready`` of the upper app; pass ``host=`` to ``services.surveys.open_survey``::

    hosts.register("participation.process", hosts.Host(members=..., may_manage=..., may_see=...))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.surveys.models import Survey


@dataclass(frozen=True)
class People:
    """Who belongs to an audience: accounts, and addresses of people without one."""

    users: Iterable[User] = ()
    emails: Iterable[str] = ()


def _nobody(survey: Survey, audience: str) -> People:
    return People()


def _no(user: User, survey: Survey) -> bool:
    return False


@dataclass(frozen=True)
class Host:
    """The questions that an upper app answers.

    Args:
        members: (survey, audience) -> the people of that audience; asked when staff presses "invite".
        may_manage: (user, survey) -> whether they may change and run this survey, besides staff of its municipality.
        may_see: likewise for looking at counts and results.
    """

    members: Callable[[Survey, str], People] = field(default=_nobody)
    may_manage: Callable[[User, Survey], bool] = field(default=_no)
    may_see: Callable[[User, Survey], bool] = field(default=_no)


_hosts: dict[str, Host] = {}
_NONE = Host()


def register(code: str, host: Host) -> None:
    """Make a host known.

    Raises:
        ValueError: another host has this code.
    """
    if _hosts.setdefault(code, host) != host:
        raise ValueError(f"two different hosts of surveys are called {code}")


def of(survey: Survey) -> Host:
    """The host of a survey; one that knows nobody where there is none (any more)."""
    return _hosts.get(survey.host, _NONE)
