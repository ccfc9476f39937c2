"""What writers do with their own text: change it, withdraw it, ask for a new look at a decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.core import clock, ratelimit
from foundation.discussion.enums import CommentState
from foundation.discussion.errors import ChangedMeanwhile, DiscussionError
from foundation.discussion.forms import AppealForm, EditForm
from foundation.discussion.models import Appeal
from foundation.discussion.queries.texts import rendered
from foundation.discussion.queries.threads import one
from foundation.discussion.services import appeals, comments
from foundation.discussion.views._shared import draft, forget_draft, member_form, own_comment, way_back
from foundation.municipalities.tenancy import MunicipalityRequest


@member_form()
def edit(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """Change the text. Who was overtaken in another window keeps what they typed and sees both."""
    comment = own_comment(request, comment_id)
    back = way_back(comment, request.user)
    if not comments.may_be_edited(comment):
        messages.info(request, _("This text can't be changed any more."))
        return redirect(back)
    kept = draft(request)
    initial = {"text": kept.get("text", comment.text), "version": kept.get("version", comment.version)}
    form = EditForm(request.POST or None, initial=initial, cancel_url=back)
    current = None
    # Each change is kept as a version.
    who = f"user:{request.user.pk}"
    if form.is_bound and not ratelimit.allow("discussion.edit", who, capacity=20, per_seconds=600):
        form.add_error(None, _("This goes too fast. Try again in some minutes."))
    if request.method == "POST" and form.is_valid():
        try:
            comment = comments.edit(
                comment=comment,
                by=request.user,
                text=form.cleaned_data["text"],
                seen_version=form.cleaned_data["version"],
            )
        except ChangedMeanwhile as error:
            form.add_error(None, str(error))
            current = error.current
            form.data = {**request.POST.dict(), "version": current.version}  # a second save is made knowingly
        except DiscussionError as error:
            form.add_error(None, str(error))
        else:
            forget_draft(request)
            waits = comment.state == CommentState.HELD
            messages.success(
                request, _("Saved. The municipality looks at it.") if waits else _("Your changed text can be read now.")
            )
            return redirect(way_back(comment, request.user))
    return render(
        request,
        "discussion/edit.html",
        {
            "thread": comment.thread,
            "comment": comment,
            "form": form,
            "back": back,
            "current_html": rendered([current.text])[current.text] if current else "",
            "decision": comment.last_decision if comment.state == CommentState.RETURNED else None,
        },
        status=409 if current else 200,
    )


@member_form()
def withdraw(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """Ask, and take the text back."""
    comment = own_comment(request, comment_id)
    thread = comment.thread
    if request.method == "POST":
        comments.withdraw(comment=comment, by=request.user)
        messages.success(request, _("Your text is withdrawn."))
        return redirect(f"{thread.url or thread.get_absolute_url()}#gesprek")
    points = [_("The text and its earlier versions are deleted. This can't be undone.")]
    if comment.reply_count:
        points.append(_("The replies stay. In the place of your text stands that you withdrew it."))
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Withdraw your text?"),
            "text": thread.title,
            "points": points,
            "submit": _("Withdraw my text"),
            "cancel_url": way_back(comment, request.user),
            "danger": True,
        },
    )


@member_form()
def appeal(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """What was decided about one's own text and why; asking for a new look; and what came of it."""
    comment = own_comment(request, comment_id)
    now = clock.now()
    back = way_back(comment, request.user)
    decision = comment.last_decision
    asked = Appeal.objects.filter(decision=decision).first() if decision else None
    why_not = appeals.why_no_appeal(comment, request.user, now)
    form = AppealForm(request.POST or None, initial={"text": draft(request).get("text", "")}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            appeals.make_appeal(comment=comment, by=request.user, text=form.cleaned_data["text"])
        except DiscussionError as error:
            form.add_error(None, str(error))
        else:
            forget_draft(request)
            messages.success(request, _("A colleague of who decided looks at your text again. You get a message."))
            return redirect(request.path)
    return render(
        request,
        "discussion/appeal.html",
        {
            "thread": comment.thread,
            "comment": comment,
            "item": one(comment, request.user, now=now),
            "decision": decision,
            "asked": asked,
            "form": form if not why_not or form.is_bound else None,
            "why_not": why_not,
            "until": appeals.appeal_until(decision, comment) if decision else None,
            "may_edit": comments.may_be_edited(comment),
            "back": back,
        },
    )
