"""The look back on a process: opening its surveys with one press, and counting whom it reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.core import audit, clock
from foundation.surveys import standards
from foundation.surveys.enums import Audience
from foundation.surveys.errors import SurveyError
from foundation.surveys.hosts import People
from foundation.surveys.models import Questionnaire, Survey
from foundation.surveys.services import invitations, questionnaires, surveys
from participation.errors import ParticipationError, WrongMoment
from participation.models import Process, ProcessSurvey, Reach
from participation.models.evaluation import ASKED
from participation.queries import reach as queries
from participation.services import _moves

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality

HOST = "participation.process_survey"
STANDARD = {Audience.PARTICIPANTS: "deelnemers", Audience.STAKEHOLDERS: "betrokkenen"}
# Another count must differ by as many people as a group must have, or the difference would tell of one person.
LEAST_CHANGE = 5


def open_survey(
    *,
    process: Process,
    audience: str,
    by: User,
    closes_at: datetime,
    emails: Iterable[str] = (),
    with_followers: bool = False,
) -> ProcessSurvey:
    """Open the survey for one group: the standard questions, everybody of the group invited, anonymous.

    The invitations go out in batches, by the services of surveys, as does a reminder three days before it closes.

    Args:
        audience: participants, or other stakeholders.
        closes_at: UTC.
        emails: addresses to invite besides.
        with_followers: for other stakeholders: also who follows the process without having done anything in it.

    Raises:
        WrongMoment: the process is not public, or this group has a survey already.
        ParticipationError: there is nobody to ask, or no such group.
        ValidationError: something is no address; the times are not right.
        PermissionDenied
    """
    if audience not in ASKED:
        raise ParticipationError(_("There is no such group."))
    addresses = list(emails)
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if not row.is_public:
            raise WrongMoment(_("Nobody can look back on a process that was not published."))
        if ProcessSurvey.objects.filter(process=row, audience=audience).exists():
            raise WrongMoment(_("This group has a survey already."))
        if closes_at <= clock.now():
            raise ParticipationError(_("The survey closes in the past."))
        people = list(_people(row, audience, with_followers))
        if not people and not addresses:
            raise ParticipationError(_("There is nobody to ask. Give e-mail addresses."))
        survey = surveys.open_survey(
            questionnaire=_questions(row.municipality, STANDARD[Audience(audience)], by),
            municipality=row.municipality,
            title=_title(row, audience),
            intro=_("Tell how it went. With the answers we do the next process better."),
            audiences=[audience],
            is_anonymous=True,
            asks_area=audience == Audience.PARTICIPANTS,
            asks_age=audience == Audience.PARTICIPANTS,
            results_are_public=True,
            opens_at=clock.now(),
            closes_at=closes_at,
            host=HOST,
            host_title=row.title,
            host_url=row.get_absolute_url(),
            by=by,
            allowed=True,
        )
        made = ProcessSurvey.objects.create(
            process=row, survey=survey, audience=audience, opened_by=by, opened_at=clock.now()
        )
        try:
            invitations.invite(survey=survey, audience=audience, by=by, users=people, emails=addresses)
            made.survey = surveys.publish(survey=survey, by=by)
        except SurveyError as error:
            raise ParticipationError(str(error)) from error
        if audience == Audience.PARTICIPANTS and not Reach.objects.filter(process=row).exists():
            _count(row)
        audit.record(
            "participation.survey_opened",
            row,
            by=by,
            new={"among": str(Audience(audience).label), "number": survey.invitations.count()},
        )
        _moves.note(row, "survey_opened")
    return made


def count_reach(*, process: Process, by: User) -> Reach:
    """Count where the participants live, or count again when at least five people have come or gone since.

    Raises:
        WrongMoment: hardly anything changed: the difference would tell of one person.
        PermissionDenied
    """
    with transaction.atomic():
        row = _moves.locked(process.pk)
        _moves.need("participation.run", by, row.municipality)
        if not row.is_public:
            raise WrongMoment(_("Nobody can look back on a process that was not published."))
        made = _count(row)
        audit.record("participation.reach_counted", row, by=by)
    return made


def _count(process: Process) -> Reach:
    found = queries.count(process)
    earlier = Reach.objects.filter(process=process).first()
    if earlier is not None and abs(earlier.participants - found.participants) < LEAST_CHANGE:
        raise WrongMoment(_("Fewer than five people came or went since the last count, so it stays as it is."))
    fields: dict[str, Any] = {
        "counted_at": clock.now(),
        "participants": found.participants,
        "unknown": found.unknown,
        "hidden": found.hidden,
        "groups": found.groups,
    }
    made, _new = Reach.objects.update_or_create(process=process, defaults=fields)
    return made


def _title(process: Process, audience: str) -> str:
    if audience == Audience.PARTICIPANTS:
        return _("Looking back: %(title)s") % {"title": process.title[:80]}
    return _("Looking back by other stakeholders: %(title)s") % {"title": process.title[:80]}


def _people(process: Process, audience: str, with_followers: bool) -> Iterable[User]:
    if audience == Audience.PARTICIPANTS:
        return queries.participants(process)
    return queries.followers(process) if with_followers else ()


def _questions(municipality: Municipality, code: str, by: User) -> Questionnaire:
    """The municipality's own copy of a standard questionnaire, used again so that its library stays short."""
    standard = standards.find(code)
    assert standard is not None, code
    own = Questionnaire.objects.filter(municipality=municipality, lineage=standard.lineage, is_archived=False)
    return own.order_by("pk").first() or questionnaires.from_standard(
        municipality=municipality, code=code, by=by, allowed=True
    )


# --- What foundation.surveys asks of this app ------------------------------------------------------------------------


def members(survey: Survey, audience: str) -> People:
    """Who can be invited with one press on the page of the survey."""
    found = ProcessSurvey.objects.select_related("process__municipality").filter(survey=survey).first()
    if found is None:
        return People()
    return People(users=_people(found.process, audience, with_followers=True))


def may_manage(user: Any, survey: Survey) -> bool:
    """Who runs processes here runs their surveys."""
    return bool(survey.municipality is not None and user.has_perm("participation.run", survey.municipality))


def may_see(user: Any, survey: Survey) -> bool:
    """Council and college see what came out."""
    return bool(survey.municipality is not None and user.has_perm("participation.see_figures", survey.municipality))
