"""Transfer plans of a lab: the list, one plan as page, PDF and sheet, writing it, its tasks and risks, its versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changelab.enums import PLAN_WRITABLE, PlanState, Side
from changelab.forms.plans import BeginForm, PlanForm, RiskForm, TaskForm, VersionForm
from changelab.models import Lab, PlanRisk, PlanTask, TransferPlan
from changelab.queries import labs as queries
from changelab.queries import plan_pages
from changelab.services import plans as services
from changelab.views._shared import for_lab, form_page, lab_or_404
from changelab.views.making import page
from foundation.accounts.requests import PersonRequest
from foundation.core import pdf
from foundation.core.refused import done
from foundation.core.sheets import xlsx_response
from foundation.core.text import render_markdown


def plan_or_404(request: HttpRequest, lab: Lab, pk: int) -> TransferPlan:
    """The plan of this lab that this person may read.

    Raises:
        Http404
    """
    found = queries.one_plan(lab, pk, request.user)
    if found is None:
        raise Http404
    return found


def _url(name: str, lab: Lab, *more: object) -> str:
    return reverse(f"changelab:{name}", args=[lab.cohort.slug, lab.slug, *more])


@require_safe
def plan_list(request: HttpRequest, cohort: str, lab: str) -> HttpResponse:
    """The plans of a lab that this person may read."""
    found = lab_or_404(request, cohort, lab)
    return page(request, "changelab/plans.html", found, "plan", plans=queries.plans(found, request.user))


@require_safe
def plan_page(request: HttpRequest, cohort: str, lab: str, pk: int) -> HttpResponse:
    """One plan: what is handed over, to whom, for how much, and who carries which risk."""
    found = lab_or_404(request, cohort, lab)
    plan = plan_or_404(request, found, pk)
    tasks = list(plan.tasks.all())
    versions = (
        list(plan.versions.select_related("by")) if request.user.has_perm("changelab.read_kitchen", found) else []
    )
    last = versions[0] if versions else None
    signed = {sign.side: sign for sign in plan.sign_offs.all() if last is not None and sign.version_id == last.pk}
    transfer = getattr(plan, "transfer", None)
    risks = list(plan.risks.all())
    works = request.user.has_perm("changelab.work", found) and found.state == "running"
    return page(
        request,
        "changelab/plan.html",
        found,
        "plan",
        plan=plan,
        summary=render_markdown(plan.summary),
        tasks=tasks,
        total=services.sums(tasks),
        full_jobs=sum(task.present_fte for task in tasks) / 100,
        risks=risks,
        carried=plan_pages.carried(risks),
        advice=plan.advice.all(),
        versions=versions,
        sides=[{"label": label, "sign": signed.get(code)} for code, label in Side.choices],
        signs=plan.state in (PlanState.SIGNING, PlanState.ACCEPTED),
        result=plan_pages.results(transfer.initiative) if transfer is not None else None,
        may_write=works and plan.state in PLAN_WRITABLE,
        may_advise=request.user.has_perm("changelab.read_kitchen", found)
        and plan.state in (PlanState.ADVICE, PlanState.SIGNING),
        may_hand_over=plan.state == PlanState.ACCEPTED
        and transfer is None
        and found.tenant is not None
        and request.user.has_perm("initiatives.handle", found.tenant),
    )


@require_safe
def plan_pdf(request: HttpRequest, cohort: str, lab: str, pk: int) -> HttpResponse:
    """The same, as an accessible PDF."""
    found = lab_or_404(request, cohort, lab)
    plan = plan_or_404(request, found, pk)
    response = HttpResponse(pdf.render("report", plan_pages.document(plan)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="plan-van-aanpak-{plan.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def plan_sheet(request: HttpRequest, cohort: str, lab: str, pk: int) -> HttpResponse:
    """The tasks and their money, as a spreadsheet."""
    found = lab_or_404(request, cohort, lab)
    head, rows = plan_pages.sheet(plan_or_404(request, found, pk))
    return xlsx_response(f"plan-van-aanpak-{pk}", head, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def plan_new(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Begin a plan."""
    form = BeginForm(request.POST or None, cancel_url=_url("plans", lab))
    return form_page(
        request,
        form,
        lambda: services.begin(lab=lab, by=request.user, **form.cleaned_data),
        told=_("The plan has begun. Write what is handed over, and add the tasks."),
        title=_("Begin a transfer plan"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def plan_change(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Write the words of a plan."""
    plan = plan_or_404(request, lab, pk)
    form = PlanForm(request.POST or None, instance=plan, lab=lab, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change(
            plan=plan_or_404(request, lab, pk),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The plan is saved."),
        back=plan.get_absolute_url(),
        title=_("Write the plan"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def task_new(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """A task more."""
    plan = plan_or_404(request, lab, pk)
    form = TaskForm(request.POST or None, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.add_task(plan=plan, by=request.user, **form.values()),
        told=_("The task stands in the plan."),
        back=plan.get_absolute_url() + "#taken",
        title=_("A task to hand over"),
        lab=lab,
    )


def _task(plan: TransferPlan, pk: int) -> PlanTask:
    found = plan.tasks.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.plan = plan
    return found


def _risk(plan: TransferPlan, pk: int) -> PlanRisk:
    found = plan.risks.filter(pk=pk).first()
    if found is None:
        raise Http404
    found.plan = plan
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def task_change(request: PersonRequest, lab: Lab, pk: int, task: int) -> HttpResponse:
    """Change a task or its money."""
    plan = plan_or_404(request, lab, pk)
    found = _task(plan, task)
    form = TaskForm(request.POST or None, instance=found, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change_task(
            task=_task(plan, task),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The task is saved."),
        back=plan.get_absolute_url() + "#taken",
        title=found.title,
        lab=lab,
    )


@require_POST
@for_lab("changelab.work")
def task_remove(request: PersonRequest, lab: Lab, pk: int, task: int) -> HttpResponse:
    """Take a task out of the plan."""
    plan = plan_or_404(request, lab, pk)
    found = _task(plan, task)
    done(request, lambda: services.remove_task(task=found, by=request.user), told=_("The task is out of the plan."))
    return redirect(plan.get_absolute_url() + "#taken")


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def risk_new(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """A risk more."""
    plan = plan_or_404(request, lab, pk)
    form = RiskForm(request.POST or None, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.add_risk(plan=plan, by=request.user, **form.values()),
        told=_("The risk stands in the plan."),
        back=plan.get_absolute_url() + "#risicos",
        title=_("What can go wrong?"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def risk_change(request: PersonRequest, lab: Lab, pk: int, risk: int) -> HttpResponse:
    """Change a risk."""
    plan = plan_or_404(request, lab, pk)
    form = RiskForm(request.POST or None, instance=_risk(plan, risk), cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change_risk(
            risk=_risk(plan, risk),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The risk is saved."),
        back=plan.get_absolute_url() + "#risicos",
        title=_("What can go wrong?"),
        lab=lab,
    )


@require_POST
@for_lab("changelab.work")
def risk_remove(request: PersonRequest, lab: Lab, pk: int, risk: int) -> HttpResponse:
    """Take a risk out of the plan."""
    plan = plan_or_404(request, lab, pk)
    found = _risk(plan, risk)
    done(request, lambda: services.remove_risk(risk=found, by=request.user), told=_("The risk is out of the plan."))
    return redirect(plan.get_absolute_url() + "#risicos")


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def version_keep(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Keep the plan as it stands now."""
    plan = plan_or_404(request, lab, pk)
    form = VersionForm(request.POST or None, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.keep_version(plan=plan, by=request.user, **form.cleaned_data),
        told=_("This version is kept. Later ones can be compared with it."),
        back=plan.get_absolute_url() + "#versies",
        title=_("Keep a version"),
        lab=lab,
    )


@require_safe
@for_lab("changelab.read_kitchen")
def compare(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Two versions side by side: ``?van=1&tot=2``."""
    plan = plan_or_404(request, lab, pk)
    versions = {str(one.number): one for one in plan.versions.all()}
    old, new = versions.get(request.GET.get("van", "")), versions.get(request.GET.get("tot", ""))
    lines = plan_pages.compared(old, new) if old is not None and new is not None else None
    return page(
        request,
        "changelab/compare.html",
        lab,
        "plan",
        plan=plan,
        versions=list(versions.values()),
        old=old,
        new=new,
        lines=lines,
    )
