"""What this app can hand over about a person, and why nothing of a vote can be erased."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.accounts.personal_data import register_eraser, register_exporter
from foundation.voting.models import GroupMember
from foundation.voting.queries.mine import ballots_voted_in
from foundation.voting.services import groups


def declare() -> None:
    register_exporter("stemmen", export_votes)
    register_exporter("stemgroepen", export_groups)
    register_eraser(groups.forget, erases=_("Your places in groups of voters"))
    register_eraser(
        nothing_to_erase,
        keeps=_(
            "Your votes stay in the ballot box. Nothing in it says whose they are, so nobody can take them out, "
            "and the count stays right for everybody."
        ),
    )


def export_votes(user: User) -> list[Any]:
    """In which ballots the roll has a line for this person: that, not what. Only while the ballot's keys exist."""
    return [
        {"gemeente": ballot.municipality.name, "stemming": ballot.title, "gesloten_op": ballot.closes_at}
        for ballot in ballots_voted_in(user)
    ]


def export_groups(user: User) -> list[Any]:
    """The groups of voters in which this person has a place."""
    places = GroupMember.objects.filter(user=user).select_related("group__municipality").order_by("pk")
    return [{"gemeente": place.group.municipality.name, "groep": place.group.name} for place in places]


def nothing_to_erase(user: User) -> None:
    """A vote has no owner, and a line of the roll is a keyed hash whose key is destroyed at certification."""
