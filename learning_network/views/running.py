"""Ground rules, roles, and the life of a programme: beginning, ending, taking it up again; and who leads the network."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.accounts.models import User
from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, tell
from foundation.core.text import render_markdown
from learning_network.enums import ProgrammeState
from learning_network.forms.plan import LeadForm, ReasonForm, RoleForm, RulesForm
from learning_network.models import NetworkLead, Programme
from learning_network.queries import plan as queries
from learning_network.services import network, participants, programmes
from learning_network.views._shared import for_network, for_programme
from learning_network.views.plan import METHODS, context_of, to


@require_http_methods(METHODS)
@for_programme("learning_network.facilitate")
def ground_rules(request: PersonRequest, programme: Programme) -> HttpResponse:
    """The versions of the ground rules, who accepted the newest, and a form for the next."""
    versions = list(programme.ground_rules.select_related("published_by"))
    may_lead = request.user.has_perm("learning_network.lead", programme)
    form = None
    if may_lead:
        running = programme.state != ProgrammeState.DRAFT
        form = RulesForm(request.POST or None, initial={"text": versions[0].text}, running=running)
        if request.method == "POST" and form.is_valid():
            try:
                participants.publish_rules(programme=programme, text=form.cleaned_data["text"], by=request.user)
            except ValidationError as error:
                tell(form, error)
            else:
                said = _("The new ground rules are published. Everybody who takes part is asked to accept them.")
                messages.success(request, said if running else _("The ground rules are saved."))
                return to("rules_staff", programme)
    context = context_of(
        request,
        programme,
        "rules_staff",
        form=form,
        versions=[{"rules": row, "html": render_markdown(row.text)} for row in versions],
        accepted=queries.acceptances(programme, versions[0]),
    )
    return render(request, "learning_network/plan/rules.html", context)


@require_http_methods(METHODS)
@for_programme("learning_network.lead")
def roles(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Who leads and facilitates the programme."""
    form = RoleForm()
    by: Any = request.user
    number = request.POST.get("role", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 13:
        role = get_object_or_404(programme.roles.select_related("user"), pk=int(number))
        own = role.user_id == by.pk
        ended = done(
            request,
            lambda: programmes.take_role(role=role, by=by),
            told=_("%(name)s has this role no more.") % {"name": role.user},
        )
        if ended and own and not by.has_perm("learning_network.lead", programme):
            return redirect("learning_network:work")
        return to("roles", programme)
    if request.method == "POST":
        form = RoleForm(request.POST)
        if form.is_valid():
            person = _person(form)
            if person is not None:
                programmes.give_role(programme=programme, user=person, kind=form.cleaned_data["kind"], by=by)
                messages.success(
                    request, _("%(name)s has this role now, and gets a message about it.") % {"name": person}
                )
                return to("roles", programme)
    rows = programme.roles.select_related("user")
    return render(
        request, "learning_network/plan/roles.html", context_of(request, programme, "roles", form=form, rows=rows)
    )


def _person(form: Any) -> User | None:
    """The account with the address that was typed; else the form says that there is none."""
    found = User.objects.filter(email__iexact=form.cleaned_data["email"].strip(), is_active=True).first()
    if found is None:
        form.add_error("email", _("Nobody has an account with this address. Ask them to make one first."))
    return found


@require_http_methods(METHODS)
@for_programme("learning_network.lead")
def life(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Begin, close, stop, or take up again; with what is still missing before it begins."""
    checks = queries.checks(programme, clock.today())
    what = request.POST.get("what", "")
    by: Any = request.user
    reason = ReasonForm(
        request.POST if what in ("stop", "reopen") else None,
        submit=_("Take the programme up again")
        if programme.state == ProgrammeState.FINISHED
        else _("Stop the programme"),
        danger=programme.state == ProgrammeState.RUNNING,
    )
    acts: dict[str, Any] = {
        "begin": (
            lambda: programmes.begin(programme=programme, by=by),
            _("The programme runs. Everybody can read it now."),
        ),
        "finish": (
            lambda: programmes.finish(programme=programme, by=by),
            _("The programme is closed. Everything stays readable for who was in it."),
        ),
    }
    if reason.is_bound and reason.is_valid():
        why = reason.cleaned_data["reason"]
        acts["stop"] = (
            lambda: programmes.stop(programme=programme, reason=why, by=by),
            _("The programme is stopped."),
        )
        acts["reopen"] = (
            lambda: programmes.reopen(programme=programme, reason=why, by=by),
            _("The programme runs again."),
        )
    if request.method == "POST" and what in acts:
        act, told = acts[what]
        if done(request, act, told=told):
            return to("lead" if what != "finish" else "life", programme)
        return to("life", programme)
    context = context_of(
        request,
        programme,
        "life",
        checks=checks,
        may_begin=all(check.done for check in checks if check.must),
        reason_form=reason,
    )
    return render(request, "learning_network/plan/life.html", context)


@require_http_methods(METHODS)
@for_network("learning_network.appoint_leads")
def leaders(request: PersonRequest) -> HttpResponse:
    """Who may start programmes: for who manages the installation."""
    form = LeadForm()
    by: Any = request.user
    number = request.POST.get("lead", "")
    if request.method == "POST" and number.isdecimal() and len(number) < 13:
        lead = get_object_or_404(NetworkLead.objects.select_related("user"), pk=int(number))
        network.end_lead(lead=lead, by=by)
        messages.success(request, _("%(name)s starts no new programmes any more.") % {"name": lead.user})
        return redirect("learning_network:leaders")
    if request.method == "POST":
        form = LeadForm(request.POST)
        if form.is_valid():
            person = _person(form)
            if person is not None:
                network.appoint_lead(user=person, by=by)
                messages.success(request, _("%(name)s can start programmes now.") % {"name": person})
                return redirect("learning_network:leaders")
    rows = NetworkLead.objects.select_related("user").order_by("user__name", "pk")
    return render(request, "learning_network/staff/leaders.html", {"form": form, "rows": rows})
