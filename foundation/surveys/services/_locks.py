"""Finding, locking and guarding; shared by the services of this app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from foundation.surveys.models import Questionnaire, Survey
from foundation.surveys.queries import access

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.municipalities.models import Municipality


def locked(survey_id: int) -> Survey:
    """The survey with its row locked until the end of the transaction."""
    return Survey.objects.select_for_update(of=("self",)).select_related("municipality", "version").get(pk=survey_id)


def shared(survey_id: int) -> Survey:
    """The survey as it stays until the end of the transaction; others may hold it so too (answers pass each other)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM surveys_survey WHERE id = %s FOR SHARE", [survey_id])
    return Survey.objects.select_related("municipality", "version").get(pk=survey_id)


def locked_questionnaire(questionnaire_id: int) -> Questionnaire:
    return Questionnaire.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=questionnaire_id)


def need(survey: Survey, by: User | None) -> None:
    """Refuse who may not manage this survey.

    Raises:
        PermissionDenied
    """
    if by is None or not access.may_manage(by, survey):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))


def need_here(municipality: Municipality | None, by: User | None) -> None:
    """Refuse who may not make surveys here.

    Raises:
        PermissionDenied
    """
    if by is None or not by.is_authenticated or not access.may_manage_here(by, municipality):
        raise PermissionDenied(_("Your role in this municipality does not allow this."))
