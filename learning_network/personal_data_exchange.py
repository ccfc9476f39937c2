"""What the network keeps of a person between programmes: advice they gave, experiences with tools, thanks, invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from learning_network.models import (
    Advice,
    AdviceThanks,
    Mailing,
    MailingReceiver,
    MemberInvitation,
    ToolExperience,
)

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Every text of theirs, with what it stands under."""
    return {
        "adviezen": [
            {"vraag": row.request.title, "advies": row.text, "gegeven": row.created_at, "gewijzigd": row.changed_at}
            for row in Advice.objects.filter(author=user).select_related("request")
        ],
        "bedankjes": [
            {"vraag": row.advice.request.title, "op": row.at}
            for row in AdviceThanks.objects.filter(user=user).select_related("advice__request")
        ],
        "ervaringen met hulpmiddelen": [
            {"hulpmiddel": row.tool.title, "hoe": str(row.get_worked_display()), "wat": row.text, "op": row.changed_at}
            for row in ToolExperience.objects.filter(author=user).select_related("tool")
        ],
        "uitnodigingen voor het netwerk": [
            {"adres": row.email, "gevraagd": row.invited_at, "aangenomen": row.accepted_at}
            for row in MemberInvitation.objects.filter(user=user)
        ],
    }


def erase(user: User) -> None:
    """Take the name off texts; the texts stay. Thanks and what waits to be mailed go."""
    Advice.objects.filter(author=user).update(author=None)
    ToolExperience.objects.filter(author=user).update(author=None)
    Mailing.objects.filter(created_by=user).update(created_by=None)
    MemberInvitation.objects.filter(invited_by=user).update(invited_by=None)
    MemberInvitation.objects.filter(user=user).delete()
    AdviceThanks.objects.filter(user=user).delete()
    MailingReceiver.objects.filter(user=user).delete()
