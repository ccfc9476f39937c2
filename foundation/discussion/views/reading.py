"""Pages that everybody may read: a thread, one comment with its replies, its versions; and following."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation.core import clock
from foundation.discussion.models import Comment
from foundation.discussion.queries import history as history_queries
from foundation.discussion.queries import participants
from foundation.discussion.queries.threads import Item, base_of, comment_page, one, thread_page
from foundation.discussion.services import follows
from foundation.discussion.views._shared import any_comment, listed_comment, member_form, readable_thread
from foundation.discussion.words import words_of
from foundation.municipalities.tenancy import MunicipalityRequest


@require_safe
def thread(request: MunicipalityRequest, thread_id: int) -> HttpResponse:
    """The stand-alone page of a thread."""
    found = readable_thread(request, thread_id)
    talk = thread_page(
        found,
        request.user,
        page=request.GET.get("gesprek", "1"),
        sort=request.GET.get("volgorde", ""),
        side=request.GET.get("kant", ""),
        now=clock.now(),
    )
    return render(request, "discussion/thread_page.html", {"thread": found, "talk": talk})


@require_safe
def comment(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """One comment with all its replies; the address of a reply leads to the comment it stands under."""
    found = listed_comment(request, comment_id)
    if found.parent is not None:
        return redirect(found)
    item, page = comment_page(found, request.user, page=request.GET.get("pagina", "1"), now=clock.now())
    return render(
        request,
        "discussion/comment.html",
        {
            "thread": found.thread,
            "item": item,
            "page": page,
            "to": _addressed(request, found, item),
            "logged_in": request.user.is_authenticated,
            "base": base_of(found.thread),
            "words": words_of(found.thread),
        },
    )


def _addressed(request: MunicipalityRequest, top: Comment, item: Item) -> str:
    """Who replies to a reply begins with a name: the text of the form, or ""."""
    asked = request.GET.get("op", "")
    if not asked.isdecimal() or len(asked) > 18:
        return ""
    reply = Comment.objects.visible().filter(parent=top, pk=int(asked)).select_related("author").first()
    if reply is None or reply.author is None or not reply.author.name or reply.author.erased_at is not None:
        return ""
    return f"@{reply.author.name} "


@require_safe
def history(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """The versions of a comment side by side; only what this person may read."""
    found = any_comment(request, comment_id)
    versions = history_queries.versions_for(found, request.user)
    if not versions:
        raise Http404
    number = request.GET.get("versie", "")
    return render(
        request,
        "discussion/history.html",
        {
            "thread": found.thread,
            "comment": found,
            "item": one(found, request.user, now=clock.now()),
            "versions": versions,
            "step": history_queries.step(versions, int(number) if number.isdecimal() and len(number) < 9 else 0),
        },
    )


@member_form()
def follow(request: MunicipalityRequest, thread_id: int) -> HttpResponse:
    """Follow or stop following; by a GET (after logging in) it asks first."""
    found = readable_thread(request, thread_id)
    back = f"{found.url or found.get_absolute_url()}#gesprek"
    if request.method == "POST":
        if request.POST.get("volgen") == "nee":
            follows.unfollow(thread=found, by=request.user)
            messages.success(request, _("You do not follow this discussion any more."))
        else:
            follows.follow(thread=found, by=request.user)
            messages.success(request, _("You follow this discussion. You hear of new comments."))
        return redirect(back)
    following = participants.follows(found, request.user)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Stop following this discussion?") if following else _("Follow this discussion?"),
            "text": found.title,
            "points": []
            if following
            else [_("You get a message of new comments, by e-mail once a day."), _("You can stop at any moment.")],
            "submit": _("Stop following") if following else _("Follow"),
            "cancel_url": back,
            "hidden": {"volgen": "nee" if following else "ja"},
        },
    )
