"""Fetching what one may know of, the way back to the owner's page, and texts that survive logging in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from foundation.core import ratelimit
from foundation.discussion.models import Comment, Thread
from foundation.discussion.queries import access
from foundation.discussion.queries.threads import REPLIES_SHOWN, is_listed, page_of, reply_page
from foundation.municipalities.tenancy import MunicipalityRequest

DRAFTS = "gesprek-concepten"
MOST_DRAFTS = 5
LONGEST_DRAFT = 20_000  # far above what may be posted: what is too long comes back too
View = Callable[..., HttpResponse]


def readable_thread(request: MunicipalityRequest, thread_id: int) -> Thread:
    """A thread that this person may read, else 404."""
    found = (
        Thread.objects.readable_by(request.user, request.municipality)
        .select_related("municipality__discussion_settings")
        .filter(pk=thread_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def any_comment(request: MunicipalityRequest, comment_id: int) -> Comment:
    """A comment of this municipality in a thread that this person may read, else 404."""
    found = (
        Comment.objects.for_municipality(request.municipality)
        .select_related("thread", "thread__municipality", "author", "parent", "last_decision")
        .filter(pk=comment_id)
        .first()
    )
    if found is None or not access.may_read(found.thread, request.user):
        raise Http404
    return found


def listed_comment(request: MunicipalityRequest, comment_id: int) -> Comment:
    """A comment of which this person may know that it exists (not: read its text), else 404."""
    found = any_comment(request, comment_id)
    top = found.parent or found
    if not is_listed(found, request.user) or not is_listed(top, request.user):
        raise Http404
    return found


def own_comment(request: MunicipalityRequest, comment_id: int) -> Comment:
    """One's own comment, else 404."""
    found = any_comment(request, comment_id)
    if found.author_id != request.user.pk or found.is_withdrawn:
        raise Http404
    return found


def way_back(comment: Comment, user: Any) -> str:
    """Where a comment is read: under the owner's page, or on its own page where it would not be shown there.

    ``thread.url`` is a path in this portal (the database holds that), never something from the request.
    """
    top = comment.parent or comment
    if comment.parent_id is not None and top.reply_count > REPLIES_SHOWN:
        query = {"pagina": page} if (page := reply_page(comment, user)) > 1 else {}
        path = reverse("discussion:comment", args=[comment.thread.municipality.slug, top.pk])
    else:
        query = {"gesprek": page} if (page := page_of(top, user)) > 1 else {}
        path = comment.thread.url or comment.thread.get_absolute_url()
    joined = f"{path}{'&' if '?' in path else '?'}{urlencode(query)}" if query else path
    return f"{joined}#{comment.anchor}"


def member_form(*, strangers_read: bool = False) -> Callable[[View], View]:
    """For pages with a form of somebody with an account: what was typed without being logged in (any more) is kept.

    The form of somebody who is not logged in holds no CSRF token, for readers get no cookie. Its POST changes nothing but the
    visitor's own session: the draft is shown after the log-in and sent by a second press, with the token then.

    Args:
        strangers_read: whether the page is shown to who is not logged in.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def door(request: MunicipalityRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return protected(request, *args, **kwargs)
            if request.method == "POST":
                if not ratelimit.allow("discussion.draft", ratelimit.visitor(request), capacity=20, per_seconds=600):
                    return ratelimit.too_many(request, 60)
                keep_draft(request)
            elif strangers_read:
                return view(request, *args, **kwargs)
            return redirect_to_login(request.get_full_path())

        return door

    return decorate


def keep_draft(request: HttpRequest) -> None:
    """Keep what was typed for this page in the session; not what another website made the browser send."""
    if request.headers.get("Sec-Fetch-Site", "") in ("cross-site", "same-site"):
        return
    typed = {name: str(value)[:LONGEST_DRAFT] for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    drafts = {**request.session.get(DRAFTS, {}), request.get_full_path(): typed}
    request.session[DRAFTS] = dict(list(drafts.items())[-MOST_DRAFTS:])


def draft(request: HttpRequest) -> dict[str, str]:
    """What was typed for this page before logging in; empty when nothing was."""
    kept: dict[str, str] = request.session.get(DRAFTS, {}).get(request.get_full_path(), {})
    return kept


def forget_draft(request: HttpRequest) -> None:
    drafts = request.session.get(DRAFTS, {})
    if drafts.pop(request.get_full_path(), None) is not None:
        request.session[DRAFTS] = drafts
