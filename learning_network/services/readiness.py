"""The survey on readiness: asking the contact of a municipality how ready it is to begin.

One survey with names per municipality and time (see ``EnrolmentSurvey``); the questions are the standard ``gereedheid``,
copied once for the network, so that scores compare over programmes and years.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.surveys import standards
from foundation.surveys.enums import Audience, Phase
from foundation.surveys.models import Questionnaire
from foundation.surveys.services import invitations, questionnaires, surveys
from learning_network.enums import Stage
from learning_network.errors import NetworkError
from learning_network.models import Enrolment, EnrolmentSurvey, Programme
from learning_network.readiness import HOST
from learning_network.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User

STANDARD = "gereedheid"
OPEN_FOR = timedelta(days=28)


def send(*, enrolment: Enrolment, by: User) -> EnrolmentSurvey:
    """Send the survey to the contact of a card; it is open for four weeks, with a reminder near its end.

    Raises:
        NetworkError: no address of a contact, the municipality has stopped, or a survey is open already.
        PermissionDenied
    """
    with transaction.atomic():
        programme = _moves.locked(enrolment.programme_id)
        _moves.need("learning_network.lead", by, programme)
        row = _moves.locked_enrolment(enrolment.pk)
        now = clock.now()
        if not row.contact_email:
            raise NetworkError(
                _("Fill in the e-mail address of the contact of %(municipality)s first.") % {"municipality": row}
            )
        if row.stage == Stage.STOPPED:
            raise NetworkError(_("%(municipality)s has stopped.") % {"municipality": row})
        last = row.surveys.select_related("survey").first()
        if last is not None and last.survey.phase(now) == Phase.OPEN and not last.survey.sheets.exists():
            raise NetworkError(_("%(municipality)s has this survey already.") % {"municipality": row})
        survey = surveys.open_survey(
            questionnaire=_questions(by),
            title=_("Ready to begin? %(municipality)s") % {"municipality": row},
            intro=_("Five conditions to begin with “%(programme)s”. You answer for your municipality.")
            % {"programme": programme.title},
            audiences=[Audience.PARTICIPANTS],
            is_anonymous=False,
            opens_at=now,
            closes_at=now + OPEN_FOR,
            host=HOST,
            host_title=programme.title,
            host_url=programme.get_absolute_url() if programme.is_public else reverse("learning_network:home"),
            by=by,
            allowed=True,
        )
        sent = EnrolmentSurvey.objects.create(enrolment=row, survey=survey, sent_by=by)
        invitations.invite(survey=survey, audience=Audience.PARTICIPANTS, by=by, emails=[row.contact_email])
        surveys.publish(survey=survey, by=by)
        audit.record("learning_network.readiness_asked", row, by=by)
    return sent


def send_to_several(*, programme: Programme, enrolments: Iterable[Enrolment], by: User) -> tuple[int, list[str]]:
    """Send it to several contacts: how many went, and of the others why not."""
    _moves.need("learning_network.lead", by, programme)
    sent, refused = 0, []
    for row in enrolments:
        try:
            send(enrolment=row, by=by)
        except NetworkError as error:
            refused.append(str(error))
        else:
            sent += 1
    return sent, refused


def _questions(by: User) -> Questionnaire:
    """The network's copy of the standard; made at the first use."""
    standard = standards.find(STANDARD)
    assert standard is not None  # it comes with the portal
    there = Questionnaire.objects.filter(municipality=None, lineage=standard.lineage, is_archived=False)
    found = there.order_by("pk").first()
    return found or questionnaires.from_standard(municipality=None, code=STANDARD, by=by, allowed=True)
