"""Messages about surveys: an invitation and a reminder, each with a personal link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from foundation.notifications.kinds import Kind, Topic, register, register_topic
from foundation.notifications.services import forget, mail_to, notify

if TYPE_CHECKING:
    from foundation.surveys.models import Invitation, Mailing, Survey

SURVEYS = register_topic(Topic("surveys", _("Surveys"), _("When you are asked for your opinion, and a reminder.")))
INVITED = register(
    Kind(
        code="surveys.invited",
        topic=SURVEYS.code,
        name=_("You are asked to answer a survey"),
        subject=_("Your opinion: %(title)s"),
        body="surveys/mail/invited.txt",
        action=_("Fill in the survey"),
        urgent=True,
    )
)
REMINDED = register(
    Kind(
        code="surveys.reminded",
        topic=SURVEYS.code,
        name=_("A survey closes soon"),
        subject=_("You can still answer: %(title)s"),
        body="surveys/mail/reminded.txt",
        action=_("Fill in the survey"),
        urgent=True,
    )
)


def about(survey: Survey) -> str:
    return f"surveys.survey:{survey.pk}"


def tell(invitation: Invitation, mailing: Mailing, kind: Kind, moment: str) -> None:
    """One message to one invited person; a second one of this kind and moment is not written."""
    survey = mailing.survey
    content: dict[str, Any] = {
        "kind": kind,
        "about": about(survey),
        "moment": moment,
        "context": {
            "title": survey.title,
            "part_of": survey.host_title,
            "closes_at": survey.closes_at,
            "anonymous": survey.is_anonymous,
        },
        "url": survey.address("personal", invitation.token),
        "municipality": survey.municipality,
    }
    if invitation.user is not None:
        notify(recipients=[invitation.user], **content)
    elif invitation.email:
        mail_to(address=invitation.email, **content)


def forget_reminders(survey: Survey) -> None:
    """Who was reminded had not answered by then; once it is over nobody needs to know."""
    forget(kinds=[REMINDED], about=about(survey))
