"""The back office of discussions: the queue, one text with its decisions, several at once, the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foundation.core import clock
from foundation.discussion.enums import MODERATION, Action, Work
from foundation.discussion.errors import DiscussionError
from foundation.discussion.forms import AppealDecisionForm, BulkForm, DecisionForm, QueueFilter, SettingsForm
from foundation.discussion.models import Comment
from foundation.discussion.names import shown_name
from foundation.discussion.queries import access
from foundation.discussion.queries import moderation as queries
from foundation.discussion.queries.texts import rendered
from foundation.discussion.services import appeals
from foundation.discussion.services import moderation as services
from foundation.discussion.services import settings as settings_service
from foundation.discussion.services.moderation import Seen
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required

PER_PAGE = 25
BULK = (Action.APPROVE, Action.KEEP, Action.HIDE, Action.RETURN)


@permission_required("discussion.moderate")
@require_safe
def queue(request: MunicipalityRequest) -> HttpResponse:
    """What waits for a moderator, with filters and boxes to tick."""
    now = clock.now()
    form = QueueFilter(request.GET)
    work = request.GET.get("wat", "")
    rows = queries.queue(
        request.municipality,
        work=work,
        reason=request.GET.get("reden", ""),
        search=request.GET.get("zoek", "").replace("\x00", "")[:80],
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("pagina", "1"))
    comments = list(page.object_list)
    html = rendered(comment.text for comment in comments)
    return render(
        request,
        "discussion/staff/queue.html",
        {
            "filter": form,
            "page": page,
            "waiting": queries.waiting(request.municipality, now),
            "rows": [_row(comment, html, now) for comment in comments],
            "filtered": bool(work not in ("", Work.TODO) or request.GET.get("reden") or request.GET.get("zoek")),
            "actions": [(action.value, action.label) for action in BULK],
            "may_set": request.user.has_perm("discussion.manage_settings", request.municipality),
        },
    )


def _row(comment: Any, html: Any, now: Any) -> dict[str, Any]:
    appeal = next((decision.appeal for decision in comment.appealed_decisions), None)
    return {
        "comment": comment,
        "html": html[comment.text],
        "name": shown_name(comment.author),
        "seen": str(Seen.of(comment)),
        "reports": comment.waiting_reports,
        "appeal": appeal,
        "late": bool(comment.waiting_since and now - comment.waiting_since > queries.LATE),
    }


@permission_required("discussion.moderate")
@require_POST
def bulk(request: MunicipalityRequest) -> HttpResponse:
    """One decision about the ticked texts: first the page that asks, then the decision."""
    back = reverse("discussion:queue", args=[request.municipality.slug])
    action = request.POST.get("actie", "")
    ticked = _ticked(request)
    if action not in BULK or not ticked:
        messages.error(request, _("Tick at least one text, and choose what to do."))
        return redirect(back)
    sure = request.POST.get("bevestigd") == "ja"
    form = BulkForm(request.POST if sure else None, action=action, cancel_url=back)
    if sure and form.is_valid():
        done = services.decide_many(
            seen=ticked,
            by=request.user,
            action=action,
            reason=form.cleaned_data.get("reason", ""),
            explanation=form.cleaned_data.get("explanation", ""),
        )
        if done.decided:
            messages.success(
                request,
                ngettext("%(n)d text was decided about.", "%(n)d texts were decided about.", done.decided)
                % {"n": done.decided},
            )
        for number, why in done.refused:
            messages.warning(request, _("Text %(number)s was passed over: %(why)s") % {"number": number, "why": why})
        return redirect(back)
    return render(
        request,
        "discussion/staff/bulk.html",
        {
            "form": form,
            "action": action,
            "label": Action(action).label,
            "ticked": [str(seen) for seen in ticked],
            "count": len(ticked),
            "back": back,
        },
    )


def _ticked(request: MunicipalityRequest) -> list[Seen]:
    """The ticked texts; of another municipality none."""
    found = []
    for text in request.POST.getlist("tekst")[: PER_PAGE * 4]:
        try:
            found.append(Seen.read(text))
        except ValueError:
            continue
    known = set(
        Comment.objects.for_municipality(request.municipality)
        .filter(pk__in=[seen.comment_id for seen in found])
        .values_list("pk", flat=True)
    )
    return [seen for seen in found if seen.comment_id in known]


@permission_required("discussion.moderate")
def case(request: MunicipalityRequest, comment_id: int) -> HttpResponse:
    """Everything about one text, and the form that decides: about the text, or about the request for a new look."""
    comment = (
        Comment.objects.for_municipality(request.municipality)
        .select_related("thread", "thread__municipality", "author", "last_decision", "parent", "parent__author")
        .filter(pk=comment_id)
        .first()
    )
    if comment is None:
        raise Http404
    facts = queries.case(comment)
    back = reverse("discussion:queue", args=[request.municipality.slug])
    form: Any = None
    why_not = ""
    if comment.author_id == request.user.pk:
        why_not = _("Ask a colleague: nobody decides about their own text.")
    elif facts["appeal"] is not None:
        if facts["appeal"].first_by_id == request.user.pk:
            why_not = _("A colleague must decide this: you took the first decision.")
        else:
            form = AppealDecisionForm(request.POST or None, cancel_url=back)
    elif actions := _possible(comment):
        form = DecisionForm(
            request.POST or None, actions=actions, initial={"seen": str(Seen.of(comment))}, cancel_url=back
        )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _decide(request, comment, facts["appeal"], form.cleaned_data)
        except (DiscussionError, ValueError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded. The people concerned are told."))
            return redirect(back)
    return render(
        request,
        "discussion/staff/case.html",
        {
            **facts,
            "comment": comment,
            "thread": comment.thread,
            "html": rendered([comment.text])[comment.text],
            "name": shown_name(comment.author),
            "parent_html": rendered([comment.parent.text])[comment.parent.text] if comment.parent else "",
            "versions": comment.versions.count(),
            "form": form,
            "why_not": why_not,
            "back": back,
        },
    )


def _possible(comment: Comment) -> list[str]:
    return [
        action.value
        for action, (states, _new) in MODERATION.items()
        if comment.state in states and (action != Action.KEEP or comment.open_reports)
    ]


def _decide(request: MunicipalityRequest, comment: Comment, appeal: Any, data: dict[str, Any]) -> None:
    if appeal is not None:
        appeals.decide_appeal(appeal=appeal, by=request.user, outcome=data["outcome"], explanation=data["explanation"])
        return
    seen = Seen.read(data["seen"])
    services.decide(
        seen=Seen(comment.pk, seen.version, seen.decision_id),
        by=request.user,
        action=data["action"],
        reason=data["reason"],
        explanation=data["explanation"],
    )


@permission_required("discussion.manage_settings")
def settings(request: MunicipalityRequest) -> HttpResponse:
    """How this municipality wants its discussions."""
    found = access.settings_of(request.municipality)
    back = reverse("discussion:queue", args=[request.municipality.slug])
    form = SettingsForm(request.POST or None, instance=found, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        settings_service.update_settings(municipality=request.municipality, by=request.user, **form.cleaned_data)
        messages.success(request, _("The settings are saved."))
        return redirect(back)
    return render(request, "discussion/staff/settings.html", {"form": form})
