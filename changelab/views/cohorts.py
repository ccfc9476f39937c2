"""The home of Changelabs, and a cohort: its page, its plan, its applications."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changelab.enums import ApplicationState
from changelab.forms.cohorts import AnswerForm, ApplicationForm, CohortForm, ReasonForm
from changelab.models import Application, Cohort
from changelab.queries import cohorts as queries
from changelab.queries import costs
from changelab.services import applications
from changelab.services import cohorts as services
from changelab.views._shared import APP, cohort_or_404, for_cohort, form_page
from foundation.accounts import second_factor
from foundation.accounts.requests import PersonRequest
from foundation.core import clock, typed
from foundation.core.refused import done, send
from foundation.core.text import render_markdown
from learning_network import visibility as network
from learning_network.queries.plan import public_partners

STEPS = {"openen": services.open_for_applications, "starten": services.start, "afronden": services.finish}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a Changelab is, and its cohorts."""
    return render(
        request,
        "changelab/home.html",
        {
            "cohorts": queries.listed(request.user),
            "own": queries.own_labs(request.user),
            "may_start": bool(_led(request)),
        },
    )


@require_safe
def cohort(request: HttpRequest, cohort: str) -> HttpResponse:
    """One cohort: what it is, its labs, and for a municipality of the programme: asking for a lab."""
    found = cohort_or_404(request, cohort)
    runs = request.user.has_perm("changelab.run_cohort", found)
    return render(
        request,
        "changelab/cohort.html",
        {
            "cohort": found,
            "purpose": render_markdown(found.purpose),
            "conditions": render_markdown(found.conditions),
            "labs": queries.labs_of(found),
            "places_left": queries.places_left(found),
            "own": queries.own_applications(request.user, found),
            "may_apply": request.user.has_perm("changelab.apply", found)
            and found.takes_applications(clock.today())
            and bool(_free_enrolments(request, found)),
            "takes_applications": found.takes_applications(clock.today()),
            "runs": runs,
            "partners": public_partners(found.programme),
            "waiting": queries.waiting(found) if runs else 0,
            "costs": costs.of_cohort(found, request.user, clock.today()),
        },
    )


def _led(request: HttpRequest) -> list[int]:
    return [programme for programme, kinds in network.run_by(request.user).items() if "lead" in kinds]


def _free_enrolments(request: HttpRequest, found: Cohort) -> list[Any]:
    """The municipalities for which this person can still ask for a lab."""
    taken = {
        one.enrolment_id
        for one in queries.own_applications(request.user, found)
        if one.state != ApplicationState.WITHDRAWN
    }
    return [one for one in queries.own_enrolments(request.user, found) if one.pk not in taken]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin to prepare a cohort of a programme that one leads."""
    if not request.user.is_authenticated:
        typed.keep(request, APP)
        return redirect_to_login(request.get_full_path())
    led = _led(request)
    if not led:
        if not network.in_network(request.user):
            raise Http404
        raise PermissionDenied(_("This page is for who leads a learning programme."))
    if (refused := second_factor.ask(request)) is not None:
        return refused
    form = CohortForm(request.POST or None, programmes=led, cancel_url=reverse("changelab:home"))
    return form_page(
        request,
        form,
        lambda: services.create(by=request.user, **form.values()),  # type: ignore[arg-type]
        told=_("The cohort is in preparation. Nobody outside the programme's leads sees it yet."),
        title=_("Begin a cohort"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cohort("changelab.lead_cohort")
def plan(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """Write the plan of a cohort."""
    form = CohortForm(request.POST or None, instance=cohort, cancel_url=cohort.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change(
            cohort=cohort_or_404(request, cohort.slug),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("The plan is saved."),
        title=_("The plan of the cohort"),
        cohort=cohort,
    )


@require_POST
@for_cohort("changelab.lead_cohort")
def step(request: PersonRequest, cohort: Cohort, step: str) -> HttpResponse:
    """Open, start or finish a cohort."""
    if step not in STEPS:
        raise Http404
    done(request, lambda: STEPS[step](cohort=cohort, by=request.user), told=_("That is done."))
    return redirect(cohort)


@require_http_methods(["GET", "HEAD", "POST"])
@for_cohort("changelab.lead_cohort")
def stop(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """Stop a cohort, with the reason."""
    form = ReasonForm(request.POST or None, submit=_("Stop the cohort"), cancel_url=cohort.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.stop(cohort=cohort, by=request.user, reason=form.cleaned_data["reason"]),
        told=_("The cohort is stopped."),
        title=_("Stop the cohort"),
        cohort=cohort,
        back=cohort.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cohort("changelab.apply")
def apply(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """Ask for a lab for a municipality of the programme."""
    form = ApplicationForm(
        request.POST or None,
        enrolments=_free_enrolments(request, cohort),
        cancel_url=cohort.get_absolute_url(),
    )
    return form_page(
        request,
        form,
        lambda: applications.apply(
            cohort=cohort,
            enrolment=form.cleaned_data["enrolment"],
            by=request.user,
            **form.values(),
        ),
        told=_("You asked for a lab. You get a message when there is an answer."),
        title=_("Ask for a lab"),
        lead=cohort.conditions,
        cohort=cohort,
        back=cohort.get_absolute_url(),
    )


def _own_application(request: HttpRequest, cohort: Cohort, pk: int) -> Application:
    found = next((one for one in queries.own_applications(request.user, cohort) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_cohort("changelab.apply")
def application_change(request: PersonRequest, cohort: Cohort, pk: int) -> HttpResponse:
    """Change one's application as long as there is no answer."""
    found = _own_application(request, cohort, pk)
    form = ApplicationForm(request.POST or None, instance=found, enrolments=[], cancel_url=cohort.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: applications.change(
            application=found,
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("Your application is saved."),
        title=_("Your application"),
        cohort=cohort,
        back=cohort.get_absolute_url(),
    )


@require_POST
@for_cohort("changelab.apply")
def application_withdraw(request: PersonRequest, cohort: Cohort, pk: int) -> HttpResponse:
    """Take one's application back."""
    found = _own_application(request, cohort, pk)
    done(
        request,
        lambda: applications.withdraw(application=found, by=request.user),
        told=_("Your application is withdrawn. You can ask again."),
    )
    return redirect(cohort)


@require_safe
@for_cohort("changelab.run_cohort")
def applications_list(request: PersonRequest, cohort: Cohort) -> HttpResponse:
    """All applications, for who runs the programme."""
    return render(
        request,
        "changelab/staff/applications.html",
        {
            "cohort": cohort,
            "applications": queries.applications_of(cohort),
            "places_left": queries.places_left(cohort),
            "may_answer": request.user.has_perm("changelab.lead_cohort", cohort),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_cohort("changelab.lead_cohort")
def answer(request: PersonRequest, cohort: Cohort, pk: int) -> HttpResponse:
    """Read an application and answer it."""
    found = cohort.applications.select_related("enrolment__municipality", "cohort").filter(pk=pk).first()
    if found is None:
        raise Http404
    back = reverse("changelab:applications", args=[cohort.slug])
    form = AnswerForm(request.POST or None, initial={"version": found.version}, cancel_url=back)
    acts = {"select": applications.select, "wait": applications.put_in_line, "refuse": applications.refuse}
    sent = send(
        request,
        form,
        lambda: acts[form.cleaned_data["answer"]](
            application=found,
            by=request.user,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
        ),
        told=_("The answer is given; the municipality gets a message."),
    )
    if sent.done:
        return redirect(back)
    context = {"application": found, "form": form, "cohort": cohort, "places_left": queries.places_left(cohort)}
    return render(request, "changelab/staff/answer.html", context)
