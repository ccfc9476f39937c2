"""Who reads what in the network: one rule for every list, page, search, feed, export and document.

=========  ===================================================================================================
visibility read by
=========  ===================================================================================================
lab        who is in the programme: people of municipalities that committed or take part, its leads and facilitators
network    members of the network (everybody who once was in a programme, and who was let in), leads and facilitators
everyone   anybody, also without an account
=========  ===================================================================================================

A draft, and what was taken back, is read by its author and by colleagues of the same municipality in the same programme.
What a lead took away is read by its author and by the leads of that programme. A municipality that stopped reads nothing
of the lab any more; its people stay members of the network.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from learning_network.enums import SharedState, Visibility
from learning_network.models import Member, NetworkLead, ProgrammeRole
from learning_network.models.people import Participant

Circle = frozenset[tuple[int, str]]


def circle(user: Any) -> Circle:
    """The (programme, code of municipality) pairs that this person is in for a municipality; asked once per user object."""
    if not user.is_authenticated:
        return frozenset()
    kept: Circle | None = user.__dict__.get("_network_circle")
    if kept is None:
        rows = Participant.objects.present().filter(user=user)
        kept = user.__dict__["_network_circle"] = frozenset(
            rows.values_list("enrolment__programme_id", "enrolment__municipality_id")
        )
    return kept


def run_by(user: Any) -> dict[int, frozenset[str]]:
    """Programme -> roles, for the programmes that this person leads or facilitates; asked once per user object."""
    if not user.is_authenticated:
        return {}
    kept: dict[int, frozenset[str]] | None = user.__dict__.get("_network_roles")
    if kept is None:
        found: dict[int, set[str]] = {}
        for programme, kind in ProgrammeRole.objects.filter(user=user).values_list("programme_id", "kind"):
            found.setdefault(programme, set()).add(kind)
        kept = user.__dict__["_network_roles"] = {key: frozenset(kinds) for key, kinds in found.items()}
    return kept


def keeps_network(user: Any) -> bool:
    """Whether this person is a programme lead of the network; asked once per user object."""
    if not user.is_authenticated or not user.is_active:
        return False
    kept: bool | None = user.__dict__.get("_network_lead")
    if kept is None:
        kept = user.__dict__["_network_lead"] = NetworkLead.objects.filter(user=user).exists()
    return kept


def in_network(user: Any) -> bool:
    """Whether this person reads what is shared with the network; asked once per user object."""
    if not user.is_authenticated or not user.is_active:
        return False
    kept: bool | None = user.__dict__.get("_network_member")
    if kept is None:
        kept = user.__dict__["_network_member"] = (
            Member.objects.current().filter(user=user).exists()
            or bool(circle(user))
            or bool(run_by(user))
            or keeps_network(user)
        )
    return kept


def forget(user: Any) -> None:
    """Ask anew: what this person is in the network has just changed."""
    for name in ("_network_circle", "_network_roles", "_network_lead", "_network_member"):
        user.__dict__.pop(name, None)


def labs_of(user: Any) -> frozenset[int]:
    """The programmes of which this person reads what stays among its participants."""
    return frozenset(programme for programme, _code in circle(user)) | frozenset(run_by(user))


def readable(user: Any, prefix: str = "") -> Q:
    """The rows of any kind of ``Shared`` that this person may read.

    Args:
        prefix: the road to that row, such as ``practice__``, where another model is asked.
    """

    def where(**lookups: Any) -> Q:
        return Q(**{prefix + name: value for name, value in lookups.items()})

    shown = where(state=SharedState.SHARED, hidden_at__isnull=True)
    if not user.is_authenticated:
        return shown & where(visibility=Visibility.EVERYONE)
    open_to = where(visibility=Visibility.EVERYONE)
    if in_network(user):
        open_to |= where(visibility=Visibility.NETWORK)
    if labs := labs_of(user):
        open_to |= where(visibility=Visibility.LAB, programme_id__in=labs)
    own = where(author_id=user.pk)
    for programme, code in circle(user):
        own |= where(programme_id=programme, municipality_id=code, hidden_at__isnull=True)
    mine = [programme for programme, kinds in run_by(user).items() if "lead" in kinds]
    taken_away = where(hidden_at__isnull=False, programme_id__in=mine)
    return (shown & open_to) | own | taken_away


def may_read(user: Any, item: Any) -> bool:
    """Whether somebody may read this text: the same question that lists ask, of one row."""
    return bool(type(item)._default_manager.visible_to(user).filter(pk=item.pk).exists())


def may_edit(user: Any, item: Any) -> bool:
    """Whether somebody may change a text: its author, and colleagues of that municipality in that programme."""
    if not user.is_authenticated:
        return False
    if item.author_id == user.pk:
        return True
    return item.hidden_at is None and (item.programme_id, item.municipality_id) in circle(user)


__all__ = [
    "circle",
    "forget",
    "in_network",
    "keeps_network",
    "labs_of",
    "may_edit",
    "may_read",
    "readable",
    "run_by",
]
