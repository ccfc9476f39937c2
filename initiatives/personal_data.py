"""What this app keeps of a person: for their export, and for erasing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import register_eraser, register_exporter, register_obstacle
from initiatives.enums import TRANSITIONS, InitiativeState, TeamRole
from initiatives.models import (
    Draft,
    Follow,
    HandsOffer,
    HandsRequest,
    Initiative,
    News,
    Progress,
    SavedView,
    Support,
    TeamInvitation,
    TeamMember,
)
from initiatives.services import drafts

if TYPE_CHECKING:
    from foundation.accounts.models import User


def declare() -> None:
    register_exporter("initiatieven", export)
    register_eraser(
        erase,
        erases=gettext_lazy("Your place in teams, your support, what you follow, and plans that you did not send."),
        keeps=gettext_lazy(
            "Plans that you handed in stay, without your name: others work on them and the municipality decided on them."
        ),
    )
    register_obstacle(last_initiator_of)


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Teams, support, what is followed, and unsent plans as they were typed."""
    return {
        "teams": [
            {
                "initiatief": member.initiative.title,
                "gemeente": member.initiative.municipality.name,
                "rol": str(member.get_role_display()),
                "taak": member.task,
                "naam_op_de_pagina": member.is_public,
                "sinds": member.since,
            }
            for member in TeamMember.objects.filter(user=user).select_related("initiative__municipality")
        ],
        "steun": [
            {"initiatief": row.initiative.title, "naam_getoond": row.is_public, "op": row.created_at}
            for row in Support.objects.filter(user=user).select_related("initiative")
        ],
        "gevolgd": [
            {"initiatief": row.initiative.title, "sinds": row.created_at}
            for row in Follow.objects.filter(user=user).select_related("initiative")
        ],
        "nog_niet_verstuurd": [
            {
                "gemeente": draft.municipality.name,
                "ingevuld": draft.data,
                "fotos": [picture.alt for picture in draft.pictures.all()],
                "begonnen_op": draft.created_at,
            }
            for draft in Draft.objects.filter(owner=user).select_related("municipality").prefetch_related("pictures")
        ],
        "aangeboden_handen": [
            {"klus": row.request.title, "uren": row.hours, "tekst": row.text, "op": row.offered_at}
            for row in HandsOffer.objects.filter(user=user).select_related("request")
        ],
        "gevraagde_handen": [
            {"klus": row.title, "uren": row.hours, "tekst": row.text}
            for row in HandsRequest.objects.filter(asked_by=user)
        ],
        "nieuws": [
            {"initiatief": row.initiative.title, "titel": row.title, "tekst": row.text, "op": row.created_at}
            for row in News.objects.filter(by=user).select_related("initiative")
        ],
        "voortgang": [
            {"initiatief": row.initiative.title, "tekst": row.text, "dag": row.on}
            for row in Progress.objects.filter(by=user).select_related("initiative")
        ],
        "bewaarde_weergaven": [{"naam": row.name} for row in SavedView.objects.filter(user=user)],
        "uitnodigingen": [
            {"initiatief": row.initiative.title, "op": row.created_at}
            for row in TeamInvitation.objects.filter(email=user.email).select_related("initiative")
        ],
    }


def erase(user: User) -> None:
    """Everything that ties the person to initiatives; the database takes withdrawn support off the numbers itself."""
    for draft in Draft.objects.filter(owner=user):
        drafts.discard(draft=draft)  # the mailed link goes along
    # Somebody else has to take these up: they stand among those without a contact.
    Initiative.objects.filter(handler=user).update(handler=None)
    Initiative.objects.filter(team__user=user, state=InitiativeState.DRAFT, submitted_at=None).exclude(
        pk__in=TeamMember.objects.exclude(user=user).values("initiative")
    ).delete()
    TeamMember.objects.filter(user=user).delete()
    Support.objects.filter(user=user).delete()
    HandsOffer.objects.filter(user=user).update(text="")  # the hours stay counted, without what was written
    Follow.objects.filter(user=user).delete()
    SavedView.objects.filter(user=user).delete()
    TeamInvitation.objects.filter(email=user.email).delete()


def last_initiator_of(user: User) -> list[str]:
    """A plan that still goes on needs somebody to speak for it."""
    own = TeamMember.objects.filter(user=user, role=TeamRole.INITIATOR).exclude(initiative__submitted_at=None)
    reasons = []
    for member in own.select_related("initiative"):
        initiative = member.initiative
        over = TRANSITIONS.is_final(initiative.state) or initiative.state == InitiativeState.REFUSED
        others = initiative.team.filter(role=TeamRole.INITIATOR).exclude(user=user)
        if not over and not others.exists():
            reasons.append(
                _(
                    "You are the last initiator of “%(title)s”. Make somebody else initiator first, or withdraw the plan."
                )
                % {"title": initiative.title}
            )
    return reasons
