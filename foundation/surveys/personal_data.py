"""What this app keeps of a person: for their export, and for erasing them.

Answers with a name are exported and erased. Anonymous answers can't be: nothing tells whose they are, and that is the
promise. Totals stay: they are about a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.accounts.personal_data import register_eraser, register_exporter
from foundation.surveys.models import Invitation, Sheet

if TYPE_CHECKING:
    from foundation.accounts.models import User


def export(user: User) -> dict[str, Any]:
    """To which surveys somebody was invited, and their answers to those with names."""
    invited = (
        Invitation.objects.filter(user=user).select_related("survey__version", "survey__municipality").order_by("pk")
    )
    sheets = {
        sheet.invitation_id: sheet
        for sheet in Sheet.objects.filter(invitation__user=user).prefetch_related("survey__version__questions")
    }
    return {
        "uitnodigingen": [
            {
                "vragenlijst": invitation.survey.title,
                "gemeente": invitation.survey.municipality.name if invitation.survey.municipality else "",
                "anoniem": invitation.survey.is_anonymous,
                "ingevuld": invitation.has_answered,
                "antwoorden": _answers(sheets[invitation.pk]) if invitation.pk in sheets else [],
            }
            for invitation in invited
        ]
    }


def _answers(sheet: Sheet) -> list[dict[str, Any]]:
    found = []
    for question in sheet.survey.version.questions.all():
        value = sheet.answers.get(question.key)
        if value is not None:
            keys = value if isinstance(value, list) else [value]
            found.append({"vraag": question.text, "antwoord": [question.labels.get(str(key), key) for key in keys]})
    return found


def erase(user: User) -> None:
    """Answers with a name go, with their open answers; invitations stay without the person, for the figures."""
    Sheet.objects.filter(invitation__user=user).delete()
    Invitation.objects.filter(user=user).update(user=None, email="")
    if user.email:
        Sheet.objects.filter(invitation__email=user.email.lower()).delete()
        Invitation.objects.filter(email=user.email.lower()).update(email="")


def register() -> None:
    register_exporter("vragenlijsten", export)
    register_eraser(
        erase,
        erases=_("Your answers to surveys that were not anonymous, and your invitations."),
        keeps=_("Anonymous answers: nobody can tell which are yours. Totals of surveys stay too."),
    )
