"""What is kept of a person around problems and proposals, beside the contributions themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from foundation.accounts.personal_data import register_eraser, register_exporter
from participation.models import Endorsement, Maker, MakerInvitation, MergerConsent, ProposalSupport
from participation.services import mergers

if TYPE_CHECKING:
    from foundation.accounts.models import User


def declare() -> None:
    register_exporter("voorstellen", export)
    register_eraser(
        erase,
        erases=gettext_lazy("Which problems you endorse, which proposals you support and make, and who you invited."),
    )


def export(user: User) -> dict[str, list[dict[str, Any]]]:
    """Endorsements, support, what is made with others, and answers to plans to merge."""
    return {
        "bijval": [
            {"probleem": row.problem.title, "sinds": row.created_at}
            for row in Endorsement.objects.filter(user=user).select_related("problem")
        ],
        "steun": [
            {"voorstel": row.proposal.title, "sinds": row.created_at}
            for row in ProposalSupport.objects.filter(user=user).select_related("proposal")
        ],
        "meegemaakt": [
            {"voorstel": row.proposal.title, "sinds": row.since, "naam_zichtbaar": row.is_public}
            for row in Maker.objects.filter(user=user).select_related("proposal")
        ],
        "samenvoegen": [
            {"eens": row.agrees, "reden": row.reason, "op": row.answered_at}
            for row in MergerConsent.objects.filter(user=user)
        ],
        "uitnodigingen": [
            {"voorstel": row.proposal.title, "adres": row.email, "op": row.created_at}
            for row in MakerInvitation.objects.filter(invited_by=user).select_related("proposal")
        ],
    }


def erase(user: User) -> None:
    """Take the person out of all of it. Plans to merge no longer wait for them; drafts of them alone go."""
    made = list(Maker.objects.filter(user=user).select_related("proposal__process__municipality"))
    Endorsement.objects.filter(user=user).delete()
    ProposalSupport.objects.filter(user=user).delete()
    MakerInvitation.objects.filter(invited_by=user).delete()
    MakerInvitation.objects.filter(email=user.email).delete()
    Maker.objects.filter(user=user).delete()
    for row in made:
        if row.proposal.submitted_at is None and not row.proposal.makers.exists():
            row.proposal.delete()
        else:
            mergers.left(row.proposal, user)
    MergerConsent.objects.filter(user=user).delete()
