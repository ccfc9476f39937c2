"""Fetching surveys and questionnaires for pages, and the door of their back office, with or without a municipality."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from foundation.accounts import second_factor
from foundation.accounts.models import User
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys.enums import SurveyState
from foundation.surveys.models import Questionnaire, Survey
from foundation.surveys.queries import access

View = Callable[..., HttpResponse]


def public_survey(request: MunicipalityRequest, slug: str) -> Survey:
    """A survey that is published (or over); 404 for drafts and those of others."""
    survey = _survey(request, slug)
    if survey.state == SurveyState.DRAFT:
        raise Http404
    return survey


def _survey(request: MunicipalityRequest, slug: str) -> Survey:
    found = (
        Survey.objects.for_municipality(request.municipality)
        .select_related("municipality", "version__questionnaire")
        .filter(slug=slug)
        .first()
    )
    if found is None:
        raise Http404
    return found


def survey_page(*, manage: bool) -> Callable[[View], View]:
    """A page of the back office about one survey; the view gets the ``Survey``.

    404 for people who have nothing to do with it, 403 for those who may see but not manage it. Its host may let in more
    people than the staff of the municipality.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MunicipalityRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            survey = _survey(request, slug)
            allowed = access.may_manage if manage else access.may_see
            sees = access.may_see(request.user, survey)
            return _let_in(request, view, (survey, *args), kwargs, allowed(request.user, survey), sees)

        return guarded

    return decorate


def library_page(*, manage: bool) -> Callable[[View], View]:
    """A page of the back office about surveys and questionnaires here; refuses like ``survey_page``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MunicipalityRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            allowed = access.may_manage_here if manage else access.may_see_here
            sees = access.may_see_here(request.user, request.municipality)
            return _let_in(request, view, args, kwargs, allowed(request.user, request.municipality), sees)

        return guarded

    return decorate


def questionnaire_of(request: MunicipalityRequest, questionnaire_id: int) -> Questionnaire:
    found = (
        Questionnaire.objects.for_municipality(request.municipality)
        .select_related("municipality")
        .filter(pk=questionnaire_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _let_in(
    request: MunicipalityRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any], allowed: bool, sees: bool
) -> HttpResponse:
    if allowed:
        return second_factor.ask(request) or view(request, *args, **kwargs)
    if not sees and not _is_colleague(request.user, request):
        raise Http404
    raise PermissionDenied(_("Your role in this municipality does not allow this."))


def _is_colleague(user: User, request: MunicipalityRequest) -> bool:
    return request.municipality is not None and bool(user.has_perm("municipalities.see_figures", request.municipality))
