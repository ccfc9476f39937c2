"""Writing a comment or a reply. The form stands under the owner's page; this page is where it goes, and comes back to on errors."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.core import clock, ratelimit
from foundation.discussion.enums import CommentState
from foundation.discussion.errors import DiscussionError
from foundation.discussion.forms import CommentForm
from foundation.discussion.models import Comment, Thread
from foundation.discussion.queries import access
from foundation.discussion.queries.threads import one
from foundation.discussion.services import comments
from foundation.discussion.views._shared import (
    draft,
    forget_draft,
    listed_comment,
    member_form,
    readable_thread,
    way_back,
)
from foundation.discussion.words import words_of
from foundation.municipalities.tenancy import MunicipalityRequest


@member_form(strangers_read=True)
def write(request: MunicipalityRequest, thread_id: int) -> HttpResponse:
    """Post a comment (or, with ``?op=``, a reply) and go back to where it is read."""
    thread = readable_thread(request, thread_id)
    parent = _parent(request, thread)
    kept = draft(request) if request.user.is_authenticated else {}
    form = CommentForm(
        request.POST or None,
        initial={"text": kept.get("text", ""), "side": kept.get("side", "")},
        thread=thread,
        is_reply=parent is not None,
        logged_in=request.user.is_authenticated,
        action=request.get_full_path(),
        cancel_url=parent.get_absolute_url() if parent else f"{thread.url or thread.get_absolute_url()}#gesprek",
    )
    status = 200
    why_not = access.why_not_write(thread, request.user)
    if request.method == "POST" and form.is_valid():
        verdict = ratelimit.take("discussion.post", f"user:{request.user.pk}", capacity=10, per_seconds=600)
        if not verdict.allowed:
            minutes = max(1, -(-verdict.retry_after // 60))
            form.add_error(
                None,
                ngettext(
                    "You wrote a lot in a short time. Your text is still here: try again in %(n)d minute.",
                    "You wrote a lot in a short time. Your text is still here: try again in %(n)d minutes.",
                    minutes,
                )
                % {"n": minutes},
            )
            status = 429
        else:
            try:
                comment = comments.post(
                    thread=thread,
                    by=request.user,
                    text=form.cleaned_data["text"],
                    side=form.cleaned_data.get("side", ""),
                    parent=parent,
                )
            except DiscussionError as error:
                form.add_error(None, str(error))
            else:
                return _posted(request, comment)
    return render(
        request,
        "discussion/write.html",
        {
            "thread": thread,
            "form": form,
            "parent": one(parent, request.user, now=clock.now()) if parent else None,
            "why_not": why_not,
            "needs_home": bool(why_not) and thread.is_open and request.user.is_authenticated,
            "kept": bool(kept) and not form.is_bound,
            "words": words_of(thread),
            "settings": access.settings_of(request.municipality),
        },
        status=status,
    )


def _parent(request: MunicipalityRequest, thread: Thread) -> Comment | None:
    asked = request.GET.get("op", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    found = listed_comment(request, int(asked))
    if found.thread_id != thread.pk:
        raise Http404
    return found.parent or found


def _posted(request: MunicipalityRequest, comment: Comment) -> HttpResponse:
    forget_draft(request)
    if comment.state == CommentState.HELD:
        messages.info(
            request,
            _("Thank you. The municipality looks at your first contributions before everybody can read them."),
        )
    else:
        messages.success(request, _("Your text can be read now."))
    comment = Comment.objects.select_related("thread__municipality", "parent").get(pk=comment.pk)
    return redirect(way_back(comment, request.user))
