"""A lab: its page, what it is about, its people, and its steps."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changelab import links
from changelab.drawings import u_drawing
from changelab.enums import LabRole, Movement
from changelab.forms.cohorts import ReasonForm
from changelab.forms.labs import InviteForm, LabForm, RoleForm
from changelab.models import Lab
from changelab.outlines import GOALS
from changelab.services import labs as services
from changelab.services import members
from changelab.views._shared import for_lab, form_page, lab_menu, lab_or_404
from foundation.accounts.requests import PersonRequest
from foundation.core import clock
from foundation.core.refused import done, send
from foundation.core.signed_links import BadLink
from foundation.core.text import render_markdown


@require_safe
def lab(request: HttpRequest, cohort: str, lab: str) -> HttpResponse:
    """The page of a lab: for everybody that it is there, for its cohort what happens in it."""
    found = lab_or_404(request, cohort, lab)
    may_read = request.user.has_perm("changelab.read_kitchen", found)
    follow_ups = list(found.follow_ups.all()) if may_read else []
    today = clock.today()
    return render(
        request,
        "changelab/lab.html",
        {
            "lab": found,
            "cohort": found.cohort,
            "menu": lab_menu(request, found, "lab"),
            "question": render_markdown(found.question),
            "tasks": render_markdown(found.tasks_text),
            "movements": [(code, label, GOALS[code]) for code, label in Movement.choices],
            "goal": GOALS[found.movement],
            "drawing": u_drawing(found.movement),
            "follow_ups": follow_ups,
            "due": next((one for one in follow_ups if one.answered_at is None and one.due_on <= today), None),
            "may_work": request.user.has_perm("changelab.work", found),
            "may_read": may_read,
            "may_lead": request.user.has_perm("changelab.lead_lab", found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def change(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Write what the lab is about and where."""
    form = LabForm(request.POST or None, instance=lab, cancel_url=lab.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.change(
            lab=lab_or_404(request, lab.cohort.slug, lab.slug),
            by=request.user,
            version=form.cleaned_data["version"],
            **form.values(),
        ),
        told=_("What the lab is about is saved."),
        title=_("What is the lab about?"),
        lab=lab,
    )


@require_POST
@for_lab("changelab.lead_lab")
def movement(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Go to another movement."""
    done(
        request,
        lambda: services.move_to(lab=lab, movement=request.POST.get("movement", ""), by=request.user),
        told=_("The lab is in another movement now."),
    )
    return redirect(lab)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def stop(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Stop the lab, with the reason."""
    form = ReasonForm(request.POST or None, submit=_("Stop the lab"), cancel_url=lab.get_absolute_url())
    return form_page(
        request,
        form,
        lambda: services.stop(lab=lab, by=request.user, reason=form.cleaned_data["reason"]),
        told=_("The lab is stopped."),
        title=_("Stop the lab"),
        lab=lab,
        back=lab.get_absolute_url(),
    )


@require_POST
@for_lab("changelab.lead_lab")
def finish(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Close the lab: its follow-up begins."""
    done(request, lambda: services.finish(lab=lab, by=request.user), told=_("The lab is closed."))
    return redirect(lab)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.read_kitchen")
def people(request: PersonRequest, lab: Lab) -> HttpResponse:
    """Who is in the room, who is asked, and asking more people."""
    may_lead = request.user.has_perm("changelab.lead_lab", lab)
    form = InviteForm(request.POST or None) if may_lead else None
    if form is not None:
        sent = send(
            request,
            form,
            lambda: members.invite(lab=lab, by=request.user, **form.cleaned_data),
            told=_("The invitation is on its way."),
        )
        if sent.done:
            return redirect("changelab:people", lab.cohort.slug, lab.slug)
    there = list(lab.members.filter(left_at=None).select_related("user"))
    kinds = [
        {
            "label": label,
            "present": [one for one in there if one.role == role and one.joined_at],
            "asked": [one for one in there if one.role == role and not one.joined_at],
        }
        for role, label in LabRole.choices
    ]
    return render(
        request,
        "changelab/people.html",
        {
            "lab": lab,
            "cohort": lab.cohort,
            "menu": lab_menu(request, lab, "mensen"),
            "kinds": kinds,
            "missing": [kind["label"] for kind in kinds if not kind["present"]],
            "form": form,
            "may_lead": may_lead,
        },
    )


@require_POST
@for_lab("changelab.read_kitchen")
def member_leave(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """End somebody's part: one's own, or by who leads the lab."""
    found = get_object_or_404(lab.members, pk=pk)
    done(request, lambda: members.leave(member=found, by=request.user), told=_("Taken off the list."))
    return redirect("changelab:people", lab.cohort.slug, lab.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_lab("changelab.lead_lab")
def member_role(request: PersonRequest, lab: Lab, pk: int) -> HttpResponse:
    """Give somebody another role."""
    found = get_object_or_404(lab.members.filter(left_at=None).select_related("user"), pk=pk)
    back = reverse("changelab:people", args=[lab.cohort.slug, lab.slug])
    form = RoleForm(request.POST or None, initial={"role": found.role}, cancel_url=back)
    return form_page(
        request,
        form,
        lambda: members.set_role(member=found, by=request.user, **form.cleaned_data),
        told=_("The role is changed."),
        title=_("Another role for %(name)s") % {"name": found},
        lab=lab,
        back=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Come into a lab by a personal link."""
    try:
        member = links.read(token)
    except BadLink:
        return render(request, "changelab/join.html", {}, status=404)
    if member.joined_at is not None and member.user == request.user:
        return redirect(member.lab)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if done(
            request,
            lambda: members.accept(member=member, by=request.user),  # type: ignore[arg-type]
            told=_("Welcome in the lab."),
        ):
            return redirect(member.lab)
        return redirect(request.path)
    return render(
        request,
        "changelab/join.html",
        {
            "member": member,
            "lab": member.lab,
            "question": render_markdown(member.lab.question),
            "token": token,
            "is_over": member.left_at is not None or member.lab.state != "running",
            "is_taken": member.user_id is not None,
            "login_url": f"{reverse('account_login')}?next={request.path}",
            "signup_url": f"{reverse('account_signup')}?next={request.path}",
        },
    )
