"""What each reader has of their own in a discussion (``foundation.core.own``)."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from foundation.core.own import token
from foundation.discussion.models import Follow


def follow(request: HttpRequest, slug: str, thread: int) -> str:
    """Following it, or no longer; for who is not logged in the way to do so."""
    user = request.user
    context = {
        "url": reverse("discussion:follow", args=[slug, thread]),
        "logged_in": user.is_authenticated,
        "follows": user.is_authenticated and Follow.objects.filter(thread=thread, user=user).exists(),
        "token": token(request),
    }
    return render_to_string("discussion/_follow.html", context)
