"""For which municipality somebody speaks, and for which readers others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from learning_network.enums import Visibility
from learning_network.errors import NetworkError
from learning_network.models import Member, Participant, Shared

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import OfficialMunicipality
    from learning_network.models import Programme

WIDTH = {Visibility.LAB: 0, Visibility.NETWORK: 1, Visibility.EVERYONE: 2}


def voice(user: User, programme: Programme | None) -> OfficialMunicipality | None:
    """The municipality for which this person speaks: in a programme that of their place in it, else of their page.

    None for who leads or facilitates.
    """
    if programme is not None:
        rows = Participant.objects.present().filter(user=user, enrolment__programme=programme)
        row = rows.select_related("enrolment__municipality").order_by("pk").first()
        if row is not None:
            return row.enrolment.municipality
    member = Member.objects.current().filter(user=user).select_related("municipality").first()
    return member.municipality if member is not None else None


def need_not_wider(row: Shared, circle: str) -> None:
    """Refuse a wider circle than the one for which others wrote under it.

    Raises:
        NetworkError
    """
    if WIDTH[Visibility(circle)] > WIDTH[Visibility(row.visibility)]:
        raise NetworkError(
            _("Others wrote here for the readers that you chose at first. You can choose fewer readers now, not more.")
        )
