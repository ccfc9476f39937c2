"""What happens with a written plan: advice, signatures, a yes or no, the hand-over; and the follow-up of a lab."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from changelab.forms.cohorts import ReasonForm
from changelab.forms.plans import AdviceAnswerForm, AdviceForm, FollowUpForm, HandOverForm, SignForm
from changelab.models import Lab, PlanTask
from changelab.queries import cohorts as cohort_queries
from changelab.services import decisions as services
from changelab.services import follow_ups
from changelab.views._shared import for_lab, form_page
from changelab.views.plans import plan_or_404
from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done


@require_POST
@for_lab("changelab.lead_lab")
def step(request: PersonRequest, lab: Lab, pk: int, step: str) -> HttpResponse:
    """Lay the plan before others for advice, or down to be signed."""
    plan = plan_or_404(request, lab, pk)
    steps = {"advies": services.ask_advice, "tekenen": services.lay_down}
    if step not in steps:
        raise Http404
    done(request, lambda: steps[step](plan=plan, by=request.user), told=_("That is done."))
    return redirect(plan)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def end(request: PersonRequest, lab: Lab, pk: int, step: str) -> HttpResponse:
    """Write on after all, or end the plan; with the reason."""
    plan = plan_or_404(request, lab, pk)
    acts = {
        "verder-schrijven": (services.take_up, _("Write on"), _("The plan can be written again.")),
        "afwijzen": (services.reject, _("End the plan"), _("The plan has ended.")),
    }
    if step not in acts:
        raise Http404
    act, title, told = acts[step]
    form = ReasonForm(request.POST or None, submit=title, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: act(plan=plan, reason=form.cleaned_data["reason"], by=request.user),
        told=told,
        back=plan.get_absolute_url(),
        title=title,
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.read_kitchen")
def advise(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Advise another lab."""
    plan = plan_or_404(request, lab, pk)
    mine = [
        one for one in cohort_queries.own_enrolments(request.user, lab.cohort) if one.pk != lab.application.enrolment_id
    ]
    form = AdviceForm(request.POST or None, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.advise(
            plan=plan,
            by=request.user,
            enrolment=mine[0] if mine else None,
            **form.cleaned_data,
        ),
        told=_("Your advice stands with the plan."),
        back=plan.get_absolute_url() + "#advies",
        title=_("Advise on: %(plan)s") % {"plan": plan.title},
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def advice_answer(request: PersonRequest, lab: Lab, pk: int, advice: int) -> HttpResponse:
    """Say what was done with an advice."""
    plan = plan_or_404(request, lab, pk)
    found = plan.advice.filter(pk=advice).first()
    if found is None:
        raise Http404
    found.plan = plan
    initial = {"use": found.use, "answer": found.answer, "version": found.version}
    form = AdviceAnswerForm(request.POST or None, initial=initial, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.answer_advice(advice=found, by=request.user, **form.cleaned_data),
        told=_("What you did with it stands under the advice."),
        back=plan.get_absolute_url() + "#advies",
        title=_("What did you do with it?"),
        lead=found.text,
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def sign(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Record that one side signed."""
    plan = plan_or_404(request, lab, pk)
    form = SignForm(request.POST or None, cancel_url=plan.get_absolute_url(), initial={"signed_on": clock.today()})
    return form_page(
        request,
        form,
        lambda: services.sign(plan=plan, by=request.user, **form.cleaned_data),
        told=_("The signature is recorded."),
        back=plan.get_absolute_url() + "#handtekeningen",
        title=_("Record a signature"),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.read_kitchen")
def hand_over(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Make an initiative in execution of an accepted plan; for a civil servant of the municipality."""
    plan = plan_or_404(request, lab, pk)
    if lab.tenant is None or not request.user.has_perm("initiatives.handle", lab.tenant):
        raise PermissionDenied(_("This page is for civil servants of the municipality."))
    form = HandOverForm(request.POST or None, cancel_url=plan.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.hand_over(plan=plan, by=request.user, **form.cleaned_data),
        told=_("The plan is an initiative now, with its agreement."),
        title=_("Make it an initiative"),
        lead=_(
            "The initiative is in execution from its first day. Its agreement holds the budget of the plan, to the cent."
        ),
        lab=lab,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.work")
def follow_up(request: PersonRequest, lab: Lab, months: int) -> HttpResponse:
    """What came of the lab, some months later."""
    found = lab.follow_ups.filter(months=months).first()
    if found is None:
        raise Http404
    tasks = list(PlanTask.objects.filter(plan__lab=lab, plan__state="accepted").order_by("plan", "number"))
    form = FollowUpForm(request.POST or None, instance=found, tasks=tasks, cancel_url=lab.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: follow_ups.answer(
            follow_up=found,
            by=request.user,
            taken_back=form.taken_back(),
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("Thank you: what came of it is saved."),
        back=reverse("changelab:lab", args=[lab.cohort.slug, lab.slug]),
        title=_("What came of it after %(months)d months?") % {"months": months},
        lab=lab,
    )
