"""Filling in, page by page. What was typed waits sealed in a draft; only the browser (or the link to go on) has its key."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import clock, ratelimit
from foundation.municipalities.tenancy import MunicipalityRequest
from foundation.surveys import sealing
from foundation.surveys.answers import pages
from foundation.surveys.errors import AlreadyAnswered, Incomplete, SurveyError
from foundation.surveys.forms_answer import TRAP, AnswerForm, as_data
from foundation.surveys.models import Invitation, Survey
from foundation.surveys.services import answering
from foundation.surveys.views._shared import public_survey
from foundation.surveys.views.public import page_context

SENDS_PER_HOUR = 40  # per address: a library or a classroom may share one
STEPS_PER_HOUR = 600


def _invitation(survey: Survey, token: str) -> Invitation:
    found = Invitation.objects.filter(survey=survey, token=token).first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def personal(request: MunicipalityRequest, slug: str, token: str) -> HttpResponse:
    """Where a personal link leads: what it is about, and the start."""
    survey = public_survey(request, slug)
    return render(request, "surveys/detail.html", page_context(survey, _invitation(survey, token)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def personal_fill(request: MunicipalityRequest, slug: str, token: str, page: int) -> HttpResponse:
    """One page of the questions, by a personal link."""
    survey = public_survey(request, slug)
    return _fill(request, survey, page, _invitation(survey, token))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: MunicipalityRequest, slug: str, page: int) -> HttpResponse:
    """One page of the questions, by the link for anyone."""
    survey = public_survey(request, slug)
    if not survey.is_public:
        return redirect(survey.get_absolute_url())
    if request.method == "POST":
        verdict = ratelimit.take(
            "surveys.steps", ratelimit.household(request), capacity=STEPS_PER_HOUR, per_seconds=3600
        )
        if not verdict.allowed:
            return ratelimit.too_many(request, verdict.retry_after)
    return _fill(request, survey, page, None)


def _fill(request: MunicipalityRequest, survey: Survey, number: int, invitation: Invitation | None) -> HttpResponse:
    now = clock.now()
    back = survey.address("personal", invitation.token) if invitation else survey.get_absolute_url()
    if not survey.takes_answers(now) or (invitation is not None and invitation.has_answered):
        return redirect(back)
    found = pages(survey.version.questions.order_by("position"))
    if not 1 <= number <= len(found):
        raise Http404
    cookie = _cookie(survey, invitation)
    if handed := request.GET.get("verder", ""):
        if answering.read_draft(survey=survey, secret=handed) is None:
            messages.error(request, _("These answers are not kept any more. You can begin anew."))
            return redirect(back)
        return _with_key(redirect(_page(survey, invitation, number)), cookie, handed)
    secret = request.COOKIES.get(cookie, "")
    typed = answering.read_draft(survey=survey, secret=secret) or {}
    page, is_last = found[number - 1], number == len(found)
    check = "controleer" in request.GET
    form = AnswerForm(as_data(typed) if check else None, survey=survey, page=page, is_last=is_last, typed=typed)
    status = 200
    if request.method == "POST":
        form = AnswerForm(request.POST, survey=survey, page=page, is_last=is_last)
        if request.POST.get(TRAP):  # a program filled in what people don't see
            return redirect(survey.address("thanks"))
        if not typed or not secret:
            secret = sealing.new_secret()
        typed |= form.typed()
        try:
            answering.save_draft(survey=survey, secret=secret, typed=typed, now=now)
        except SurveyError as error:
            form.add_error(None, str(error))
        else:
            answer = _next(request, survey, number, invitation, form, secret, is_last)
            if answer is not None:
                return answer if answer.cookies else _with_key(answer, cookie, secret)
        status = 422
    response = render(
        request,
        "surveys/fill.html",
        {
            "survey": survey,
            "page": page,
            "pages": found,
            "form": form,
            "is_last": is_last,
            "back": back,
            "trap": TRAP,
            "continue_url": _continue(request, survey, invitation, number, secret),
            "saved": "bewaard" in request.GET and bool(typed),
        },
        status=status,
    )
    return _with_key(response, cookie, secret) if request.method == "POST" else response


def _next(
    request: MunicipalityRequest,
    survey: Survey,
    number: int,
    invitation: Invitation | None,
    form: AnswerForm,
    secret: str,
    is_last: bool,
) -> HttpResponse | None:
    """Where the pressed button leads; None when something on this page is wrong."""
    pressed = request.POST.get("doe", "")
    if pressed == "bewaar":
        return redirect(f"{_page(survey, invitation, number)}?bewaard=ja")
    if pressed == "terug":
        return redirect(_page(survey, invitation, max(number - 1, 1)))
    if not form.is_valid():
        return None
    if not is_last:
        return redirect(_page(survey, invitation, number + 1))
    if invitation is None:
        who = ratelimit.household(request)
        verdict = ratelimit.take("surveys.send", who, capacity=SENDS_PER_HOUR, per_seconds=3600)
        if not verdict.allowed:
            return ratelimit.too_many(request, verdict.retry_after)
    try:
        answering.send_in(survey=survey, secret=secret, invitation=invitation)
    except Incomplete as error:
        return redirect(f"{_page(survey, invitation, error.page)}?controleer=ja")
    except AlreadyAnswered:
        pass  # sent twice: it is in, and that is what they read
    except SurveyError as error:
        messages.error(request, str(error))
        return redirect(survey.get_absolute_url())
    done = redirect(survey.address("thanks"))
    done.delete_cookie(_cookie(survey, invitation))
    return done


def _page(survey: Survey, invitation: Invitation | None, number: int) -> str:
    if invitation is None:
        return survey.address("fill", number)
    return survey.address("personal_fill", invitation.token, number)


def _continue(
    request: MunicipalityRequest, survey: Survey, invitation: Invitation | None, number: int, secret: str
) -> str:
    return request.build_absolute_uri(f"{_page(survey, invitation, number)}?verder={secret}") if secret else ""


def _cookie(survey: Survey, invitation: Invitation | None) -> str:
    """Name of the cookie that holds the key of the draft; another one for each personal link on a shared computer."""
    link = hashlib.sha256(invitation.token.encode()).hexdigest()[:12] if invitation is not None else "open"
    return f"vragenlijst-{survey.pk}-{link}"


def _with_key(response: HttpResponse, cookie: str, secret: str) -> Any:
    response.set_cookie(
        cookie,
        secret,
        max_age=answering.KEEP_DRAFT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
