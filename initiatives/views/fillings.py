"""What each reader has of their own on the page of a plan that is the same for everybody (``foundation.core.own``)."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from foundation.core.database import prepared
from foundation.core.own import token

_MINE = """
    SELECT EXISTS (SELECT FROM initiatives_support WHERE initiative_id = %(plan)s AND user_id = %(person)s),
    EXISTS (SELECT FROM initiatives_follow WHERE initiative_id = %(plan)s AND user_id = %(person)s)
"""


def support(request: HttpRequest, slug: str, plan: str, pk: int, is_open: str, is_public: str) -> str:
    """Supporting and following a plan, or no longer; for who is not logged in the way to do so.

    Args:
        is_open: "1" where it takes support, else "". ``is_public``: likewise, where one can follow it.
    """
    user, supports, follows = request.user, False, False
    if user.is_authenticated:
        supports, follows = prepared(_MINE, {"plan": pk, "person": user.pk}, may_repeat=True)[0]
    context = {
        "support_url": reverse("initiatives:support", args=[slug, plan]),
        "follow_url": reverse("initiatives:follow", args=[slug, plan]),
        "here": reverse("initiatives:detail", args=[slug, plan]),
        "logged_in": user.is_authenticated,
        "supports": supports,
        "follows": follows,
        "is_open": is_open,
        "is_public": is_public,
        "token": token(request),
    }
    return render_to_string("initiatives/public/_support_form.html", context)
