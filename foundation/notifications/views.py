from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.requests import PersonRequest
from foundation.notifications import compose, kinds, queries, services, tokens
from foundation.notifications.forms import PreferencesForm
from foundation.notifications.models import Message

PAGE_SIZE = 20


@login_required
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """My messages, newest first."""
    page = Paginator(queries.inbox(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"message": message, "subject": compose.subject(message)} for message in page]
    return render(
        request,
        "notifications/inbox.html",
        {"page": page, "rows": rows, "unread": queries.unread_count(request.user)},
    )


@login_required
@require_safe
def message(request: PersonRequest, message_id: UUID) -> HttpResponse:
    """One message; opening it is reading it."""
    found: Message = get_object_or_404(queries.inbox(request.user).select_related("recipient"), pk=message_id)
    services.mark_read(message=found, by=request.user)
    return render(
        request,
        "notifications/message.html",
        {
            "message": found,
            "subject": compose.subject(found),
            "body": compose.body_html(found),
            "action": compose.action(found),
        },
    )


@login_required
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark everything as read."""
    count = services.mark_all_read(by=request.user)
    text = ngettext("%(count)d message marked as read.", "%(count)d messages marked as read.", count)
    flash.success(request, text % {"count": count})
    return redirect("notifications:inbox")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Which e-mails I want, per topic."""
    form = PreferencesForm(request.POST or None, choices=queries.preferences(request.user))
    if request.method == "POST" and form.is_valid():
        services.set_preferences(by=request.user, channels=form.chosen())
        flash.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form, "email": request.user.email})


@csrf_exempt  # a mail program posts here by itself (RFC 8058), without our cookie; the token is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more e-mail about a topic, without logging in.

    Opening the link asks first, because scanners of mail open every link. A POST does it at once and answers 200, never
    with a redirect, as RFC 8058 asks; ``terug`` in it takes it back.
    """
    try:
        wish = tokens.read(token)
    except tokens.BadToken:
        return render(request, "notifications/unsubscribe.html", {"state": "broken"}, status=404)
    everything = wish.topic == tokens.EVERYTHING
    page: dict[str, Any] = {"state": "ask", "topic": None if everything else kinds.topic(wish.topic), "wish": wish}
    if request.method == "POST":
        back = "terug" in request.POST
        try:
            (services.resubscribe if back else services.unsubscribe)(wish=wish)
        except Message.DoesNotExist:
            return render(request, "notifications/unsubscribe.html", {"state": "unknown"}, status=404)
        page["state"] = "back" if back else "done"
    return render(request, "notifications/unsubscribe.html", page)
