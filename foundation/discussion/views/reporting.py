"""Reporting a text that should not stand there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.core import clock, ratelimit
from foundation.discussion.errors import AlreadyReported, DiscussionError, WrongMoment
from foundation.discussion.forms import ReportForm
from foundation.discussion.models import Report
from foundation.discussion.queries.threads import one
from foundation.discussion.services import reports
from foundation.discussion.views._shared import draft, forget_draft, listed_comment, member_form, way_back
from foundation.municipalities.tenancy import MunicipalityRequest


@member_form()
def report(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """Say what is wrong with a text; once per person."""
    comment = listed_comment(request, comment_id)
    if not comment.is_visible:
        raise Http404
    back = way_back(comment, request.user)
    if comment.author_id == request.user.pk:
        messages.info(request, _("This is your own text. You can change or withdraw it."))
        return redirect(back)
    if request.method == "GET" and Report.objects.filter(comment=comment, by=request.user).exists():
        messages.info(request, _("You have reported this already."))
        return redirect(back)
    form = ReportForm(request.POST or None, initial=draft(request), cancel_url=back)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.allow("discussion.report", f"user:{request.user.pk}", capacity=20, per_seconds=3600):
            form.add_error(None, _("You reported a lot in a short time. Try again in an hour."))
        else:
            try:
                reports.report(
                    comment=comment,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    explanation=form.cleaned_data["explanation"],
                )
            except (AlreadyReported, WrongMoment) as error:
                messages.info(request, str(error))
                return redirect(back)
            except DiscussionError as error:
                form.add_error(None, str(error))
            else:
                forget_draft(request)
                messages.success(request, _("Thank you. The municipality looks at it, and tells you what it decided."))
                return redirect(back)
    return render(
        request,
        "discussion/report.html",
        {"thread": comment.thread, "item": one(comment, request.user, now=clock.now()), "form": form, "back": back},
    )
