"""Groups of voters: a list of addresses that staff keeps, and people who take their place on it.

A place belongs to an address until somebody who proved that address (by logging in with it) takes it; from then on it belongs
to that account. While a vote of the group is open nobody is added or taken off: the database refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core import audit, clock
from foundation.municipalities.models import Municipality
from foundation.notifications.services import mail_to
from foundation.voting.enums import BallotState
from foundation.voting.errors import NotEligible, VotingError, WrongMoment
from foundation.voting.models import Ballot, GroupMember, VoterGroup
from foundation.voting.notifications import GROUP_INVITATION
from foundation.voting.services._locks import need

MOST_MEMBERS = 20_000


def create(*, municipality: Municipality, name: str, description: str = "", by: User) -> VoterGroup:
    """Make a group without members.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        ValidationError: the name is empty or taken.
    """
    need("voting.manage_ballots", by, municipality)
    with transaction.atomic():
        group = VoterGroup(municipality=municipality, name=name.strip(), description=description.strip())
        group.full_clean()
        group.save(force_insert=True)
        audit.record("voting.group_created", group, by=by, new={"name": group.name})
    return group


def change(*, group: VoterGroup, name: str, description: str, by: User) -> VoterGroup:
    """Change what residents read of a group.

    Raises:
        PermissionDenied, ValidationError: as for ``create``.
    """
    need("voting.manage_ballots", by, group.municipality)
    with transaction.atomic():
        group = VoterGroup.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=group.pk)
        old = {"name": group.name, "description": group.description}
        group.name, group.description = name.strip(), description.strip()
        group.full_clean()
        group.save(update_fields=["name", "description"])
        new = {"name": group.name, "description": group.description}
        if new != old:
            audit.record("voting.group_changed", group, by=by, old=old, new=new)
    return group


def add_members(*, group: VoterGroup, addresses: Iterable[str], by: User) -> int:
    """Put addresses on the list and mail each of them an invitation; returns how many are new.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongMoment: a vote of this group is open.
        VotingError: the group would become too large.
    """
    need("voting.manage_ballots", by, group.municipality)
    wanted = list(dict.fromkeys(address.strip().lower() for address in addresses if address.strip()))
    with transaction.atomic():
        group = _locked(group)
        known = set(group.members.exclude(email="").values_list("email", flat=True))
        new = [address for address in wanted if address not in known]
        if group.members.count() + len(new) > MOST_MEMBERS:
            raise VotingError(_("A group has at most %(n)d members.") % {"n": MOST_MEMBERS})
        made = GroupMember.objects.bulk_create(GroupMember(group=group, email=address) for address in new)
        for member in made:
            mail_to(
                address=member.email,
                kind=GROUP_INVITATION,
                about=f"voting.votergroup:{group.pk}",
                moment=f"place-{member.pk}",
                context={"group": group.name, "municipality": group.municipality.name, "address": member.email},
                url=reverse("voting:group_join", args=[group.municipality.slug, group.pk]),
                municipality=group.municipality,
            )
        if made:
            # Numbers only: the list itself says who, as long as they are on it.
            audit.record("voting.group_members_added", group, by=by, new={"members": len(made)})
    return len(made)


def remove_member(*, member: GroupMember, by: User) -> None:
    """Take a place off the list.

    Raises:
        PermissionDenied: ``by`` may not manage ballots here.
        WrongMoment: a vote of this group is open.
    """
    need("voting.manage_ballots", by, member.group.municipality)
    with transaction.atomic():
        group = _locked(member.group)
        if GroupMember.objects.filter(pk=member.pk).delete()[0]:
            audit.record("voting.group_member_removed", group, by=by, new={"members": group.members.count()})


def join(*, group: VoterGroup, by: User) -> GroupMember:
    """Take the place that is kept for the address of this account; who has it keeps it.

    Raises:
        NotEligible: no place is kept for this address.
    """
    with transaction.atomic():
        there = GroupMember.objects.filter(group=group, user=by).first()
        if there is not None:
            return there
        kept = GroupMember.objects.select_for_update(of=("self",)).filter(group=group, user=None, email=by.email)
        member = kept.exclude(email="").first()
        if member is None:
            raise NotEligible(_("Your e-mail address is not on the list of this group."))
        member.user = by
        try:
            with transaction.atomic():
                member.save(update_fields=["user"])
        except IntegrityError:  # two windows at once
            return GroupMember.objects.get(group=group, user=by)
        audit.record("voting.group_joined", group, by=by)
    return member


def forget(user: User) -> None:
    """Empty the places of an account that is erased. They stay empty, so that nobody votes twice by coming back."""
    GroupMember.objects.filter(user=user).update(user=None, email="")
    if user.email:
        open_groups = Ballot.objects.filter(state=BallotState.OPEN, group__isnull=False).values("group")
        kept = GroupMember.objects.filter(user=None, email=user.email)
        kept.filter(group__in=open_groups).update(email="")
        kept.exclude(group__in=open_groups).delete()


def _locked(group: VoterGroup) -> VoterGroup:
    """The group with its row locked, which the opening of a vote waits for."""
    group = VoterGroup.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=group.pk)
    now = clock.now()
    if any(ballot.phase(now) == BallotState.OPEN for ballot in group.ballots.filter(state__in=("announced", "open"))):
        raise WrongMoment(_("A vote of this group is open. Until it closes its list is fixed."))
    return group
