"""The steps of a process: publishing, rounding off, stopping, taking up again, throwing a preparation away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core.refused import done, send
from foundation.municipalities.tenancy import MunicipalityRequest, permission_required
from participation.forms.processes import ReasonForm
from participation.services import processes as services
from participation.views._shared import home, staff_menu, staff_process


@require_POST
@permission_required("participation.run")
def publish(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Put it on the site."""
    process = staff_process(request, slug)
    done(
        request,
        lambda: services.publish(process=process, by=request.user),
        told=_("The process stands on the site. Its phases open by themselves."),
    )
    return redirect(home(process))


@require_POST
@permission_required("participation.run")
def finish(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Close it."""
    process = staff_process(request, slug)
    done(request, lambda: services.finish(process=process, by=request.user), told=_("The process is finished."))
    return redirect(home(process))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def stop(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """End it before its time, with the reason."""
    return _with_reason(
        request,
        slug,
        title=_("Stop this process"),
        lead=_("The page stays on the site, with your reason. Followers get a message. This can't be undone."),
        submit=_("Stop the process"),
        danger=True,
        act=services.stop,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def reopen(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Take a finished process up again."""
    return _with_reason(
        request,
        slug,
        title=_("Take this process up again"),
        lead=_("Followers get a message with your reason."),
        submit=_("Take it up again"),
        danger=False,
        act=services.reopen,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("participation.run")
def throw_away(request: MunicipalityRequest, slug: str) -> HttpResponse:
    """Delete a preparation; asks first."""
    process = staff_process(request, slug)
    if request.method == "POST":
        if done(
            request,
            lambda: services.throw_away(process=process, by=request.user),
            told=_("The preparation is gone."),
        ):
            return redirect("participation:work", request.municipality.slug)
        return redirect(home(process))
    return render(
        request,
        "components/confirm_staff.html",
        {
            "title": _("Throw “%(title)s” away?") % {"title": process.title},
            "text": _("The plan and the phases are gone then. This can't be undone."),
            "submit": _("Throw it away"),
            "cancel_url": home(process),
            "danger": True,
        },
    )


def _with_reason(
    request: MunicipalityRequest,
    slug: str,
    *,
    title: str,
    lead: str,
    submit: str,
    danger: bool,
    act: Callable[..., Any],
) -> HttpResponse:
    process = staff_process(request, slug)
    form = ReasonForm(request.POST or None, submit=submit, cancel_url=home(process), danger=danger)
    sent = send(
        request,
        form,
        lambda: act(process=process, by=request.user, reason=form.cleaned_data["reason"]),
        told=_("Done. Followers get a message."),
    )
    if sent.done:
        return redirect(home(process))
    return render(
        request,
        "participation/staff/form.html",
        {"title": title, "lead": lead, "form": form, "process": process, "menu": staff_menu(process, "overzicht")},
    )
