"""One's own account: name, security, data, and goodbye. Logging in itself is allauth's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from requests import RequestException

from foundation.accounts import personal_data, queries, second_factor, services
from foundation.accounts.adapters import LOGGED_IN_AT
from foundation.accounts.forms import EraseForm, NameForm
from foundation.accounts.models import User
from foundation.accounts.requests import PersonRequest
from foundation.core.clock import today

AFTER_TWO_FACTOR = "accounts_after_two_factor"


View = Callable[..., HttpResponse]


def proved_recently(view: View) -> View:
    """Only for people who showed a moment ago that it is them: by password or second step, else by logging in anew."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if get_reauthentication_flows(request.user):
            answer: HttpResponse = reauthentication_required(view)(request, *args, **kwargs)
            return answer
        # Somebody who logs in with mailed codes or at a provider only has nothing to be asked for here.
        if time.time() - request.session.get(LOGGED_IN_AT, 0) > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            logout(request)
            messages.info(request, _("Log in once more, so that we know for sure that it is you."))
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return login_required(guarded)


@login_required
def overview(request: PersonRequest) -> HttpResponse:
    return render(request, "accounts/overview.html", queries.overview(request.user))


@login_required
def name(request: PersonRequest) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        services.rename(user=request.user, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:overview")
    return render(request, "accounts/name.html", {"form": form})


@login_required
def two_factor_needed(request: PersonRequest) -> HttpResponse:
    """Why staff need a second step, and the two ways to set it up. Remembers where they were going."""
    after = request.GET.get("next", "")
    if after and get_adapter(request).is_safe_url(after):
        request.session[AFTER_TWO_FACTOR] = after
    if queries.has_two_factor(request.user):
        return redirect("accounts:two_factor_ready")
    return render(request, "accounts/two_factor_needed.html")


@login_required
def two_factor_ready(request: PersonRequest) -> HttpResponse:
    """Back to where somebody was going when they were asked to set up a second step."""
    return redirect(request.session.pop(AFTER_TWO_FACTOR, None) or "accounts:overview")


@require_GET
@login_required
def export(request: PersonRequest) -> HttpResponse:
    """Everything we keep about you, as a JSON file."""
    text = json.dumps(personal_data.export(request.user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    filename = f"aanzet-mijn-gegevens-{today().isoformat()}.json"
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "private, no-store"},
    )


@proved_recently
def erase(request: PersonRequest) -> HttpResponse:
    """Says what erasing means, asks, and does it."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    reasons = personal_data.obstacles(request.user)
    if request.method == "POST" and not reasons and form.is_valid():
        address = request.user.email
        try:
            with transaction.atomic():
                services.erase(user=request.user, by=request.user)
        except services.CannotErase as refusal:
            reasons = refusal.reasons
        else:
            logout(request)
            get_adapter(request).send_mail("accounts/email/erased", address, {})
            return redirect("accounts:erased")
    steps = personal_data.erasers()
    context = {
        "form": form,
        "reasons": reasons,
        "erases": [step.erases for step in steps if step.erases],
        "keeps": [step.keeps for step in steps if step.keeps],
    }
    return render(request, "accounts/erase.html", context)


def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/erased.html")


def _reachable(view: View) -> View:
    """For allauth's views that ask a provider where its pages are: one that is down gives a page, not an error."""

    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except RequestException as failure:
            provider = get_social_adapter(request).get_provider(request, provider_id)
            answer: HttpResponse = render_authentication_error(request, provider, exception=failure)
            return answer

    return guarded


openid_log_in = _reachable(openid_connect.login)
openid_callback = _reachable(openid_connect.callback)


def administration_log_in(request: HttpRequest) -> HttpResponse:
    """The door of the technical administration: our own log-in page, then a second step, then in."""
    after = request.GET.get("next") or reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(after)
    if request.user.is_staff and second_factor.missing(request.user):
        return second_factor.show_how(after)
    return render(request, "403.html", {"explanation": _("This part is for technical administrators.")}, status=403)
