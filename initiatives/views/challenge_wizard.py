"""The wizard for a challenge, on the drafts of the ordinary one: no account before sending, kept on each page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.core.ratelimit import rate_limited
from foundation.core.text import render_markdown
from foundation.municipalities.models import ByLaw
from foundation.municipalities.tenancy import MunicipalityRequest
from initiatives.enums import InitiativeKind
from initiatives.errors import InitiativeError
from initiatives.forms.challenges import OF_PLAN, WIZARD, step_form
from initiatives.forms.plan import SendForm, place_fields
from initiatives.models import Challenge, Draft, Initiative
from initiatives.queries import challenges as queries
from initiatives.services import challenges, drafts
from initiatives.views.wizard import account, as_posted, count_sending, of_draft, ticked

STEPS = [*WIZARD, "controleren"]


def _titles() -> dict[str, str]:
    return {
        "taak": _("The task"),
        "aanbod": _("Your offer"),
        "groep": _("Your group"),
        "middelen": _("Means and time"),
        "controleren": _("Check and send"),
    }


@csrf_exempt  # it makes an empty draft and nothing else; so who only looks here gets no cookie
@rate_limited("initiative-draft", capacity=20, per_seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: MunicipalityRequest) -> HttpResponse:
    """What the right to challenge is, and what this municipality asks."""
    if request.method == "POST":
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        _draft, token = drafts.begin(
            municipality=request.municipality, kind=InitiativeKind.CHALLENGE, by=request.user if known else None
        )
        return redirect("initiatives:challenge_step", request.municipality.slug, token, STEPS[0])
    by_law = ByLaw.objects.filter(municipality=request.municipality).first()
    return render(
        request,
        "initiatives/challenge/start.html",
        {"asked": queries.requirements_of(request.municipality), "by_law": by_law},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_draft
def step(request: MunicipalityRequest, draft: Draft, key: str, step: str) -> HttpResponse:
    """One page of questions. What was typed is kept, right or wrong, before anything else happens."""
    if draft.data.get("kind") != InitiativeKind.CHALLENGE or step not in (*STEPS, "verder"):
        raise Http404
    if step == "verder":
        undone = (name for name in WIZARD if not step_form(name, request.municipality, as_posted(draft)).is_valid())
        return redirect(_url(request, key, next(undone, STEPS[-1])))
    if step == STEPS[-1]:
        return _check(request, draft, key)
    form = step_form(step, request.municipality, initial=draft.data)
    if request.method == "POST":
        draft = drafts.save(draft=draft, by=account(request), values=_typed(step, request.POST))
        if request.POST.get("later"):
            return redirect("initiatives:draft_later", request.municipality.slug, key)
        form = step_form(step, request.municipality, request.POST)
        if form.is_valid():
            return redirect(_url(request, key, STEPS[STEPS.index(step) + 1]))
    return render(
        request,
        "initiatives/challenge/step.html",
        {
            "draft": draft,
            "title": _titles()[step],
            "form": form,
            "path": _path(request, draft, key, step),
            "previous": _url(request, key, STEPS[STEPS.index(step) - 1]) if step != STEPS[0] else "",
        },
    )


def _check(request: MunicipalityRequest, draft: Draft, key: str) -> HttpResponse:
    """Everything once more, as everybody will see it; then send, with an account."""
    forms = {name: step_form(name, request.municipality, as_posted(draft)) for name in WIZARD}
    problems = [
        {"url": f"{_url(request, key, name)}#{form[field].id_for_label}", "text": f"{form[field].label} {error}"}
        for name, form in forms.items()
        for field, errors in form.errors.items()
        if field in form.fields
        for error in errors
    ]
    here = _url(request, key, STEPS[-1])
    send_form = SendForm(request.POST if request.method == "POST" else None)
    refused = ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(here)
        limited = count_sending(request)
        if limited.status_code != 200:
            return limited
        if not problems and send_form.is_valid():
            try:
                made = _send(draft, request, forms, name_is_public=send_form.cleaned_data["show_name"])
            except (InitiativeError, ValidationError) as error:
                refused = " ".join(getattr(error, "messages", [str(error)]))
            else:
                messages.success(request, _("Your challenge is sent. The municipality is at the move now."))
                return redirect(made.get_absolute_url())
    plan = {name: value for form in forms.values() for name, value in getattr(form, "cleaned_data", {}).items()}
    challenge = _unsaved(plan)
    return render(
        request,
        "initiatives/challenge/check.html",
        {
            "draft": draft,
            "key": key,
            "path": _path(request, draft, key, STEPS[-1]),
            "pages": [(_titles()[name], _url(request, key, name)) for name in WIZARD],
            "problems": problems,
            "refused": refused,
            "plan": plan,
            "story": render_markdown(plan.get("story", "")),
            "challenge": challenge,
            "pairs": queries.comparison(challenge),
            "facts": queries.facts(challenge),
            "login_url": f"{reverse('account_login')}?{urlencode({'next': here})}",
            "signup_url": f"{reverse('account_signup')}?{urlencode({'next': here})}",
        },
    )


def _unsaved(plan: dict[str, Any]) -> Challenge:
    """The challenge as it would be, to show it; what is not right yet is left out."""
    details = {name: plan[name] for name in challenges.WRITABLE if plan.get(name) is not None}
    return Challenge(initiative=Initiative(starts_on=plan.get("starts_on")), **details)


def _send(draft: Draft, request: MunicipalityRequest, forms: dict[str, Any], *, name_is_public: bool) -> Initiative:
    cleaned = {name: value for form in forms.values() for name, value in form.cleaned_data.items()}
    fields = {name: cleaned[name] for name in OF_PLAN} | place_fields(request.municipality, cleaned, None, None)
    details = {name: cleaned[name] for name in challenges.WRITABLE}
    arguments: dict[str, Any] = {"fields": fields, "details": details, "name_is_public": name_is_public}
    try:
        return challenges.send(draft=draft, by=request.user, **arguments)
    except IntegrityError:
        # Two plans took the same address in the same moment; the second try sees the first and takes another one.
        return challenges.send(draft=draft, by=request.user, **arguments)


def _typed(step: str, posted: Any) -> dict[str, Any]:
    return {
        name: ticked(posted.getlist(name)) if name == "offers" else posted.get(name, "").replace("\x00", "")[:20_000]
        for name in WIZARD[step].base_fields
    }


def _url(request: MunicipalityRequest, key: str, step: str) -> str:
    return reverse("initiatives:challenge_step", args=[request.municipality.slug, key, step])


def _path(request: MunicipalityRequest, draft: Draft, key: str, here: str) -> list[dict[str, Any]]:
    titles, steps = _titles(), []
    for name in STEPS:
        done = name in WIZARD and any(field in draft.data for field in WIZARD[name].base_fields)
        state = "now" if name == here else "done" if done else "next"
        steps.append({"name": titles[name], "state": state, "url": _url(request, key, name) if state == "done" else ""})
    return steps
