"""Supporting and following an initiative; pressing often is pressing once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from initiatives.errors import WrongMoment
from initiatives.models import Follow, Initiative, Support

if TYPE_CHECKING:
    from foundation.accounts.models import User


@transaction.atomic
def support(*, initiative: Initiative, by: User, show_name: bool = False) -> bool:
    """Support it. The unique constraint makes it once per person, the trigger keeps the number right.

    No row in the audit trail: whom somebody supports is theirs, and theirs to take back without a trace.

    Args:
        show_name: whether the name stands on the page; changing it later is the same press.

    Returns:
        whether it is new.

    Raises:
        WrongMoment: the plan stopped, or is not public.
    """
    if not initiative.takes_support:
        raise WrongMoment(_("You can't support this initiative any more."))
    made = Support.objects.bulk_create(
        [Support(initiative=initiative, user=by, is_public=show_name)], ignore_conflicts=True
    )
    row = Support.objects.filter(initiative=initiative, user=by).first()
    if row is None:  # taken back in another window in this very moment
        return False
    if row.is_public != show_name:
        row.is_public = show_name
        row.save(update_fields=["is_public"])
    return row.created_at == made[0].created_at


@transaction.atomic
def take_back(*, initiative: Initiative, by: User) -> bool:
    """Support it no longer.

    Returns:
        whether there was support to take back.
    """
    return bool(Support.objects.filter(initiative=initiative, user=by).delete()[0])


@transaction.atomic
def follow(*, initiative: Initiative, by: User) -> None:
    """Hear how it goes on."""
    if not initiative.is_public:
        raise WrongMoment(_("You can't follow this initiative."))
    Follow.objects.bulk_create([Follow(initiative=initiative, user=by)], ignore_conflicts=True)


@transaction.atomic
def unfollow(*, initiative: Initiative, by: User) -> None:
    """Hear of it no longer."""
    Follow.objects.filter(initiative=initiative, user=by).delete()
