"""What somebody typed before a log-in is kept in the session, and stands in the form again after it."""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm, MultipleChoiceField
from django.http import HttpRequest, QueryDict

from foundation.core import ratelimit

MOST_KEPT = 60_000  # letters


def keep(request: HttpRequest, app: str) -> None:
    """Keep the form that was sent, for this page; files have to be chosen anew.

    Args:
        app: whose forms these are: each app keeps one, and has a limit of its own.
    """
    typed = request.POST.urlencode() if request.method == "POST" else ""
    if not typed or len(typed) > MOST_KEPT:
        return
    if ratelimit.allow(f"{app}.typed", ratelimit.visitor(request), capacity=20, per_seconds=600):
        request.session[f"{app}-typed"] = {"path": request.path, "typed": typed}


def give_back(request: HttpRequest, form: BaseForm, app: str, said: str) -> None:
    """Fill an empty form with what was kept for this page, once; its version too, so that a newer text is noticed.

    Args:
        said: what the person reads above it.
    """
    kept = request.session.get(f"{app}-typed")
    if form.is_bound or not kept or kept["path"] != request.path:
        return
    del request.session[f"{app}-typed"]
    typed = QueryDict(kept["typed"])
    for name, field in form.fields.items():
        if name in typed:
            form.initial[name] = typed.getlist(name) if isinstance(field, MultipleChoiceField) else typed[name]
    messages.info(request, said)
