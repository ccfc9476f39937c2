"""The page behind the link of an invitation: what the programme is, the ground rules, and saying yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.core import typed
from foundation.core.errors import Refused
from foundation.core.refused import tell
from foundation.core.signed_links import BadLink
from foundation.core.text import render_markdown
from learning_network import links
from learning_network.forms.joining import AcceptForm
from learning_network.models import GroundRules, Participant
from learning_network.queries import joining as queries
from learning_network.services import participants
from learning_network.views._shared import APP


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Log in or make an account without losing the link, read the ground rules, say yes."""
    try:
        asked = links.read(token)
    except BadLink:
        return _gone(request, None, "unknown")
    obstacle = queries.obstacle(asked, request.user)
    programme = asked.enrolment.programme
    mine = (
        f"{reverse('learning_network:municipality', args=[programme.slug])}?gemeente={asked.enrolment.municipality_id}"
    )
    if obstacle == "double":
        return redirect(mine)
    if obstacle:
        return _gone(request, asked, obstacle)
    rules = participants.newest_rules(programme)
    if request.user.is_authenticated and queries.has_accepted(asked, rules):
        return redirect(mine)
    context = {
        "asked": asked,
        "enrolment": asked.enrolment,
        "programme": programme,
        "purpose": render_markdown(programme.purpose),
        "phases": programme.phases.all(),
        "others": queries.others(asked.enrolment),
        "rules": rules,
        "rules_html": render_markdown(rules.text),
        "next": request.path,
    }
    if not request.user.is_authenticated:
        if request.method == "POST":  # logged out meanwhile, in another window
            typed.keep(request, APP)
        return render(request, "learning_network/joining/join.html", context)
    differs = bool(asked.email) and request.user.email.lower() != asked.email and asked.user_id is None
    form = AcceptForm(
        request.POST or None,
        rules=rules.pk,
        function=asked.function,
        ask_function=asked.joined_at is None,
        differs=differs,
    )
    typed.give_back(request, form, APP, _("You are logged in. What you typed stands here again."))
    if request.method == "POST" and form.is_valid():
        if accept(request, asked, form):
            return redirect(mine)
        data: Any = form.data.copy()  # type: ignore[attr-defined]  # the newest ones are on the page now: they are read and accepted anew
        data["rules"] = str(rules.pk)
        data.pop("accept", None)
        form.data = data
    return render(request, "learning_network/joining/join.html", {**context, "form": form, "differs": differs})


def accept(request: HttpRequest, asked: Participant, form: AcceptForm) -> bool:
    """Say yes to the version that was on the page, or say on the form why not."""
    told = form.cleaned_data
    seen = GroundRules.objects.filter(programme=asked.enrolment.programme_id, pk=told["rules"]).first()
    if seen is None:
        form.add_error(None, _("The ground rules have just changed. Read them again, please."))
        return False
    try:
        participants.accept(participant=asked, rules=seen, by=request.user, function=told.get("function", ""))  # type: ignore[arg-type]
    except Refused as error:
        tell(form, error)
        return False
    if asked.joined_at is None:
        said = _("You take part in “%(programme)s”.") % {"programme": asked.enrolment.programme.title}
    else:
        said = _("You accepted the ground rules.")
    messages.success(request, said)
    return True


def _gone(request: HttpRequest, asked: Participant | None, why: str) -> HttpResponse:
    """A link that leads nowhere (any more), and what somebody can do now."""
    context = {"asked": asked, "why": why, "programme": asked.enrolment.programme if asked else None}
    status = 410 if why in ("unknown", "withdrawn", "stopped", "ended") else 200
    return render(request, "learning_network/joining/gone.html", context, status=status)
