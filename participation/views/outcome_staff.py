"""How a process ends, behind the door: answers, views by letter, decisions, milestones, hand-overs, the final report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core import clock, pdf
from foundation.core.document import blocks_of
from foundation.core.refused import saved_meanwhile, send, tell
from foundation.core.text import render_markdown
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.errors import ParticipationError
from participation.forms.outcome import (
    AnswerForm,
    CloseMilestoneForm,
    DecisionForm,
    EnterViewForm,
    MilestoneForm,
    RecordForm,
    ReportForm,
    StartForm,
)
from participation.forms.processes import ReasonForm
from participation.models import Contribution, Decision, HandOver, Milestone, Phase, Process, Proposal
from participation.personal_data import contributions
from participation.queries import answers as answer_queries
from participation.queries import report as report_queries
from participation.services import answers as answer_services
from participation.services import decisions, execution, public_views, reports
from participation.views._shared import staff_menu, staff_process

PER_PAGE = 40


@require_safe
@permission_required("participation.see_work")
def answers(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Contributions by kind, those that wait for an answer first."""
    process = staff_process(request, slug)
    kinds = answer_queries.kinds(process)
    chosen = next((kind for kind in kinds if kind.code == request.GET.get("soort")), kinds[0] if kinds else None)
    page = None
    if chosen is not None:
        rows = report_queries.brought_in(chosen.model, process).select_related("author")
        page = Paginator(rows.order_by("answered_at", "created_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "participation/outcome/staff_answers.html",
        {"process": process, "menu": staff_menu(process, "antwoorden"), "kinds": kinds, "chosen": chosen, "page": page},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def answer(request: MunicipalityRequest, slug: str, kind: str, number: int) -> HttpResponse:
    """Answer one contribution, then go on to the next that waits."""
    process = staff_process(request, slug)
    row = _contribution(process, kind, number)
    back = f"{reverse('participation:staff_answers', args=[request.municipality.slug, slug])}?soort={kind}"
    form = AnswerForm(request.POST or None, contribution=row, cancel_url=back)
    theirs: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            answer_services.answer(
                contribution=row, outcome=data["outcome"], text=data["text"], by=request.user, version=data["version"]
            )
        except ParticipationError as error:
            if tell(form, error):
                theirs = saved_meanwhile(form)
        else:
            following = report_queries.waiting(type(row), process).order_by("created_at", "pk").first()
            if following is None:
                messages.success(request, _("The answer is saved. All of this kind have an answer now."))
                return redirect(back)
            messages.success(request, _("The answer is saved. This is the next one."))
            return redirect("participation:staff_answer", request.municipality.slug, slug, kind, following.pk)
    return render(
        request,
        "participation/outcome/staff_answer.html",
        {
            "process": process,
            "menu": staff_menu(process, "antwoorden"),
            "row": row,
            "kind": kind,
            "said": render_markdown(row.said),
            "form": form,
            "theirs": theirs,
            "back": back,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def hide(request: MunicipalityRequest, slug: str, kind: str, number: int) -> HttpResponse:
    """Take a contribution off the site, or put it back."""
    process = staff_process(request, slug)
    row = _contribution(process, kind, number)
    back = f"{reverse('participation:staff_answers', args=[request.municipality.slug, slug])}?soort={kind}"
    title = _("Put it back on the site") if row.hidden_at else _("Take it off the site")
    form = ReasonForm(request.POST or None, submit=title, cancel_url=back, danger=not row.hidden_at)
    if request.method == "POST" and form.is_valid():
        act = answer_services.show if row.hidden_at else answer_services.hide
        act(contribution=row, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Done."))
        return redirect(back)
    return _page(request, process, form, title=title, lead=row.said[:300])


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def enter_view(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Write down a view that came by letter, by telephone or at a meeting."""
    process = staff_process(request, slug)
    form = EnterViewForm(request.POST or None, cancel_url=_home(process))
    return _saved(
        request,
        process,
        form,
        lambda data: public_views.enter(process=process, by=request.user, **data),
        title=_("A view that came in another way"),
        lead=_("By letter it may come in until a week after the last day, if it was posted in time (Awb 6:9)."),
        told=_("The view is written down."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def decision(request: MunicipalityRequest, slug: str, number: int = 0) -> HttpResponse:
    """A proposal to who decides: a new one (number 0), or a change."""
    process = staff_process(request, slug)
    there = get_object_or_404(process.decisions, pk=number) if number else None
    form = DecisionForm(request.POST or None, instance=there, cancel_url=_home(process))

    def save(data: dict[str, Any]) -> Any:
        if there is None:
            return decisions.prepare(process=process, by=request.user, **form.values())
        fresh = Decision.objects.get(pk=there.pk)
        return decisions.change(decision=fresh, by=request.user, version=data["version"], **form.values())

    return _saved(
        request,
        process,
        form,
        save,
        title=there.title if there else _("Proposal to who decides"),
        lead=_("What you propose, to whom, and when it is decided about. Residents follow it on the page."),
        told=_("The proposal is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.decide")
def record(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Write down what was decided."""
    process = staff_process(request, slug)
    there = get_object_or_404(process.decisions, pk=number)
    form = RecordForm(request.POST or None, decision=there, cancel_url=_home(process))
    return _saved(
        request,
        process,
        form,
        lambda data: decisions.record(decision=there, by=request.user, **data),
        title=_("Record the decision"),
        lead=there.title,
        told=_("The decision is recorded. Followers get a message."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def milestone(request: MunicipalityRequest, slug: str, number: int = 0) -> HttpResponse:
    """A step of the execution: a new one (number 0), or a change."""
    process = staff_process(request, slug)
    there = get_object_or_404(process.milestones, pk=number) if number else None
    form = MilestoneForm(request.POST or None, milestone=there, cancel_url=_home(process))

    def save(data: dict[str, Any]) -> Any:
        version = data.pop("version", None)
        if there is None:
            return execution.plan(process=process, by=request.user, **data)
        return execution.change(milestone=there, by=request.user, version=version, **data)

    return _saved(
        request,
        process,
        form,
        save,
        title=there.title if there else _("A milestone"),
        lead="",
        told=_("The milestone is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def close_milestone(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Done, or not done and why."""
    process = staff_process(request, slug)
    there: Milestone = get_object_or_404(process.milestones, pk=number)
    form = CloseMilestoneForm(request.POST or None, milestone=there, cancel_url=_home(process))
    return _saved(
        request,
        process,
        form,
        lambda data: execution.close(milestone=there, by=request.user, **data),
        title=_("Close a milestone"),
        lead=there.title,
        told=_("The milestone is closed. Followers get a message."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def start(request: MunicipalityRequest, slug: str, number: int) -> HttpResponse:
    """Make a proposal an initiative in execution."""
    process = staff_process(request, slug)
    there = get_object_or_404(Proposal, process=process, pk=number)
    cost = there.municipal_cost_cents if there.municipal_cost_cents is not None else there.cost_cents
    form = StartForm(request.POST or None, initial={"budget_cents": cost}, cancel_url=_home(process))
    return _saved(
        request,
        process,
        form,
        lambda data: execution.start(proposal=there, by=request.user, budget_cents=data["budget_cents"]),
        title=_("Carry “%(title)s” out") % {"title": there.title},
        lead=_("It becomes an initiative that is being carried out, with its makers as the team and you as contact."),
        told=_("It is an initiative now."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def report(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Write the final report; it begins as a draft from the facts."""
    process = staff_process(request, slug)
    there = report_queries.current(process)
    form = ReportForm(request.POST or None, text=there.text, version=there.version, cancel_url=_home(process))
    sent = send(
        request,
        form,
        lambda: reports.write(
            process=process,
            by=request.user,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        ),
        told=_("The text is saved."),
    )
    if sent.done:
        return redirect("participation:staff_report", request.municipality.slug, slug)
    return render(
        request,
        "participation/outcome/staff_report.html",
        {
            "process": process,
            "menu": staff_menu(process, "verslag"),
            "report": there,
            "form": form,
            "theirs": sent.theirs,
            "chapters": report_queries.chapters(process),
            "unanswered": report_queries.unanswered(process),
        },
    )


@require_POST
@permission_required("participation.run")
def publish_report(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Put the report on the site with the facts of now."""
    process = staff_process(request, slug)
    version = request.POST.get("version", "")
    try:
        reports.publish(
            process=process,
            by=request.user,
            version=int(version) if version.isdecimal() and len(version) < 9 else -1,
        )
    except ParticipationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The report stands on the site. Followers get a message."))
    return redirect("participation:staff_report", request.municipality.slug, slug)


@require_safe
@permission_required("participation.see_work")
def report_preview(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """The report as PDF, as it would be now."""
    process = staff_process(request, slug)
    there = report_queries.current(process)
    there.chapters = None
    context = report_queries.document(process, there, blocks_of(there.text))
    return HttpResponse(pdf.render("report", context), content_type="application/pdf")


# --- Parts of the staff page of a process -----------------------------------------------------------------------------


def views_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """How many views there are, and the way to write one down."""
    rows = process.publicviews.all()
    return {"template": "participation/outcome/_staff_views.html", "total": rows.count()}


def decision_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """Proposals, decisions, answers, the report."""
    return {
        "template": "participation/outcome/_staff_decisions.html",
        "decisions": list(process.decisions.all()),
        "unanswered": report_queries.unanswered(process),
        "came_in": any(report_queries.brought_in(model, process).exists() for model in contributions()),
        "may_decide": request.user.has_perm("participation.decide", process.municipality),
    }


def execution_part(request: HttpRequest, process: Process, phase: Phase) -> dict[str, Any]:
    """Milestones, and proposals that can become initiatives."""
    today = clock.today()
    handed = list(HandOver.objects.filter(process=process).select_related("proposal", "initiative__municipality"))
    ready = Proposal.objects.filter(process=process, state="feasible", hidden_at=None).exclude(won=False)
    return {
        "template": "participation/outcome/_staff_execution.html",
        "steps": [{"row": row, "moment": row.moment(today)} for row in process.milestones.all()],
        "handed": handed,
        "ready": list(ready.exclude(pk__in=[row.proposal_id for row in handed])[:100]),
    }


def _saved(
    request: MunicipalityRequest,
    process: Process,
    form: Any,
    save: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    lead: str,
    told: str,
) -> HttpResponse:
    sent = send(
        request,
        form,
        lambda: save(dict(form.cleaned_data)),
        told=told,
    )
    if sent.done:
        return redirect(_home(process))
    return _page(request, process, form, title=title, lead=lead, theirs=sent.theirs)


def _page(
    request: MunicipalityRequest,
    process: Process,
    form: Any,
    *,
    title: str,
    lead: str,
    theirs: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    menu = staff_menu(process, "overzicht")
    context = {"process": process, "menu": menu, "form": form, "title": title, "lead": lead, "theirs": theirs or []}
    return render(request, "participation/staff/form.html", context)


def _contribution(process: Process, kind: str, number: int) -> Contribution:
    model = answer_queries.kind_of(kind)
    if model is None:
        raise Http404
    rows = report_queries.brought_in(model, process)
    found: Contribution = get_object_or_404(rows.select_related("process__municipality", "author"), pk=number)
    return found


def _home(process: Process) -> str:
    return reverse("participation:staff", args=[process.municipality.slug, process.slug])
